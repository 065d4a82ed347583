"""Free words: finds the catalog's names, lengths, tempos and keys in plain language; the rest become keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.catalog import Catalog, Kind
from core.catalog.names import without_particle
from core.wish.cleaning import LONGEST_KEYWORD
from core.wish.draft import Draft
from core.wish.fields import FIELDS, Field
from core.wish.values import read_bpm, read_duration, read_key, says_bpm, says_duration, says_key

_LONGEST_PHRASE = 5
"""Words that a name in free text may have."""

_WITHOUT_BEFORE = frozenset({"no", "without", "minus"})
_WITHOUT_AFTER = frozenset({"없이", "없는", "빼고", "뺀", "빼줘", "빼주세요", "제외", "제외하고", "제외한", "말고"})
_DECADE = re.compile("[5-9]0s")  # "80s synthwave" means the years
_LOOP = frozenset({"loop", "loops", "looping", "loopable", "seamless loop", "루프", "반복", "반복되는", "반복재생"})

# Words that say nothing about the music, dropped where a keyword begins or ends.
_FILLER_WORDS = """
    a an the with and or for of in on at to by from as is it some any very really that this please make create
    but so too also quite little bit kind sort type
    give play me my i want would like need music song track tune bgm sound background piece something
    음악 노래 곡 브금 배경음악 그리고 또는 아주 매우 좀 조금 정말 만들어 만들어줘 만들어주세요 해줘 주세요
    틀어줘 들려줘 듣고 싶어 싶은 나오는 들어간 있는 연주한 연주하는 느낌 느낌의 분위기의 풍의 스타일의
    """
_FILLERS = frozenset(_FILLER_WORDS.split())

_Found = tuple[Field, object]
_KINDS: tuple[Kind, ...] = ("genre", "mood", "instrument", "tempo")
_FIELD_OF_KIND = {kind: FIELDS[kind] for kind in ("genre", "mood", "instrument", "tempo")}


class FreeWords:
    """Takes runs of free words and gives what they say to a draft."""

    def __init__(self, catalog: Catalog, draft: Draft) -> None:
        self._catalog = catalog
        self._draft = draft
        self._singles: list[tuple[Field, object, str]] = []

    def take(self, words: Sequence[str]) -> None:
        """Read a run of words that stand together, longest names first; words in no name form keywords."""
        position, unread = 0, list[str]()
        while position < len(words):
            length, found = self._match(words, position)
            if found is None:
                unread.append(words[position])
            else:
                self._keep_as_keyword(unread)
                unread = []
                self._take_found(found, " ".join(words[position : position + length]))
            position += length
        self._keep_as_keyword(unread)

    def finish(self) -> None:
        """Settle options with one value: taken if the words agree and no option says otherwise, else keywords."""
        settled = {field.name for field, _, _ in self._singles if field.name in self._draft}
        for field, value, phrase in self._singles:
            meanings = {str(other) for name, other, _ in self._singles if name is field}
            if field.name in settled or len(meanings) > 1:
                self._draft.add_keyword(phrase)
            elif field.name not in self._draft:
                self._draft.add(field, value)

    def _match(self, words: Sequence[str], position: int) -> tuple[int, _Found | None]:
        for length in range(min(_LONGEST_PHRASE, len(words) - position), 0, -1):
            if (found := self._exclusion(words[position : position + length])) is not None:
                return length, found
            if (found := self._meaning(" ".join(words[position : position + length]))) is not None:
                after = position + length
                if found[0].name == "instrument" and after < len(words) and words[after] in _WITHOUT_AFTER:
                    return length + 1, (FIELDS["no"], found[1])
                return length, found
        return 1, None

    def _exclusion(self, words: Sequence[str]) -> _Found | None:
        if len(words) > 1 and words[0].lower() in _WITHOUT_BEFORE:
            entry = self._catalog.find("instrument", " ".join(words[1:]))
            return (FIELDS["no"], entry.id) if entry is not None else None
        return None

    def _meaning(self, phrase: str) -> _Found | None:
        if phrase.lower() in _LOOP:
            return FIELDS["loop"], True
        if says_bpm(phrase) and (bpm := read_bpm(phrase)) is not None:
            return FIELDS["bpm"], bpm
        if says_duration(phrase) and not _DECADE.fullmatch(phrase) and (duration := read_duration(phrase)) is not None:
            return FIELDS["duration"], duration
        if says_key(phrase) and (key := read_key(phrase)) is not None:
            return FIELDS["key"], key
        return next(filter(None, map(self._named, _spellings(phrase))), None)

    def _named(self, phrase: str) -> _Found | None:
        """What a name stands for, where it stands for one thing only."""
        entries = self._catalog.meanings(phrase, _KINDS)
        if len(entries) != 1 or entries[0].id == "auto":
            return None
        return _FIELD_OF_KIND[entries[0].kind], entries[0].id

    def _take_found(self, found: _Found, phrase: str) -> None:
        field, value = found
        if field.many:
            self._draft.add(field, value)
        else:
            self._singles.append((field, value, phrase))

    def _keep_as_keyword(self, words: Sequence[str]) -> None:
        kept = _without_fillers(words)
        while kept:
            fitting = 1
            while fitting < len(kept) and len(" ".join(kept[: fitting + 1])) <= LONGEST_KEYWORD:
                fitting += 1
            self._draft.add_keyword(" ".join(kept[:fitting]))
            kept = kept[fitting:]


def _spellings(phrase: str) -> Iterator[str]:
    yield phrase
    yield from without_particle(phrase)


def _without_fillers(words: Sequence[str]) -> list[str]:
    kept = list(words)
    while kept and kept[-1].lower() in _FILLERS:
        kept.pop()
    while kept and kept[0].lower() in _FILLERS:
        kept.pop(0)
    return kept
