"""Studio: what an engine composed becomes a finished piece, mastered, encoded, drawn and labelled."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from core.audio.clip import Clip
from core.audio.encoding import MEDIA_TYPES
from core.audio.looping import crossfade_loop
from core.audio.mastering import Mastering, Target
from core.audio.provenance import Provenance
from core.audio.release import Release, release
from core.audio.waveform import peaks, waveform_png
from core.engines.engine import Composition, EngineInfo, Request, Use
from core.piece import Facts, Order, Piece, PieceFile
from core.stems import pack_stems
from core.words import Words

LOUDNESS = -14.0
TRUE_PEAK = -1.0

LONGEST_NAME = 80
STAGES = ("master", "encode", "measure", "draw", "stems")

OnStage = Callable[[str], None]


class Studio:
    """Finishes the compositions of one engine."""

    def __init__(self, engine: EngineInfo, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock

    def finish(
        self,
        request: Request,
        order: Order,
        composition: Composition,
        *,
        began: float,
        on_stage: OnStage = lambda _: None,
    ) -> Piece:
        """The piece and its files. `began` is when work on the request did, by the studio's clock.

        A caller who keeps no name for the composition lets its clip be forgotten before the stems are packed.

        `on_stage` is told what is done next, one of `STAGES`; an exception that it raises ends the work.

        Raises:
            AudioError: the file cannot be made to fit the order.
        """
        composition = self._as_asked(request, composition)
        name = file_name(request, composition)
        provenance = self._provenance(request, order)
        released = release(
            Mastering(composition.clip, loop=request.brief.loop),
            order.format,
            Target(LOUDNESS, TRUE_PEAK, composition.crest),
            max_bytes=order.max_bytes,
            tags=provenance.tags(title(request, composition)),
            on_stage=on_stage,
        )
        on_stage("draw")
        files = [
            PieceFile(
                kind="audio",
                name=f"{name}.{order.format}",
                media_type=MEDIA_TYPES[order.format],
                data=released.data,
            ),
            PieceFile(kind="waveform", name=f"{name}.png", media_type="image/png", data=waveform_png(released.master)),
            *written_files(name, order, composition),
        ]
        drawn = peaks(released.master)
        facts = self._facts(request, composition, released)
        note, stems = composition.note, composition.stems
        del composition, released
        if order.stems:
            on_stage("stems")
            archive, said = stem_file(name, order, stems)
            files.extend(archive)
            note = together(note, said)
        facts = facts.model_copy(update={"render_seconds": round(self._clock() - began, 3)})
        return Piece(facts=facts, files=tuple(files), peaks=drawn, note=note)

    def _as_asked(self, request: Request, composition: Composition) -> Composition:
        """A loop that joins, from engines that make none; otherwise exactly the length that was asked for.

        An edited recording stays as long as it is.
        """
        clip = composition.clip
        if request.reference("edit") is not None:
            return composition
        if request.brief.loop:
            clip = clip if "loop" in self._engine.features else crossfade_loop(clip)
        else:
            clip = of_length(clip, round(request.brief.duration * clip.sample_rate))
        return replace(composition, clip=clip)

    def _provenance(self, request: Request, order: Order) -> Provenance:
        return Provenance(
            engine=self._engine.name,
            model=self._engine.model,
            licence=self._engine.licence,
            commercial=self._engine.commercial,
            seed=request.brief.seed or 0,
            brief=request.brief,
            caption=request.caption,
            parent=order.parent,
            edits=request.edits,
            recordings=uses(request),
        )

    def _facts(self, request: Request, composition: Composition, released: Release) -> Facts:
        return Facts(
            seconds=released.frames / released.sample_rate,
            sample_rate=released.sample_rate,
            channels=released.master.channels,
            bpm=composition.bpm,
            key=composition.key,
            lufs=round(released.levels.lufs, 2),
            true_peak_dbtp=round(released.levels.true_peak_dbtp, 2),
            seed=request.brief.seed or 0,
            engine=self._engine.name,
            model=self._engine.model,
            licence=self._engine.licence,
            commercial=self._engine.commercial,
            brief=request.brief,
            caption=request.caption,
            edits=request.edits,
            recordings=uses(request),
            render_seconds=0.0,  # Known only at the end.
            spans=composition.spans,
        )


def uses(request: Request) -> tuple[Use, ...]:
    return tuple(each.use for each in request.references)


def of_length(clip: Clip, frames: int) -> Clip:
    if clip.frames == frames:
        return clip
    kept = clip.samples[:, :frames]
    return Clip(np.pad(kept, ((0, 0), (0, frames - kept.shape[1]))), clip.sample_rate)


def title(request: Request, composition: Composition) -> str:
    """What it is, for people: "Calm jazz, 84 BPM"."""
    brief = request.brief
    words = [*brief.moods[:1], *brief.genres[:2]] or [*brief.keywords[:2]]
    what = " ".join(words).replace("_", " ").strip() or "background music"
    tempo = f", {composition.bpm:.0f} BPM" if composition.bpm else ""
    return f"{what[:1].upper()}{what[1:]}{tempo}"


def file_name(request: Request, composition: Composition) -> str:
    """Without ending, of letters, digits and hyphens only: "calm-jazz-84bpm-seed7"."""
    brief = request.brief
    kind = "-".join([*brief.moods[:1], *brief.genres[:2]]) or "music"
    parts = [kind, f"{composition.bpm:.0f}bpm" if composition.bpm else "", "loop" if brief.loop else ""]
    tail = f"-seed{brief.seed}"
    name = re.sub(r"[^a-z0-9]+", "-", "-".join(filter(None, parts)).lower()).strip("-")
    return name[: LONGEST_NAME - len(tail)].rstrip("-") + tail


def written_files(name: str, order: Order, composition: Composition) -> list[PieceFile]:
    """The music on paper: MIDI if ordered, the score from which the piece can be edited, the chord chart."""
    files = []
    if order.midi and composition.midi is not None:
        files.append(PieceFile(kind="midi", name=f"{name}.mid", media_type="audio/midi", data=composition.midi))
    if composition.score is not None:
        files.append(
            PieceFile(kind="score", name=f"{name}.score.json", media_type="application/json", data=composition.score)
        )
    if composition.concept is not None:
        kind = "application/octet-stream"
        files.append(PieceFile(kind="concept", name=f"{name}.safetensors", media_type=kind, data=composition.concept))
    if composition.chart is not None:
        files.append(
            PieceFile(kind="chart", name=f"{name}.txt", media_type="text/plain", data=composition.chart.encode())
        )
    return files


def stem_file(name: str, order: Order, stems: Mapping[str, Clip]) -> tuple[list[PieceFile], Words | None]:
    """The archive of stems where there can be one, and what to say about it."""
    if not stems:
        return [], Words("This engine makes no stems.", "이 엔진은 스템을 만들지 않습니다.")
    archive = pack_stems(stems, order.max_bytes)
    if archive is None:
        return [], Words(
            "The stems are too large to send here; ask for a shorter piece to get them.",
            "스템이 너무 커서 여기로 보낼 수 없습니다. 더 짧은 곡을 요청해 주세요.",
        )
    file = PieceFile(kind="stems", name=f"{name}-stems.zip", media_type="application/zip", data=archive.data)
    return [file], archive.note


def together(first: Words | None, second: Words | None) -> Words | None:
    if first is None or second is None:
        return first or second
    return Words(f"{first.en} {second.en}", f"{first.ko} {second.ko}")
