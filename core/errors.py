"""Errors that a person can cause and mend, and errors of an engine at work.

Every class carries its own sentence in English and Korean; platforms show `error.words` and nothing else.
"""

from __future__ import annotations

from core.words import Words


class PersonError(Exception):
    """Something a person asked for cannot be done as asked; `words` says what to change."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class WishError(PersonError):
    """A wish that is not a valid brief: unknown name, value out of range, broken syntax."""


class AudioError(PersonError):
    """Audio that cannot be read, is too long, or cannot be written as asked."""


class TextError(PersonError):
    """A document that cannot be read as text."""


class ConceptError(PersonError):
    """A concept that cannot be learned or used: damaged, made for another model, without consent, of a taken name."""


class EngineUnavailable(PersonError):
    """The engine asked for is not installed or cannot run here; `words` says what it needs."""


class EngineFailed(PersonError):
    """An engine broke while working on a valid brief. `retryable` tells whether another try may succeed."""

    def __init__(self, words: Words, *, retryable: bool) -> None:
        super().__init__(words)
        self.retryable = retryable
