"""The checkpoints that are published for MusicGen, and where they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.download import Downloadable, hub_address
from core.engines.musicgen.config import MERT

STYLE = "musicgen-style"
LICENCE = "CC-BY-NC-4.0"
NAMES = ("small", "medium", "large", "melody", "stereo-small", "stereo-medium", "stereo-large", "stereo-melody")
PARAMETERS = {"small": 0.59e9, "medium": 2.0e9, "large": 3.4e9, "melody": 1.6e9}
"""Of the whole model, with text encoder and codec (rounded)."""


def downloads(folder: Path, hub: str | None = None) -> Sequence[Downloadable]:
    """Every published checkpoint that the engine reads, to be kept in folders of their own under `folder`.

    `hub` is where they come from; by itself what HF_ENDPOINT names, or the public hub.
    """
    return [
        Downloadable(
            name=f"musicgen-{name}",
            repository=f"facebook/musicgen-{name}",
            size=round(4 * PARAMETERS[name.removeprefix("stereo-")]),
            licence=LICENCE,
            folder=folder / f"musicgen-{name}",
            hub=hub_address(hub),
        )
        for name in NAMES
    ]


def style_downloads(folder: Path, hub: str | None = None) -> Sequence[Downloadable]:
    """The style model, published in audiocraft's format alone, and the two encoders that it leaves out."""
    place = folder / STYLE
    published = ("state_dict.bin", "compression_state_dict.bin")
    return [
        Downloadable(
            STYLE, f"facebook/{STYLE}", 3_080_000_000, LICENCE, place, hub_address(hub), published.__contains__
        ),
        Downloadable(MERT, f"m-a-p/{MERT}", 378_000_000, LICENCE, place / MERT, hub_address(hub)),
        Downloadable("t5-base", "google-t5/t5-base", 892_000_000, "Apache-2.0", place / "t5-base", hub_address(hub)),
    ]


def downloaded(folder: Path) -> Path | None:
    """The first checkpoint that has been downloaded to `folder` completely, in the order of `NAMES`."""
    offered = [*downloads(folder), *style_downloads(folder)[:1]]
    return next((each.folder for each in offered if each.present), None)
