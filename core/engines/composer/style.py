"""Style: everything that makes a genre sound like itself, read from one file per family of styles."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from core.brief import FASTEST_BPM, SLOWEST_BPM, Frozen, Mode, Signed, Unit
from core.engines.composer.drum_keys import DRUM_KEYS
from core.engines.composer.pattern import Pattern, parse
from core.engines.composer.score import Effects, Master, Role
from core.engines.composer.theory import SCALES, chord_of

SectionName = Literal["intro", "A", "B", "C", "build", "drop", "break", "outro"]
Voicing = Literal["close", "open", "rootless", "shell", "power", "triad", "octave", "cluster"]
Writer = Literal["pattern", "walking", "melody", "guide", "answer", "thirds", "echo", "riser", "impact", "sweep"]

DRUM_MARKS = "Xxogfr"
BASS_MARKS = "1234567890lnNawsGx"
CHORD_MARKS = "XxohltvVduDUmrR0123456789"
MELODY_MARKS = "Xxo"


class StyleError(ValueError):
    """A style file that cannot be used: which file, which entry, and why."""

    def __init__(self, file: str, entry: str, why: str) -> None:
        super().__init__(f"{file}: {entry}: {why}" if entry else f"{file}: {why}")


def _pattern(value: object) -> object:
    return parse(value) if isinstance(value, str) else value


def _ladder(value: object) -> object:
    return (value,) if isinstance(value, str | Pattern) else value


Rhythm = Annotated[Pattern, BeforeValidator(_pattern)]
Ladder = Annotated[tuple[Rhythm, ...], BeforeValidator(_ladder), Field(min_length=1)]
"""Patterns from calm to driving; the intensity of the music chooses."""


class Loose(Frozen):
    """A value object that may hold parsed patterns."""

    model_config = Frozen.model_config | {"arbitrary_types_allowed": True}


class Feel(Loose):
    """How time is felt.

    `swing` is where the off-beat falls inside a pair of `swing_unit` (0.5: straight, 0.667: triplet), `swing_unit` in
    beats per pair. `push` is how likely a piece anticipates its bar lines. `human` is the standard deviation of timing
    in milliseconds. `lag` shifts roles, in milliseconds; `accents` is a groove template: what is added to the velocity
    at each step of a bar.
    """

    swing: Annotated[float, Field(ge=0.5, le=0.75)] = 0.5
    swing_unit: Annotated[float, Field(ge=0.25, le=2.0)] = 1.0
    push: Unit = 0.0
    human: Annotated[float, Field(ge=0.0, le=30.0)] = 6.0
    lag: dict[Role, float] = Field(default_factory=dict)
    accents: tuple[int, ...] = (8, 0, 4, 0)


class HarmonyOfMode(Loose):
    """Progressions of a mode as roman numerals, `|` between bars, in any order: how dark or bright they are is heard
    from their chords. Cadences and turnarounds are listed from the darkest to the brightest.

    `A`, `B` … name the section that they serve; a section without its own takes those of A. A cadence ends with the
    chord of the last downbeat.
    """

    intro: tuple[str, ...] = ()
    A: Annotated[tuple[str, ...], Field(min_length=1)]
    B: tuple[str, ...] = ()
    C: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    break_: Annotated[tuple[str, ...], Field(alias="break")] = ()
    outro: tuple[str, ...] = ()
    cadences: Annotated[tuple[str, ...], Field(min_length=1)]
    turnarounds: tuple[str, ...] = ()

    @field_validator("*")
    @classmethod
    def _readable(cls, progressions: tuple[str, ...]) -> tuple[str, ...]:
        for progression in progressions:
            for bar in progression.split("|"):
                if not bar.split():
                    raise ValueError(f"empty bar in {progression!r}")
                for numeral in bar.split():
                    if numeral not in (".", "%"):
                        chord_of(numeral, 0)
        return progressions

    def of(self, section: SectionName) -> tuple[str, ...]:
        """The progressions of a section."""
        own: dict[SectionName, tuple[str, ...]] = {
            "intro": self.intro, "A": self.A, "B": self.B, "C": self.C or self.B, "build": self.build or self.B,
            "drop": self.drop, "break": self.break_ or self.B, "outro": self.outro,
        }  # fmt: skip
        return own[section] or self.A


class HarmonyStyle(Loose):
    """The modes that a style uses, what is played in them, and how far it strays from the key.

    Where there are modes of both families, valence decides: major from `major_from` on, minor below. `secondary` and
    `interchange` are how readily a secondary dominant or a borrowed chord replaces a plain one; `parallels` allows
    parallel fifths and octaves between the outer voices; `dissonance` is the declared range of the share of
    simultaneous semitones, tritones and major sevenths among sounding intervals.
    """

    modes: Annotated[tuple[str, ...], Field(min_length=1)]
    major: HarmonyOfMode
    minor: HarmonyOfMode
    major_from: Signed = 0.0
    secondary: Unit = 0.0
    interchange: Unit = 0.0
    parallels: bool = False
    dissonance: tuple[Unit, Unit] = (0.0, 0.2)

    @field_validator("modes")
    @classmethod
    def _known(cls, modes: tuple[str, ...]) -> tuple[str, ...]:
        for mode in modes:
            if mode not in SCALES:
                raise ValueError(f"unknown mode {mode!r}")
        return modes

    def of(self, mode: Mode) -> HarmonyOfMode:
        return self.major if mode == "major" else self.minor


class MelodyStyle(Loose):
    """How tunes move.

    `cells` are rhythms of one or two bars, as ladders from sparse to busy; `endings` close a phrase. `scales` says
    which scale the tune uses over a major or minor key where it isn't that of the key. `span` is the range of a tune
    in semitones, `centre` the MIDI note in its middle, `leaps` the wanted share of intervals over a major third and
    `phrases` the order of phrases ("AABA"). The rest are how readily an ornament is played, 0..1.
    """

    cells: Annotated[tuple[Ladder, ...], Field(min_length=2)]
    endings: Annotated[tuple[Rhythm, ...], Field(min_length=1)]
    scales: dict[Mode, str] = Field(default_factory=dict)
    phrases: Annotated[tuple[str, ...], Field(min_length=1)] = ("AABA", "ABAC", "AAAB")
    span: Annotated[int, Field(ge=5, le=24)] = 14
    centre: Annotated[int, Field(ge=40, le=96)] = 72
    leaps: Unit = 0.12
    rests: Unit = 0.15
    legato: Annotated[float, Field(ge=0.2, le=1.1)] = 0.92
    chromatic: Unit = 0.0
    grace: Unit = 0.0
    turn: Unit = 0.0
    slide: Unit = 0.0
    vibrato: Unit = 0.0
    tremolo: Unit = 0.0
    sigimsae: Unit = 0.0
    harmonised: Unit = 0.0

    @field_validator("scales")
    @classmethod
    def _known(cls, scales: dict[Mode, str]) -> dict[Mode, str]:
        for scale in scales.values():
            if scale not in SCALES:
                raise ValueError(f"unknown scale {scale!r}")
        return scales

    @field_validator("cells", "endings")
    @classmethod
    def _marks(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        for ladder in value:
            for pattern in ladder if isinstance(ladder, tuple) else (ladder,):
                _check_marks(pattern, MELODY_MARKS)
        return value


class PartStyle(Loose):
    """A chair in the band: its role, the voices that may sit on it, when it plays, and what.

    It plays when the intensity lies within `enters`..`leaves`, in `sections` (all when empty). The seed leaves it out
    unless a draw falls under `chance`. Marks of `patterns`:

    - bass: scale degrees of the chord (`1`…`7`, `8` written `0`), `l` the fifth below, `n`/`N` a diatonic/chromatic
      approach to the next chord, `w` a walking step, `s` the root short, `G` the root reached by a glide, `x` a dead
      note;
    - chords and pad: `X` `x` `o` the whole chord loud to soft, `h` without its lowest voice, `l` the lowest voice, `t`
      the top voice, `v`/`V` the root/fifth in the bass register, `d` `u` strums (`D` `U` accented), `m` a muted strum,
      `r` a rolled chord, digits one voice each, counted from the lowest and on into the next octave;
    - drums and percussion (in `grooves` and `fills`, by drum name): `X` accent, `x`, `o` soft, `g` ghost, `f` flam, `r`
      roll.
    """

    role: Role
    voices: Annotated[tuple[str, ...], Field(min_length=1)]
    name: str = ""
    writer: Writer = "pattern"
    enters: Unit = 0.0
    leaves: Unit = 1.0
    chance: Unit = 1.0
    sections: tuple[SectionName, ...] = ()
    patterns: tuple[Ladder, ...] = ()
    grooves: tuple[dict[str, Ladder], ...] = ()
    fills: tuple[dict[str, Rhythm], ...] = ()
    opening: dict[str, Rhythm] = Field(default_factory=dict)
    opens_from: Unit = 0.3
    voicing: Voicing = "close"
    size: Annotated[int, Field(ge=1, le=8)] = 4
    compass: tuple[int, int] = (52, 76)
    legato: Annotated[float, Field(gt=0.0, le=1.2)] = 0.95
    swell: Unit = 0.0
    sweep: Unit = 0.0
    pedal: bool = False
    velocity: Annotated[int, Field(ge=-40, le=40)] = 0
    mix: Effects | None = None

    @model_validator(mode="before")
    @classmethod
    def _mix_over_role(cls, raw: object) -> object:
        if isinstance(raw, dict) and isinstance(raw.get("mix"), dict) and raw.get("role") in _ROLE_EFFECTS:
            return raw | {"mix": role_effects(raw["role"]).model_dump() | raw["mix"]}
        return raw

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.role in ("drums", "percussion"):
            if not self.grooves:
                raise ValueError(f"{self.role} need grooves")
            for groove in self.grooves:
                _check_drums(groove)
            for lines in (*self.fills, self.opening):
                _check_drums({drum: (pattern,) for drum, pattern in lines.items()})
        elif self.writer == "pattern":
            if self.role == "effect":
                raise ValueError("an effect needs a writer")
            if not self.patterns:
                raise ValueError(f"a part for {self.role} needs patterns or another writer")
            for ladder in self.patterns:
                for pattern in ladder:
                    _check_marks(pattern, BASS_MARKS if self.role == "bass" else CHORD_MARKS)
        return self

    @property
    def effects(self) -> Effects:
        return self.mix or role_effects(self.role)


class Form(Loose):
    """How a piece unfolds: bars per phrase, the cycle of its main sections, and the energy 0..1 of each section.

    `ring` is how long the last chord sounds at least, in seconds.
    """

    phrase: Annotated[int, Field(ge=1, le=16)] = 4
    cycle: Annotated[tuple[SectionName, ...], Field(min_length=1)] = ("A", "B")
    energy: dict[SectionName, Unit] = Field(default_factory=dict)
    ring: Annotated[float, Field(ge=0.3, le=6.0)] = 1.6
    intro: bool = True
    breaks: bool = True


class Style(Loose):
    """A family of styles. `tempo` is its range in beats per minute, `meter` quarter-note beats per bar and the unit.

    `genres` are the catalog genres that are played in it. `valence` and `arousal` are where it stands by itself.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
    name: str
    genres: Annotated[tuple[str, ...], Field(min_length=1)]
    meter: tuple[Annotated[int, Field(ge=2, le=16)], Literal[4]] = (4, 4)
    tempo: tuple[float, float]
    brightness: Unit = 0.5
    feel: Feel = Feel()
    form: Form = Form()
    harmony: HarmonyStyle
    melody: MelodyStyle
    part: Annotated[tuple[PartStyle, ...], Field(min_length=2)]
    master: Master = Master()

    @field_validator("tempo")
    @classmethod
    def _rising(cls, tempo: tuple[float, float]) -> tuple[float, float]:
        if not SLOWEST_BPM <= tempo[0] < tempo[1] <= FASTEST_BPM:
            raise ValueError(f"the tempo range must rise within {SLOWEST_BPM:g}..{FASTEST_BPM:g}")
        return tempo

    @property
    def bar(self) -> float:
        """Quarter-note beats in a bar."""
        return float(self.meter[0])


_ROLE_EFFECTS: dict[Role, Effects] = {
    "lead": Effects(loudness=-18.5, width=0.4, reverb=0.28, highpass=120),
    "counter": Effects(loudness=-23.0, pan=0.35, width=0.6, reverb=0.32, highpass=140),
    "chords": Effects(loudness=-21.0, pan=-0.2, width=0.8, reverb=0.24, highpass=110),
    "pad": Effects(loudness=-25.0, width=0.9, reverb=0.45, highpass=140),
    "bass": Effects(loudness=-20.5, width=0.0, reverb=0.03, highpass=30, lowpass=6000, compress=0.4),
    "drums": Effects(loudness=-19.0, width=0.5, reverb=0.12, compress=0.4),
    "percussion": Effects(loudness=-24.0, pan=0.2, width=0.7, reverb=0.2, highpass=90),
    "effect": Effects(loudness=-26.0, width=0.9, reverb=0.5, highpass=100),
}


def role_effects(role: Role) -> Effects:
    """How a role sits in the mix where a style doesn't say."""
    return _ROLE_EFFECTS[role]


def _check_marks(pattern: Pattern, allowed: str) -> None:
    wrong = sorted({hit.mark for hit in pattern.hits} - set(allowed))
    if wrong:
        raise ValueError(f"{pattern.text!r}: unknown mark {wrong[0]!r}; known: {allowed}")


def _check_drums(lines: Mapping[str, Sequence[Pattern]]) -> None:
    for drum, ladder in lines.items():
        if drum not in DRUM_KEYS:
            raise ValueError(f"unknown drum {drum!r}; known: {', '.join(DRUM_KEYS)}")
        for pattern in ladder:
            _check_marks(pattern, DRUM_MARKS)


def read_style(file: str, text: str) -> Style:
    """One style from the text of its file.

    Raises:
        StyleError: the file is no style; says which entry is wrong and why.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StyleError(file, "", str(error)) from error
    try:
        return Style.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise StyleError(file, where, first["msg"].removeprefix("Value error, ")) from error


class StyleBook:
    """All styles, by id and by the catalog genres that they serve."""

    def __init__(self, styles: Iterator[Style] | tuple[Style, ...]) -> None:
        self._by_id: dict[str, Style] = {}
        self._by_genre: dict[str, Style] = {}
        for style in styles:
            if style.id in self._by_id:
                raise StyleError(style.id, "id", "two styles have this id")
            self._by_id[style.id] = style
            for genre in style.genres:
                if genre in self._by_genre:
                    raise StyleError(style.id, "genres", f"{genre} is served by {self._by_genre[genre].id} as well")
                self._by_genre[genre] = style

    @classmethod
    def read(cls, folder: Traversable | None = None) -> StyleBook:
        """The styles of a folder; by default those that come with the composer.

        Raises:
            StyleError: a file is no style, or two styles serve one genre.
        """
        place = folder or files("core.engines.composer") / "styles"
        found = sorted((entry for entry in place.iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name)
        return cls(tuple(read_style(entry.name, entry.read_text("utf-8")) for entry in found))

    def __iter__(self) -> Iterator[Style]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __getitem__(self, style_id: str) -> Style:
        return self._by_id[style_id]

    def for_genre(self, genre: str) -> Style | None:
        """The style that serves a genre by name, if any; parents are for the caller to try."""
        return self._by_genre.get(genre)
