"""Roster: which instrument plays a synthesised voice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.engines.composer.score import SynthName
from core.engines.composer.sound.voices import (
    basses,
    chip,
    fm,
    gugak_drums,
    gugak_strings,
    gugak_sustained,
    kits,
    leads,
    pads,
    sweeps,
)
from core.engines.composer.sound.voices.instrument import Instrument

ROSTER: Mapping[SynthName, Callable[[int], Instrument]] = {
    "supersaw": leads.Supersaw,
    "saw_lead": leads.saw_lead,
    "square_lead": leads.square_lead,
    "pluck": leads.Pluck,
    "fm_keys": fm.FmKeys,
    "fm_bell": fm.FmBell,
    "sub_bass": basses.SubBass,
    "bass_808": basses.Bass808,
    "synth_bass": basses.synth_bass,
    "reese_bass": basses.ReeseBass,
    "acid_bass": basses.acid_bass,
    "wobble_bass": basses.WobbleBass,
    "warm_pad": pads.warm_pad,
    "glass_pad": pads.glass_pad,
    "riser": sweeps.riser,
    "downlifter": sweeps.downlifter,
    "impact": sweeps.Impact,
    "chip_square": chip.chip_square,
    "chip_pulse": chip.chip_pulse,
    "chip_triangle": chip.chip_triangle,
    "gayageum": gugak_strings.gayageum,
    "geomungo": gugak_strings.geomungo,
    "ajaeng": gugak_sustained.ajaeng,
    "haegeum": gugak_sustained.haegeum,
    "daegeum": gugak_sustained.daegeum,
    "danso": gugak_sustained.danso,
    "piri": gugak_sustained.piri,
    "taepyeongso": gugak_sustained.taepyeongso,
    "kit_808": kits.kit_808,
    "kit_909": kits.kit_909,
    "kit_hard": kits.kit_hard,
    "kit_gated": kits.kit_gated,
    "kit_lofi": kits.kit_lofi,
    "kit_chip": kits.kit_chip,
    "janggu": gugak_drums.janggu,
    "buk": gugak_drums.buk,
    "jing": gugak_drums.jing,
    "kkwaenggwari": gugak_drums.kkwaenggwari,
}
"""Makers of instruments by the names that scores use; each takes the sample rate."""
