"""The original audiocraft library as an engine: MusicGen, MAGNeT, AudioGen and JASCO, one request at a time.

The calls are those of the library's documentation, https://github.com/facebookresearch/audiocraft/tree/main/docs. What
our own runtime does itself (sections, streaming, batches) is left to it.
"""

from __future__ import annotations

import math
import re
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from core.audio.clip import Clip, Samples
from core.audio.looping import crossfade_loop
from core.engines.audiocraft.background import Background, Tell
from core.engines.audiocraft.continuation import Continuation, continuation
from core.engines.audiocraft.library import family, load
from core.engines.engine import Composition, Done, EngineInfo, Event, OneAtATime, Progress, Request
from core.errors import EngineFailed, EngineUnavailable, PersonError, WishError
from core.words import Words

LICENCE = "CC-BY-NC-4.0"
WINDOWED = frozenset({"MusicGen", "AudioGen"})
"""Those that go on beyond one window; the others make pieces of a fixed length."""
LOOP_OVERLAP = 1.0
PATIENCE = 0.25
OUT_OF_MEMORY = re.compile("(out of|allocate) memory")
"""As torch says it on GPUs and on CPUs."""
FELL_SHORT = Words(
    "audiocraft made less than was asked for. Try another length.",
    "audiocraft가 요청한 길이를 채우지 못했습니다. 다른 길이로 시도해 주세요.",
)

log = structlog.get_logger()


def open_audiocraft(model: str | None = None, device: str | None = None) -> OneAtATime:
    """The engine for a model by its name on the hub or its folder.

    Raises:
        EngineUnavailable: no model is named, the library cannot be used here, or it cannot load the model.
    """
    if model is None:
        raise EngineUnavailable(
            Words(
                "No model is named for audiocraft. TEXTUNES_ENGINE__AUDIOCRAFT names one.",
                "audiocraft 모델이 지정되지 않았습니다. TEXTUNES_ENGINE__AUDIOCRAFT로 지정해 주세요.",
            )
        )
    maker = Maker(load(model, device), family(model))
    name = Path(model).name if Path(model).is_dir() else model
    # One token after the other, it does not keep up with people; it is for what no other engine does.
    features = maker.features | {"slow"}
    info = EngineInfo("audiocraft", name, LICENCE, commercial=False, features=features)
    log.info("audiocraft_ready", model=name, family=family(model))
    return OneAtATime(info, maker.make)


class Maker:
    """Makes pieces with a model of the library."""

    def __init__(self, model: Any, family: str) -> None:  # noqa: ANN401  (an object of the library's classes)
        self._model = model
        self._windowed = family in WINDOWED
        self._rate = int(model.sample_rate)
        self._hop = round(model.sample_rate / model.frame_rate)
        features = {"caption", "loop"} | ({"extend"} if self._windowed else set())
        if family == "MusicGen" and follows_tunes(model):
            features.add("melody")
        self.features = frozenset(features)

    def make(self, request: Request) -> Iterator[Event]:
        """Raises EngineFailed and WishError, in the way of `OneAtATime`."""
        brief = request.brief
        length = round((brief.duration + (LOOP_OVERLAP if brief.loop else 0.0)) * self._rate)
        before = self._before(request, length / self._rate)
        head = 0 if before is None else before.head.shape[1]
        frames = self._span(length - head)
        work = Background(partial(self._generate, request, before, frames))
        try:
            while not work.wait(PATIENCE):
                yield Progress(request.id, work.fraction, "compose")
        finally:
            work.stop()
        try:
            sound = work.result()
        except PersonError:
            raise
        except Exception as error:
            # Neither its message nor its variables: they may hold the caption.
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            log.warning("audiocraft_failed", request=request.id, error=type(error).__name__, where=where)
            raise failed(error) from error
        if before is not None:
            sound = before.joined(sound, self._rate)
        if sound.shape[1] < length:
            log.warning("audiocraft_fell_short", request=request.id, asked=length, made=sound.shape[1])
            raise EngineFailed(FELL_SHORT, retryable=False)
        clip = Clip(np.ascontiguousarray(sound[:, :length]), self._rate)
        clip = crossfade_loop(clip, LOOP_OVERLAP) if brief.loop else clip
        yield Done(request.id, Composition(clip, bpm=brief.bpm))

    def _before(self, request: Request, seconds: float) -> Continuation | None:
        clip = request.reference("extend")
        if clip is None:
            return None
        # As much as one window carries over to the next.
        longest = self._model.max_duration - self._model.extend_stride
        return continuation(clip, seconds, self._rate, self._hop, longest)

    def _span(self, length: int) -> int:
        """How many frames the model is to make for so many samples; sets the model to it."""
        frames: int = math.ceil(length / self._hop)
        if self._windowed:
            # The library rounds down at every border of windows.
            most = int(self._model.max_duration * self._model.frame_rate)
            frames += 0 if frames <= most else 2
            self._model.set_generation_params(duration=duration_of(frames, self._model.frame_rate))
        elif length > round(self._model.duration * self._rate):
            longest = f"{self._model.duration:g}"
            raise WishError(
                Words(
                    f"This model makes pieces of at most {longest} seconds (a loop needs one more). "
                    "Ask for a shorter one.",
                    f"이 모델은 {longest}초까지만 만들 수 있습니다(반복 곡에는 1초가 더 필요합니다). "
                    "더 짧게 요청해 주세요.",
                )
            )
        return frames

    def _generate(self, request: Request, before: Continuation | None, frames: int, tell: Tell) -> Samples:
        """The library's sound (channels, samples)."""
        import torch  # noqa: PLC0415  (the library's own; no other part of this engine needs it)

        torch.manual_seed(request.brief.seed or 0)
        self._model.set_custom_progress_callback(self._telling(frames, tell))
        captions, tune = [request.caption], request.reference("melody")
        if before is not None:
            prompt = torch.from_numpy(np.ascontiguousarray(before.prompt))[None]
            sound = self._model.generate_continuation(prompt, self._rate, captions, progress=True)
        elif tune is not None:
            melody = torch.from_numpy(np.ascontiguousarray(tune.samples))[None]
            sound = self._model.generate_with_chroma(captions, melody, tune.sample_rate, progress=True)
        else:
            sound = self._model.generate(captions, progress=True)
        samples: Samples = sound[0].detach().float().cpu().numpy()
        return samples

    def _telling(self, frames: int, tell: Tell) -> Callable[[int, int], None]:
        """The library counts steps over all windows, and says how many those of one window are."""
        windows = self._windowed and frames > int(self._model.max_duration * self._model.frame_rate)
        return lambda done, total: tell(done / (frames if windows else max(total, 1)))


def follows_tunes(model: Any) -> bool:  # noqa: ANN401  (an object of the library's classes)
    """Whether a MusicGen was trained to follow the tune of a recording; a style model hears recordings otherwise."""
    conditioners = model.lm.condition_provider.conditioners
    return "self_wav" in conditioners and "Chroma" in type(conditioners["self_wav"]).__name__


def duration_of(frames: int, frame_rate: float) -> float:
    """Seconds of which the library, which rounds down, makes exactly so many frames."""
    seconds = frames / frame_rate
    return seconds if int(seconds * frame_rate) == frames else math.nextafter(seconds, math.inf)


def failed(error: Exception) -> EngineFailed:
    """An error of the library in words."""
    if isinstance(error, MemoryError) or OUT_OF_MEMORY.search(str(error)):
        words = Words(
            "There is not enough memory for this piece. Try a shorter one.",
            "메모리가 부족하여 만들 수 없습니다. 더 짧은 곡을 요청해 주세요.",
        )
        return EngineFailed(words, retryable=True)
    if isinstance(error, NotImplementedError):
        words = Words(
            "audiocraft cannot run this model on the processor of this machine; it may need a GPU.",
            "audiocraft가 이 컴퓨터의 프로세서에서 이 모델을 실행할 수 없습니다. GPU가 필요할 수 있습니다.",
        )
        return EngineFailed(words, retryable=False)
    words = Words(
        "audiocraft broke while it made this piece. Please tell whoever runs this bot; the log has more.",
        "audiocraft에 문제가 생겨 곡을 만들지 못했습니다. 봇 운영자에게 알려 주세요. 자세한 내용은 로그에 있습니다.",
    )
    return EngineFailed(words, retryable=False)
