"""Roster: which instrument plays a synthesised voice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.engines.composer.sound.voices.instrument import Instrument

ROSTER: Mapping[str, Callable[[int], Instrument]] = {}
"""Makers of instruments by the names that scores use; each takes the sample rate."""
