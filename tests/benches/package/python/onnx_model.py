"""The model in ONNX Runtime."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort


def options() -> ort.SessionOptions:
    """Returns the settings of the infer function: the threads that the memory's vCPUs allow, which sleep when idle."""
    chosen = ort.SessionOptions()
    chosen.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    chosen.intra_op_num_threads = max(1, int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) // 1769)
    chosen.add_session_config_entry("session.intra_op.allow_spinning", "0")
    chosen.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return chosen


def load() -> Callable[[list[str], dict[str, np.ndarray]], list[np.ndarray]]:
    """Returns a function of the outputs' names and a batch."""
    ort.disable_telemetry_events()
    path = Path(__file__).with_name("model.onnx")
    return ort.InferenceSession(str(path), options(), providers=["CPUExecutionProvider"]).run
