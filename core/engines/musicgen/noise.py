"""Noise as a function of a request's seed and of where it falls: no generator holds a state between steps.

What a request draws depends neither on its company nor on the device, and a step over fixed buffers can compute it.
The function is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
OOPSLA 2014), whose stream of numbers is that of a counter.
"""

from __future__ import annotations

from torch import Tensor

MASK = 2**64 - 1
STRIDE = 0x9E3779B97F4A7C15
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB
DIGITS = 23
"""Binary digits of a number between 0 and 1: half a unit more than any of them is exact in float32."""


def noise_seed(seed: int, column: int) -> int:
    """A seed for the noise of one column, from both numbers."""
    value = (seed * STRIDE + column * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & MASK
    value = ((value ^ (value >> 30)) * FIRST) & MASK
    value = ((value ^ (value >> 27)) * SECOND) & MASK
    return (value ^ (value >> 31)) >> 1


def gumbel(seeds: Tensor, places: Tensor) -> Tensor:
    """Standard Gumbel noise: whole numbers (requests,) and (requests, …) to float32 (requests, …)."""
    value = places * _signed(STRIDE) + seeds.view(-1, *[1] * (places.ndim - 1))
    value = (value ^ _shifted(value, 30)).mul_(_signed(FIRST))
    value = (value ^ _shifted(value, 27)).mul_(_signed(SECOND))
    # The last exclusive or of the finaliser leaves the highest digits as they are.
    uniform = _shifted(value, 64 - DIGITS).float().add_(0.5).mul_(2.0**-DIGITS)
    return uniform.log_().neg_().log_().neg_()


def _shifted(value: Tensor, digits: int) -> Tensor:
    """A shift to the right that brings zeros in; torch's own repeats the sign."""
    return (value >> digits).bitwise_and_((1 << (64 - digits)) - 1)


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value
