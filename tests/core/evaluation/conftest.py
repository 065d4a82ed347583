"""Evaluations play pieces with the small soundfont."""

from tests.core.engines.composer.sound.conftest import sound_files

__all__ = ["sound_files"]
