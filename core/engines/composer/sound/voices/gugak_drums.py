"""Korean percussion: the hourglass drum, the barrel drum, the large and the small gong.

36 is the low or open stroke, 38 the stick's full stroke, 37 its light tip or the rim.
"""

from __future__ import annotations

from core.audio.clip import Samples
from core.engines.composer.sound.voices.percussion import Hand, Kit, Strike, layered

OPEN, TIP, STICK = 36, 37, 38
SKIN = {1.0: (1.0, 1.0), 1.59: (0.5, 0.6), 2.14: (0.3, 0.45), 2.30: (0.2, 0.4), 2.65: (0.18, 0.33), 2.92: (0.12, 0.3)}
"""Modes of an ideal circular membrane (ratio → amplitude, decay relative to the lowest)."""


def skin(hand: Hand, frequency: float, decay: float) -> Samples:
    modes = {ratio: (size * (0.5 + hand.force), decay * last) for ratio, (size, last) in SKIN.items() if ratio > 1}
    drop = hand.membrane(1.18 * frequency, frequency, 0.03, decay, 5 * decay)
    return layered(drop, hand.modes(frequency, modes, 5 * decay))


def janggu(sample_rate: int) -> Kit:
    """The thick skin on the left, struck by hand or mallet; the thin one on the right, by a bamboo stick."""

    def kung(hand: Hand) -> Samples:
        return layered(skin(hand, 98.0, 0.22), 0.35 * hand.noise(100, 900, 0.025, 0.15))

    def deok(hand: Hand) -> Samples:
        slap = hand.noise(1400, 7500, 0.016, 0.12)
        return layered(0.6 * skin(hand, 318.0, 0.055), 0.9 * slap, 0.3 * hand.noise(3000, 12000, 0.004, 0.03))

    def tip(hand: Hand) -> Samples:
        return layered(0.35 * skin(hand, 345.0, 0.035), 0.45 * hand.noise(2000, 8500, 0.010, 0.08))

    return Kit(
        {OPEN: Strike(kung, 1.0, -0.3), STICK: Strike(deok, 0.8, 0.3), TIP: Strike(tip, 0.7, 0.3)},
        sample_rate,
        stand_ins={35: OPEN, 40: STICK, 39: STICK, 42: TIP},
    )


def buk(sample_rate: int) -> Kit:
    def dung(hand: Hand) -> Samples:
        return layered(1.1 * skin(hand, 72.0, 0.30), 0.3 * hand.noise(80, 700, 0.03, 0.2))

    def stick(hand: Hand) -> Samples:
        return layered(0.8 * skin(hand, 84.0, 0.16), 0.6 * hand.noise(300, 3500, 0.02, 0.12))

    def rim(hand: Hand) -> Samples:
        wood = {1.0: (1.0, 0.030), 1.62: (0.7, 0.022), 2.41: (0.5, 0.016), 3.37: (0.3, 0.012)}
        return layered(0.6 * hand.modes(610.0, wood, 0.2), 0.3 * hand.noise(1500, 7000, 0.005, 0.04))

    return Kit({OPEN: Strike(dung), STICK: Strike(stick), TIP: Strike(rim, 0.8)}, sample_rate, stand_ins={35: OPEN})


def jing(sample_rate: int) -> Kit:
    """The large gong: it speaks late, rings for seconds and bends upwards a little."""

    def gong(hand: Hand) -> Samples:
        partials = {1.0: (1.0, 2.2), 1.006: (0.5, 2.0), 1.52: (0.35, 1.6), 2.01: (0.5, 1.4), 2.74: (0.25, 1.0)}
        bloom = {3.4: (0.22, 0.8), 4.2: (0.18, 0.6), 5.3: (0.12, 0.45), 6.1: (0.10, 0.4)}
        low = hand.membrane(176.0, 186.0, 0.5, 2.0, 7.0)
        shine = {ratio: (size * (0.4 + 1.2 * hand.force), last) for ratio, (size, last) in bloom.items()}
        rise = hand.later(hand.modes(186.0, shine, 3.0), 0.03)
        return layered(0.8 * low, 0.6 * hand.modes(186.0, partials, 7.0), rise, 0.3 * hand.noise(80, 800, 0.05, 0.3))

    def damped(hand: Hand) -> Samples:
        return layered(hand.membrane(176.0, 184.0, 0.2, 0.25, 1.2), 0.3 * hand.noise(80, 900, 0.04, 0.2))

    return Kit({OPEN: Strike(gong), STICK: Strike(gong), TIP: Strike(damped, 0.7)}, sample_rate)


def kkwaenggwari(sample_rate: int) -> Kit:
    """The small gong that leads: bright, loud, stopped by the hand behind it."""
    metal = {1.0: 1.0, 1.47: 0.6, 2.09: 0.8, 2.56: 0.5, 3.14: 0.6, 3.93: 0.45, 4.71: 0.35, 5.83: 0.3, 7.2: 0.2}

    def struck(decay: float, brightness: float) -> Strike:
        def make(hand: Hand) -> Samples:
            partials = {
                ratio: (size * (0.5 + hand.force * brightness) if ratio > 2 else size, decay / ratio**0.5)
                for ratio, size in metal.items()
            }
            ring = hand.modes(640.0 * hand.chance.uniform(0.995, 1.005), partials, 5 * decay)
            return layered(0.5 * ring, 0.5 * hand.noise(2500, 9000, 0.006, 0.05))

        return Strike(make, 0.8, 0.2)

    return Kit({OPEN: struck(0.55, 1.2), STICK: struck(0.12, 1.0), TIP: struck(0.05, 0.6)}, sample_rate)
