"""The General MIDI drum keys by the names that patterns use."""

from __future__ import annotations

from types import MappingProxyType

DRUM_KEYS = MappingProxyType({
    "kick": 36, "kick2": 35, "stick": 37, "snare": 38, "clap": 39, "snare2": 40, "tom_floor": 41, "hat": 42,
    "tom_low": 45, "hat_pedal": 44, "hat_open": 46, "tom_mid": 47, "tom_high": 50, "crash": 49, "ride": 51, "china": 52,
    "ride_bell": 53, "tambourine": 54, "splash": 55, "cowbell": 56, "crash2": 57, "ride2": 59, "bongo_high": 60,
    "bongo_low": 61, "conga_mute": 62, "conga": 63, "conga_low": 64, "timbale_high": 65, "timbale_low": 66,
    "agogo_high": 67, "agogo_low": 68, "cabasa": 69, "maracas": 70, "guiro_short": 73, "guiro_long": 74, "claves": 75,
    "block_high": 76, "block_low": 77, "cuica_mute": 78, "cuica": 79, "triangle_mute": 80, "triangle": 81, "shaker": 82,
    "jingle": 83, "chimes": 84, "castanets": 85, "surdo_mute": 86, "surdo": 87, "finger_snap": 27, "scratch": 29,
    "sticks": 31,
    "kung": 36, "deok": 38, "tip": 37,
})  # fmt: skip
"""The last three are the strokes of the janggu and of the barrel drum buk, see `score.SynthName`. Brush kits play a tap
on the snare's key, a slap on the clap's and a swirl on `snare2`."""
