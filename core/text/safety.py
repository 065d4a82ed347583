"""Notices when somebody writes of ending or hurting themselves, so that the music is calm and the answer kind.

A matter of words, not a diagnosis: it errs on the side of noticing, except for figures of speech and for talk in
quotation marks, as stories have it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.text.sentences import Sentence
from core.words import Words

_DIRECT_EN = re.compile(
    r"\b(?:(?:i|i'm|im|i am|i've|i have|i'll|i will|my)\b[^.!?\n]{0,60}?\b(?:"
    r"kill(?:ing)? myself|end(?:ing)? (?:my (?:own )?life|it all)|take my own life|suicid(?:e|al)|self[- ]?harm\w*"
    r"|hurt(?:ing)? myself|cut(?:ting)? myself|want(?:ed)? to die|wanna die|wish i (?:was|were) dead"
    r"|(?:don't|dont|do not) want to (?:live|be alive|exist|wake up)|no (?:reason|point) (?:to|in) (?:live|living)"
    r"|can'?t go on(?: living)?|better off dead|wish i (?:was|were|had) never (?:been )?born)"
    r"|(?:kms|kill myself)\b|(?:everyone|everybody|they|you|world)\b[^.!?\n]{0,30}?better off without me)",
    re.IGNORECASE,
)
_FIGURE_EN = re.compile(
    r"laugh|lmao|\blol\b|rofl|haha|😂|🤣|embarrass|cringe|so good|so cute|hungry"
    r"|die (?:of|for|laughing|happy)|in (?:this )?(?:game|match|level)|my character",
    re.IGNORECASE,
)
_DIRECT_KO = re.compile(
    r"죽고\s?싶|죽어\s?버리고\s?싶|죽는\s?게\s?(?:낫|나을)|자살(?:하고|할까|하려|을\s?(?:생각|결심|시도))|자해"
    r"|목숨을\s?끊|살고\s?싶지\s?않|살기\s?싫|더\s?이상\s?(?:못\s?살|살\s?수\s?없)|사라지고\s?싶|사라져\s?버리고\s?싶"
    r"|생을\s?마감|손목을?\s?(?:긋|그었|그을)|살아갈\s?(?:이유|의미)가?\s?없|태어나지\s?말았|뛰어내리고\s?싶|극단적인?\s?선택"
)
_FIGURE_KO = re.compile(r"죽고\s?싶을\s?만큼|[ㅋㅎ]{3,}|웃겨|배고파|맛있|귀여워|쪽팔|민망|창피")
_SPOKEN = re.compile(r"[\"“”«»「」『』][^\"“”«»「」『』]{0,300}[\"“”«»「」『』]")

COMFORT = ("comforting", "calm")
CALM_GENRES = ("ambient", "new_age")
VALENCE, AROUSAL = 0.2, -0.6

_NOTE = Words(
    "This sounds very heavy, so the music is calm. You do not have to carry it alone: somebody you trust, a crisis line"
    " or your local emergency number can help right now.",
    "많이 힘드신 것 같아 차분한 음악을 준비했습니다. 혼자 견디지 않아도 됩니다. 믿을 수 있는 사람이나 상담 전화,"
    " 긴급 전화에 지금 도움을 청해 주세요.",
)


def distress(sentences: Sequence[Sentence]) -> Sentence | None:
    """The first sentence in which its writer speaks of ending or hurting themselves."""
    return next((sentence for sentence in sentences if _is_distress(sentence)), None)


def note(help_line: str) -> Words:
    """What to say to them; `help_line` is where help is to be found, as whoever runs this has set it."""
    if not help_line.strip():
        return _NOTE
    return Words(f"{_NOTE.en} {help_line.strip()}", f"{_NOTE.ko} {help_line.strip()}")


def _is_distress(sentence: Sentence) -> bool:
    own = _SPOKEN.sub(" ", sentence.text)
    if sentence.language == "ko":
        return _DIRECT_KO.search(own) is not None and _FIGURE_KO.search(own) is None
    return _DIRECT_EN.search(own.replace("’", "'")) is not None and _FIGURE_EN.search(own) is None
