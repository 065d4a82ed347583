"""The course of a lesson: probing, training, holding against what was held out, stopping in time."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Generator as Noise
from torch import Tensor, nn

from core.engines.lesson import Lesson
from core.engines.musicgen.concepts.card import Card
from core.engines.musicgen.concepts.file import LearnedConcept
from core.engines.musicgen.concepts.placing import Encoder, placed
from core.engines.musicgen.learning.bookmark import Bookmark
from core.engines.musicgen.learning.material import Example, Material
from core.engines.musicgen.learning.model import TrainedModel
from core.engines.musicgen.learning.record import Row, as_csv, as_picture
from core.engines.musicgen.learning.tuning import Tuning, ValueTuning, tuning_for
from core.engines.musicgen.noise import noise_seed

MARK = "it"
STEEPEST = 1.0
"""Gradients are clipped to this norm."""

PLAIN = "background music"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was learned: identifier tokens, the tensors of the tuning, and the held-out losses before and after."""

    tokens: Tensor
    tensors: dict[str, Tensor]
    steps: int
    before: float
    after: float
    rows: tuple[Row, ...]


@dataclass(slots=True)
class _Best:
    loss: float
    tokens: Tensor
    weights: list[Tensor]
    step: int
    missed: int = 0


@dataclass(slots=True)
class _State:
    """Everything that goes on changing."""

    tokens: nn.Parameter
    phase: str
    tuning: Tuning
    optimizer: torch.optim.Optimizer
    step: int = 0
    places: list[Tensor] | None = None
    before: float = 0.0
    best: _Best | None = None
    rows: list[Row] = field(default_factory=list)


class Course:
    """Trains a model on a lesson's material; `run` yields after every step and may be left at any.

    What is trained on at a step follows from the lesson's seed and the step, so a course that is taken up at its
    bookmark ends with the same weights, bit for bit on a CPU, as one that was never interrupted. The model is given
    back as it was.
    """

    def __init__(
        self,
        lesson: Lesson,
        model: TrainedModel,
        text: Encoder,
        *,
        card: Card,
        material: Material,
        rehearsal: Sequence[Example] = (),
        folder: Path | None = None,
    ) -> None:
        self._lesson = lesson
        self._model = model
        self._text = text
        self._card = card
        self._material = material
        self._rehearsal = tuple(rehearsal)
        self._folder = folder
        self._bookmark = Bookmark(folder, _identity(lesson, card, material))

    def run(self) -> Generator[Row, None, Outcome]:
        state = self._resumed() or self._first()
        try:
            while state.phase == "probe":
                yield self._step(state)
                if state.step == self._lesson.probe:
                    self._choose(state)
            while state.step < self._lesson.steps and not self._is_over(state):
                yield self._step(state)
            return self._outcome(state)
        finally:
            state.tuning.close()

    def _first(self) -> _State:
        tokens = nn.Parameter(self._first_tokens())
        pivotal = self._lesson.method == "pivotal"
        tuning = ValueTuning(self._model) if pivotal else tuning_for(self._lesson, self._model, None)
        phase = "probe" if pivotal else "train"
        state = _State(tokens, phase, tuning, self._optimizer(tokens, tuning))
        state.before = self._held_out_loss(state)
        self._start_best(state)
        return state

    def _first_tokens(self) -> Tensor:
        """Around the state of the class word, each somewhere else."""
        words, _ = self._text.encode(self._lesson.class_word)
        middle = words.float().mean(0)
        noise = torch.randn(self._lesson.tokens, len(middle), generator=_noise(self._lesson.seed, "tokens", 0))
        spread = words.float().std() if words.numel() > 1 else torch.tensor(1.0)
        return middle.cpu() + 0.1 * spread.cpu() * noise

    def _optimizer(self, tokens: nn.Parameter, tuning: Tuning) -> torch.optim.Optimizer:
        groups = [{"params": [tokens], "lr": self._lesson.token_rate}]
        weights = list(tuning.parameters())
        if weights:
            groups.append({"params": weights, "lr": self._lesson.weight_rate})
        return torch.optim.AdamW(groups, betas=(0.9, 0.99), weight_decay=0.0)

    def _step(self, state: _State) -> Row:
        """One step of training, and what goes with it every so often."""
        lesson, number = self._lesson, state.step
        noise = _noise(lesson.seed, state.phase, number)
        chosen = _drawn(self._material.training, lesson.batch, noise)
        loss = self._loss(state.tokens, chosen, noise)
        total, rehearsed = loss, None
        weights = list(state.tuning.parameters())
        if self._rehearsal and lesson.rehearsal and weights:
            rehearsed = self._loss(state.tokens, _drawn(self._rehearsal, lesson.batch, noise), noise)
            total = loss + lesson.rehearsal * rehearsed
        state.optimizer.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_([state.tokens, *weights], STEEPEST)
        state.optimizer.step()
        state.step += 1
        checked = state.phase == "train" and (state.step % lesson.check == 0 or state.step == lesson.steps)
        held_out = self._check(state) if checked else None
        row = Row(
            state.phase,
            state.step,
            float(loss.detach()),
            None if rehearsed is None else float(rehearsed.detach()),
            held_out,
        )
        state.rows.append(row)
        if checked or state.step % lesson.check == 0:
            self._mark(state)
        return row

    def _choose(self, state: _State) -> None:
        """End the probe: the entries that moved most are the ones that will be trained, from the base's weights on."""
        if not isinstance(state.tuning, ValueTuning):
            raise TypeError("only value projections are probed")
        state.places = state.tuning.most_moved(self._lesson.fraction)
        state.tuning.close()
        state.tuning = tuning_for(self._lesson, self._model, state.places)
        state.optimizer = self._optimizer(state.tokens, state.tuning)
        state.phase, state.step = "train", 0
        self._start_best(state)
        self._mark(state)

    def _start_best(self, state: _State) -> None:
        if state.phase == "train":
            loss = self._held_out_loss(state)
            state.best = _Best(loss, state.tokens.detach().clone(), _copies(state.tuning), 0)

    def _check(self, state: _State) -> float:
        loss = self._held_out_loss(state)
        best = state.best
        if best is None or loss < best.loss:
            state.best = _Best(loss, state.tokens.detach().clone(), _copies(state.tuning), state.step)
        else:
            best.missed += 1
        return loss

    def _is_over(self, state: _State) -> bool:
        return state.best is not None and state.best.missed >= self._lesson.patience

    def _held_out_loss(self, state: _State) -> float:
        examples, batch = self._material.held_out, self._lesson.batch
        with torch.no_grad():
            losses = [
                float(self._loss(state.tokens, examples[first : first + batch], None))
                * len(examples[first : first + batch])
                for first in range(0, len(examples), batch)
            ]
        return sum(losses) / len(examples)

    def _loss(self, tokens: Tensor, examples: Sequence[Example], noise: Noise | None) -> Tensor:
        concept = {MARK: LearnedConcept(self._card, tokens)}
        texts = [placed(self._text, self._caption(example, noise), concept)[0] for example in examples]
        return self._model.loss([example.codes for example in examples], texts)

    def _caption(self, example: Example, noise: Noise | None) -> str:
        """The caption as it is given at a step: sometimes none, and half of the time without the description."""
        blank, bare = (1.0, 0.0) if noise is None else torch.rand(2, generator=noise).tolist()
        if blank < self._lesson.blank:
            return ""
        if not example.concept:
            return example.caption
        described = example.caption if example.caption and (noise is None or bare < 0.5) else PLAIN
        return f"{described}, in the style of <{MARK}>"

    def _outcome(self, state: _State) -> Outcome:
        best = state.best
        if best is None:
            raise ValueError("nothing was trained")
        with torch.no_grad():
            for parameter, kept in zip(state.tuning.parameters(), best.weights, strict=True):
                parameter.copy_(kept)
        self._mark(state)
        return Outcome(
            best.tokens.cpu(), state.tuning.kept(), max(1, state.step), state.before, best.loss, tuple(state.rows)
        )

    def _mark(self, state: _State) -> None:
        """Keep everything that the course needs to go on, and write its record."""
        if self._folder is None:
            return
        best = state.best
        self._bookmark.save(
            {
                "phase": state.phase,
                "step": state.step,
                "tokens": state.tokens.detach().cpu(),
                "weights": _copies(state.tuning),
                "places": state.places,
                "optimizer": state.optimizer.state_dict(),
                "before": state.before,
                "best": None if best is None else {name: getattr(best, name) for name in _Best.__slots__},
                "rows": [asdict(row) for row in state.rows],
            }
        )
        (self._folder / "log.csv").write_text(as_csv(state.rows), encoding="utf-8")
        (self._folder / "log.png").write_bytes(as_picture(state.rows))

    def _resumed(self) -> _State | None:
        """The state at the bookmark, if there is one."""
        kept: dict[str, Any] | None = self._bookmark.load()
        if kept is None:
            return None
        tokens = nn.Parameter(kept["tokens"])
        probing = kept["phase"] == "probe"
        tuning = ValueTuning(self._model) if probing else tuning_for(self._lesson, self._model, kept["places"])
        with torch.no_grad():
            for parameter, weight in zip(tuning.parameters(), kept["weights"], strict=True):
                parameter.copy_(weight)
        optimizer = self._optimizer(tokens, tuning)
        optimizer.load_state_dict(kept["optimizer"])
        return _State(
            tokens,
            kept["phase"],
            tuning,
            optimizer,
            kept["step"],
            kept["places"],
            kept["before"],
            None if kept["best"] is None else _Best(**kept["best"]),
            [Row(**row) for row in kept["rows"]],
        )


def _copies(tuning: Tuning) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in tuning.parameters()]


def _drawn(examples: Sequence[Example], count: int, noise: Noise) -> list[Example]:
    return [examples[int(index)] for index in torch.randint(len(examples), (count,), generator=noise)]


def _noise(seed: int, phase: str, step: int) -> Noise:
    number = step + (1 << 20) * ("tokens", "probe", "train").index(phase)
    return Noise().manual_seed(noise_seed(seed, number))


def _identity(lesson: Lesson, card: Card, material: Material) -> str:
    """What must be the same for a bookmark to be this lesson's."""
    found = hashlib.sha256(lesson.model_dump_json().encode())
    found.update(card.base.encode())
    for example in (*material.training, *material.held_out):
        found.update(example.caption.encode())
        found.update(example.codes.to(torch.int32).contiguous().numpy().tobytes())
    return found.hexdigest()
