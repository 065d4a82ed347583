"""Chroma: the strongest pitch class of each moment of a recording, as melody models read it.

Copet et al. (arXiv:2306.05284), section 2.3: one-hot frames keep the model from copying the recording.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize, one_hot, pad
from transformers.audio_utils import chroma_filter_bank

SPECTRUM = 16384
HOP = 4096


def chroma(samples: Tensor, sample_rate: int, classes: int = 12) -> Tensor:
    """One-hot chroma (frames, classes) of samples (channels, samples). Silence is the first class throughout.

    That is also what the model is given for "no melody", so a silent recording asks for none.
    """
    mono = samples.float().mean(0)
    missing = max(0, SPECTRUM - len(mono))
    mono = pad(mono, (missing // 2, missing - missing // 2))
    window = torch.hann_window(SPECTRUM)
    spectrum = torch.stft(mono, SPECTRUM, HOP, window=window, center=True, return_complex=True)
    power = spectrum.abs().square() / window.square().sum()
    filters = chroma_filter_bank(sampling_rate=sample_rate, num_frequency_bins=SPECTRUM, tuning=0, num_chroma=classes)
    raw = torch.from_numpy(filters).float() @ power
    return one_hot(normalize(raw, p=torch.inf, dim=0, eps=1e-6).argmax(0), classes).float()
