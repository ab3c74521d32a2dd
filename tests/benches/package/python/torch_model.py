"""The vision transformer of `make_vit.py` in torch, with the same weights: what a start costs is the import of torch.

It is made of functions and of weights that are mapped from one file: no module is built and nothing is initialised twice.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import conv2d, gelu, layer_norm

torch.set_num_threads(1)


def load() -> Callable[[list[str], dict[str, np.ndarray]], list[np.ndarray]]:
    """Returns a function of the outputs' names and a batch."""
    folder = Path(__file__).parent
    memory = torch.from_numpy(np.memmap(folder / "weights.bin", np.float32, "c"))
    sizes = json.loads(folder.joinpath("weights.json").read_bytes())
    weights = {
        name: memory[at : at + int(np.prod(shape))].reshape(shape) for name, (at, shape) in sizes["weights"].items()
    }

    def run(_outputs: list[str], batch: dict[str, np.ndarray]) -> list[np.ndarray]:
        image, magnitude = (torch.from_numpy(np.array(batch[name])) for name in ("image", "magnitude"))
        with torch.inference_mode():
            return [forward(weights, sizes["depth"], sizes["heads"], image, magnitude).numpy()]

    return run


def forward(
    weights: dict[str, torch.Tensor], depth: int, heads: int, image: torch.Tensor, magnitude: torch.Tensor
) -> torch.Tensor:
    def dense(x: torch.Tensor, name: str) -> torch.Tensor:
        return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        return layer_norm(x, x.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-6)

    kernel = weights["patches.weight"]
    x = conv2d(image, kernel, weights["patches.bias"], stride=kernel.shape[-1])
    x = x.flatten(2).transpose(1, 2) + weights["position"]
    rows, tokens, width = x.shape
    for index in range(depth):
        name = f"blocks.{index}"
        joined = dense(norm(x, f"{name}.norm1"), f"{name}.attn.qkv")
        q, k, v = joined.reshape(rows, tokens, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        scores = (q * (width // heads) ** -0.5) @ k.transpose(-2, -1)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(rows, tokens, width)
        x = x + dense(mixed, f"{name}.attn.proj")
        hidden = gelu(dense(norm(x, f"{name}.norm2"), f"{name}.mlp.fc1"))
        x = x + dense(hidden, f"{name}.mlp.fc2")
    return dense(torch.cat([norm(x, "norm").mean(1), magnitude], 1), "head")
