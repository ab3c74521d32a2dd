"""ONNX Runtime alone: a shard's batches from memory through a session, with the settings of the infer function.

Nothing else is done, so no handler can be faster. Writes what it used as JSON.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnx_model import options
from tensorfile import read_safetensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("partition", type=Path)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--processor", type=int, required=True, help="the only one to run on")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {arguments.processor})
    ort.disable_telemetry_events()
    session = ort.InferenceSession(str(arguments.model), options(), providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_inputs()]
    tensors = read_safetensors(arguments.partition.read_bytes())
    rows = len(tensors[names[0]])
    # Aligned as ONNX Runtime's own tensors are; a view into the file need not be.
    inputs = {name: np.array(tensors[name]) for name in names}
    session.run(None, {name: values[:1] for name, values in inputs.items()})

    cpu, wall = time.process_time(), time.monotonic()
    for first in range(0, rows, arguments.batch):
        session.run(None, {name: values[first : first + arguments.batch] for name, values in inputs.items()})
    used = {"rows": rows, "cpu_s": time.process_time() - cpu, "wall_s": time.monotonic() - wall}
    json.dump(used, sys.stdout)


if __name__ == "__main__":
    main()
