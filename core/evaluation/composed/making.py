"""Making composed clips, and keeping them in a folder so that each is made once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import soxr

from core.audio.clip import Clip, Samples
from core.caption import caption
from core.catalog import Catalog
from core.engines.composer.arranger import Arranger
from core.engines.composer.engine import VERSION
from core.engines.composer.instrument import Timbres
from core.engines.composer.score import Score
from core.engines.composer.sound.player import Player
from core.engines.composer.sound.soundfont import SoundFiles
from core.engines.composer.style import StyleBook
from core.evaluation.composed.clip import Commission, ComposedClip, Stem
from core.evaluation.composed.families import family

PEAK = 0.9
"""The highest peak of a mix; louder ones are turned down together with their stems."""

FULL_SCALE = 32767


class Workroom:
    """Composes clips at one sample rate, mono; those that were made before come from `folder`.

    What a commission makes depends on nothing but the commission, the composer's version and the soundfont; made anew
    it is the same up to the last of its 16 bits, which FluidSynth rounds by what it played before.
    """

    def __init__(self, folder: Path, sample_rate: int) -> None:
        """Raises EngineUnavailable when FluidSynth or its soundfont cannot be used."""
        self._folder = folder
        self._sample_rate = sample_rate
        self._catalog = Catalog.load()
        self._files = SoundFiles.find()
        self._arranger = Arranger(self._catalog, StyleBook.read(), Timbres(self._catalog))
        self._player: Player | None = None

    def clips(
        self, wanted: Sequence[Commission], on_progress: Callable[[float], None] = lambda _: None
    ) -> Iterator[ComposedClip]:
        """Every clip in order; `on_progress` is told the fraction that is there."""
        for number, commission in enumerate(wanted, 1):
            yield self.clip(commission)
            on_progress(number / len(wanted))

    def clip(self, commission: Commission) -> ComposedClip:
        path = self._folder / f"{self._digest(commission)}.npz"
        if (kept := _read(path)) is not None:
            return kept
        self._write(path, commission)
        made = _read(path)
        if made is None:
            raise OSError(f"{path} cannot be read back")
        return made

    def close(self) -> None:
        if self._player is not None:
            self._player.close()
            self._player = None

    def _digest(self, commission: Commission) -> str:
        facts = [commission.model_dump(mode="json"), self._sample_rate, VERSION, self._files.soundfont.name]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]

    def _write(self, path: Path, commission: Commission) -> None:
        score = self._arranger.compose(commission.brief())
        self._player = self._player or Player(self._files)
        played = self._player.render(score, stems=True).stems
        parts = [part for part in score.parts if part.name in played]
        mono = {part.name: _mono(played[part.name], self._sample_rate) for part in parts}
        gain = _gain(list(mono.values()))
        stems = {f"stem_{place}": _narrow(mono[part.name] * gain) for place, part in enumerate(parts)}
        labels = [
            {"name": part.name, "instrument": part.instrument, "family": family(part)} for part in parts
        ]  # fmt: skip
        facts = {
            "commission": commission.model_dump(mode="json"),
            "caption": self._caption(commission, score),
            "sample_rate": self._sample_rate,
            "labels": labels,
            "score": score.model_dump(mode="json"),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.npz")
        arrays: dict[str, Any] = {"facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)} | stems
        np.savez_compressed(part, **arrays)
        part.replace(path)

    def _caption(self, commission: Commission, score: Score) -> str:
        heard = dict.fromkeys(part.instrument for part in score.parts if part.notes)
        known = {"instruments": tuple(heard), "bpm": score.tempo[0].bpm}
        return caption(commission.brief().model_copy(update=known), self._catalog).text


def _mono(clip: Clip, sample_rate: int) -> Samples:
    mono: Samples = soxr.resample(clip.samples.mean(axis=0), clip.sample_rate, sample_rate)
    return mono


def _gain(stems: Sequence[Samples]) -> np.float32:
    peaks = [float(np.max(np.abs(samples), initial=0.0)) for samples in (*stems, np.sum(stems, axis=0))]
    return np.float32(min(1.0, PEAK / max(*peaks, 1e-9)))


def _narrow(samples: Samples) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return np.round(samples * FULL_SCALE).astype(np.int16)


def _read(path: Path) -> ComposedClip | None:
    """A clip that was kept; None where there is none, or only a damaged file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            facts = json.loads(file["facts"].tobytes())
            stems = tuple(
                Stem(**label, samples=file[f"stem_{place}"].astype(np.float32) / FULL_SCALE)
                for place, label in enumerate(facts["labels"])
            )
    except (OSError, ValueError, KeyError, BadZipFile):
        return None
    return ComposedClip(
        commission=Commission.model_validate(facts["commission"]),
        caption=facts["caption"],
        score=Score.model_validate(facts["score"]),
        sample_rate=facts["sample_rate"],
        stems=stems,
    )
