"""A stand-in for the audiocraft library: packages in a folder, with exactly the interface that the engine uses.

The library needs an environment of its own (`make audiocraft`) and gigabytes of weights. What can go wrong between it
and the engine must be tried without either: its errors, its windows, what is missing. That the interface is the true
one is shown by `tests/reference/test_audiocraft.py` with the library itself.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

TORCH = """
import numpy

_noise = [numpy.random.default_rng(0)]


class Tensor:
    def __init__(self, values):
        self.values = values
        self.shape = values.shape

    def __getitem__(self, place):
        return Tensor(self.values[place])

    def detach(self):
        return self

    float = cpu = detach

    def numpy(self):
        return self.values


def manual_seed(seed):
    _noise[0] = numpy.random.default_rng(seed)


def rand(*shape):
    return Tensor(_noise[0].random(shape, dtype="float32"))


from_numpy = Tensor
"""

MODELS = """
from types import SimpleNamespace

import torch


class ChromaStemConditioner:
    pass


class GenModel:
    sample_rate, frame_rate, channels = 3200, 50, 1
    max_duration, extend_stride = 30.0, 18.0
    error = None
    lacks = 0

    def __init__(self, name):
        self.name = name
        self.duration = 10.0
        self.calls = []
        self._progress_callback = None
        listening = {"self_wav": ChromaStemConditioner()} if "melody" in name else {}
        self.lm = SimpleNamespace(condition_provider=SimpleNamespace(conditioners=listening))

    @classmethod
    def get_pretrained(cls, name, device=None):
        if "absent" in name:
            raise FileNotFoundError(name)
        return cls(name)

    def set_custom_progress_callback(self, progress_callback=None):
        self._progress_callback = progress_callback

    def generate(self, descriptions, progress=False):
        self.calls.append(("generate", descriptions, self.duration))
        return self._sound(descriptions)

    def _sound(self, descriptions):
        if self.error is not None:
            raise self.error
        frames = int(self.duration * self.frame_rate)
        for frame in range(1, frames + 1):
            self._progress_callback(frame, frames)
        return torch.rand(len(descriptions), self.channels, (frames - self.lacks) * self.sample_rate // self.frame_rate)


class MusicGen(GenModel):
    def set_generation_params(self, duration=30.0, extend_stride=18):
        self.duration, self.extend_stride = duration, extend_stride

    def generate_with_chroma(self, descriptions, melody_wavs, melody_sample_rate, progress=False):
        self.calls.append(("melody", tuple(melody_wavs.shape), melody_sample_rate))
        return self._sound(descriptions)

    def generate_continuation(self, prompt, prompt_sample_rate, descriptions=None, progress=False):
        self.calls.append(("continue", tuple(prompt.shape), prompt_sample_rate))
        return self._sound(descriptions)


class AudioGen(MusicGen):
    pass


class MAGNeT(GenModel):
    pass
"""


def write(folder: Path, *, models: str = MODELS, torchaudio: str = "") -> None:
    """The packages; torch itself is used where it is installed."""
    for package, source in (("audiocraft", '__version__ = "1.3.0"'), ("audiocraft/models", models)):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text(source)
    (folder / "torchaudio.py").write_text(torchaudio)
    if importlib.util.find_spec("torch") is None:
        (folder / "torch.py").write_text(TORCH)
