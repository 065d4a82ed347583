"""Entries of the catalog. Every entry has an id, a name in English and Korean, and other names that people use."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

from core.brief import FASTEST_BPM, SLOWEST_BPM, Frozen, Signed, Tempo
from core.text.reading import Emotion
from core.words import Language, Words

Kind = Literal["genre", "mood", "instrument", "topic", "tempo"]
Family = Literal["keys", "mallets", "plucked", "bowed", "wind", "brass", "percussion", "voice", "synth"]
InstrumentRole = Literal["lead", "counter", "chords", "pad", "bass", "drums", "percussion", "effect"]

KIND_NAMES: dict[Kind, Words] = {
    "genre": Words("genre", "장르"),
    "mood": Words("mood", "분위기"),
    "instrument": Words("instrument", "악기"),
    "topic": Words("topic", "주제"),
    "tempo": Words("tempo", "빠르기"),
}

MidiNumber = Annotated[int, Field(ge=0, le=127)]
DrumKey = Annotated[int, Field(ge=27, le=87)]
"""A key of the General MIDI 2 standard drum set."""

TEMPO_ORDER: tuple[Tempo, ...] = ("slow", "medium", "fast")


class Range(NamedTuple):
    """From `low` to `high`, both included."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


class Entry(Frozen):
    """What all entries share. `popular` ones are offered first; `aliases` are other names in either language."""

    kind: ClassVar[Kind]

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
    en: Annotated[str, Field(min_length=1, max_length=40)]
    ko: Annotated[str, Field(min_length=1, max_length=40)]
    popular: bool = False
    aliases: tuple[Annotated[str, Field(min_length=1)], ...] = ()

    def name(self, language: Language = "en") -> str:
        return self.ko if language == "ko" else self.en

    @property
    def words(self) -> Words:
        return Words(self.en, self.ko)


class BpmBounds(NamedTuple):
    """Where slow begins, where it becomes medium, where that becomes fast, and where fast ends; beats per minute."""

    slow: float
    medium: float
    fast: float
    end: float


class Genre(Entry):
    """A genre. `parent` is the genre that it most resembles; popular genres have none.

    `bpm` says what slow, medium and fast mean for it.
    `valence` and `arousal`, -1..1, are where the genre tends to stand when no mood is asked for.
    """

    kind: ClassVar[Kind] = "genre"

    parent: str | None = None
    bpm: BpmBounds
    valence: Signed
    arousal: Signed

    @field_validator("bpm")
    @classmethod
    def _rising(cls, bounds: BpmBounds) -> BpmBounds:
        if not SLOWEST_BPM <= bounds[0] < bounds[1] < bounds[2] < bounds[3] <= FASTEST_BPM:
            raise ValueError(f"the bounds must rise within {SLOWEST_BPM:g}..{FASTEST_BPM:g} BPM")
        return bounds

    def bpm_range(self, tempo: Tempo = "auto") -> Range:
        """What `tempo` means here; "auto" gives the whole range."""
        if tempo == "auto":
            return Range(self.bpm.slow, self.bpm.end)
        step = TEMPO_ORDER.index(tempo)
        return Range(self.bpm[step], self.bpm[step + 1])

    @model_validator(mode="after")
    def _normal_ones_resemble_another(self) -> Self:
        if self.popular == (self.parent is not None):
            raise ValueError("a popular genre has no parent, every other genre has one")
        return self


class Mood(Entry):
    """A mood as a point of the circumplex of affect, and the emotion nearest to it.

    `valence` runs from unpleasant (-1) to pleasant (1), `arousal` from calm (-1) to excited (1).
    Source: J. A. Russell, "A circumplex model of affect", 1980.
    """

    kind: ClassVar[Kind] = "mood"

    valence: Signed
    arousal: Signed
    emotion: Emotion


class Instrument(Entry):
    """An instrument and how it can be played here.

    A pitched one has a General MIDI `program`, unpitched percussion the `keys` of the General MIDI drum set `kit`.
    `synth` names a synthesised voice of ours that is preferred where it exists; the program or keys then serve for
    MIDI files. `low` and `high` are the lowest and highest sounding MIDI notes (unused for unpitched percussion).
    """

    kind: ClassVar[Kind] = "instrument"

    family: Family
    roles: Annotated[tuple[InstrumentRole, ...], Field(min_length=1)]
    program: MidiNumber | None = None
    keys: tuple[DrumKey, ...] = ()
    kit: MidiNumber = 0
    synth: str | None = None
    low: MidiNumber = 0
    high: MidiNumber = 127

    @model_validator(mode="after")
    def _can_be_played(self) -> Self:
        if (self.program is None) == (not self.keys):
            raise ValueError("either a program or drum keys, not both and not neither")
        if self.low >= self.high:
            raise ValueError("low must lie below high")
        return self

    @property
    def pitched(self) -> bool:
        return self.program is not None


class Tag(NamedTuple):
    """A reference to an entry of another kind."""

    kind: Kind
    id: str


class Topic(Entry):
    """What a text may be about, and five musical tags that suit it, such as `genre:jazz`."""

    kind: ClassVar[Kind] = "topic"

    tags: Annotated[tuple[Tag, ...], Field(min_length=5, max_length=5)]

    @field_validator("tags", mode="before")
    @classmethod
    def _split(cls, tags: object) -> object:
        if isinstance(tags, list):
            return [tag.split(":", 1) if isinstance(tag, str) else tag for tag in tags]
        return tags

    def of_kind(self, kind: Kind) -> tuple[str, ...]:
        """The ids of the tags of one kind."""
        return tuple(tag.id for tag in self.tags if tag.kind == kind)


class TempoName(Entry):
    """A tempo in words; its id is one of `core.brief.Tempo`. `low` and `high` are BPM where no genre says otherwise."""

    kind: ClassVar[Kind] = "tempo"

    id: Tempo
    low: Annotated[float, Field(ge=SLOWEST_BPM)]
    high: Annotated[float, Field(le=FASTEST_BPM)]

    @property
    def bpm(self) -> Range:
        return Range(self.low, self.high)
