"""Bookmarks: how far a lesson is, on disk, so that one that was interrupted goes on as if it had not been."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import structlog
import torch

FILE = "bookmark.pt"

log = structlog.get_logger()


class Bookmark:
    """Keeps one state in a folder; without a folder, nothing. `identity` tells lessons apart."""

    def __init__(self, folder: Path | None, identity: str) -> None:
        self._folder = folder
        self._identity = identity

    def save(self, state: dict[str, Any]) -> None:
        """Replace the state that was kept before, at once or not at all."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = self._folder / f"{FILE}.new"
        torch.save({"identity": self._identity, "state": state}, beside)
        os.replace(beside, self._folder / FILE)

    def load(self) -> dict[str, Any] | None:
        """The state of this very lesson: same settings, same recordings, same model. None where there is none."""
        if self._folder is None or not (self._folder / FILE).exists():
            return None
        try:
            found = torch.load(self._folder / FILE, map_location="cpu", weights_only=True)
        except Exception:  # Damaged files fail in many ways inside zipfile, pickle and torch.
            log.exception("bookmark_unreadable", folder=str(self._folder))
            return None
        if found["identity"] != self._identity:
            return None
        state: dict[str, Any] = found["state"]
        return state
