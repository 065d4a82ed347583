"""Continuous batching: requests join and leave the batch at any step.

What a request gets is a function of the request alone. In float32 and int8 on a CPU its tokens are bit for bit the same
in any company: rows are kept apart by the kernels (`linear`), attention sees one request at a time or several that are
equally far, and noise is a function of the request's seed and the column (`noise`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.engines.musicgen.cache import KVCache
from core.engines.musicgen.captured import FixedSteps, Record, Seat
from core.engines.musicgen.decoder import Condition, Crossing, Decoder
from core.engines.musicgen.delay import columns_for, delayed, undelayed
from core.engines.musicgen.noise import noise_seed
from core.engines.musicgen.sampling import Choice, Sampling

FILL = 16
"""Known positions (a prefix, a prompt) that are taken in beside one step of the others."""


@dataclass(frozen=True, slots=True)
class Job:
    """Codes to make: `frames` of them, of which `prompt` (codebooks, frames) gives the first.

    The prompt must leave something to do.
    """

    id: str
    condition: Condition
    frames: int
    sampling: Sampling
    seed: int
    prompt: Tensor | None = None


@dataclass(frozen=True, slots=True)
class Advanced:
    """So many of `frames` are complete, of which `codes` (codebooks, frames) are put together when asked for.

    They are to be asked for before the next step.
    """

    id: str
    complete: int
    frames: int
    columns: Tensor
    delays: tuple[int, ...]

    @property
    def codes(self) -> Tensor:
        return undelayed(self.columns, self.delays)


@dataclass(frozen=True, slots=True)
class Finished:
    id: str
    codes: Tensor


@dataclass(frozen=True, slots=True)
class Broken:
    """A job that cannot go on: the model's predictions are not numbers, or memory does not even do for it alone."""

    id: str
    reason: str


Update = Advanced | Finished | Broken


@dataclass(slots=True)
class _Running:
    """A job in a slot. `columns` (codebooks, columns) is fed back; where `open`, what is drawn goes in.

    `reach` is the position that comes next in the decoder, `column` the column that is fed there once the prefix and
    the prompt are filled in.
    """

    job: Job
    slot: int
    columns: Tensor
    open: Tensor
    reach: int = 0
    born: int = 0
    column: int = 0

    @property
    def filled(self) -> bool:
        return self.reach >= self.job.condition.prefix_length + self.column


class Batcher:
    """Runs jobs in `slots` slots of a cache of `positions` positions each.

    With `record`, batches of plain requests take steps over fixed buffers, recorded with it (`captured`).
    """

    def __init__(self, decoder: Decoder, slots: int, positions: int, record: Record | None = None) -> None:
        self._decoder = decoder
        self._config = decoder.config
        self._cache = KVCache(decoder.config, slots, positions, decoder.heard_dtype, decoder.device)
        self._fixed = None if record is None else FixedSteps(decoder, self._cache, record)
        self._waiting: deque[Job] = deque()
        self._running: list[_Running] = []
        self._joined: tuple[int, ...] = ()
        self._crossing = Crossing([])
        self._choice = Choice.of([], decoder.device)
        self._births = 0

    @property
    def slots(self) -> int:
        """How many jobs run at once at most; fewer after memory has run out."""
        return self._cache.slots

    @property
    def idle(self) -> bool:
        return not self._waiting and not self._running

    @property
    def running(self) -> tuple[str, ...]:
        return tuple(each.job.id for each in self._running)

    def prepare(self, sampling: Sampling) -> Iterator[float]:
        """Record the steps of all batches that draw like that, where steps are recorded; the fraction done."""
        if self._fixed is not None:
            with torch.inference_mode():
                yield from self._fixed.prepare(sampling.top_k)

    def add(self, job: Job) -> None:
        """Queue a job.

        Raises:
            ValueError: it does not fit a slot, or there is nothing to make.
        """
        known = 0 if job.prompt is None else job.prompt.shape[1]
        needed = job.condition.prefix_length + columns_for(job.frames, self._config.delays)
        if needed > self._cache.positions:
            raise ValueError(f"{needed} positions do not fit {self._cache.positions}")
        if not 0 <= known < job.frames:
            raise ValueError("the prompt leaves nothing to make")
        self._waiting.append(job)

    def cancel(self, job_id: str) -> None:
        self._waiting = deque(job for job in self._waiting if job.id != job_id)
        self._running = [each for each in self._running if each.job.id != job_id]

    def step(self) -> list[Update]:
        """One column for every job that is past its prompt, and a few known positions for one that is not."""
        while True:
            self._admit()
            try:
                with torch.inference_mode():
                    return self._advance()
            except RuntimeError as error:
                if not out_of_memory(error):
                    raise
                if len(self._running) <= 1:
                    return self._give_up()
                self._shrink()

    def _admit(self) -> None:
        taken = {each.slot for each in self._running}
        for slot in range(self._cache.slots):
            if slot not in taken and self._waiting:
                self._running.append(self._begin(self._waiting.popleft(), slot))
        self._running.sort(key=lambda each: each.slot)

    def _begin(self, job: Job, slot: int) -> _Running:
        config = self._config
        books = range(config.codebooks)
        nothing = torch.empty(config.codebooks, 0, dtype=torch.long)
        prompt = nothing if job.prompt is None else job.prompt.cpu()
        known = prompt.shape[1]
        made = torch.full((config.codebooks, job.frames - known), config.start)
        columns = delayed(torch.cat([prompt, made], dim=1), config.delays, config.start)
        is_open = torch.zeros_like(columns, dtype=torch.bool)
        for book, delay in zip(books, config.delays, strict=True):
            is_open[book, 1 + delay + known : 1 + delay + job.frames] = True
        self._births += 1
        return _Running(job, slot, columns, is_open, born=self._births, column=known)

    def _advance(self) -> list[Update]:
        if filling := next((each for each in self._running if not each.filled), None):
            self._fill(filling)
        ready = [each for each in self._running if each.filled]
        if not ready:
            return []
        updates = [self._take(each, tokens) for each, tokens in zip(ready, self._predict(ready), strict=True)]
        over = {update.id for update in updates if isinstance(update, Finished | Broken)}
        self._running = [each for each in self._running if each.job.id not in over]
        return updates

    def _fill(self, each: _Running) -> None:
        """Take in the next known positions: of the prefix first, then of the prompt's columns."""
        condition = each.job.condition
        before, last = condition.prefix_length, condition.prefix_length + each.column
        until = min(each.reach + FILL, before if each.reach < before else last)
        if condition.prefix is not None and each.reach < before:
            states = self._decoder.at(condition.prefix[:, each.reach : until], each.reach)
        else:
            columns = each.columns[:, each.reach - before : until - before].T.to(self._decoder.device)
            positions = torch.arange(each.reach, until, device=self._decoder.device)
            states = self._decoder.embed(columns, positions).expand(condition.rows, -1, -1)
        self._decoder.fill(states, self._cache, each.slot, each.reach, condition)
        each.reach = until

    def _predict(self, ready: Sequence[_Running]) -> Tensor:
        """Tokens (requests, codebooks) on the CPU; below 0 where the model's predictions are not numbers.

        What goes to the device goes there at once, and the only wait for it is at the end.
        """
        known = torch.tensor([[each.reach, noise_seed(each.job.seed, each.column)] for each in ready])
        columns = torch.stack([each.columns[:, each.column] for each in ready])
        inputs = torch.cat([known, columns], dim=1)
        if self._fixed is not None:
            seats = [Seat(each.slot, each.born, each.job.condition, each.job.sampling) for each in ready]
            idle = {each.slot: each.reach for each in self._running if not each.filled}
            if (tokens := self._fixed.step(seats, inputs, idle)) is not None:
                return tokens
        return self._predict_eagerly(ready, inputs)

    def _predict_eagerly(self, ready: Sequence[_Running], inputs: Tensor) -> Tensor:
        self._meet(ready)
        reach = [each.reach for each in ready]
        inputs = inputs.to(self._decoder.device)
        states = self._decoder.embed(inputs[:, 2:], inputs[:, 0])
        logits = self._decoder.step(states, self._cache, [each.slot for each in ready], reach, self._crossing)
        mixed = self._choice.guide(logits)
        sound = mixed.isfinite().flatten(1).all(1, keepdim=True)
        return self._choice.draw(mixed, inputs[:, 1]).where(sound, -1).cpu()

    def _meet(self, ready: Sequence[_Running]) -> None:
        """Put together what a batch needs that stays the same from step to step."""
        born = tuple(each.born for each in ready)
        if born != self._joined:
            self._crossing = Crossing([each.job.condition for each in ready])
            self._choice = Choice.of([each.job.sampling for each in ready], self._decoder.device)
            self._joined = born

    def _take(self, each: _Running, tokens: Tensor) -> Update:
        if tokens[0] < 0:
            return Broken(each.job.id, "the model predicts no numbers")
        each.column += 1
        each.reach += 1
        here = each.columns[:, each.column]
        torch.where(each.open[:, each.column], tokens, here, out=here)
        columns = each.columns[:, : each.column + 1]
        if each.column + 1 == each.columns.shape[1]:
            return Finished(each.job.id, undelayed(columns, self._config.delays))
        complete = max(0, each.column - max(self._config.delays))
        return Advanced(each.job.id, complete, each.job.frames, columns, self._config.delays)

    def _shrink(self) -> None:
        """Send the youngest job back to wait and live with fewer slots. It starts anew, and makes the same again."""
        youngest = max(self._running, key=lambda each: each.born)
        self._running.remove(youngest)
        self._waiting.appendleft(youngest.job)
        # What was recorded is about memory that is given back now, and takes memory itself.
        self._joined, self._fixed = (), None
        self._cache.keep([each.slot for each in self._running])
        for slot, each in enumerate(self._running):
            each.slot = slot

    def _give_up(self) -> list[Update]:
        over = [Broken(each.job.id, "memory does not do for it") for each in self._running]
        self._running = []
        return list(over)


def out_of_memory(error: RuntimeError) -> bool:
    """Whether a device or the system had no memory left: CUDA has a type for it, the CPU's allocator a sentence."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)
