"""Writes the weights of the vision transformer of `make_vit.py` for `torch_model.py`."""

import argparse
import importlib.util
import json
from pathlib import Path

import numpy as np


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", type=Path, metavar="make_vit.py")
    parser.add_argument("out", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    spec = importlib.util.spec_from_file_location("make_vit", arguments.script)
    make_vit = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_vit)
    found = {}

    class Listening(make_vit.Graph):
        """Remembers the weights that go into the ONNX file."""

        def constant(self, name: str, value: np.ndarray) -> str:
            found[name] = value
            return super().constant(name, value)

    make_vit.Graph = Listening
    # The seed of the file that is made without options.
    make_vit.build(2711)
    parts, places, at = [], {}, 0
    for name, value in found.items():
        if value.dtype == np.float32 and value.ndim > 0:
            places[name] = (at, value.shape)
            parts.append(value.ravel())
            at += value.size
    text = json.dumps({"weights": places, "depth": make_vit.DEPTH, "heads": make_vit.HEADS})
    arguments.out.mkdir(parents=True, exist_ok=True)
    np.concatenate(parts).tofile(arguments.out / "weights.bin")
    arguments.out.joinpath("weights.json").write_text(text)


if __name__ == "__main__":
    main()
