"""Writing of safetensors files whose bytes depend on their contents alone.

The `safetensors` package reads these files; it does not write them, for two
reasons. It keeps `__metadata__` in a hash map, so that two runs may order the
same keys differently, and it wants every tensor in memory at once. Here keys are
sorted, and tensors are memory-mapped, so that a dataset larger than the
memory can be filled a chunk at a time.

A file is made under a temporary name beside its destination and renamed when it
is whole: a reader never sees half of one, and a failed run leaves none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

DTYPE_NAMES: dict[np.dtype, str] = {
    np.dtype("<i8"): "I64",
    np.dtype("<f4"): "F32",
}
"""NumPy's dtypes and the names that safetensors has for them."""

HEADER_ALIGNMENT = 8
"""Headers are padded with spaces to this many bytes, as the format's own writer does."""

Layout = Mapping[str, tuple[np.dtype, tuple[int, ...]]]
"""Tensor name -> (dtype, shape), in the order in which the data lie in the file."""


def encode_header(layout: Layout, metadata: Mapping[str, str]) -> bytes:
    """Returns the length prefix and the JSON header of a file with this layout."""
    header: dict[str, object] = {"__metadata__": dict(sorted(metadata.items()))}
    offset = 0
    for name, (dtype, shape) in layout.items():
        end = offset + dtype.itemsize * int(np.prod(shape, dtype=np.int64))
        header[name] = {
            "dtype": DTYPE_NAMES[dtype],
            "shape": list(shape),
            "data_offsets": [offset, end],
        }
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % HEADER_ALIGNMENT)
    return len(text).to_bytes(8, "little") + text


@contextmanager
def create(
    path: Path, layout: Layout, metadata: Mapping[str, str]
) -> Iterator[dict[str, np.ndarray]]:
    """Yields writable arrays of this layout; the file appears at `path` when the block ends.

    If the block raises, `path` stays as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    header = encode_header(layout, metadata)
    sizes = {
        name: dtype.itemsize * int(np.prod(shape, dtype=np.int64))
        for name, (dtype, shape) in layout.items()
    }
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with temporary.open("w+b") as file:
            file.write(header)
            file.truncate(len(header) + sum(sizes.values()))
            file.flush()
            arrays: dict[str, np.ndarray] = {}
            offset = len(header)
            for name, (dtype, shape) in layout.items():
                # An empty map is an error to the operating system, not to the format.
                arrays[name] = (
                    np.memmap(file, dtype=dtype, mode="r+", offset=offset, shape=shape)
                    if sizes[name]
                    else np.empty(shape, dtype)
                )
                offset += sizes[name]
            yield arrays
            for array in arrays.values():
                if isinstance(array, np.memmap):
                    array.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write(path: Path, tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> None:
    """Writes whole tensors to `path`, atomically."""
    layout = {name: (tensor.dtype, tensor.shape) for name, tensor in tensors.items()}
    with create(path, layout, metadata) as arrays:
        for name, tensor in tensors.items():
            arrays[name][...] = tensor
