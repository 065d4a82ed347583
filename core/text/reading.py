"""Reading: everything found in a text, with the evidence for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.brief import Brief, Frozen, Signed, Unit
from core.words import Words

Emotion = Literal["fear", "surprise", "anger", "sadness", "neutral", "happiness", "disgust"]
FindingKind = Literal["language", "summary", "topic", "emotion", "scene", "music", "tempo", "safety"]


class Evidence(Frozen):
    """Where in the text a finding comes from: a sentence or a word of it, and how much it weighed (0..1)."""

    quote: str
    weight: Unit


class Finding(Frozen):
    """One thing found: what, in words for the person, and why."""

    kind: FindingKind
    says: Words
    evidence: tuple[Evidence, ...] = ()


class TopicGuess(Frozen):
    """A topic of the catalog (its id) and its calibrated probability."""

    topic: str
    probability: Unit


class Scene(Frozen):
    """A stretch of the text with one mood. `share` is its part of the whole; `intensity` 0..1."""

    title: str
    summary: str
    share: Annotated[float, Field(gt=0.0, le=1.0)]
    valence: Signed
    arousal: Signed
    intensity: Unit
    moods: tuple[str, ...]


class CurvePoint(Frozen):
    """The feeling `at` some part of the text, 0 its beginning and 1 its end."""

    at: Unit
    valence: Signed
    arousal: Signed


class Reading(Frozen):
    """What a text says, ready to become music.

    `brief` already carries the wishes that came with the text. `topics` are the three most probable. `language` is an
    ISO 639-1 code, or "und". `notes` are sentences that the person should see with the reply. `curve` follows the
    feeling through the text, at most 64 points.
    """

    language: str
    summary: str
    topics: tuple[TopicGuess, ...]
    emotion: Emotion
    emotions: dict[Emotion, float]
    valence: Signed
    arousal: Signed
    scenes: tuple[Scene, ...]
    curve: tuple[CurvePoint, ...] = ()
    findings: tuple[Finding, ...]
    notes: tuple[Words, ...]
    brief: Brief
    caption: str
