"""Sketches: what a person can listen to while a piece is being made, for as long as that takes."""

from __future__ import annotations

from collections import OrderedDict

from core.piece import PieceFile

MOST = 64


class Sketches:
    """Held in memory by person and job; of too many the oldest is forgotten."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[str, str], PieceFile] = OrderedDict()

    def keep(self, person: str, job: str, file: PieceFile) -> None:
        self._files[person, job] = file
        if len(self._files) > MOST:
            self._files.popitem(last=False)

    def find(self, person: str, job: str) -> PieceFile | None:
        return self._files.get((person, job))

    def forget(self, person: str, job: str) -> None:
        self._files.pop((person, job), None)
