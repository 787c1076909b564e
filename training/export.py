"""Weights as they are shipped: fp16 safetensors, without what the bundled model already holds."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from index.cross import SHARED_LAYERS

SUMS = "SHA256SUMS"
MAX_BYTES = 60_000_000
PLAIN_SHARE = 0.2


def encoder_weights(body: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """All of the encoder's but its pooler, which nothing uses."""
    return {name: value for name, value in body.items() if not name.startswith("pooler.")}


def mixed(tuned: Mapping[str, Tensor], plain: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tuned encoder with PLAIN_SHARE of the plain one in the layers that the reader does not share.

    So less is forgotten of what has nothing to do with football.
    """
    kept = ("embeddings.", *(f"encoder.layer.{layer}." for layer in range(SHARED_LAYERS)))
    return {
        name: value if name.startswith(kept) else PLAIN_SHARE * plain[name] + (1 - PLAIN_SHARE) * value
        for name, value in tuned.items()
    }


def export(weights: Mapping[str, Mapping[str, Tensor]], directory: Path) -> int:
    """Write each of `weights` to its file, and the checksums of all; returns how many bytes they have.

    Raises ValueError where that is more than may be shipped.
    """
    directory.mkdir(parents=True, exist_ok=True)
    sums, size = [], 0
    for name, tensors in sorted(weights.items()):
        file = directory / f"{name}.safetensors"
        save_file({key: value.to(torch.float16).contiguous() for key, value in tensors.items()}, file)
        content = file.read_bytes()
        size += len(content)
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {file.name}\n")
    if size > MAX_BYTES:
        raise ValueError(f"The weights have {size:,} bytes, and {MAX_BYTES:,} may be shipped.")
    (directory / SUMS).write_text("".join(sums), encoding="ascii")
    return size
