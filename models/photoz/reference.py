"""Predicts the redshifts of one partition with ONNX Runtime, as plainly as Python can.

This is what the pipeline's own inference is compared with: the same model file, the
same tensors, one session on the CPU with one thread, no tricks. It also says how
good the predictions are against the redshifts that the partition carries.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors import SafetensorError
from safetensors.numpy import load_file

import tensorfile

MODEL = Path(__file__).resolve().parent / "photoz.onnx"

OUTLIER_THRESHOLD = 0.05
"""abs(dz) beyond which a prediction counts as an outlier."""

NMAD_FACTOR = 1.48
"""Turns a median absolute deviation into a normal distribution's standard deviation."""

INPUT_SHAPES = {"image": (5, 32, 32), "magnitude": (5,)}
"""The model's inputs, per galaxy; float32 both."""

SESSION_ERRORS = (
    onnxruntime.capi.onnxruntime_pybind11_state.NoSuchFile,
    onnxruntime.capi.onnxruntime_pybind11_state.InvalidProtobuf,
    onnxruntime.capi.onnxruntime_pybind11_state.InvalidGraph,
    onnxruntime.capi.onnxruntime_pybind11_state.Fail,
)
"""What ONNX Runtime raises for a file that is not there or is no model."""


def open_session(model: Path) -> onnxruntime.InferenceSession:
    """Opens a model on the CPU, with one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def predict(
    session: onnxruntime.InferenceSession, image: np.ndarray, magnitude: np.ndarray, batch: int
) -> np.ndarray:
    """Redshifts [n, 1] float32 of images [n, 5, 32, 32] and magnitudes [n, 5], both float32."""
    parts = [
        session.run(
            ["redshift"],
            {"image": image[start : start + batch], "magnitude": magnitude[start : start + batch]},
        )[0]
        for start in range(0, len(image), batch)
    ]
    return np.concatenate(parts) if parts else np.empty((0, 1), np.float32)


def redshift_metrics(predicted: np.ndarray, true: np.ndarray) -> dict[str, float | int]:
    """The field's metrics of predicted against true redshifts, summed in float64.

    With dz = (predicted - true) / (1 + true): `bias` is the mean of dz, `nmad` is
    1.48 median(abs(dz - median(dz))), `outlier_fraction` the share of abs(dz) > 0.05.
    `mae`, `mse` and `r2` are of predicted - true.
    """
    p, z = (np.asarray(values, dtype=np.float64).reshape(-1) for values in (predicted, true))
    if len(p) != len(z) or len(z) == 0:
        raise ValueError(f"{len(p)} predictions for {len(z)} redshifts")
    error = p - z
    dz = error / (1 + z)
    return {
        "count": len(z),
        "mae": float(np.mean(np.abs(error))),
        "mse": float(np.mean(error**2)),
        "bias": float(np.mean(dz)),
        "nmad": float(NMAD_FACTOR * np.median(np.abs(dz - np.median(dz)))),
        "r2": float(1 - np.sum(error**2) / np.sum((z - z.mean()) ** 2)),
        "outlier_fraction": float(np.mean(np.abs(dz) > OUTLIER_THRESHOLD)),
        "outlier_threshold": OUTLIER_THRESHOLD,
    }


def check_partition(tensors: dict[str, np.ndarray]) -> str | None:
    """What is wrong with a partition's tensors, or None."""
    for name in ("id", "z_true", *INPUT_SHAPES):
        if name not in tensors:
            return f"it has no tensor `{name}`"
    count = len(tensors["id"])
    if count == 0:
        return "it holds no galaxy"
    for name, shape in {**INPUT_SHAPES, "z_true": (1,)}.items():
        tensor = tensors[name]
        if tensor.dtype != np.float32 or tensor.shape != (count, *shape):
            wanted = ", ".join(map(str, (count, *shape)))
            return f"tensor `{name}` is {tensor.dtype}{list(tensor.shape)}, not float32[{wanted}]"
    return None


def parse_arguments() -> argparse.Namespace:
    """Reads the command line; a mistake in it ends the process with exit code 2."""
    parser = argparse.ArgumentParser(
        prog="reference.py",
        description="Predict the redshifts of one partition; print the metrics as JSON.",
    )
    parser.add_argument("partition", type=Path, metavar="PARTITION.safetensors")
    parser.add_argument("--out", type=Path, required=True, metavar="PREDICTIONS.safetensors",
                        help="where to write `id` and `redshift`")  # fmt: skip
    parser.add_argument("--model", type=Path, default=MODEL, metavar="MODEL.onnx",
                        help="default: the photoz.onnx beside this script")  # fmt: skip
    parser.add_argument("--batch", type=int, default=512, metavar="N",
                        help="galaxies in one run of the session (default: 512)")  # fmt: skip
    arguments = parser.parse_args()
    if arguments.batch < 1:
        parser.error(f"argument --batch: {arguments.batch} is not at least 1")
    return arguments


def main() -> int:
    """Runs the command line. Exit code 0: done; 2: what was asked cannot be done."""
    arguments = parse_arguments()
    try:
        tensors = load_file(arguments.partition)
        if problem := check_partition(tensors):
            raise ValueError(f"{arguments.partition}: {problem}")
        session = open_session(arguments.model)
        redshift = predict(session, tensors["image"], tensors["magnitude"], arguments.batch)
        tensorfile.write(
            arguments.out, {"id": tensors["id"], "redshift": redshift}, {"format": "redshifts-1"}
        )
    except SafetensorError as error:
        print(
            f"reference.py: error: {arguments.partition} is no safetensors file: {error}",
            file=sys.stderr,
        )
        return 2
    except (OSError, ValueError, *SESSION_ERRORS) as error:
        print(f"reference.py: error: {error}", file=sys.stderr)
        return 2
    print(json.dumps(redshift_metrics(redshift, tensors["z_true"]), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
