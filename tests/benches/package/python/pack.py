"""Zips a Python function the same way each time: sorted names, one date, fixed modes.

Every module is compiled too, as pip does it, since Lambda's code folder is read-only and modules would otherwise be compiled at
every start; by the Python that runs this script, which is to be the function's. Writes the zip's digest and sizes as JSON.
"""

import argparse
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import py_compile
import sys
import tempfile
import zipfile
from pathlib import Path

BOOTSTRAP = """#!{python} -s
from awslambdaric.__main__ import main

main(["bootstrap", "handler.handle"])
"""
DATE = (1980, 1, 1, 0, 0, 0)


def left_out(site: Path, names: list[str]) -> set[str]:
    """Returns the files of the distributions of these names."""
    files = set()
    for name in names:
        (found,) = importlib.metadata.distributions(name=name, path=[str(site)])
        files |= {path.as_posix().removeprefix("../../") for path in found.files or []}
    return files


def collect(arguments: argparse.Namespace) -> dict[str, bytes]:
    """Returns the files of the package by their names in it."""
    files = {"bootstrap": BOOTSTRAP.format(python=arguments.python).encode()}
    unwanted = left_out(arguments.site, arguments.leave_out)
    for path in sorted(arguments.site.rglob("*")):
        name = path.relative_to(arguments.site).as_posix()
        # `bin` has the commands that the packages bring: no handler calls them.
        unused = name in unwanted or (unwanted and name.startswith("bin/"))
        if path.is_file() and "__pycache__" not in name and not unused:
            files[name] = path.read_bytes()
    for argument in arguments.file:
        name, path = argument.split("=", 1)
        files[name] = Path(path).read_bytes()
    return files


def compiled(name: str, source: bytes) -> tuple[str, bytes] | None:
    """Returns the module's bytecode, which is used without a look at the source, or nothing for what is no Python of this version."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "module.py"), Path(folder, "module.pyc")
        path.write_bytes(source)
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        try:
            py_compile.compile(str(path), str(out), dfile=f"/var/task/{name}", doraise=True, invalidation_mode=mode)
        except py_compile.PyCompileError:
            return None
        return importlib.util.cache_from_source(name), out.read_bytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--site", type=Path, required=True, help="the folder of the installed packages")
    parser.add_argument("--python", required=True, help="the interpreter's path where the function runs")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the zip, which is named by its SHA-256")
    parser.add_argument("--leave-out", action="append", default=[], help="a distribution, may be given again")
    parser.add_argument("file", nargs="*", metavar="NAME=PATH", help="a further file")
    arguments = parser.parse_args()
    files = collect(arguments)
    pairs = [compiled(name, content) for name, content in files.items() if name.endswith(".py")]
    files |= dict(pair for pair in pairs if pair)

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            mode = 0o755 if name == "bootstrap" or ".so" in name else 0o644
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, files[name], compresslevel=9)
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    arguments.out.mkdir(parents=True, exist_ok=True)
    arguments.out.joinpath(f"{digest}.zip").write_bytes(content)
    entries = archive.infolist()
    model = [entry for entry in entries if entry.filename.startswith("model.onnx")]
    sizes = {
        "zip": len(content),
        "unzipped": sum(entry.file_size for entry in entries),
        "model_zip": sum(entry.compress_size for entry in model),
        "model_unzipped": sum(entry.file_size for entry in model),
    }
    json.dump({"sha256": digest, **sizes}, sys.stdout)


if __name__ == "__main__":
    main()
