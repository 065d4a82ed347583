"""Korean verbs and adjectives: the stems that their conjugated forms begin with.

Rules after the National Institute of Korean Language's standard grammar: contractions of vowel stems, dropped ㅡ and
ㄹ, and the irregular ㅂ, ㄷ, ㅅ, ㅎ, 르 and 하 classes. Which words are irregular in ㄷ and ㅅ has to be listed.
"""

from __future__ import annotations

_FIRST = 0xAC00
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

_CONTRACTED = {"ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ", "ㅚ": "ㅙ"}
_SAME = "ㅏㅐㅓㅔㅕ"
_REGULAR_B = frozenset("잡입뽑씹좁접업집굽꼽")
_IRREGULAR_D = frozenset({"걷", "듣", "묻", "싣", "긷", "깨닫"})
_IRREGULAR_S = frozenset("짓낫붓잇긋젓")
_REGULAR_H = frozenset("좋놓넣낳쌓닿찧땋")
_REGULAR_REU = frozenset({"따르", "치르", "들르", "푸르"})


def stems(word: str) -> tuple[str, ...]:
    """What the forms of a word in -다 begin with, the plain stem first.

    >>> stems("슬프다")
    ('슬프', '슬픈', '슬플', '슬픔', '슬픕', '슬퍼', '슬펐')
    """
    stem = word.removesuffix("다")
    head, last = stem[:-1], stem[-1]
    vowel, final = _parts(last)
    if last == "하":
        forms = [*_attributive(stem), f"{head}해", f"{head}했"]
    elif not final:
        forms = [*_attributive(stem), *(_reu(head) if last == "르" and stem not in _REGULAR_REU else _open(head, last))]
    elif final == "ㄹ":
        bare = head + _with(last, final="")
        forms = [bare + "는", bare + "니", head + _with(last, final="ㄴ"), head + _with(last, final="ㅂ")]
    elif final == "ㅂ" and last not in _REGULAR_B:
        forms = _irregular_b(head + _with(last, final=""), bright=last in "돕곱")
    elif final == "ㄷ" and stem in _IRREGULAR_D:
        forms = [head + _with(last, final="ㄹ")]
    elif final == "ㅅ" and last in _IRREGULAR_S:
        bare = head + _with(last, final="")
        forms = [bare + tail for tail in ("어", "었", "으", "은", "을", "아", "았")]
    elif final == "ㅎ" and last not in _REGULAR_H:
        forms = [head + _with(last, final=end) for end in "ㄴㄹㅁ"]
        forms += [head + _with(last, vowel="ㅐ" if vowel in "ㅏㅓ" else vowel, final=end) for end in ("", "ㅆ")]
    else:
        forms = []
    return tuple(dict.fromkeys([stem, *forms]))


def _attributive(stem: str) -> list[str]:
    return [stem[:-1] + _with(stem[-1], final=end) for end in "ㄴㄹㅁㅂ"]


def _open(head: str, last: str) -> list[str]:
    """The -아/어 and past forms of a stem that ends in a vowel."""
    vowel, _ = _parts(last)
    if vowel == "ㅡ":
        bright = bool(head) and _parts(head[-1])[0] in "ㅏㅗ"
        joined = "ㅏ" if bright else "ㅓ"
    elif vowel in _SAME:
        joined = vowel
    elif vowel in _CONTRACTED:
        joined = _CONTRACTED[vowel]
    else:
        return []
    return [head + _with(last, vowel=joined), head + _with(last, vowel=joined, final="ㅆ")]


def _reu(head: str) -> list[str]:
    doubled = head[:-1] + _with(head[-1], final="ㄹ")
    joined = "라" if _parts(head[-1])[0] in "ㅏㅗ" else "러"
    return [doubled + joined, doubled + _with(joined, final="ㅆ")]


def _irregular_b(bare: str, *, bright: bool) -> list[str]:
    joined = ("와", "왔") if bright else ("워", "웠")
    return [bare + tail for tail in ("우", "운", "울", "움", *joined)]


def _parts(syllable: str) -> tuple[str, str]:
    """Vowel and final consonant."""
    offset = ord(syllable) - _FIRST
    return _VOWELS[offset % 588 // 28], _FINALS[offset % 28]


def _with(syllable: str, *, vowel: str | None = None, final: str = "") -> str:
    offset = ord(syllable) - _FIRST
    middle = offset % 588 // 28 if vowel is None else _VOWELS.index(vowel)
    return chr(_FIRST + offset // 588 * 588 + middle * 28 + _FINALS.index(final))
