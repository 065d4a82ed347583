"""Drum kits: two analogue machines, one of them also overdriven and one gated, a dusty one, and a console's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy import signal

from core.audio.clip import Samples
from core.engines.composer.sound.voices.envelope import fall
from core.engines.composer.sound.voices.percussion import Hand, Kit, Strike, layered

METAL_808 = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)
METAL_909 = (263.0, 400.0, 421.0, 474.0, 587.0, 845.0, 1093.0)
HATS = frozenset({42, 44, 46})
CHOKES = {46: frozenset({42, 44})}
TOMS = {41: 0.0, 43: 0.2, 45: 0.4, 47: 0.55, 48: 0.75, 50: 1.0}
STAND_INS = {
    35: 36, 40: 38, 44: 42, 57: 49, 55: 49, 52: 49, 59: 51, 53: 51, 58: 39, 30: 75, 31: 75, 28: 39, 29: 70,
    60: 63, 61: 64, 62: 63, 65: 63, 66: 64, 67: 56, 68: 56, 69: 70, 73: 70, 74: 70, 76: 75, 77: 75, 78: 63, 79: 64,
    80: 81, 83: 54, 84: 81, 85: 75, 86: 41, 87: 41,
}  # fmt: skip
"""Keys of General MIDI that the machines never had, and what comes nearest."""

Make = Callable[[Hand], Samples]


def kit_808(sample_rate: int) -> Kit:
    return kit(
        sample_rate,
        {
            36: Strike(lambda hand: kick(hand, start=160, end=47, glide=0.018, decay=0.30, click=0.15, drive=1.3), 1.2),
            38: Strike(lambda hand: snare(hand, body=(178, 331), ring=0.09, rattle=0.10, low=900, share=0.55), 0.9),
            39: Strike(lambda hand: clap(hand, low=800, high=3500, tail=0.09), 0.8),
            42: Strike(lambda hand: hand.metal(METAL_808, 7500, 0.025 + 0.02 * hand.force, 0.2), 0.8, 0.15),
            46: Strike(lambda hand: hand.metal(METAL_808, 7000, 0.20, 0.9), 0.7, 0.15),
            49: Strike(lambda hand: cymbal(hand, METAL_808, 0.7), 0.7, -0.25),
            51: Strike(lambda hand: cymbal(hand, METAL_808, 0.35), 0.5, 0.3),
        },
        toms=(75.0, 175.0, 0.22),
    )


def kit_909(sample_rate: int) -> Kit:
    return kit(sample_rate, analogue(), toms=(80.0, 200.0, 0.16))


def kit_hard(sample_rate: int) -> Kit:
    """The kick of hardstyle: driven until its tail is a falling, buzzing tone."""
    driven = Strike(lambda hand: kick(hand, start=520, end=55, glide=0.03, decay=0.12, click=0.8, drive=12.0), 1.3)
    return kit(sample_rate, analogue() | {36: driven}, toms=(80.0, 200.0, 0.16))


def kit_gated(sample_rate: int) -> Kit:
    """The drums of the eighties: a big room around snare and toms that a gate cuts off."""
    roomy = Strike(
        lambda hand: gated(hand, snare(hand, body=(170, 240), ring=0.1, rattle=0.12, low=900, share=0.6)), 1.0
    )
    return kit(sample_rate, analogue() | {38: roomy}, toms=(70.0, 190.0, 0.3))


def analogue() -> dict[int, Strike]:
    return {
        36: Strike(lambda hand: kick(hand, start=260, end=51, glide=0.021, decay=0.15, click=0.5, drive=2.2), 1.3),
        38: Strike(lambda hand: snare(hand, body=(200, 290), ring=0.06, rattle=0.13, low=1200, share=0.75), 1.0),
        39: Strike(lambda hand: clap(hand, low=900, high=6500, tail=0.11), 0.9),
        42: Strike(lambda hand: hat(hand, 0.03), 0.8, 0.15),
        46: Strike(lambda hand: hat(hand, 0.14), 0.75, 0.15),
        49: Strike(lambda hand: cymbal(hand, METAL_909, 0.8), 0.8, -0.25),
        51: Strike(lambda hand: cymbal(hand, METAL_909, 0.4), 0.6, 0.3),
    }


def kit_lofi(sample_rate: int) -> Kit:
    """A soft old kit, as it comes from a worn record: nothing above 7 kHz, little below 50 Hz."""
    strikes = {
        36: Strike(lambda hand: kick(hand, start=130, end=56, glide=0.02, decay=0.13, click=0.2, drive=1.8), 1.2),
        38: Strike(lambda hand: snare(hand, body=(190, 270), ring=0.07, rattle=0.09, low=500, share=0.6), 0.9),
        39: Strike(lambda hand: clap(hand, low=700, high=3000, tail=0.07), 0.7),
        42: Strike(lambda hand: hand.noise(4000, 9000, 0.02 + 0.02 * hand.force, 0.15), 0.35, 0.15),
        46: Strike(lambda hand: hand.noise(3500, 9000, 0.11, 0.5), 0.3, 0.15),
        49: Strike(lambda hand: hand.noise(2500, 9000, 0.5, 1.8), 0.3, -0.25),
        51: Strike(lambda hand: layered(hand.noise(4000, 9000, 0.2, 0.8), 0.2 * ping(hand, 3100)), 0.3, 0.3),
    }
    worn = {key: Strike(dusty(strike.make), strike.gain, strike.pan) for key, strike in strikes.items()}
    return kit(sample_rate, worn, toms=(85.0, 180.0, 0.14))


def kit_chip(sample_rate: int) -> Kit:
    """Held noise and dropping squares."""
    return Kit(
        {
            36: Strike(lambda hand: square_drop(hand, 220, 45, 0.035, 0.10), 0.9),
            38: Strike(
                lambda hand: layered(held_noise(hand, 9000, 0.07), 0.4 * square_drop(hand, 240, 120, 0.03, 0.05))
            ),
            42: Strike(lambda hand: held_noise(hand, 22050, 0.018), 0.6),
            46: Strike(lambda hand: held_noise(hand, 22050, 0.09), 0.55),
            49: Strike(lambda hand: held_noise(hand, 14000, 0.35), 0.7),
            45: Strike(lambda hand: square_drop(hand, 300, 90, 0.06, 0.12), 0.7),
            39: Strike(lambda hand: held_noise(hand, 6000, 0.05), 0.8),
        },
        sample_rate,
        stand_ins={35: 36, 40: 38, 37: 42, 44: 42, 51: 42, 57: 49, 41: 45, 43: 45, 47: 45, 48: 45, 50: 45, 70: 42},
        chokes=CHOKES,
    )


def kit(sample_rate: int, strikes: Mapping[int, Strike], toms: tuple[float, float, float]) -> Kit:
    """A kit with toms between two pitches in Hz, and the small percussion that all machines share."""
    low, high, decay = toms
    rack = {key: Strike(tom(low * (high / low) ** height, decay), 0.9, 0.5 - height) for key, height in TOMS.items()}
    small = {
        27: Strike(lambda hand: hand.noise(1500, 5000, 0.012, 0.1), 0.7, -0.15),
        37: Strike(lambda hand: hand.modes(1, {480.0: (0.5, 0.012), 1710.0: (1.0, 0.018)}, 0.1), 0.8, -0.1),
        54: Strike(lambda hand: jingle(hand, 0.06), 0.5, 0.35),
        56: Strike(lambda hand: hand.metal((540.0, 800.0), 500, 0.09, 0.5), 0.7, 0.2),
        63: Strike(lambda hand: hand.membrane(330, 300, 0.02, 0.08, 0.4), 0.7, -0.35),
        64: Strike(lambda hand: hand.membrane(215, 195, 0.02, 0.10, 0.5), 0.8, -0.3),
        70: Strike(lambda hand: hand.noise(5000, 14000, 0.022, 0.12), 0.35, 0.4),
        75: Strike(lambda hand: hand.modes(2500, {1.0: (1.0, 0.025)}, 0.15), 0.6, -0.4),
        81: Strike(lambda hand: hand.modes(4100, {1.0: (1.0, 0.6), 1.63: (0.6, 0.4), 2.41: (0.3, 0.2)}, 2.0), 0.3, 0.4),
        82: Strike(shaken, 0.35, 0.4),
    }
    return Kit({**strikes, **rack, **small}, sample_rate, stand_ins=STAND_INS, chokes=CHOKES)


def kick(hand: Hand, *, start: float, end: float, glide: float, decay: float, click: float, drive: float) -> Samples:
    boom = hand.membrane(start, end, glide, decay, 5 * decay)
    knock = hand.noise(1500, 7000, 0.003, 0.02) * np.float32(click * (0.3 + 0.7 * hand.force))
    sound: Samples = np.tanh(np.float32(drive) * layered(boom, knock))
    return sound


def snare(hand: Hand, *, body: tuple[float, float], ring: float, rattle: float, low: float, share: float) -> Samples:
    """A drum and its wires; `share` is how much of it is wires."""
    drum = layered(*(hand.membrane(1.5 * hertz, hertz, 0.01, ring, 5 * ring) for hertz in body))
    wires = hand.noise(low, 9500, rattle * (0.7 + 0.5 * hand.force), 5 * rattle)
    crack = hand.noise(2000, 12000, 0.004, 0.02)
    sound: Samples = np.tanh(1.3 * layered((1 - share) * drum, share * wires, 0.5 * hand.force * crack))
    return sound


def clap(hand: Hand, *, low: float, high: float, tail: float) -> Samples:
    """Several hands, not quite together."""
    hands = [hand.later(hand.noise(low, high, 0.006, 0.05), at) for at in (0.0, 0.010, 0.019)]
    return layered(*hands, hand.later(hand.noise(low, high, tail, 5 * tail), 0.027))


def gated(hand: Hand, drum: Samples) -> Samples:
    """A drum in a dense room that stays loud for a quarter of a second and is then shut off."""
    room = hand.noise(300, 7000, 0.5, 0.24) * np.float32(0.7 * (0.4 + 0.6 * hand.force))
    return layered(drum, room)


def hat(hand: Hand, decay: float) -> Samples:
    decay *= 0.7 + 0.6 * hand.force
    return layered(0.5 * hand.noise(7500, 16000, decay, 6 * decay), 0.6 * hand.metal(METAL_909, 8500, decay, 6 * decay))


def cymbal(hand: Hand, metal: tuple[float, ...], decay: float) -> Samples:
    wash = 0.45 * hand.noise(3500, 15000, decay, 4 * decay)
    return layered(
        wash, 0.6 * hand.metal(metal, 5000, decay * 0.7, 4 * decay), 0.4 * hand.noise(2000, 12000, 0.02, 0.1)
    )


def jingle(hand: Hand, decay: float) -> Samples:
    """The plates of a tambourine."""
    modes = {1.0: (0.5, decay), 1.31: (0.5, decay), 1.57: (0.4, decay), 1.93: (0.3, decay)}
    plates = hand.modes(5600, modes, 5 * decay)
    return layered(0.5 * plates, 0.6 * hand.noise(6000, 15000, decay, 5 * decay))


def shaken(hand: Hand) -> Samples:
    """Grains that swell before they strike."""
    grains = hand.noise(5500, 14000, 0.05, 0.12)
    grains *= np.minimum(1.0, np.arange(len(grains), dtype=np.float32) / (0.03 * hand.sample_rate))
    return grains


def ping(hand: Hand, frequency: float) -> Samples:
    return hand.modes(frequency, {1.0: (1.0, 0.12), 1.48: (0.5, 0.08)}, 0.6)


def tom(frequency: float, decay: float) -> Make:
    def make(hand: Hand) -> Samples:
        skin = hand.membrane(1.6 * frequency, frequency, 0.03, decay, 5 * decay)
        sound: Samples = np.tanh(1.4 * layered(skin, 0.12 * hand.noise(1000, 6000, 0.008, 0.05)))
        return sound

    return make


def dusty(make: Make) -> Make:
    """The same through an old sampler: fewer steps, no top, a little dirt."""

    def worn(hand: Hand) -> Samples:
        sound = np.tanh(1.5 * make(hand))
        coarse = np.round(sound * 96) / np.float32(96)
        sections = signal.butter(2, 7000.0, fs=hand.sample_rate, output="sos").astype(np.float32)
        dark: Samples = signal.sosfilt(sections, coarse)
        return dark

    return worn


def square_drop(hand: Hand, start: float, end: float, glide: float, decay: float) -> Samples:
    return np.sign(hand.membrane(start, end, glide, 10.0, 5 * decay)) * fall(
        round(5 * decay * hand.sample_rate), decay, hand.sample_rate
    )


def held_noise(hand: Hand, rate: float, decay: float) -> Samples:
    """Noise of two levels that changes `rate` times a second, as a shift register makes it."""
    frames = round(5 * decay * hand.sample_rate)
    steps = hand.chance.integers(0, 2, int(frames * rate / hand.sample_rate) + 1) * 2 - 1
    held = steps[(np.arange(frames) * rate / hand.sample_rate).astype(int)]
    sound: Samples = held.astype(np.float32) * fall(frames, decay, hand.sample_rate)
    return sound
