"""Derivation: what to make when somebody asks for more from a track."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.job import JobKind, KeptRecording
from bot.track import Track
from core.brief import LONGEST_SECONDS, MAX_SEED, Amount, Brief, Variation
from core.errors import PersonError
from core.fleet.fleet import ReadText
from core.words import Language, Words

MORE = 30.0
"""Seconds that are added to a track."""
LEAST_MORE = 10.0

_AS_LONG_AS_MAY_BE = Words(
    "This piece is as long as one may be: five minutes.", "이 곡은 이미 만들 수 있는 가장 긴 길이(5분)입니다."
)
_NO_SCORE = Words(
    "This piece was not composed note by note, so its parts cannot be taken apart.",
    "음표로 작곡된 곡이 아니어서 파트를 나눌 수 없습니다.",
)
_NO_AUDIO = Words("The audio of this piece is no longer here.", "이 곡의 소리 파일이 더 이상 없습니다.")
_EDITED = Words(
    "This was made by editing a recording. It can be remixed and made again.",
    "녹음을 편집하여 만든 곡입니다. 리믹스하거나 다시 만들 수 있습니다.",
)
_NO_TEXT = Words(
    "The text of this piece is no longer kept. Please score it again.",
    "이 곡의 글은 더 이상 보관하고 있지 않습니다. 글을 다시 보내 주세요.",
)


@dataclass(frozen=True, slots=True)
class Derived:
    """A piece to be made from a track: the brief, and what is taken from the track besides."""

    kind: JobKind
    brief: Brief
    read: ReadText | None = None
    score: str | None = None
    edits: tuple[str, ...] = ()
    parts: bool = False
    recordings: tuple[KeptRecording, ...] = ()


def new_seed() -> int:
    return secrets.randbelow(MAX_SEED + 1)


def again(track: Track) -> Derived:
    """The same wish with another seed; of an edited recording, the same edits."""
    brief = track.facts.brief.model_copy(update={"seed": new_seed(), "variation": None})
    return Derived("again", brief, edits=track.facts.edits if is_edited(track) else ())


def is_edited(track: Track) -> bool:
    """Whether a track was made by editing a recording, and not from a wish."""
    return "edit" in track.facts.recordings


def more_like(track: Track) -> Derived:
    """Another piece in the style of a track.

    Raises:
        PersonError: its audio is gone.
    """
    audio = track.file("audio")
    if audio is None:
        raise PersonError(_NO_AUDIO)
    changes = {"seed": new_seed(), "variation": None, "engine": "auto", "sections": ()}
    brief = track.facts.brief.model_copy(update=changes)
    return Derived("more_like", brief, recordings=(KeptRecording("style", audio.digest),))


def vary(track: Track, amount: Amount) -> Derived:
    """A step away from a track; harmony, form and sounds of a variation stay those of its first ancestor."""
    _refuse_edited(track)
    before = track.facts.brief.variation
    root = None if before is None else before.of_seed if before.root_seed is None else before.root_seed
    variation = Variation(of_seed=track.facts.seed, amount=amount, root_seed=root)
    return Derived("vary", _as_made(track, seed=new_seed(), variation=variation))


def loop(track: Track) -> Derived:
    """The same piece as a loop, with the edits it has had."""
    _refuse_edited(track)
    return Derived("loop", _as_made(track, loop=True), edits=track.facts.edits)


def can_extend(track: Track) -> bool:
    """Whether there is room for more after a track."""
    return track.facts.seconds + LEAST_MORE <= LONGEST_SECONDS


def extend(track: Track) -> Derived:
    """A track and half a minute more: a composed piece at that length with the same seed, another from its sound on.

    Raises:
        PersonError: it is as long as it may be, or its audio is gone.
    """
    if not can_extend(track):
        raise PersonError(_AS_LONG_AS_MAY_BE)
    duration = min(LONGEST_SECONDS, round(track.facts.seconds) + MORE)
    if track.file("score") is not None:
        return Derived("extend", _as_made(track, duration=duration), edits=track.facts.edits)
    audio = track.file("audio")
    if audio is None:
        raise PersonError(_NO_AUDIO)
    changes = {"seed": new_seed(), "variation": None, "sections": (), "loop": False, "duration": duration}
    brief = _as_made(track).model_copy(update=changes)
    return Derived("extend", brief, recordings=(KeptRecording("extend", audio.digest),))


def stems(track: Track) -> Derived:
    """The same piece, taken apart.

    Raises:
        PersonError: it has no score to take apart.
    """
    return Derived("stems", _as_made(track), score=_score(track), edits=track.facts.edits, parts=True)


def remix(track: Track, instruction: str) -> Derived:
    """The same piece, edited: in its score where it has one, and otherwise by ear.

    Raises:
        PersonError: it has no score, and its audio is gone.
    """
    if track.file("score") is None:
        return edit(track, instruction)
    return Derived("remix", _as_made(track), score=_score(track), edits=(*track.facts.edits, instruction))


def edit(track: Track, instruction: str) -> Derived:
    """A track edited by ear.

    Raises:
        PersonError: its audio is gone.
    """
    audio = track.file("audio")
    if audio is None:
        raise PersonError(_NO_AUDIO)
    changes = {"seed": new_seed(), "variation": None, "engine": "auto", "sections": (), "loop": False}
    brief = track.facts.brief.model_copy(update=changes)
    return Derived("remix", brief, edits=(instruction,), recordings=(KeptRecording("edit", audio.digest),))


def rescore(track: Track, topic: str, language: Language) -> Derived:
    """The text of a track, read as being about `topic` (a catalog id).

    Raises:
        PersonError: the text is no longer there.
    """
    if track.text is None or track.wish is None:
        raise PersonError(_NO_TEXT)
    return Derived("rescore", track.wish, read=ReadText(track.text, language, topic))


def _as_made(track: Track, **changes: object) -> Brief:
    facts = track.facts
    return facts.brief.model_copy(update={"seed": facts.seed, "engine": facts.engine, **changes})


def _refuse_edited(track: Track) -> None:
    if is_edited(track):
        raise PersonError(_EDITED)


def _score(track: Track) -> str | None:
    """The score to play again; None for a piece that was edited: it is made from its brief with all its edits."""
    score = track.file("score")
    if score is None:
        raise PersonError(_NO_SCORE)
    return None if track.facts.edits else score.digest
