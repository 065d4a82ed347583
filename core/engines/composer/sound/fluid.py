"""FluidSynth: soundfont instruments, every part dry on its own stereo output, in one pass."""

from __future__ import annotations

import ctypes
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import structlog

from core.audio.clip import Samples
from core.engines.composer.score import Voice
from core.engines.composer.sound.fluid_library import fluidsynth_over
from core.engines.composer.sound.performance import Performance, Sounding
from core.engines.composer.sound.soundfont import SoundFiles
from core.errors import EngineUnavailable
from core.words import Words

GRAIN = 64
"""Frames that FluidSynth renders at a time; an event takes effect at the beginning of one (1.5 ms at 44.1 kHz)."""
BLOCK = 8192
BEND_STEP = 4 * GRAIN
BEND_RANGE = 12
EVERY_CHANNEL = -1
LANES = 4
"""Channels per part: one for plain notes, the others shared by notes that bend, as a bend moves a whole channel."""
GAIN = 0.5
POLYPHONY = 512
KEYS = 128
VOLUME = 7
UNHEARD, AT_ONCE = POLYPHONY // 2, 16
DRUM_BANK = 128
PINNED_PRESETS = 32

log = structlog.get_logger()


class Preset(NamedTuple):
    bank: int
    program: int


class Event(NamedTuple):
    """Something told to the synth at a frame. `rank` puts releases before, and note-ons after, all else there."""

    frame: int
    rank: int
    tell: Callable[..., int]
    arguments: tuple[int, ...]


class FluidSynth:
    """One synthesizer with one soundfont. Not thread-safe; one pass at a time."""

    def __init__(self, files: SoundFiles, sample_rate: int, outputs: int = 16) -> None:
        """`outputs` is how many parts one pass can keep apart.

        Raises:
            EngineUnavailable: the soundfont cannot be read.
        """
        self._fluidsynth = fluidsynth_over(files.library)
        self._library = self._fluidsynth._fl  # noqa: SLF001
        self._rate = sample_rate
        self.outputs = outputs
        self._synth = self._fluidsynth.Synth(
            gain=GAIN,
            samplerate=float(sample_rate),
            channels=LANES * outputs,
            **{
                "synth.audio-groups": outputs,
                "synth.audio-channels": outputs,
                "synth.reverb.active": 0,
                "synth.chorus.active": 0,
                "synth.polyphony": POLYPHONY,
                "synth.dynamic-sample-loading": 1,
            },
        )
        self._font = self._synth.sfload(str(files.soundfont))
        if self._font < 0:
            raise EngineUnavailable(unreadable(files.soundfont))
        self._pinned: OrderedDict[Preset, None] = OrderedDict()
        self._buffer = np.zeros((2 * outputs, BLOCK), np.float32)
        self._rows = [row.ctypes.data for row in self._buffer]
        self._pointers = self._mixed(outputs)

    def close(self) -> None:
        self._synth.delete()

    def play(self, performances: Sequence[Performance]) -> FluidPass:
        """Begin a pass. An earlier pass ends here.

        Raises:
            EngineUnavailable: the soundfont has no instrument that could stand in.
        """
        if len(performances) > self.outputs:
            raise ValueError(f"{len(performances)} parts, but {self.outputs} outputs")
        self._level_voices()
        self._pointers = self._mixed(len(performances))
        events: list[Event] = []
        for output, performance in enumerate(performances):
            self._seat(output, performance.part.voice)
            events += self._events(output, performance)
        events.sort(key=lambda event: (event.frame, event.rank))
        return FluidPass(self, len(performances), events)

    def _silence(self) -> None:
        """Cut every sound off. A reset alone lets them die away, and what is cut still ends the grain under way."""
        self._fluidsynth.fluid_synth_all_sounds_off(self._synth.synth, EVERY_CHANNEL)
        self.render(0, GRAIN)
        self._synth.system_reset()

    def _level_voices(self) -> None:
        """Play unheard notes on FluidSynth's voices: each note fades in from the level at which its voice ended before.

        Without it, what was played before could be told from the beginnings of notes, by up to -50 dB.
        """
        self._silence()
        self._pointers = self._mixed(self.outputs)
        for stroke in range(UNHEARD):
            channel, key = divmod(stroke, KEYS)
            if key == 0:
                self._synth.cc(channel, VOLUME, 0)
            self._synth.noteon(channel, key, 1)
            if stroke % AT_ONCE == AT_ONCE - 1:
                self.render(0, GRAIN)
        self._silence()

    def _mixed(self, outputs: int) -> ctypes.Array[ctypes.c_void_p]:
        """Where the first outputs are written to, two rows each. Outputs without a buffer are not mixed."""
        return (ctypes.c_void_p * (2 * self.outputs))(*self._rows[: 2 * outputs])

    def render(self, parts: int, frames: int) -> Samples:
        """The next frames, shape (parts, 2, frames)."""
        out = np.empty((parts, 2, frames), np.float32)
        done = 0
        while done < frames:
            count = min(BLOCK, frames - done)
            self._buffer[: 2 * parts, :count] = 0.0
            self._library.fluid_synth_process(self._synth.synth, count, 0, None, 2 * self.outputs, self._pointers)
            out[:, :, done : done + count] = self._buffer[: 2 * parts, :count].reshape(parts, 2, count)
            done += count
        return out

    def _seat(self, output: int, voice: Voice) -> None:
        """Put an instrument on all channels of an output."""
        for preset in stand_ins(voice):
            if all(self._synth.program_select(lane, self._font, *preset) == 0 for lane in self._lanes(output)):
                break
            log.warning("fluidsynth.preset_missing", bank=preset.bank, program=preset.program)
        else:
            raise EngineUnavailable(
                Words(
                    en="The soundfont has no instruments of General MIDI.",
                    ko="사운드폰트에 General MIDI 악기가 없습니다.",
                )
            )
        self._pin(preset)
        for channel in self._lanes(output):
            self._library.fluid_synth_pitch_wheel_sens(self._synth.synth, channel, BEND_RANGE)

    def _pin(self, preset: Preset) -> None:
        """Keep the decoded samples of the instruments used last, as compressed soundfonts are slow to decode."""
        if preset in self._pinned:
            self._pinned.move_to_end(preset)
            return
        self._library.fluid_synth_pin_preset(self._synth.synth, self._font, *preset)
        self._pinned[preset] = None
        if len(self._pinned) > PINNED_PRESETS:
            oldest, _ = self._pinned.popitem(last=False)
            self._library.fluid_synth_unpin_preset(self._synth.synth, self._font, *oldest)

    def _lanes(self, output: int) -> range:
        """The channels that sound on an output: FluidSynth sends channel c to audio group c modulo their number."""
        return range(output, LANES * self.outputs, self.outputs)

    def _events(self, output: int, performance: Performance) -> Iterator[Event]:
        bent = any(note.bend for note in performance.notes)
        lanes = self._lanes(output) if bent else self._lanes(output)[:1]
        for turn in performance.turns:
            for channel in lanes:
                yield Event(self._frame(turn.at), 1, self._synth.cc, (channel, turn.number, turn.value))
        plain = [note for note in performance.notes if not note.bend]
        yield from self._struck(plain, lanes[0])
        free = dict.fromkeys(lanes[1:], 0.0)
        for note in performance.notes:
            if note.bend:
                channel = min(free, key=lambda lane: free[lane])
                free[channel] = note.end
                yield from self._struck([note], channel)
                yield from self._bent(note, channel)

    def _struck(self, notes: Sequence[Sounding], channel: int) -> Iterator[Event]:
        """Note-ons and note-offs; a key struck again before its end is released by the second stroke."""
        next_stroke: dict[int, int] = {}
        for note in reversed(notes):
            on = self._frame(note.start)
            off = max(self._frame(note.end), on + GRAIN)
            if off < next_stroke.get(note.pitch, off + 1):
                yield Event(off, 0, self._synth.noteoff, (channel, note.pitch))
            yield Event(on, 3, self._synth.noteon, (channel, note.pitch, note.velocity))
            next_stroke[note.pitch] = on

    def _bent(self, note: Sounding, channel: int) -> Iterator[Event]:
        on, off = self._frame(note.start), self._frame(note.end)
        frames = np.arange(on, max(off, on + 1), BEND_STEP)
        times = [at for at, _ in note.bend]
        cents = np.interp(frames / self._rate - note.start, times, [cents for _, cents in note.bend])
        wheel = np.clip(np.round(cents / (100 * BEND_RANGE) * 8192), -8192, 8191).astype(int)
        changed = np.flatnonzero(np.diff(wheel, prepend=wheel[0] + 1))
        for index in changed:
            yield Event(int(frames[index]), 2, self._synth.pitch_bend, (channel, int(wheel[index])))

    def _frame(self, seconds: float) -> int:
        return max(0, round(seconds * self._rate / GRAIN)) * GRAIN


@dataclass(slots=True)
class FluidPass:
    """A performance under way."""

    synth: FluidSynth
    parts: int
    events: list[Event]
    frame: int = 0
    _next: int = 0

    def render(self, frames: int) -> Samples:
        """The next frames of every part, float32 of shape (parts, 2, frames); `frames` is a multiple of GRAIN."""
        if frames % GRAIN:
            raise ValueError(f"{frames} frames are not a multiple of {GRAIN}")
        out = np.empty((self.parts, 2, frames), np.float32)
        end = self.frame + frames
        begin = self.frame
        while self.frame < end:
            while self._next < len(self.events) and self.events[self._next].frame <= self.frame:
                event = self.events[self._next]
                event.tell(*event.arguments)
                self._next += 1
            upto = min(end, self.events[self._next].frame) if self._next < len(self.events) else end
            out[:, :, self.frame - begin : upto - begin] = self.synth.render(self.parts, upto - self.frame)
            self.frame = upto
        return out


def stand_ins(voice: Voice) -> tuple[Preset, ...]:
    """Presets to try for a voice, best first."""
    wanted = Preset(voice.bank, voice.program)
    if voice.bank == DRUM_BANK:
        return (wanted, Preset(DRUM_BANK, 0))
    return (wanted, Preset(0, voice.program), Preset(0, 0))


def unreadable(soundfont: Path) -> Words:
    return Words(
        en=f"FluidSynth cannot read the soundfont “{soundfont}”.",
        ko=f"FluidSynth가 사운드폰트 “{soundfont}”을(를) 읽을 수 없습니다.",
    )
