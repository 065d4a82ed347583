"""MusicGen as an engine: captions in, sound out, for many requests at once."""

from __future__ import annotations

import math
import statistics
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import torch
from torch import Tensor

from core.audio.beat import beat_period
from core.audio.clip import Clip
from core.audio.looping import crossfade_loop
from core.brief import MOST_CONCEPTS, Brief
from core.caption import UNSAID, avoiding, section_caption
from core.catalog import Catalog
from core.engines.engine import (
    Composition,
    DeviceLost,
    Done,
    EngineInfo,
    Event,
    Failed,
    Partial,
    Progress,
    Request,
    SectionSpan,
)
from core.engines.musicgen.batcher import Advanced, Batcher, Broken, Job, Update
from core.engines.musicgen.cache import positions_for
from core.engines.musicgen.captured import CudaGraphs
from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.chroma import chroma
from core.engines.musicgen.codec import Codec, CodecStream
from core.engines.musicgen.concepts.file import MOST_TOKENS, LearnedConcept
from core.engines.musicgen.concepts.placing import placed
from core.engines.musicgen.concepts.rack import Rack
from core.engines.musicgen.continuation import Continuation, at_rate, continued
from core.engines.musicgen.decoder import Condition, Decoder
from core.engines.musicgen.device import (
    DeviceWish,
    PrecisionWish,
    choose_device,
    choose_precision,
    free_memory,
    is_lost,
    return_freed_memory,
    slots_within,
    use_threads,
)
from core.engines.musicgen.editing.edit import SAMPLING, Edit, Editor
from core.engines.musicgen.editing.weights import FILE, read_editing
from core.engines.musicgen.fingerprint import fingerprint
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.noise import noise_seed
from core.engines.musicgen.sampling import Sampling
from core.engines.musicgen.style.listener import USUAL_TEXT_WEIGHT, Listener
from core.engines.musicgen.text import LIMIT, TextEncoder
from core.engines.musicgen.windows import Window, schedule
from core.errors import EngineFailed, EngineUnavailable, PersonError
from core.words import Words

LICENCE = "CC-BY-NC-4.0"
LOOP_OVERLAP = 1.5
LONGEST_BEAT = 1.0
MOST_ON_CPU = 16
MOST_ON_GPU = 64
WARM_UP_STEPS = 12
_CUT = Words(
    "The description was longer than this engine reads, so its end was left out.",
    "설명이 이 엔진이 읽을 수 있는 길이를 넘어 끝부분은 반영하지 못했습니다.",
)
_AVOIDED_CUT = Words(
    "There was more to avoid than this engine reads, so the end of that list was left out.",
    "피할 것이 이 엔진이 읽을 수 있는 길이를 넘어 뒷부분은 반영하지 못했습니다.",
)

log = structlog.get_logger()


def open_musicgen(
    folder: str | None = None,
    device: DeviceWish = "auto",
    precision: PrecisionWish = "auto",
    slots: int | None = None,
    threads: int | None = None,
) -> MusicGen:
    """The engine for the checkpoint in `folder`, warmed up.

    Raises:
        EngineUnavailable: there is no usable checkpoint, or not the device asked for.
    """
    if folder is None or not Path(folder).is_dir():
        raise EngineUnavailable(
            Words(
                "No MusicGen weights are at hand. Get them with `textunes download musicgen-small`.",
                "MusicGen 가중치가 없습니다. `textunes download musicgen-small` 명령으로 받아 주세요.",
            )
        )
    place = choose_device(device)
    if place.type == "cpu":
        use_threads(threads)
    checkpoint = read_checkpoint(Path(folder))
    config = checkpoint.config
    text, codec = TextEncoder(checkpoint, place), Codec(checkpoint, place)
    decoder = Decoder(config, checkpoint.decoder, Kernels(choose_precision(precision, place), place))
    positions = positions_for(config, LIMIT + MOST_CONCEPTS * MOST_TOKENS)
    most = slots or (MOST_ON_GPU if place.type == "cuda" else MOST_ON_CPU)
    count = slots_within(free_memory(place), config, positions, decoder.heard_dtype, most=most)
    batcher = Batcher(decoder, count, positions, CudaGraphs() if place.type == "cuda" else None)
    return_freed_memory()
    seconds = warm_up(decoder, batcher)
    is_slow = seconds > 1 / config.frame_rate
    log.info("musicgen_ready", model=checkpoint.folder.name, device=str(place), slots=count, step_ms=1000 * seconds)
    rack = Rack(config, fingerprint(checkpoint.decoder), place)
    name = checkpoint.folder.name
    catalog, editor = Catalog.load(), None
    if (beside := checkpoint.folder / FILE).exists():
        weights = read_editing(beside, config)
        editor = Editor(decoder, codec, weights, lambda caption: text.encode(caption)[0], catalog)
    parts, listener = (decoder, batcher, text, codec, catalog), Listener.of(checkpoint, codec, place)
    return MusicGen(*parts, model=name, rack=rack, editor=editor, listener=listener, slow=is_slow)


def warm_up(decoder: Decoder, batcher: Batcher) -> float:
    """Run a few steps, so that kernels are made and memory is at hand; the median seconds of one."""
    for done in batcher.prepare(Sampling()):
        log.info("musicgen_warms_up", percent=round(100 * done))
    nothing = torch.zeros(0, decoder.config.text_size)
    batcher.add(Job("warm-up", decoder.condition(nothing), decoder.config.max_frames, Sampling(), seed=0))
    took: list[float] = []
    while len(took) < WARM_UP_STEPS:
        began = time.perf_counter()
        if batcher.step():
            took.append(time.perf_counter() - began)
    batcher.cancel("warm-up")
    return statistics.median(took)


@dataclass(slots=True)
class _Piece:
    """A request under way. `codes` are complete so far, of which `heard` frames have been decoded into `sound`.

    `made` frames are complete, where `advanced` tells of more than has been put together in `codes`. With an `edit`,
    only what its last step makes is decoded.
    """

    request: Request
    frames: int
    windows: tuple[Window, ...]
    spans: tuple[SectionSpan, ...]
    stream: CodecStream
    codes: Tensor
    made: int
    advanced: Advanced | None = None
    window: int = 0
    heard: int = 0
    note: Words | None = None
    note_on_avoided: Words | None = None
    sound: list[Tensor] = field(default_factory=list)
    conditions: dict[tuple[str, int], Condition] = field(default_factory=dict)
    concepts: dict[str, LearnedConcept] = field(default_factory=dict)
    style: Tensor | None = None
    edit: Edit | None = None
    continuation: Continuation | None = None
    tune: Tensor | None = None

    @property
    def is_final(self) -> bool:
        """Whether its codes are those of the finished piece."""
        return self.edit is None or self.edit.is_last

    @property
    def head(self) -> int:
        """Samples of the piece that come before its frames."""
        return 0 if self.continuation is None else int(self.continuation.head.shape[1])

    @property
    def ready(self) -> int:
        return self.made - self.heard if self.is_final else 0

    @property
    def complete(self) -> bool:
        return self.is_final and self.made == self.frames

    def settle(self) -> None:
        """Put the codes together that are complete in the window under way."""
        if self.advanced is not None:
            self.take(self.advanced.codes)

    def take(self, codes: Tensor) -> None:
        """Codes (codebooks, frames) of the window under way, those of its prompt before them."""
        window = self.windows[self.window]
        self.codes = torch.cat([self.codes[:, : window.start], codes[:, window.prompt :]], dim=1)
        self.made, self.advanced = int(self.codes.shape[1]), None


class MusicGen:
    """An Engine over the batcher. A step opens one request at most, decodes one second of one piece at most."""

    def __init__(
        self,
        decoder: Decoder,
        batcher: Batcher,
        text: TextEncoder,
        codec: Codec,
        catalog: Catalog,
        *,
        model: str,
        rack: Rack | None = None,
        editor: Editor | None = None,
        listener: Listener | None = None,
        slow: bool = False,
        sampling: Sampling | None = None,
    ) -> None:
        features = {"loop", "sections", "stream", "caption", "concepts", "avoid", "extend"}
        features |= ({"slow"} if slow else set()) | ({"melody"} if decoder.config.chroma else set())
        features |= {"edit_recording"} if editor else set()
        features |= {"style"} if listener is not None else set()
        self._info = EngineInfo(
            "musicgen", model, LICENCE, commercial=False, features=frozenset(features), slots=batcher.slots
        )
        self._decoder = decoder
        self._config = decoder.config
        self._batcher = batcher
        self._text = text
        self._codec = codec
        self._catalog = catalog
        self._rack = rack or Rack(decoder.config, "", decoder.device)
        self._editor = editor
        self._listener = listener
        self._sampling = sampling or Sampling()
        self._arrived: deque[Request] = deque()
        self._pieces: dict[str, _Piece] = {}

    @property
    def info(self) -> EngineInfo:
        return self._info

    @property
    def idle(self) -> bool:
        return not self._arrived and not self._pieces

    def add(self, request: Request) -> None:
        self._arrived.append(request)

    def cancel(self, request_id: str) -> None:
        self._arrived = deque(request for request in self._arrived if request.id != request_id)
        self._pieces.pop(request_id, None)
        self._batcher.cancel(request_id)

    def close(self) -> None:
        for request_id in [*self._pieces, *(request.id for request in self._arrived)]:
            self.cancel(request_id)
        if self._decoder.device.type == "cuda":
            torch.cuda.empty_cache()

    def step(self) -> Sequence[Event]:
        try:
            return self._step()
        except RuntimeError as error:
            if is_lost(error):
                raise DeviceLost(str(error)) from error
            raise

    def _step(self) -> Sequence[Event]:
        events: list[Event] = []
        if self._arrived:
            events.append(self._begin(self._arrived.popleft()))
        for update in self._batcher.step():
            events.extend(self._heed(update))
        due = max(self._pieces.values(), key=lambda piece: (piece.complete, piece.ready), default=None)
        if due is not None and (due.complete or due.ready >= self._config.frame_rate):
            events.extend(self._sound(due))
        return events

    def _begin(self, request: Request) -> Event:
        try:
            piece = self._open(request)
        except PersonError as error:
            return Failed(request.id, error)
        self._pieces[request.id] = piece
        self._enter(piece)
        return Progress(request.id, 0.0, "compose")

    def _open(self, request: Request) -> _Piece:
        recording = request.reference("edit")
        if recording is not None and self._editor is not None:
            return self._open_edit(request, self._editor.begin(request.edits, recording))
        brief, config = request.brief, self._config
        seconds = brief.duration + (LOOP_OVERLAP if brief.loop else 0.0)
        before, tune = request.reference("extend"), request.reference("melody")
        continuation = None if before is None else continued(before, brief.duration, self._codec, config)
        head = 0 if continuation is None else continuation.head.shape[1]
        spans = spans_of(brief)
        frames = math.ceil((seconds * config.sample_rate - head) / config.hop)
        borders = [round((span.end * config.sample_rate - head) / config.hop) for span in spans[:-1]]
        known = torch.zeros(config.codebooks, 0, dtype=torch.long) if continuation is None else continuation.prompt
        return _Piece(
            request,
            frames,
            schedule(frames, config.max_frames, borders, first=known.shape[1]),
            spans,
            CodecStream(self._codec),
            known,
            known.shape[1],
            concepts=self._rack.take(request.concepts),
            style=self._style_of(request),
            continuation=continuation,
            tune=None if tune is None else at_rate(tune, config.sample_rate).mean(0),
        )

    def _style_of(self, request: Request) -> Tensor | None:
        """What is heard of the recording that is given as a model of style."""
        clip = request.reference("style")
        if clip is None or self._listener is None:
            return None
        return self._listener.hear(clip, request.brief.seed or 0, request.brief.likeness)

    def _open_edit(self, request: Request, edit: Edit) -> _Piece:
        nothing = torch.zeros(self._config.codebooks, 0, dtype=torch.long)
        return _Piece(request, edit.frames, edit.windows, (), CodecStream(self._codec), nothing, 0, edit=edit)

    def _enter(self, piece: _Piece) -> None:
        """Hand the piece's next window to the batcher."""
        window = piece.windows[piece.window]
        seed = piece.request.brief.seed or 0
        prompt = piece.codes[:, window.start - window.prompt : window.start]
        self._batcher.add(
            Job(
                piece.request.id,
                self._condition(piece, window),
                window.frames,
                self._sampling_of(piece),
                seed if piece.window == 0 else noise_seed(seed, -piece.window),
                prompt if window.prompt else None,
            )
        )

    def _sampling_of(self, piece: _Piece) -> Sampling:
        if piece.edit is not None:
            return SAMPLING
        if piece.style is None:
            return self._sampling
        return replace(self._sampling, text_weight=piece.request.brief.text_weight or USUAL_TEXT_WEIGHT)

    def _condition(self, piece: _Piece, window: Window) -> Condition:
        if piece.edit is not None:
            return piece.edit.condition(window)
        brief, caption = piece.request.brief, piece.request.caption
        at = piece.head / self._config.sample_rate + window.start / self._config.frame_rate
        for section, span in zip(brief.sections, piece.spans, strict=True):
            if span.start <= at + 0.5 / self._config.frame_rate:
                caption = section_caption(brief, section, self._catalog).text
        if piece.style is not None and caption == UNSAID:
            caption = ""  # A recording is not weighed against words that nobody said.
        # A tune goes on from window to window; everything else is the same for the same caption.
        key = caption, 0 if piece.tune is None else window.start - window.prompt
        if key not in piece.conditions:
            states, cut = placed(self._text, caption, piece.concepts)
            avoided = avoiding(brief, self._catalog).text
            against, shortened = self._text.encode(avoided) if avoided else (None, False)
            shifts = tuple(concept.shift for concept in piece.concepts.values() if concept.shift is not None)
            condition = self._decoder.condition(states, self._chroma(piece, key[1]), style=piece.style, against=against)
            piece.conditions[key] = replace(condition, shifts=shifts)
            if cut:
                piece.note = _CUT
            if shortened:
                piece.note_on_avoided = _AVOIDED_CUT
        return piece.conditions[key]

    def _chroma(self, piece: _Piece, start: int) -> Tensor | None:
        """The tune for a window that begins at that frame: it is repeated as often as the piece needs."""
        if piece.tune is None:
            return None
        first = piece.head + start * self._config.hop
        places = torch.arange(first, first + self._config.max_frames * self._config.hop) % len(piece.tune)
        return chroma(piece.tune[places][None], self._config.sample_rate, self._config.chroma)

    def _heed(self, update: Update) -> Sequence[Event]:
        piece = self._pieces[update.id]
        if isinstance(update, Broken):
            del self._pieces[update.id]
            return (Failed(update.id, broken(update)),)
        if isinstance(update, Advanced):
            window = piece.windows[piece.window]
            piece.advanced, piece.made = update, max(piece.made, window.start - window.prompt + update.complete)
            return ()
        piece.take(update.codes)
        piece.window += 1
        if piece.window < len(piece.windows):
            self._enter(piece)
        elif piece.edit is not None and not piece.edit.is_last:
            return (self._edit_on(piece, piece.edit),)
        return ()

    def _edit_on(self, piece: _Piece, edit: Edit) -> Event:
        """Begin the next step of an edit, on what the one before has made."""
        edit.go_on(piece.codes)
        piece.codes, piece.made, piece.window = piece.codes[:, :0], 0, 0
        self._enter(piece)
        return Progress(piece.request.id, edit.step / len(edit.steps), "compose")

    def _sound(self, piece: _Piece) -> Sequence[Event]:
        """Decode up to a second of what is ready; the last stretch ends the piece."""
        piece.settle()
        until = min(piece.heard + self._config.frame_rate, piece.codes.shape[1])
        start = sum(part.shape[1] for part in piece.sound)
        heard = piece.stream.push(piece.codes[:, piece.heard : until], last=until == piece.frames)
        piece.heard = until
        request, before = piece.request, piece.continuation
        events: list[Event] = []
        if before is not None:
            heard = before.blend(heard, start, self._config.sample_rate)
            if start == 0 and piece.head:
                events.append(Partial(request.id, self._clip(before.head.expand(len(heard), -1)), 0))
        piece.sound.append(heard)
        if until == piece.frames:
            del self._pieces[request.id]
            return (self._finished(piece),)
        done = until / piece.frames
        if piece.edit is not None:
            return (Progress(request.id, (piece.edit.step + done) / len(piece.edit.steps), "compose"),)
        if heard.shape[1]:
            events.append(Partial(request.id, self._clip(heard), piece.head + start))
        # The head of a loop is final only when its tail has been blended into it.
        parts = [] if request.brief.loop else events
        return [Progress(request.id, done, "compose"), *parts]

    def _finished(self, piece: _Piece) -> Event:
        try:
            return Done(piece.request.id, self._composition(piece))
        except PersonError as error:
            return Failed(piece.request.id, error)

    def _composition(self, piece: _Piece) -> Composition:
        brief = piece.request.brief
        sound = torch.cat(piece.sound, dim=1)
        if piece.continuation is not None:
            sound = torch.cat([piece.continuation.head.expand(len(sound), -1), sound], dim=1)
        clip = self._clip(sound)
        if piece.edit is not None:
            return piece.edit.composition(clip.samples[0])
        length = brief.duration + (LOOP_OVERLAP if brief.loop else 0.0)
        clip = Clip(clip.samples[:, : round(length * clip.sample_rate)], clip.sample_rate)
        if brief.loop:
            clip = joined(clip, brief)
        note = together(together(piece.note, piece.note_on_avoided), loop_note(clip, brief))
        return Composition(clip, bpm=brief.bpm, spans=piece.spans, note=note)

    def _clip(self, sound: Tensor) -> Clip:
        samples: Any = sound.float().numpy()
        return Clip(np.ascontiguousarray(samples, dtype=np.float32), self._config.sample_rate)


def joined(clip: Clip, brief: Brief) -> Clip:
    """A loop of as many whole beats as come nearest to the length asked for, its seam blended over one of them.

    The beat is that of the brief or, without one, that which is heard; where none is, the length is as asked for.
    """
    beat = 60 / brief.bpm if brief.bpm is not None else beat_period(clip)
    if beat is None or beat > LONGEST_BEAT:
        whole = Clip(clip.samples[:, : round((brief.duration + LONGEST_BEAT) * clip.sample_rate)], clip.sample_rate)
        return crossfade_loop(whole, LONGEST_BEAT)
    # One more beat than the loop has must be there to be blended.
    there = math.floor(clip.seconds / beat) - 1
    length = beat * min(there, round(brief.duration / beat))
    return crossfade_loop(Clip(clip.samples[:, : round((length + beat) * clip.sample_rate)], clip.sample_rate), beat)


def loop_note(clip: Clip, brief: Brief) -> Words | None:
    """How long a loop came out, where whole beats could not fill the asked length."""
    if not brief.loop or abs(clip.seconds - brief.duration) < 0.05:
        return None
    length = f"{clip.seconds:.2f}"
    return Words(
        f"To loop without a seam it has whole beats only: {length} seconds.",
        f"이음매 없이 반복되도록 온전한 박자로만 맞추었습니다. 길이는 {length}초입니다.",
    )


def together(first: Words | None, second: Words | None) -> Words | None:
    if first is None or second is None:
        return first or second
    return Words(f"{first.en} {second.en}", f"{first.ko} {second.ko}")


def spans_of(brief: Brief) -> tuple[SectionSpan, ...]:
    """The sections of a brief in seconds."""
    spans: list[SectionSpan] = []
    for section in brief.sections:
        start = spans[-1].end if spans else 0.0
        spans.append(SectionSpan(section.title, start, start + section.share * brief.duration))
    return tuple(spans)


def broken(update: Broken) -> EngineFailed:
    if "memory" in update.reason:
        words = Words(
            "There is not enough memory for this piece. Try a shorter one.",
            "메모리가 부족하여 만들 수 없습니다. 더 짧은 곡을 요청해 주세요.",
        )
        return EngineFailed(words, retryable=True)
    words = Words(
        "The model's weights are damaged: it predicts no numbers. Please tell whoever runs this bot.",
        "모델 가중치가 손상되어 곡을 만들 수 없습니다. 봇 운영자에게 알려 주세요.",
    )
    return EngineFailed(words, retryable=False)
