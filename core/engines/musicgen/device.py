"""Where the model runs, in which precision, and for how many requests at once."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Literal

import torch

from core.engines.musicgen.cache import bytes_per_slot
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.linear import Packed, Precision, works
from core.errors import EngineUnavailable
from core.words import Words

DeviceWish = Literal["auto", "cuda", "mps", "cpu"]
PrecisionWish = Literal["auto", "fp32", "bf16", "int8"]

CACHE_SHARE = 0.5
"""The part of the free memory that caches may fill when every slot is as long as it can be."""


def choose_device(wish: DeviceWish = "auto") -> torch.device:
    """The device wished for; by itself CUDA before MPS before the CPU.

    Raises:
        EngineUnavailable: it is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wish == "auto":
        return torch.device(next(name for name, is_there in there.items() if is_there))
    if not there[wish]:
        raise EngineUnavailable(Words(f"This machine has no {wish} device.", f"이 컴퓨터에는 {wish} 장치가 없습니다."))
    return torch.device(wish)


def choose_precision(wish: PrecisionWish, device: torch.device) -> Precision:
    """The precision wished for; by itself bfloat16 where it is computed natively, float32 elsewhere.

    8 bits are never chosen by themselves: what they do to the music can be told with published weights only.
    """
    if wish != "auto":
        return wish
    if device.type == "cuda":
        return "bf16"
    native = device.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()  # noqa: SLF001
    return "bf16" if native and works(Packed, torch.eye(32, dtype=torch.bfloat16)) else "fp32"


def slots_within(memory: int, config: DecoderConfig, positions: int, dtype: torch.dtype, *, most: int) -> int:
    """How many requests of the greatest length fit `memory` bytes: at least 1, at most `most`."""
    return max(1, min(most, int(memory * CACHE_SHARE) // bytes_per_slot(config, positions, dtype)))


def free_memory(device: torch.device) -> int:
    """Bytes that are free on the device; of the system for devices that share its memory."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def is_lost(error: RuntimeError) -> bool:
    """Whether a device can no longer be used by this process: after most errors of CUDA nothing works there any more.

    Memory that ran out is none of them.
    """
    if isinstance(error, torch.OutOfMemoryError):
        return False
    return isinstance(error, torch.AcceleratorError) or "CUDA error" in str(error)


def use_threads(count: int | None) -> None:
    """Let torch use `count` threads; by itself one for each core that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    torch.set_num_threads(count or cores)


def return_freed_memory() -> None:
    """Give memory back to the system that was freed after loading: glibc keeps blocks of some megabytes by itself."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
