"""A step over fixed buffers: nothing in it depends on more than its size, so it can be recorded once and replayed.

To tell a GPU of several hundred small kernels takes longer than to run them; a recorded step (a CUDA graph) is told of
at once. Slots 0 to `batch` - 1 of the cache take part, busy or not, and every row attends to `length` positions, of
which a mask leaves those that are there. What idle rows compute reaches nobody: they write where their slot goes on,
which is written over before it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from core.engines.musicgen.cache import KVCache
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import Condition, Decoder
from core.engines.musicgen.rows import PAIR
from core.engines.musicgen.sampling import Alike, Choice, Sampling

TEXT_ROOM = 64
"""Text tokens for which there is room in the buffers. Longer texts take the ordinary step."""

LEAST_LENGTH = 64
WARM_UPS = 2

Step = Callable[[], Tensor]
"""From what stands in the buffers to tokens (batch, codebooks), below 0 where predictions are not numbers."""

Record = Callable[[Step], Step]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Size:
    batch: int
    length: int
    top_k: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A request in a slot; `born` tells it from any other that was there before."""

    slot: int
    born: int
    condition: Condition
    sampling: Sampling

    @property
    def is_plain(self) -> bool:
        """Whether its rows do nothing of their own but read a text that fits."""
        given, sampling = self.condition, self.sampling
        changed = given.shifts or given.hearing or given.reading or given.against
        fits = given.mask is None or len(given.mask) <= TEXT_ROOM
        return not changed and fits and given.rows == PAIR and sampling.temperature > 0 and not sampling.top_p


class Texts:
    """The texts of all slots, where a batch of the first few finds them; `Crossing` over fixed buffers."""

    hears = False
    against = None

    def __init__(self, config: DecoderConfig, slots: int, dtype: torch.dtype, device: torch.device) -> None:
        self.requests = slots
        layers = 0 if config.prefix else config.layers
        shape = (layers, 2, slots, config.heads, TEXT_ROOM, config.head_size)
        self._pairs = torch.zeros(shape, dtype=dtype, device=device)
        self._mask = torch.zeros(slots, 1, 1, TEXT_ROOM, dtype=dtype, device=device)

    def first(self, requests: int) -> Texts:
        """Those of the first slots, in the same memory."""
        part = object.__new__(Texts)
        part.requests, part._pairs, part._mask = requests, self._pairs[:, :, :requests], self._mask[:requests]
        return part

    def put(self, slot: int, condition: Condition) -> None:
        if condition.mask is None:
            return
        length = len(condition.mask)
        self._mask[slot] = -torch.inf
        self._mask[slot, ..., :length] = condition.mask
        for pairs, key, value in zip(self._pairs, condition.keys, condition.values, strict=True):
            pairs[0, slot, :, :length], pairs[1, slot, :, :length] = key, value

    def attend(self, layer: int, query: Tensor) -> Tensor:
        """Queries (requests, heads, 1, head size) to (requests, size)."""
        keys, values = self._pairs[layer]
        attended = scaled_dot_product_attention(query.to(keys.dtype), keys, values, attn_mask=self._mask)
        return attended.to(query.dtype).flatten(1)

    def shift(self, layer: int, states: Tensor, fused: Tensor) -> None:
        """Plain requests have no shifts."""

    def read(self, layer: int, states: Tensor, query: Tensor) -> None:
        """Plain requests read as the model does."""


class FixedSteps:
    """Steps of every size over the buffers of one cache, each recorded when it is first needed."""

    def __init__(self, decoder: Decoder, cache: KVCache, record: Record) -> None:
        device, config = decoder.device, decoder.config
        self._decoder = decoder
        self._cache = cache
        self._record = record
        self._recorded: dict[Size, Step] = {}
        self._seated = [0] * cache.slots
        self._texts = Texts(config, cache.slots, decoder.heard_dtype, device)
        self._guidance, self._temperature = torch.ones(2, cache.slots, 1, 1, device=device)
        # Of each slot: position, seed of the noise, column.
        self._inputs = torch.zeros(cache.slots, 2 + config.codebooks, dtype=torch.long, device=device)

    def prepare(self, top_k: int) -> Iterator[float]:
        """Record every size at once, before anything is under way; the fraction done after each."""
        batches = sorted({bucket(batch, self._cache.slots) for batch in range(1, self._cache.slots + 1)})
        places = range(LEAST_LENGTH, self._cache.positions + 1)
        lengths = sorted({bucket(length, self._cache.positions, LEAST_LENGTH) for length in places})
        # The largest come first, so that the smaller ones find room in the memory that those have left.
        sizes = [Size(batch, length, top_k) for batch in reversed(batches) for length in reversed(lengths)]
        for done, size in enumerate(sizes, start=1):
            self._step_of(size)
            yield done / len(sizes)

    def step(self, seats: Sequence[Seat], inputs: Tensor, idle: Mapping[int, int]) -> Tensor | None:
        """Tokens (requests, codebooks) from inputs (requests, 2 + codebooks), both on the CPU.

        `idle` are the positions of slots that are taken and sit this step out. None where requests are not plain or
        not drawn from equally many tokens, or where the device could not record: the ordinary step is for those.
        """
        if not all(seat.is_plain for seat in seats) or len({seat.sampling.top_k for seat in seats}) > 1:
            return None
        batch = bucket(1 + max(seat.slot for seat in seats), self._cache.slots)
        length = bucket(1 + int(inputs[:, 0].max()), self._cache.positions, LEAST_LENGTH)
        size = Size(batch, length, seats[0].sampling.top_k)
        for seat, position in zip(seats, inputs[:, 0].tolist(), strict=True):
            self._seat(seat, position)
        whole = torch.zeros(size.batch, self._inputs.shape[1], dtype=torch.long)
        for slot, position in idle.items():
            if slot < size.batch:
                whole[slot, 0] = position
        slots = [seat.slot for seat in seats]
        whole[slots] = inputs
        self._inputs[: size.batch].copy_(whole)
        run = self._step_of(size)
        return None if run is None else run().cpu()[slots]

    def _seat(self, seat: Seat, position: int) -> None:
        if self._seated[seat.slot] == seat.born:
            return
        # A mask does not keep out what is not a number: nothing of the kind may lie beyond the end.
        self._cache.clear(seat.slot, position)
        self._seated[seat.slot] = seat.born
        self._texts.put(seat.slot, seat.condition)
        self._guidance[seat.slot] = seat.sampling.guidance
        self._temperature[seat.slot] = seat.sampling.temperature

    def _step_of(self, size: Size) -> Step | None:
        if size not in self._recorded:
            try:
                self._recorded[size] = self._record(self._over(size))
            except RuntimeError as error:
                if isinstance(error, torch.OutOfMemoryError):
                    raise
                log.warning("musicgen_step_not_recorded", reason=str(error).splitlines()[0], batch=size.batch)
                self._recorded[size] = _unrecorded
        step = self._recorded[size]
        return None if step is _unrecorded else step

    def _over(self, size: Size) -> Step:
        """The step itself, over views of the buffers."""
        decoder, cache = self._decoder, self._cache
        rows = PAIR * size.batch
        layers = [layer[:rows] for layer in cache.layers]
        texts = self._texts.first(size.batch)
        inputs = self._inputs[: size.batch]
        position, seeds, columns = inputs[:, 0], inputs[:, 1], inputs[:, 2:]
        guidance, temperature = self._guidance[: size.batch], self._temperature[: size.batch]
        choice = Choice(guidance, guidance, [(list(range(size.batch)), Alike(size.top_k, None, temperature))])
        every_row = torch.arange(rows, device=decoder.device)
        places = torch.arange(size.length, device=decoder.device)

        def run() -> Tensor:
            at = position.repeat_interleave(PAIR, output_size=rows)
            there = (places <= at[:, None])[:, None, None]

            def attend(layer: int, fused: Tensor) -> Tensor:
                pairs = layers[layer]
                pairs[every_row, :, :, at] = fused[:, 1:].to(pairs.dtype)
                keys, values = pairs[:, 0, :, : size.length], pairs[:, 1, :, : size.length]
                asked = fused[:, 0, :, None].to(pairs.dtype)
                attended = scaled_dot_product_attention(asked, keys, values, attn_mask=there)
                return attended.flatten(1).to(decoder.dtype)

            states = decoder.embed(columns, position)
            hidden = states.to(decoder.dtype).repeat_interleave(PAIR, dim=0, output_size=rows)
            mixed = choice.guide(decoder.predict(hidden, attend, texts).unflatten(0, (size.batch, PAIR)))
            sound = mixed.isfinite().flatten(1).all(1, keepdim=True)
            return choice.draw(mixed, seeds).where(sound, -1)

        return run


def _unrecorded() -> Tensor:
    raise NotImplementedError


def bucket(wanted: int, most: int, least: int = 1) -> int:
    """The next power of two, but not more than there is."""
    return min(most, max(least, 1 << (wanted - 1).bit_length()))


class CudaGraphs:
    """Records steps as CUDA graphs, which share one pool of memory: only one runs at a time."""

    def __init__(self) -> None:
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(self, step: Step) -> Step:
        # Kernels and workspaces are made on a side stream first: what is recorded must not allocate beside the pool.
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UPS):
                step()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool):
            tokens = step()

        def replay() -> Tensor:
            graph.replay()
            return tokens

        return replay
