"""Trains the photometric-redshift network, exports it to ONNX, and measures the exported file.

Everything is derived from one seed: the galaxies (simulated here, with ids that no demonstration
uses), the initial weights, and the order of the batches. The network is written in
JAX because its CPU wheel is small and complete; since nothing exports JAX to ONNX
without TensorFlow, the graph is written node by node, from the same list of
layers that the forward pass reads, and must agree with it to 1e-5.

Normalisation is part of the graph: whoever runs the model feeds it the tensors of a partition as
they are, nanomaggies and magnitudes, and cannot get the scaling wrong.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import onnx
import optax
from jax.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

import reference
import simulate

TRAIN_FIRST_ID, TRAIN_GALAXIES = 10_000_000, 40_000
HELD_OUT_FIRST_ID, HELD_OUT_GALAXIES = 20_000_000, 10_000
"""Ids below 10,000,000 are the demonstrations'."""

OPSET, IR_VERSION = 17, 8
AGREEMENT = 1e-5
"""Largest difference of redshift allowed between JAX and ONNX Runtime."""

MAX_MODEL_BYTES = 2 * 2**20

BATCH = 256
PEAK_LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-3
HUBER_DELTA = 0.5
"""Error, in standard deviations of redshift, from which the loss is linear: blunders of
ambiguous colours then pull less on the rest."""


class Convolution(NamedTuple):
    """A square convolution with bias and ReLU, padded so that stride 1 keeps the size."""

    name: str
    channels: int
    kernel: int
    stride: int


class Dense(NamedTuple):
    """A fully connected layer with bias, and ReLU unless it is the last."""

    name: str
    width: int
    relu: bool = True


IMAGE_LAYERS = (
    Convolution("conv1", 24, 5, 2),
    Convolution("conv2", 32, 3, 2),
    Convolution("conv3", 32, 3, 1),
    Convolution("conv4", 64, 3, 2),
)
"""32 x 32 pixels to 4 x 4."""

IMAGE_DENSE = (Dense("image_dense", 64),)
MAGNITUDE_DENSE = (Dense("magnitude_dense1", 64), Dense("magnitude_dense2", 64))
HEAD_DENSE = (Dense("head_dense1", 128), Dense("head_dense2", 64), Dense("head_out", 1, relu=False))

Parameters = dict[str, jax.Array]


class Normalisation(NamedTuple):
    """Constants that bring inputs and output to order one; part of the exported graph."""

    flux_scale: np.ndarray
    """[1, 5, 1, 1] nanomaggies: asinh(flux / scale) is linear in the noise, logarithmic above."""
    magnitude_mean: np.ndarray
    """[1, 5]"""
    colour_matrix: np.ndarray
    """[5, 5]: centred magnitudes times this are the colours u-g, g-r, r-i, i-z and the r magnitude,
    each with standard deviation 1. Magnitudes rise and fall together; colours are what
    tells redshifts apart, and the network learns faster when it need not find them first."""
    redshift_mean: np.ndarray
    """[1, 1]"""
    redshift_deviation: np.ndarray
    """[1, 1]"""


def fit_normalisation(magnitude: np.ndarray, redshift: np.ndarray) -> Normalisation:
    """Takes the constants from the training galaxies and the survey's sky noise."""
    f32 = np.float32
    bands = len(simulate.BANDS)
    colours = np.zeros((bands, bands))
    for column in range(bands - 1):
        colours[column, column], colours[column + 1, column] = 1.0, -1.0
    colours[simulate.R_BAND, -1] = 1.0
    colours /= (magnitude.astype(np.float64) @ colours).std(0)
    return Normalisation(
        flux_scale=(3 * simulate.SKY_SIGMA).reshape(1, -1, 1, 1).astype(f32),
        magnitude_mean=magnitude.mean(0, dtype=np.float64, keepdims=True).astype(f32),
        colour_matrix=colours.astype(f32),
        redshift_mean=redshift.mean(0, dtype=np.float64, keepdims=True).astype(f32),
        redshift_deviation=redshift.std(0, dtype=np.float64, keepdims=True).astype(f32),
    )


def initial_parameters(key: jax.Array) -> Parameters:
    """He-normal weights and zero biases."""
    parameters: Parameters = {}

    def add(name: str, shape: tuple[int, ...], inputs: int, outputs: int, gain: float) -> None:
        nonlocal key
        key, used = jax.random.split(key)
        deviation = (gain / inputs) ** 0.5
        parameters[f"{name}.weight"] = deviation * jax.random.normal(used, shape, jnp.float32)
        parameters[f"{name}.bias"] = jnp.zeros(outputs, jnp.float32)

    channels, side = len(simulate.BANDS), simulate.STAMP
    for layer in IMAGE_LAYERS:
        shape = (layer.channels, channels, layer.kernel, layer.kernel)
        add(layer.name, shape, channels * layer.kernel**2, layer.channels, 2.0)
        channels, side = layer.channels, side // layer.stride
    image_width = _add_dense(add, IMAGE_DENSE, channels * side * side)
    magnitude_width = _add_dense(add, MAGNITUDE_DENSE, len(simulate.BANDS))
    _add_dense(add, HEAD_DENSE, image_width + magnitude_width)
    return parameters


def _add_dense(add: Callable[..., None], layers: tuple[Dense, ...], width: int) -> int:
    """Adds a chain of layers that `width` values enter; returns how many leave it."""
    for layer in layers:
        add(layer.name, (width, layer.width), width, layer.width, 2.0 if layer.relu else 1.0)
        width = layer.width
    return width


def forward(
    parameters: Parameters, norm: Normalisation, image: ArrayLike, magnitude: ArrayLike
) -> jax.Array:
    """Redshift [n, 1] of images [n, 5, 32, 32] in nanomaggies and magnitudes [n, 5]."""
    return forward_stretched(parameters, norm, stretch(norm, image), magnitude)


def stretch(norm: Normalisation, image: ArrayLike) -> jax.Array:
    """asinh of images [n, 5, 32, 32] in units of the flux scale."""
    return jnp.arcsinh(image / norm.flux_scale)


def forward_stretched(
    parameters: Parameters, norm: Normalisation, x: jax.Array, magnitude: ArrayLike
) -> jax.Array:
    """`forward` from images that are stretched already: training stretches them once."""
    for layer in IMAGE_LAYERS:
        pad = layer.kernel // 2
        x = jax.lax.conv_general_dilated(
            x,
            parameters[f"{layer.name}.weight"],
            (layer.stride, layer.stride),
            ((pad, pad), (pad, pad)),
            dimension_numbers=("NCHW", "OIHW", "NCHW"),
        )
        x = jax.nn.relu(x + parameters[f"{layer.name}.bias"][None, :, None, None])
    x = _dense(parameters, IMAGE_DENSE, x.reshape(x.shape[0], -1))
    m = (magnitude - norm.magnitude_mean) @ norm.colour_matrix
    m = _dense(parameters, MAGNITUDE_DENSE, m)
    y = _dense(parameters, HEAD_DENSE, jnp.concatenate([x, m], axis=1))
    return norm.redshift_mean + norm.redshift_deviation * y


def _dense(parameters: Parameters, layers: tuple[Dense, ...], x: jax.Array) -> jax.Array:
    for layer in layers:
        x = x @ parameters[f"{layer.name}.weight"] + parameters[f"{layer.name}.bias"]
        x = jax.nn.relu(x) if layer.relu else x
    return x


def train(
    norm: Normalisation,
    image: np.ndarray,
    magnitude: np.ndarray,
    redshift: np.ndarray,
    *,
    seed: int,
    epochs: int,
) -> Parameters:
    """Fits the parameters, seeing each galaxy once an epoch, mirrored and turned at random."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    parameters = initial_parameters(jax.random.key(seed))
    steps_per_epoch = len(image) // BATCH
    schedule = optax.warmup_cosine_decay_schedule(
        0.0, PEAK_LEARNING_RATE, steps_per_epoch, epochs * steps_per_epoch
    )
    optimiser = optax.chain(
        optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=WEIGHT_DECAY)
    )

    def loss(parameters: Parameters, x: jax.Array, m: jax.Array, z: jax.Array) -> jax.Array:
        error = (forward_stretched(parameters, norm, x, m) - z) / norm.redshift_deviation
        return optax.huber_loss(error, delta=HUBER_DELTA).mean()

    @jax.jit
    def step(
        parameters: Parameters, state: optax.OptState, x: jax.Array, m: jax.Array, z: jax.Array
    ) -> tuple[Parameters, optax.OptState, jax.Array]:
        value, gradient = jax.value_and_grad(loss)(parameters, x, m, z)
        update, state = optimiser.update(gradient, state, parameters)
        return optax.apply_updates(parameters, update), state, value

    stretched = np.asarray(stretch(norm, image))
    state = optimiser.init(parameters)
    start = time.monotonic()
    for epoch in range(epochs):
        order = rng.permutation(len(image))[: steps_per_epoch * BATCH].reshape(-1, BATCH)
        total = 0.0
        for rows in order:
            # A galaxy's redshift does not depend on how the camera was turned.
            x = _turn(stretched[rows], int(rng.integers(8)))
            parameters, state, value = step(parameters, state, x, magnitude[rows], redshift[rows])
            total += float(value)
        print(
            f"epoch {epoch + 1}/{epochs}: loss {total / steps_per_epoch:.5f}, "
            f"{time.monotonic() - start:.0f} s",
            file=sys.stderr,
            flush=True,
        )
    return parameters


def _turn(image: np.ndarray, symmetry: int) -> np.ndarray:
    """One of the square's eight symmetries, applied to images [n, 5, 32, 32]."""
    image = np.rot90(image, symmetry % 4, axes=(2, 3))
    return np.ascontiguousarray(image[..., ::-1] if symmetry >= 4 else image)


def to_onnx(parameters: Parameters, norm: Normalisation, notes: dict[str, str]) -> onnx.ModelProto:
    """The forward pass as an ONNX graph, from raw tensors to redshift."""
    nodes: list[onnx.NodeProto] = []
    initializers: list[onnx.TensorProto] = []

    def constant(name: str, value: ArrayLike) -> str:
        initializers.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def dense(layers: tuple[Dense, ...], x: str) -> str:
        for layer in layers:
            weight, bias = (
                constant(f"{layer.name}.{kind}", parameters[f"{layer.name}.{kind}"])
                for kind in ("weight", "bias")
            )
            x = node("Gemm", [x, weight, bias], f"{layer.name}.linear")
            x = node("Relu", [x], layer.name) if layer.relu else x
        return x

    x = node("Div", ["image", constant("flux_scale", norm.flux_scale)], "flux_scaled")
    x = node("Asinh", [x], "flux_stretched")
    for layer in IMAGE_LAYERS:
        weight, bias = (
            constant(f"{layer.name}.{kind}", parameters[f"{layer.name}.{kind}"])
            for kind in ("weight", "bias")
        )
        x = node(
            "Conv",
            [x, weight, bias],
            f"{layer.name}.linear",
            kernel_shape=[layer.kernel] * 2,
            strides=[layer.stride] * 2,
            pads=[layer.kernel // 2] * 4,
        )
        x = node("Relu", [x], layer.name)
    x = dense(IMAGE_DENSE, node("Flatten", [x], "image_features", axis=1))

    mean = constant("magnitude_mean", norm.magnitude_mean)
    m = node("Sub", ["magnitude", mean], "magnitude_centred")
    m = node("MatMul", [m, constant("colour_matrix", norm.colour_matrix)], "colours")
    m = dense(MAGNITUDE_DENSE, m)

    y = dense(HEAD_DENSE, node("Concat", [x, m], "features", axis=1))
    deviation = constant("redshift_deviation", norm.redshift_deviation)
    y = node("Mul", [y, deviation], "redshift_scaled")
    node("Add", [y, constant("redshift_mean", norm.redshift_mean)], "redshift")

    def tensor(name: str, *shape: int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape])

    graph = helper.make_graph(
        nodes,
        "photoz",
        [tensor("image", 5, 32, 32), tensor("magnitude", 5)],
        [tensor("redshift", 1)],
        initializers,
        doc_string="Photometric redshift from ugriz images (nanomaggies) and asinh magnitudes.",
    )
    model = helper.make_model(
        graph,
        producer_name="photoz/train.py",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    helper.set_model_props(model, dict(sorted(notes.items())))
    onnx.checker.check_model(model, full_check=True)
    return model


def simulated(
    data: Path, name: str, seed: int, first_id: int, count: int, processes: int
) -> dict[str, np.ndarray]:
    """Tensors of the galaxies `first_id` ... of this seed; simulated unless `data` has them."""
    path = simulate.write_galaxies(data / name, count, seed, first_id, processes)
    return load_file(path)


def parse_arguments() -> argparse.Namespace:
    """Reads the command line; a mistake in it ends the process with exit code 2."""
    parser = argparse.ArgumentParser(prog="train.py", description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, default=reference.MODEL, metavar="MODEL.onnx",
                        help="default: the photoz.onnx beside this script")  # fmt: skip
    parser.add_argument("--data", type=Path, metavar="DIR",
                        help="keep the galaxies here (default: a temporary folder)")  # fmt: skip
    parser.add_argument("--seed", type=int, default=2501, metavar="S", help="default: 2501")
    parser.add_argument("--epochs", type=int, default=25, metavar="E", help="default: 25")
    parser.add_argument("--processes", type=int, default=2, metavar="P",
                        help="processes that simulate (default: 2)")  # fmt: skip
    arguments = parser.parse_args()
    if arguments.seed < 0:
        parser.error("argument --seed: must not be negative")
    if arguments.epochs < 2:
        parser.error("argument --epochs: at least 2, the first is the warm-up")
    if arguments.processes < 1:
        parser.error("argument --processes: must be at least 1")
    return arguments


def main() -> int:
    """Trains, exports, compares, measures. Exit code 1: the export is not what was trained."""
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as temporary:
        data = arguments.data or Path(temporary)
        galaxies = simulated(
            data, "train", arguments.seed, TRAIN_FIRST_ID, TRAIN_GALAXIES, arguments.processes
        )
        held_out = simulated(
            data, "held-out", arguments.seed, HELD_OUT_FIRST_ID, HELD_OUT_GALAXIES,
            arguments.processes,
        )  # fmt: skip

    norm = fit_normalisation(galaxies["magnitude"], galaxies["z_true"])
    parameters = train(
        norm,
        galaxies["image"],
        galaxies["magnitude"],
        galaxies["z_true"],
        seed=arguments.seed,
        epochs=arguments.epochs,
    )
    notes = {
        "bands": ",".join(simulate.BANDS),
        "training": json.dumps(
            {
                "seed": arguments.seed,
                "epochs": arguments.epochs,
                "galaxies": TRAIN_GALAXIES,
                "first_id": TRAIN_FIRST_ID,
                "recipe": simulate.RECIPE,
            },
            sort_keys=True,
        ),
        "versions": json.dumps(
            {
                name: importlib.metadata.version(name)
                for name in ("galsim", "jax", "numpy", "optax")
            },
            sort_keys=True,
        ),
    }
    encoded = to_onnx(parameters, norm, notes).SerializeToString(deterministic=True)
    if len(encoded) > MAX_MODEL_BYTES:
        print(f"train.py: error: the model has {len(encoded)} bytes", file=sys.stderr)
        return 1
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    partial = arguments.out.with_suffix(".partial")
    partial.write_bytes(encoded)

    # What is measured is the file that will be run, not the network that was trained.
    session = reference.open_session(partial)
    predicted = reference.predict(session, held_out["image"], held_out["magnitude"], 512)
    few = slice(0, 1000)
    expected = forward(parameters, norm, held_out["image"][few], held_out["magnitude"][few])
    difference = float(np.abs(predicted[few] - np.asarray(expected)).max())
    if not difference <= AGREEMENT:
        partial.unlink()
        print(f"train.py: error: ONNX Runtime and JAX differ by {difference:.2e}", file=sys.stderr)
        return 1
    partial.replace(arguments.out)
    report = reference.redshift_metrics(predicted, held_out["z_true"])
    report |= {
        "parameters": sum(value.size for value in parameters.values()),
        "bytes": len(encoded),
        "largest_difference_from_jax": difference,
    }
    print(json.dumps(report, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
