"""Brief: what the music should be. Every way of asking ends in one."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Tempo = Literal["auto", "slow", "medium", "fast"]
Mode = Literal["major", "minor"]
Amount = Literal["small", "large"]

SHORTEST_SECONDS = 5.0
LONGEST_SECONDS = 300.0
MOST_CONCEPTS = 4
LOOSEST = 1
CLOSEST = 6
LIGHTEST_TEXT = 1.0
HEAVIEST_TEXT = 9.0
SLOWEST_BPM = 30.0
FASTEST_BPM = 300.0
MAX_SEED = 2**32 - 1

Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Signed = Annotated[float, Field(ge=-1.0, le=1.0)]

TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


class Frozen(BaseModel):
    """A value: immutable, compared by content, no unknown fields. Its errors do not quote what people wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Key(Frozen):
    """A key by the pitch class of its tonic (0 = C … 11 = B) and its mode."""

    tonic: Annotated[int, Field(ge=0, le=11)]
    mode: Mode

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `Am`, `F#m`, `Bb`, `C major`, `eb minor`.

        Raises:
            ValueError: the text names no key.
        """
        found = re.fullmatch(r"\s*([A-Ga-g])([#♯b♭]?)\s*(m|min|minor|maj|major|M)?\s*", text)
        if found is None:
            raise ValueError(f"not a key: {text!r}")
        letter, accidental, mode = found.groups()
        shift = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[accidental]
        natural = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[letter.upper()]
        minor = mode in ("m", "min", "minor")
        return cls(tonic=(natural + shift) % 12, mode="minor" if minor else "major")

    def __str__(self) -> str:
        return f"{TONICS[self.tonic]} {self.mode}"


class Section(Frozen):
    """A part of a brief with its own mood, for music that follows a text.

    `share` is its part of the whole duration; `valence` and `arousal` lie within -1..1; `phrase` is a few English
    words about the scene for engines that are conditioned on text.
    """

    title: str
    share: Annotated[float, Field(gt=0.0, le=1.0)]
    valence: Signed
    arousal: Signed
    moods: tuple[str, ...] = ()
    phrase: str = ""


class Variation(Frozen):
    """How far a piece may move from a parent: the parent's seed, and a small or a large step.

    `root_seed` is the seed that harmony, form and sounds come from when the parent is itself a variation; None means
    that they come from `of_seed`.
    """

    of_seed: Annotated[int, Field(ge=0, le=MAX_SEED)]
    amount: Amount
    root_seed: Annotated[int, Field(ge=0, le=MAX_SEED)] | None = None


class Brief(Frozen):
    """A validated wish.

    Genres, moods and instruments are catalog ids. `duration` is in seconds. `valence` and `arousal` override what the
    moods imply. `seed` None means that one is drawn when the job is accepted. `avoid` names what the music should not
    be like, for engines that are conditioned on text. `concepts` are the names of learned sounds. Where a recording is
    given as a model of style, `likeness` says how closely it is followed (1 loose … 6 close: the number of streams of
    its quantiser that are heard) and `text_weight` how much the words weigh against it (1 … 9).
    """

    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    excluded_instruments: tuple[str, ...] = ()
    tempo: Tempo = "auto"
    bpm: Annotated[float, Field(ge=SLOWEST_BPM, le=FASTEST_BPM)] | None = None
    key: Key | None = None
    duration: Annotated[float, Field(ge=SHORTEST_SECONDS, le=LONGEST_SECONDS)] = 30.0
    keywords: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    concepts: Annotated[tuple[str, ...], Field(max_length=MOST_CONCEPTS)] = ()
    likeness: Annotated[int, Field(ge=LOOSEST, le=CLOSEST)] | None = None
    text_weight: Annotated[float, Field(ge=LIGHTEST_TEXT, le=HEAVIEST_TEXT)] | None = None
    valence: Signed | None = None
    arousal: Signed | None = None
    sections: Annotated[tuple[Section, ...], Field(max_length=8)] = ()
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] | None = None
    loop: bool = False
    variation: Variation | None = None
    engine: str = "auto"

    @model_validator(mode="after")
    def _shares_fill_the_piece(self) -> Self:
        if self.sections and abs(sum(section.share for section in self.sections) - 1.0) > 1e-3:
            raise ValueError("the shares of the sections must add up to 1")
        return self

    def varied(self, amount: Amount, seed: int) -> Self:
        """The brief of a variation of the piece that this brief and its seed made.

        Raises:
            ValueError: this brief has no seed, so nothing has been made from it.
        """
        if self.seed is None:
            raise ValueError("only a brief with a seed can be varied")
        parent = self.variation
        if parent is None:
            step = Variation(of_seed=self.seed, amount=amount)
        else:
            root = parent.of_seed if parent.root_seed is None else parent.root_seed
            kept = self.seed if parent.amount == "large" else parent.of_seed
            step = Variation(of_seed=kept, amount=amount, root_seed=root)
        return self.model_copy(update={"variation": step, "seed": seed})
