"""Pending: recordings that somebody pointed at, while a form asks what is to be done with them."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from bot.people import Asker
from bot.recordings import SentRecording
from core.errors import PersonError
from core.words import Words

MOST = 500
"""Forms that are open at once at most; the oldest is forgotten first."""

FORGOTTEN = Words(
    "I no longer know which recording this was about. Please choose the message again.",
    "어떤 녹음에 대한 것이었는지 더 이상 알 수 없습니다. 메시지를 다시 골라 주세요.",
)


@dataclass(frozen=True, slots=True)
class _Held:
    platform: str
    person: str
    recording: SentRecording


class Pending:
    """Kept in memory only: a form that is open while the bot restarts must be opened again."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, _Held] = OrderedDict()

    def hold(self, asker: Asker, recording: SentRecording) -> str:
        """Keep a recording for the person who pointed at it; the word to ask for it with."""
        word = secrets.token_hex(8)
        self._held[word] = _Held(asker.platform, asker.person, recording)
        while len(self._held) > MOST:
            self._held.popitem(last=False)
        return word

    def find(self, asker: Asker, word: str) -> SentRecording:
        """The recording; it stays, as an answer that was refused may be given again.

        Raises:
            PersonError: it is forgotten, or somebody else's.
        """
        held = self._held.get(word)
        if held is None or (held.platform, held.person) != (asker.platform, asker.person):
            raise PersonError(FORGOTTEN)
        return held.recording
