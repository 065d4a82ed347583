"""The course: how the small models learn, and how a pseudo-word is learned for a recording (textual inversion)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.evaluation.style.material import MOODS
from core.evaluation.style.small_model import STREAMS, WORDS, SmallModel, Told
from core.evaluation.style.tokens import FRAME_RATE

WINDOW = 4 * FRAME_RATE
EXCERPT = 3 * FRAME_RATE
BATCH = 16
RATE, WEIGHT_DECAY, CLIP = 3e-3, 0.1, 1.0
DROPPED_BOTH, DROPPED_ONE = 0.1, 0.4
"""Chances that an example is told nothing, and that it is then not told its text, or not its style; as published."""

PSEUDO_WORDS = 2
INVERSION_RATE = 0.05


@dataclass(frozen=True, slots=True)
class Learned:
    """A song as codes (codebooks, frames), with its mood."""

    codes: Tensor
    mood: str


def mood_states() -> dict[str, Tensor]:
    """What stands for the frozen text encoder: a fixed random vector (1, `WORDS`) for every mood."""
    dice = torch.Generator().manual_seed(11)
    return {mood: torch.randn(1, WORDS, generator=dice) for mood in MOODS}


def train(
    model: SmallModel,
    songs: Sequence[Learned],
    *,
    steps: int,
    seed: int,
    with_style: bool,
    on_progress: Callable[[float], None] = lambda _: None,
) -> float:
    """Train everything together; returns the mean loss of the last tenth of the steps.

    The excerpt comes from the half of a song that is not predicted, which is what masking its frames is for.
    """
    dice = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.95), weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: cosine(step, steps))
    texts = mood_states()
    losses = []
    for step in range(steps):
        codes, told = [], []
        for place in torch.randint(len(songs), (BATCH,), generator=dice).tolist():
            target, excerpt = halves(songs[place].codes, dice)
            drawn = torch.rand(3, generator=dice).tolist()
            has_text = drawn[0] >= DROPPED_BOTH and drawn[1] >= DROPPED_ONE
            has_style = with_style and drawn[0] >= DROPPED_BOTH and drawn[2] >= DROPPED_ONE
            codes.append(target)
            told.append(Told(excerpt if has_style else None, texts[songs[place].mood] if has_text else None))
        streams = int(torch.randint(1, STREAMS + 1, (1,), generator=dice))
        loss = model.loss(codes, told, streams)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        on_progress((step + 1) / steps)
    last = losses[-max(1, steps // 10) :]
    return sum(last) / len(last)


def halves(codes: Tensor, dice: torch.Generator) -> tuple[Tensor, Tensor]:
    """A window to predict from one half of a song, and an excerpt to listen to from the other."""
    middle = codes.shape[1] // 2
    parts = [codes[:, :middle], codes[:, middle:]]
    first = int(torch.randint(2, (1,), generator=dice))
    target, heard = parts[first], parts[1 - first]
    return target[:, :WINDOW], cut(heard, EXCERPT, dice)


def cut(codes: Tensor, frames: int, dice: torch.Generator) -> Tensor:
    start = int(torch.randint(codes.shape[1] - frames + 1, (1,), generator=dice))
    return codes[:, start : start + frames]


def invert(model: SmallModel, songs: Sequence[Tensor], *, steps: int, seed: int) -> list[Tensor]:
    """A pseudo-word for each song (codebooks, frames): text states (`PSEUDO_WORDS`, `WORDS`), the model frozen.

    All are learned side by side; none has a part in another's loss.
    """
    dice = torch.Generator().manual_seed(seed)
    words = [torch.randn(PSEUDO_WORDS, WORDS, generator=dice).mul_(0.5).requires_grad_() for _ in songs]
    optimiser = torch.optim.Adam(words, lr=INVERSION_RATE)
    for _ in range(steps):
        windows = [cut(codes, WINDOW, dice) for codes in songs]
        loss = model.loss(windows, [Told(None, word) for word in words], STREAMS)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return [word.detach() for word in words]


def cosine(step: int, steps: int) -> float:
    """The learning rate's share: a short warm-up, then half a cosine."""
    warm = max(1, steps // 20)
    return (step + 1) / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
