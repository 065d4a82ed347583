"""The course: a small model learns composed music first, and then, frozen, an editor learns to edit it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

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

WITHOUT_TEXT = 0.3
"""The share of texts left out in training, as in MusicGen's own (arXiv:2306.05284, section 3.1)."""

WEIGHT_DECAY = 0.05
CLIP = 2.0
LONGEST_WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """Codes (codebooks, frames) to predict under a text; with `heard`, codes of the recording that is edited."""

    codes: Tensor
    text: Tensor
    heard: Tensor | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    steps: int
    batch: int
    rate: float


def encoded(codec: SmallCodec, pairs: Iterable[EditPair]) -> list[Piece]:
    return [
        Piece(
            torch.from_numpy(codec.encode(pair.after)),
            states_of(pair.instruction),
            torch.from_numpy(codec.encode(pair.before)),
        )
        for pair in pairs
    ]


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
    _descend(lesson, pieces, schedule, Taught(weights), on_step)
    for tensor in weights:
        tensor.requires_grad_(requires_grad=False)


def teach_editor(
    lesson: Lesson, pieces: Sequence[Piece], schedule: Schedule, on_step: OnStep, *, deaf: bool, seed: int
) -> EditingWeights:
    """Train an editor for a frozen decoder. A `deaf` one reads the instruction and does not hear the recording."""
    frames = pieces[0].codes.shape[1]
    editor = untrained(lesson.config, longest=frames, rank=8, seed=seed)
    tensors = dict(editor.tensors)
    taught = [name for name in tensors if not deaf or name.startswith(("query", "value"))]
    weights = [tensors[name].requires_grad_() for name in taught]
    if deaf:
        pieces = [Piece(piece.codes, piece.text) for piece in pieces]
    _descend(lesson, pieces, schedule, Taught(weights, tensors), on_step)
    return EditingWeights({name: tensor.detach() for name, tensor in tensors.items()})


@dataclass(frozen=True, slots=True)
class Taught:
    """The weights that are trained, and all of the editor's where it is an editor that is taught."""

    weights: list[Tensor]
    editor: dict[str, Tensor] | None = None


def _descend(lesson: Lesson, pieces: Sequence[Piece], schedule: Schedule, taught: Taught, on_step: OnStep) -> None:
    dice = random.Random(f"course {schedule.steps}")  # noqa: S311  (no secret)
    optimiser = torch.optim.AdamW(taught.weights, lr=schedule.rate, weight_decay=WEIGHT_DECAY)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, schedule.steps))
    for step in range(schedule.steps):
        chosen = [_forgetful(dice.choice(pieces), dice) for _ in range(schedule.batch)]
        codes, texts, heard = batch_of(lesson.config, dict(lesson.own), chosen)
        logits = lesson.predict(codes, texts, taught.editor, heard)
        loss = next_token_loss(logits, codes, lesson.config).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(taught.weights, CLIP)
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
