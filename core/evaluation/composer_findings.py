"""Findings: what many judged pieces say together about the composer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.evaluation.composer_pieces import Described, Judged
from core.evaluation.identity import Recognition, recognition, together, twins
from core.evaluation.key import Relation, estimated_key, relation
from core.evaluation.melodies import MelodyStatistics
from core.evaluation.mood import RESPONSES, Response, rank_correlation
from core.evaluation.similarity import chroma_similarity, onset_pattern, rhythm_similarity
from core.evaluation.tempo import LEVELS, OCTAVES, agrees

ByStyle = Mapping[str, Sequence[Judged]]


@dataclass(frozen=True, slots=True)
class Findings:
    """`mood` maps each response to its rank correlation by style; `variety` is how alike seeds are by style, and
    `apart` the same between pieces of different styles; `off_tempo` counts by style pieces whose tempo was disputed.
    """

    pieces: Sequence[Judged]
    loops: Sequence[Judged]
    tempo: float
    tempo_by_level: float
    tempo_tracked: float
    off_tempo: Mapping[str, int]
    keys: Mapping[Relation, float]
    off_key: Mapping[str, int]
    mood: Mapping[str, Mapping[str, float]]
    recognition: Recognition
    twins: Sequence[tuple[str, str]]
    variety: Mapping[str, float]
    apart: float
    melodies: MelodyStatistics
    kept: MelodyStatistics


def findings(made: Sequence[Described], melodies: MelodyStatistics, kept: MelodyStatistics) -> Findings:
    """`melodies` are the statistics of the composer's tunes, `kept` those of real ones to compare with."""
    judged = [piece for piece in made if isinstance(piece, Judged)]
    pieces = [piece for piece in judged if not piece.wish.loop]
    told = [piece for piece in made if not piece.wish.loop]
    styles = by_style(pieces)
    keys = Counter(key_relation(piece) for piece in pieces)
    return Findings(
        pieces=pieces,
        loops=[piece for piece in judged if piece.wish.loop],
        tempo=share(agrees(piece.heard.tempo, piece.bpm, OCTAVES) for piece in pieces),
        tempo_by_level=share(agrees(piece.heard.tempo, piece.bpm, LEVELS) for piece in pieces),
        tempo_tracked=share(agrees(piece.heard.tracked_tempo, piece.bpm, OCTAVES) for piece in pieces),
        off_tempo=Counter(piece.wish.style for piece in pieces if not agrees(piece.heard.tempo, piece.bpm, OCTAVES)),
        keys={name: keys[name] / len(pieces) for name in ("same", "relative", "parallel", "fifth", "other")},
        off_key=Counter(piece.wish.style for piece in pieces if key_relation(piece) in ("fifth", "other")),
        mood={each.name: {style: response(each, own) for style, own in styles.items()} for each in RESPONSES},
        recognition=recognition(
            np.stack([piece.descriptors for piece in told]),
            [piece.wish.style for piece in told],
            [piece.wish.seed for piece in told],
        ),
        twins=twins({style: together([piece.fingerprint for piece in own]) for style, own in styles.items()}),
        variety={style: variety(own) for style, own in styles.items()},
        apart=apart(styles),
        melodies=melodies,
        kept=kept,
    )


def by_style(pieces: Sequence[Judged]) -> dict[str, list[Judged]]:
    styles: defaultdict[str, list[Judged]] = defaultdict(list)
    for piece in pieces:
        styles[piece.wish.style].append(piece)
    return dict(styles)


def key_relation(piece: Judged) -> Relation:
    return relation(estimated_key(piece.heard.chroma), piece.key)


def response(each: Response, pieces: Sequence[Judged]) -> float:
    """How what is heard follows one dimension of mood where the other one is at rest."""
    if each.dimension == "arousal":
        steps = [(piece.wish.arousal, piece) for piece in pieces if piece.wish.valence == 0.0]
    else:
        steps = [(piece.wish.valence, piece) for piece in pieces if piece.wish.arousal == 0.0]
    return rank_correlation((asked, each.measure(piece.heard)) for asked, piece in steps)


def similarity(one: Judged, other: Judged) -> float:
    """The mean of how alike two pieces are in harmony and in rhythm, 0..1."""
    rhythms = (onset_pattern(piece.heard.onsets, piece.bar_seconds) for piece in (one, other))
    harmony = chroma_similarity(one.heard.chroma_course, other.heard.chroma_course)
    return (harmony + rhythm_similarity(*rhythms)) / 2


def variety(pieces: Sequence[Judged]) -> float:
    """Mean similarity between pieces of the same brief but for the seed."""
    briefs: defaultdict[tuple[float, float], list[Judged]] = defaultdict(list)
    for piece in pieces:
        briefs[piece.wish.valence, piece.wish.arousal].append(piece)
    pairs = [pair for same in briefs.values() for pair in combinations(same, 2)]
    return float(np.mean([similarity(*pair) for pair in pairs])) if pairs else float("nan")


def apart(styles: ByStyle) -> float:
    """Mean similarity between the first pieces of different styles, to read the variety inside styles by."""
    firsts = [own[0] for own in styles.values()]
    pairs = list(combinations(firsts, 2))
    return float(np.mean([similarity(*pair) for pair in pairs])) if pairs else float("nan")


def share(verdicts: Iterable[bool]) -> float:
    return float(np.mean(list(verdicts)))
