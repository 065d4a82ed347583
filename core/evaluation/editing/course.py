"""The course: a small model learns composed music first, and then, frozen, an editor learns to edit it.

An editor first learns to hear: to say again what is played to it. Only then is it told what to do. Asked to edit at
once, it finds the likely music under an instruction long before it finds which frame of the recording to look at.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.editing.training import Lesson, Texts, next_token_loss
from core.engines.musicgen.editing.weights import EditingWeights, untrained
from core.evaluation.editing.codec import SmallCodec
from core.evaluation.editing.pairs import EditPair
from core.evaluation.editing.words import states_of

OnStep = Callable[[int, float], None]
"""Called with the number of a step and its loss."""

WITHOUT_TEXT = 0.1
"""The share of texts left out in training. MusicGen leaves out more, but without its instruction no edit is known."""

MODEL_RATE = 3e-3
EDITOR_RATES = {"positions": 1e-2, "gates": 2e-2, "merge": 1e-2, "query": 5e-3, "value": 5e-3}
"""What is to find the place in the recording learns faster than what reads."""

READING = ("query", "value")
HEARING = ("positions", "gates", "merge")
WEIGHT_DECAY = 0.05
CLIP = 1.0
LONGEST_WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """Codes (codebooks, frames) to predict under a text; with `heard`, codes of the recording that is edited."""

    codes: Tensor
    text: Tensor
    heard: Tensor | None = None

    @property
    def unheard(self) -> Piece:
        return replace(self, heard=None)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long to learn; of an editor's weights only those of these `kinds`."""

    steps: int
    batch: int
    kinds: tuple[str, ...] = HEARING + READING


def encoded(codec: SmallCodec, pairs: Iterable[EditPair]) -> list[Piece]:
    return [
        Piece(
            torch.from_numpy(codec.encode(pair.after)),
            states_of(pair.instruction),
            torch.from_numpy(codec.encode(pair.before)),
        )
        for pair in pairs
    ]


def described(pieces: Iterable[Piece], pairs: Iterable[EditPair]) -> list[Piece]:
    """Both sides of each pair by themselves, under captions that name what is heard."""
    return [
        Piece(codes, states_of(caption))
        for piece, pair in zip(pieces, pairs, strict=True)
        for codes, caption in zip((piece.heard, piece.codes), pair.captions, strict=True)
        if codes is not None
    ]


def echoes(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces in which what was played is to be said again, without a text."""
    sides = [side for piece in pieces for side in (piece.codes, piece.heard) if side is not None]
    return [Piece(side, states_of(""), side) for side in sides]


def batch_of(
    config: DecoderConfig, own: dict[str, Tensor], pieces: Sequence[Piece]
) -> tuple[Tensor, Texts, Tensor | None]:
    heard = [piece.heard for piece in pieces if piece.heard is not None]
    return (
        torch.stack([piece.codes for piece in pieces]),
        Texts.of(config, own, [piece.text for piece in pieces]),
        torch.stack(heard) if heard else None,
    )


def teach_model(lesson: Lesson, pieces: Sequence[Piece], schedule: Schedule, on_step: OnStep) -> None:
    """Train all weights of the lesson's decoder, in place."""
    weights = [tensor.requires_grad_() for tensor in lesson.own.values()]
    _descend(lesson, pieces, schedule, Taught([{"params": weights, "lr": MODEL_RATE}]), on_step)
    for tensor in weights:
        tensor.requires_grad_(requires_grad=False)


def newcomer(lesson: Lesson, frames: int, seed: int) -> EditingWeights:
    """An editor that has learned nothing, for recordings of so many frames."""
    return untrained(lesson.config, longest=frames, seed=seed)


def teach_editor(
    lesson: Lesson, editor: EditingWeights, pieces: Sequence[Piece], schedule: Schedule, on_step: OnStep
) -> EditingWeights:
    """An editor that has learned more, on a frozen decoder."""
    tensors = {name: tensor.clone() for name, tensor in editor.tensors.items()}
    _descend(lesson, pieces, schedule, Taught(list(_groups(tensors, schedule.kinds)), tensors), on_step)
    return EditingWeights({name: tensor.detach() for name, tensor in tensors.items()})


def _groups(tensors: Mapping[str, Tensor], kinds: Sequence[str]) -> Iterator[dict[str, Any]]:
    for kind in kinds:
        weights = [tensor.requires_grad_() for name, tensor in tensors.items() if name.startswith(kind)]
        decay = WEIGHT_DECAY if kind in READING else 0.0
        yield {"params": weights, "lr": EDITOR_RATES[kind], "weight_decay": decay}


@dataclass(frozen=True, slots=True)
class Taught:
    """The weights that are trained, in an optimiser's groups, and all of an editor's where one is taught."""

    groups: list[dict[str, Any]]
    editor: dict[str, Tensor] | None = None


def _descend(lesson: Lesson, pieces: Sequence[Piece], schedule: Schedule, taught: Taught, on_step: OnStep) -> None:
    dice = random.Random(f"course {schedule.steps}")  # noqa: S311  (no secret)
    optimiser = torch.optim.AdamW(taught.groups, betas=(0.9, 0.99), weight_decay=WEIGHT_DECAY)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, schedule.steps))
    weights = [weight for group in taught.groups for weight in group["params"]]
    for step in range(schedule.steps):
        chosen = [_forgetful(dice.choice(pieces), dice) for _ in range(schedule.batch)]
        codes, texts, heard = batch_of(lesson.config, dict(lesson.own), chosen)
        logits = lesson.predict(codes, texts, taught.editor, heard)
        loss = next_token_loss(logits, codes, lesson.config).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, CLIP)
        optimiser.step()
        pace.step()
        on_step(step + 1, float(loss.detach()))


def _forgetful(piece: Piece, dice: random.Random) -> Piece:
    if dice.random() >= WITHOUT_TEXT:
        return piece
    return Piece(piece.codes, piece.text[:0], piece.heard)


def _pace(step: int, steps: int) -> float:
    """A warm-up, then half a cosine down to nothing."""
    warm_up = min(LONGEST_WARM_UP, steps // 10)
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))
