"""Score: a composed piece as data, before it is played. Times are in quarter-note beats from the start.

Everything that comes out of the composer (audio, stems, MIDI, chord chart, edits) is made from this and nothing else.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.brief import Frozen, Unit

Role = Literal["lead", "counter", "chords", "pad", "bass", "drums", "percussion", "effect"]

SynthName = Literal[
    # electronic: leads, plucks, keys, basses (808 slides by `Note.bend`), pads, and effects that last as long as a note
    "supersaw", "saw_lead", "square_lead", "pluck", "fm_keys", "fm_bell",
    "sub_bass", "bass_808", "synth_bass", "reese_bass", "acid_bass", "wobble_bass",
    "warm_pad", "glass_pad", "riser", "downlifter", "impact",
    # chips: pulse waves of 50 % and 25 %, triangle
    "chip_square", "chip_pulse", "chip_triangle",
    # Korean strings and winds
    "gayageum", "geomungo", "ajaeng", "haegeum", "daegeum", "danso", "piri", "taepyeongso",
    # drum kits, played by the General MIDI drum keys
    "kit_808", "kit_909", "kit_hard", "kit_gated", "kit_lofi", "kit_chip",
    # Korean percussion; 36 is the low or open stroke (kung, dung), 38 the stick's full stroke (deok), 37 its light tip
    # or rim stroke; a deong is 36 and 38 together
    "janggu", "buk", "jing", "kkwaenggwari",
]  # fmt: skip

Beats = Annotated[float, Field(ge=0.0)]


class Note(Frozen):
    """One played note: swing, groove and human timing are already in `start`.

    `pitch` is a MIDI note number (for a drum part, the General MIDI drum key). `velocity` is 1..127. `bend` moves the
    pitch while it sounds: pairs of (beats after the start, cents).
    """

    start: Beats
    length: Annotated[float, Field(gt=0.0)]
    pitch: Annotated[int, Field(ge=0, le=127)]
    velocity: Annotated[int, Field(ge=1, le=127)]
    bend: tuple[tuple[float, float], ...] = ()


class Control(Frozen):
    """A MIDI controller set to a value 0..127: 1 modulation, 11 expression, 64 pedal, 74 brightness (own voices)."""

    at: Beats
    number: Annotated[int, Field(ge=0, le=119)]
    value: Annotated[int, Field(ge=0, le=127)]


class Voice(Frozen):
    """What plays a part: a General MIDI program (`bank` 128 is a drum kit) or a synthesised voice of ours by name.

    With `synth`, the program is what a MIDI file says, and what plays where the synthesised voice is missing.
    """

    program: Annotated[int, Field(ge=0, le=127)] = 0
    bank: Annotated[int, Field(ge=0, le=128)] = 0
    synth: SynthName | None = None


class Effects(Frozen):
    """How a part sits in the mix.

    `loudness` is the part's target in LUFS before the bus, so that balance does not depend on the soundfont. `pan` is
    -1 (left) … 1 (right); `reverb` 0..1 is the send level; `highpass` and `lowpass` are corner frequencies in Hz;
    `duck` 0..1 is how far the kick pushes the part down.
    """

    loudness: float = -20.0
    pan: Annotated[float, Field(ge=-1.0, le=1.0)] = 0.0
    width: Unit = 0.5
    reverb: Unit = 0.2
    highpass: float | None = None
    lowpass: float | None = None
    duck: Unit = 0.0
    compress: Unit = 0.0


class Part(Frozen):
    """One player: a unique name to edit it by, its role, the catalog instrument it stands for, and what it plays."""

    name: str
    role: Role
    instrument: str
    voice: Voice
    effects: Effects
    notes: tuple[Note, ...]
    controls: tuple[Control, ...] = ()


class TempoMark(Frozen):
    at: Beats
    bpm: Annotated[float, Field(gt=0.0)]


class ChordMark(Frozen):
    """A chord from here on: its symbol ("Am7"), root pitch class and all its pitch classes."""

    at: Beats
    symbol: str
    root: int
    pitch_classes: tuple[int, ...]


class SectionMark(Frozen):
    """A formal section from here on: its name ("intro", "A", "B", "break", "outro") and, for a text, its title."""

    at: Beats
    name: str
    title: str = ""


class Master(Frozen):
    """The mix bus of a style.

    `reverb_seconds` is the RT60 of the room, `crest` the wanted distance of peaks from RMS in dB at −14 LUFS, `glue`
    0..1 the bus compression, `tape` 0..1 saturation and wow, `vinyl` 0..1 crackle and hiss.
    """

    reverb_seconds: Annotated[float, Field(gt=0.0)] = 1.2
    reverb_brightness: Unit = 0.5
    crest: float = 13.0
    glue: Unit = 0.3
    tape: Unit = 0.0
    vinyl: Unit = 0.0


class Score(Frozen):
    """A whole piece. `seconds` is its exact length; with `loop` its end joins its beginning.

    `meter` is (beats per bar, unit). The last tempo mark lasts to the end.
    """

    style: str
    seed: int
    seconds: float
    key: str
    meter: tuple[int, int]
    tempo: Annotated[tuple[TempoMark, ...], Field(min_length=1)]
    chords: tuple[ChordMark, ...]
    sections: tuple[SectionMark, ...]
    parts: tuple[Part, ...]
    master: Master
    loop: bool = False
