"""Fingerprint: which model a concept was learned on, and whether it is this one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import torch
from torch import Tensor

SAMPLE = 64
"""Values at either end of a tensor that are looked at: to read all of a large model would take many seconds."""


def fingerprint(tensors: Mapping[str, Tensor]) -> str:
    """A SHA-256 over the names, shapes and outermost values of a decoder's tensors.

    Values are compared in float16, which the published checkpoints come in: both formats of one model are one model.
    """
    found = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        flat = tensor.flatten()
        ends = torch.cat([flat[:SAMPLE], flat[-SAMPLE:]]).to(torch.float16)
        found.update(f"{name} {list(tensor.shape)} ".encode())
        found.update(ends.contiguous().view(torch.int16).numpy().tobytes())
    return found.hexdigest()
