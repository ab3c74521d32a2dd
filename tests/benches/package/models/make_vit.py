"""Makes the model of the packaging benchmark: a vision transformer of 2.7 million parameters with random weights.

What is measured is a start, so the numbers in it do not matter; its operators and its size do. They are those of a
transformer exported from PyTorch: LayerNormalization, attention of matrix products, GELU of its parts. It takes and gives
what the photoz model does, so that one handler runs both. The file's bytes follow from the seed alone.

Only numpy is needed: the ONNX file is written field by field (`onnx.proto3` of the ONNX specification).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

PATCH, SIDE, CHANNELS, BANDS = 4, 32, 5, 5
TOKENS = (SIDE // PATCH) ** 2
WIDTH, HEADS, DEPTH = 192, 6, 6
FLOAT, INT64 = 1, 7


def varint(number: int) -> bytes:
    """Encodes a number that is not negative, or a negative one in two's complement of 64 bits."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


class Graph:
    """Collects nodes and weights."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.nodes: list[bytes] = []
        self.weights: list[bytes] = []
        self.parameters = 0

    def constant(self, name: str, value: np.ndarray) -> str:
        kind = INT64 if value.dtype == np.int64 else FLOAT
        dims = b"".join(number(1, size) for size in value.shape)
        data = value.astype("<i8" if kind == INT64 else "<f4").tobytes()
        self.weights.append(block(5, dims + number(2, kind) + block(8, name) + block(9, data)))
        return name

    def parameter(self, name: str, *shape: int, scale: float | None = None, offset: float = 0.0) -> str:
        spread = 1 / np.sqrt(shape[0]) if scale is None else scale
        value = self.random.normal(offset, spread, shape).astype(np.float32)
        self.parameters += value.size
        return self.constant(name, value)

    def node(self, operator: str, inputs: list[str], output: str, **attributes: int | float | list[int]) -> str:
        body = b"".join(block(1, name) for name in inputs) + block(2, output)
        body += block(3, f"/{output}") + block(4, operator)
        for name, value in attributes.items():
            if isinstance(value, list):
                payload = b"".join(number(8, item) for item in value) + number(20, 7)
            elif isinstance(value, float):
                payload = varint(2 << 3 | 5) + np.float32(value).tobytes() + number(20, 1)
            else:
                payload = number(3, value) + number(20, 2)
            body += block(5, block(1, name) + payload)
        self.nodes.append(block(1, body))
        return output

    def dense(self, x: str, name: str, inputs: int, outputs: int) -> str:
        product = self.node("MatMul", [x, self.parameter(f"{name}.weight", inputs, outputs)], f"{name}.product")
        bias = self.parameter(f"{name}.bias", outputs, scale=0.02)
        return self.node("Add", [bias, product], f"{name}.out")

    def norm(self, x: str, name: str) -> str:
        weight = self.parameter(f"{name}.weight", WIDTH, scale=0.02, offset=1.0)
        bias = self.parameter(f"{name}.bias", WIDTH, scale=0.02)
        return self.node("LayerNormalization", [x, weight, bias], f"{name}.out", axis=-1, epsilon=1e-6)

    def reshape(self, x: str, name: str, *shape: int) -> str:
        return self.node("Reshape", [x, self.constant(f"{name}.shape", np.array(shape, np.int64))], f"{name}.out")

    def gelu(self, x: str, name: str) -> str:
        def scalar(part: str, value: float) -> str:
            return self.constant(f"{name}.{part}", np.array(value, np.float32))

        scaled = self.node("Div", [x, scalar("root", float(np.sqrt(2)))], f"{name}.scaled")
        erf = self.node("Erf", [scaled], f"{name}.erf")
        shifted = self.node("Add", [erf, scalar("one", 1.0)], f"{name}.shifted")
        product = self.node("Mul", [x, shifted], f"{name}.product")
        return self.node("Mul", [product, scalar("half", 0.5)], f"{name}.out")

    def attention(self, x: str, name: str) -> str:
        size = WIDTH // HEADS
        joined = self.dense(x, f"{name}.qkv", WIDTH, 3 * WIDTH)
        split = self.reshape(joined, f"{name}.split", -1, TOKENS, 3, HEADS, size)
        turned = self.node("Transpose", [split], f"{name}.turned", perm=[2, 0, 3, 1, 4])
        q, k, v = (
            self.node(
                "Gather", [turned, self.constant(f"{name}.{part}.index", np.array(index, np.int64))],
                f"{name}.{part}", axis=0,
            )
            for index, part in enumerate("qkv")
        )  # fmt: skip
        scale = self.constant(f"{name}.scale", np.array(size**-0.5, np.float32))
        scaled = self.node("Mul", [q, scale], f"{name}.q.scaled")
        keys = self.node("Transpose", [k], f"{name}.k.turned", perm=[0, 1, 3, 2])
        scores = self.node("MatMul", [scaled, keys], f"{name}.scores")
        weights = self.node("Softmax", [scores], f"{name}.weights", axis=-1)
        mixed = self.node("MatMul", [weights, v], f"{name}.mixed")
        merged = self.node("Transpose", [mixed], f"{name}.merged", perm=[0, 2, 1, 3])
        return self.dense(self.reshape(merged, f"{name}.flat", -1, TOKENS, WIDTH), f"{name}.proj", WIDTH, WIDTH)


def build(seed: int) -> tuple[bytes, int]:
    """Returns the file's bytes and the number of parameters."""
    graph = Graph(seed)
    kernel = graph.parameter("patches.weight", WIDTH, CHANNELS, PATCH, PATCH, scale=0.1)
    bias = graph.parameter("patches.bias", WIDTH, scale=0.02)
    x = graph.node(
        "Conv", ["image", kernel, bias], "patches", kernel_shape=[PATCH, PATCH], strides=[PATCH, PATCH]
    )  # fmt: skip
    x = graph.reshape(x, "tokens", -1, WIDTH, TOKENS)
    x = graph.node("Transpose", [x], "tokens.turned", perm=[0, 2, 1])
    x = graph.node("Add", [x, graph.parameter("position", 1, TOKENS, WIDTH, scale=0.02)], "tokens.placed")
    for index in range(DEPTH):
        name = f"blocks.{index}"
        attended = graph.attention(graph.norm(x, f"{name}.norm1"), f"{name}.attn")
        x = graph.node("Add", [x, attended], f"{name}.attended")
        hidden = graph.dense(graph.norm(x, f"{name}.norm2"), f"{name}.mlp.fc1", WIDTH, 4 * WIDTH)
        hidden = graph.gelu(hidden, f"{name}.mlp.gelu")
        x = graph.node("Add", [x, graph.dense(hidden, f"{name}.mlp.fc2", 4 * WIDTH, WIDTH)], f"{name}.out")
    pooled = graph.node("ReduceMean", [graph.norm(x, "norm")], "pooled", axes=[1], keepdims=0)
    joined = graph.node("Concat", [pooled, "magnitude"], "joined", axis=1)
    graph.node("Identity", [graph.dense(joined, "head", WIDTH + BANDS, 1)], "redshift")

    def value(field: int, name: str, *shape: int) -> bytes:
        sizes = [block(1, block(2, "n")), *(block(1, number(1, size)) for size in shape)]
        tensor = number(1, FLOAT) + block(2, b"".join(sizes))
        return block(field, block(1, name) + block(2, block(1, tensor)))

    body = b"".join(graph.nodes) + block(2, "vit") + b"".join(graph.weights)
    body += value(11, "image", CHANNELS, SIDE, SIDE) + value(11, "magnitude", BANDS) + value(12, "redshift", 1)
    model = number(1, 8) + block(2, "make_vit.py") + block(7, body) + block(8, number(2, 17))
    return model, graph.parameters


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, metavar="MODEL.onnx", help="the file to write")
    parser.add_argument("--seed", type=int, default=2711, metavar="S", help="default: 2711")
    arguments = parser.parse_args()
    model, parameters = build(arguments.seed)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(model)
    print(f"{arguments.out}: {parameters} parameters, {len(model)} bytes")


if __name__ == "__main__":
    main()
