"""Storyline: the scenes of a text with their names, moods and strength, and the curve of its feeling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.brief import Section
from core.catalog import Catalog
from core.text import scenes
from core.text.depth import Feelings, Summariser
from core.text.passages import Passages, starts
from core.text.reading import CurvePoint, Scene
from core.text.wordbag import word_vectors
from core.words import Language, Words

Floats = npt.NDArray[np.float32]

_TITLE = 60
_SUMMARY = 200
_PHRASE_WORDS = 9
_CURVE_POINTS = 64
_CURVE_WIDTH = 0.03
"""How far around a point of the curve sentences are heard, as a part of the text."""
_EMPHASIS = 0.35
"""A sentence without any feeling counts this much beside one of full strength."""
_SCENE = Words("Scene", "장면")
_TITLE_END = re.compile(r"[,;:—–]\s|\s[-–—]\s")


@dataclass(frozen=True, slots=True)
class Story:
    """The scenes of a text, and the same as sections of a brief (each with an English phrase)."""

    scenes: tuple[Scene, ...]
    sections: tuple[Section, ...]


class Storyteller:
    """Cuts texts into scenes and describes them."""

    def __init__(self, catalog: Catalog, summariser: Summariser) -> None:
        self._catalog = catalog
        self._summariser = summariser

    def tell(self, passages: Passages, feelings: Feelings, seconds: float, language: Language) -> Story:
        """One to eight scenes for music of `seconds`; their shares add up to 1."""
        vectors = word_vectors(passages.english) if passages.vectors is None else passages.vectors.sentence
        felt = np.stack([feelings.valence, feelings.arousal], axis=1)
        spans = scenes.cut(passages, vectors, felt, seconds)
        shares = _shares(spans, passages)
        found, sections = list[Scene](), list[Section]()
        for number, (span, share) in enumerate(zip(spans, shares, strict=True), start=1):
            part = passages.part(span)
            key = key_row(part)
            title = title_of(part.sentences[key].words) or f"{_SCENE.to(language)} {number}"
            found.append(self._scene(title, span, share, part, feelings))
            sections.append(_section(found[-1], phrase_of(part.english[key]) if part.coverage[key] else ""))
        return Story(tuple(found), tuple(sections))

    def moods(self, passages: Passages, feelings: Feelings, most: int) -> tuple[str, ...]:
        """The likeliest moods of the catalog over these sentences: the first, and others if nearly as likely."""
        shares = _emphasised(passages, feelings) @ feelings.mood_shares
        order = np.argsort(-shares)[:most]
        return tuple(feelings.moods[column] for column in order if shares[column] >= 0.5 * shares[order[0]])

    def _scene(self, title: str, span: range, share: float, part: Passages, feelings: Feelings) -> Scene:
        local = feelings.part(span)
        valence, arousal = mean_feeling(part, local)
        return Scene(
            title=title,
            summary=self._summariser.summarise(part, _SUMMARY).text,
            share=share,
            valence=valence,
            arousal=arousal,
            intensity=intensity(valence, arousal),
            moods=self.moods(part, local, 2),
        )


def mean_feeling(passages: Passages, feelings: Feelings) -> tuple[float, float]:
    """Valence and arousal over sentences; strong feelings count more than none, as they do for readers."""
    weights = _emphasised(passages, feelings)
    return _signed(float(weights @ feelings.valence)), _signed(float(weights @ feelings.arousal))


def intensity(valence: float, arousal: float) -> float:
    """How strong a feeling is, 0..1: mostly its arousal, and how far it is from none."""
    return min(1.0, 0.3 * (arousal + 1) + 0.4 * float(np.hypot(valence, arousal)))


def curve(passages: Passages, feelings: Feelings) -> tuple[CurvePoint, ...]:
    """The feeling along the text, smoothed, at most 64 points; none for a single sentence."""
    if len(passages) < 2:
        return ()
    middles = np.array(starts(passages.weights), np.float32) + passages.weights / 2
    points = np.linspace(0.0, 1.0, min(_CURVE_POINTS, 2 * len(passages)))
    width = max(_CURVE_WIDTH, 0.7 / len(passages))
    near = np.exp(-0.5 * ((points[:, None] - middles[None]) / width) ** 2) * passages.weights
    near /= np.maximum(near.sum(axis=1, keepdims=True), 1e-12)
    values = zip(points, near @ feelings.valence, near @ feelings.arousal, strict=True)
    return tuple(
        CurvePoint(at=float(at), valence=_signed(float(valence)), arousal=_signed(float(arousal)))
        for at, valence, arousal in values
    )


def key_row(passages: Passages) -> int:
    """The sentence that stands for all of these."""
    spoken = [row for row, sentence in enumerate(passages.sentences) if sentence.letters >= 8] or [0]
    vectors = word_vectors(passages.english) if passages.vectors is None else passages.vectors.sentence
    centre = passages.weights @ vectors
    likeness = vectors[spoken] @ centre
    return spoken[int(np.argmax(likeness))]


def phrase_of(english: str) -> str:
    """A few words of a sentence for a caption: letters, digits and spaces only."""
    words = re.findall(r"[A-Za-z0-9][A-Za-z0-9'’-]*", english)
    return " ".join(words[:_PHRASE_WORDS]).lower()


def title_of(words: str) -> str:
    """A sentence made short: its first clause if that says enough, cut at a word."""
    if len(words) <= _TITLE:
        return words.rstrip(" .,;:")
    clause = _TITLE_END.split(words, maxsplit=1)[0]
    if 15 <= len(clause) <= _TITLE:
        return clause.rstrip(" .,;:")
    return words[: _TITLE - 1].rsplit(" ", 1)[0].rstrip(" .,;:") + "…"


def _section(scene: Scene, phrase: str) -> Section:
    return Section(
        title=scene.title,
        share=scene.share,
        valence=scene.valence,
        arousal=scene.arousal,
        moods=scene.moods,
        phrase=phrase,
    )


def _emphasised(passages: Passages, feelings: Feelings) -> Floats:
    weights = passages.weights * (_EMPHASIS + np.hypot(feelings.valence, feelings.arousal))
    emphasised: Floats = (weights / max(float(weights.sum()), 1e-9)).astype(np.float32)
    return emphasised


def _shares(spans: Sequence[range], passages: Passages) -> list[float]:
    shares = [float(passages.weights[span.start : span.stop].sum()) for span in spans]
    return [share / sum(shares) for share in shares]


def _signed(value: float) -> float:
    return float(np.clip(value, -1.0, 1.0))
