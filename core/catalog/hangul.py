"""Hangul below the syllable: letters for fuzzy matching, and the forms that an adjective takes.

Syllables are composed arithmetically (The Unicode Standard, section 3.12, "Conjoining Jamo Behavior").
"""

from __future__ import annotations

_FIRST = 0xAC00
_LAST = 0xD7A3
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: tuple[str, ...] = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_NIEUN = _FINALS.index("ㄴ")
_MIEUM = _FINALS.index("ㅁ")
_BIEUP = _FINALS.index("ㅂ")

# Letters that a keyboard types as two: split, so that a half-typed syllable is a prefix of the whole word.
_TYPED = str.maketrans(
    {
        "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
        "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ",
        "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
    }
)  # fmt: skip


def is_syllable(character: str) -> bool:
    return _FIRST <= ord(character) <= _LAST


def is_letter(character: str) -> bool:
    """A single letter as typed, such as ㄱ or ㅏ."""
    return "ㄱ" <= character <= "ㅣ"


def has_hangul(text: str) -> bool:
    return any(is_syllable(character) or is_letter(character) for character in text)


def letters(text: str) -> str:
    """`text` with every syllable spelt out as typed: 과자 → ㄱㅗㅏㅈㅏ. Other characters stay."""
    return "".join(_spell(character) for character in text).translate(_TYPED)


def initials(text: str) -> str:
    """The first consonant of every syllable: 재즈 → ㅈㅈ. Other characters stay."""
    return "".join(_INITIALS[_parts(c)[0]] if is_syllable(c) else c for c in text)


def adjective_forms(adjective: str) -> tuple[str, ...]:
    """The noun, adverb and linking forms of a Korean adjective in its attributive form: 차분한 → 차분함, 차분하게, …

    Words that are not attributive adjectives have none.
    """
    if len(adjective) < 2 or not all(map(is_syllable, adjective.replace(" ", ""))):
        return ()
    head, before, last = adjective[:-1], adjective[-2], adjective[-1]
    if adjective.endswith("적인"):
        return (head, f"{head}임", f"{head}으로", f"{head}이게", *_linked(f"{head}이", f"{head}이"))
    if last == "운" and not _final(before):
        stem = head[:-1] + _with_final(before, _BIEUP)
        return (f"{head}움", f"{stem}게", f"{stem}다", *_linked(stem, f"{head}우"))
    if last in ("는", "은") and is_syllable(before) and (last == "는" or _final(before)):
        noun = f"{head}음" if _final(before) else head[:-1] + _with_final(before, _MIEUM)
        return (noun, f"{head}게", f"{head}다", *_linked(head, f"{head}으" if _final(before) else head))
    if _final(last) == _NIEUN and last not in ("인", "은"):
        stem = head + _with_final(last, 0)
        return (head + _with_final(last, _MIEUM), f"{stem}게", f"{stem}다", *_linked(stem, stem))
    return ()


def _linked(stem: str, open_stem: str) -> tuple[str, ...]:
    """An adjective before another: and, but, while. `open_stem` is the stem before 면: 무섭지만, 무서우면서."""
    return (f"{stem}고", f"{stem}지만", f"{open_stem}면서", f"{open_stem}며")


def _parts(syllable: str) -> tuple[int, int, int]:
    offset = ord(syllable) - _FIRST
    return offset // 588, offset % 588 // 28, offset % 28


def _spell(character: str) -> str:
    if not is_syllable(character):
        return character
    initial, vowel, final = _parts(character)
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


def _final(character: str) -> int:
    return _parts(character)[2] if is_syllable(character) else 0


def _with_final(syllable: str, final: int) -> str:
    initial, vowel, _ = _parts(syllable)
    return chr(_FIRST + initial * 588 + vowel * 28 + final)
