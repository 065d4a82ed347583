"""The composer as an engine: compose, edit if asked, play."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from core.audio.clip import Clip
from core.audio.reel import Reel, Reels
from core.catalog import Catalog
from core.engines.composer.arranger import Arranger
from core.engines.composer.avoidance import leaving_out
from core.engines.composer.chart import chart
from core.engines.composer.editing import Editor
from core.engines.composer.instrument import Timbres
from core.engines.composer.midi_file import midi_file
from core.engines.composer.score import Score
from core.engines.composer.sound.player import SAMPLE_RATE, Player, frames_of
from core.engines.composer.sound.soundfont import SoundFiles
from core.engines.composer.style import StyleBook
from core.engines.composer.timeline import spans
from core.engines.engine import Composition, Done, EngineInfo, Event, OneAtATime, Partial, Progress, Request
from core.errors import EngineFailed
from core.words import Words

VERSION = 3
"""Raised whenever the same brief and seed would make other notes than before."""

_COMPOSED = 0.06

EDITED = Words(
    "Edited in its score: everything else is as it was, note for note.",
    "악보에서 편집했습니다. 나머지는 음 하나하나 그대로입니다.",
)


class Composer(OneAtATime):
    """Writes a score for each request and plays it. Needs FluidSynth and a soundfont, nothing else."""

    def __init__(self, catalog: Catalog, files: SoundFiles) -> None:
        """Raises EngineUnavailable when FluidSynth or its soundfont cannot be used."""
        self._catalog = catalog
        timbres = Timbres(catalog)
        self._player = Player(files)
        self._arranger = Arranger(catalog, StyleBook.read(), timbres)
        self._editor = Editor(catalog, self._arranger)
        features = frozenset({"stems", "midi", "loop", "sections", "edit", "stream", "avoid"})
        model = f"composer {VERSION}, {files.soundfont.name}"
        super().__init__(EngineInfo("composer", model, "MIT", commercial=True, features=features), self._make)

    def close(self) -> None:
        super().close()
        self._player.close()

    def _make(self, request: Request) -> Iterator[Event]:
        yield Progress(request.id, 0.0, "compose")
        brief, unheeded = leaving_out(request.brief, self._catalog)
        score = self._score(replace(request, brief=brief))
        yield Progress(request.id, _COMPOSED, "render")
        frames = frames_of(score)
        mix = np.zeros((2, frames), np.float32)
        reels: dict[str, Reel] = {}
        for block in self._player.blocks(score, stems=request.stems):
            span = slice(block.start, block.start + block.mix.shape[-1])
            mix[:, span] = block.mix
            for name, samples in block.stems.items():
                reels.setdefault(name, Reel(2, SAMPLE_RATE)).add(samples)
            yield Partial(request.id, Clip(block.mix, SAMPLE_RATE), block.start)
            yield Progress(request.id, _COMPOSED + (1 - _COMPOSED) * span.stop / frames, "render")
        yield Done(
            request.id,
            Composition(
                clip=Clip(mix, SAMPLE_RATE), bpm=score.tempo[0].bpm, key=score.key, stems=Reels(reels),
                midi=midi_file(score) if request.midi else None, score=score.model_dump_json().encode(),
                chart=chart(score), spans=spans(score), crest=score.master.crest,
                note=_together(EDITED if request.edits else None, _loop_note(request, score), unheeded),
            ),
        )  # fmt: skip

    def _score(self, request: Request) -> Score:
        """The score to play: composed anew, or an earlier one; then edited as asked."""
        if request.score is None:
            score = self._arranger.compose(request.brief)
        else:
            try:
                score = Score.model_validate_json(request.score)
            except ValidationError as error:
                words = Words(
                    "The score of this piece cannot be read any more.", "이 곡의 악보를 더는 읽을 수 없습니다."
                )
                raise EngineFailed(words, retryable=False) from error
        for instruction in request.edits:
            score = self._editor.edit(score, request.brief, instruction)
        return score


def open_composer(library: str | None = None, soundfont: str | None = None) -> Composer:
    """A composer with the FluidSynth library and the soundfont at these paths, or those found on this machine.

    Raises:
        EngineUnavailable: FluidSynth or a soundfont is missing; says what to install.
    """
    files = SoundFiles.find(Path(library) if library else None, Path(soundfont) if soundfont else None)
    return Composer(Catalog.load(), files)


def _together(*notes: Words | None) -> Words | None:
    said = [note for note in notes if note is not None]
    return Words(" ".join(note.en for note in said), " ".join(note.ko for note in said)) if said else None


def _loop_note(request: Request, score: Score) -> Words | None:
    """How long a loop came out, where whole bars could not fill the asked length."""
    if not score.loop or abs(score.seconds - request.brief.duration) < 0.05:
        return None
    bars = round(score.seconds * score.tempo[0].bpm / 60 / score.meter[0])
    length, bpm = f"{score.seconds:.2f}", f"{score.tempo[0].bpm:g}"
    return Words(
        f"To loop without a seam it has {bars} whole bars at {bpm} BPM: {length} seconds.",
        f"이음매 없이 반복되도록 {bpm} BPM의 온전한 {bars}마디로 만들었습니다. 길이는 {length}초입니다.",
    )
