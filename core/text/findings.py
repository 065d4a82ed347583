"""Findings: what was found in a text, in words for the person, with the sentences and words it was found in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from core.catalog import Catalog
from core.text.affect_words import AffectWords
from core.text.depth import EMOTIONS, Feelings
from core.text.music_words import MusicWords, Named
from core.text.passages import Passages
from core.text.reading import Emotion, Evidence, Finding, Scene, TopicGuess
from core.text.sentences import Sentence
from core.words import Words

Floats = npt.NDArray[np.float32]

_LANGUAGES: Mapping[str, Words] = {
    "en": Words("English", "영어"), "ko": Words("Korean", "한국어"), "ja": Words("Japanese", "일본어"),
    "zh": Words("Chinese", "중국어"), "es": Words("Spanish", "스페인어"), "fr": Words("French", "프랑스어"),
    "de": Words("German", "독일어"), "ru": Words("Russian", "러시아어"), "it": Words("Italian", "이탈리아어"),
    "pt": Words("Portuguese", "포르투갈어"), "uk": Words("Ukrainian", "우크라이나어"), "el": Words("Greek", "그리스어"),
    "hy": Words("Armenian", "아르메니아어"), "he": Words("Hebrew", "히브리어"), "ar": Words("Arabic", "아랍어"),
    "hi": Words("Hindi", "힌디어"), "bn": Words("Bengali", "벵골어"), "ta": Words("Tamil", "타밀어"),
    "th": Words("Thai", "태국어"), "ka": Words("Georgian", "조지아어"), "nl": Words("Dutch", "네덜란드어"),
    "id": Words("Indonesian", "인도네시아어"), "vi": Words("Vietnamese", "베트남어"),
    "tr": Words("Turkish", "튀르키예어"), "pl": Words("Polish", "폴란드어"), "sv": Words("Swedish", "스웨덴어"),
    "und": Words("none that I know", "알 수 없음"),
}  # fmt: skip
_EMOTION_NAMES: Mapping[Emotion, Words] = {
    "fear": Words("fear", "두려움"), "surprise": Words("surprise", "놀람"), "anger": Words("anger", "분노"),
    "sadness": Words("sadness", "슬픔"), "neutral": Words("neutral", "담담함"), "happiness": Words("happiness", "기쁨"),
    "disgust": Words("disgust", "혐오"),
}  # fmt: skip
_QUOTES = 3
_LONGEST_QUOTE = 160


def language_name(code: str) -> Words:
    """What a language is called; its code where there is no name for it here."""
    return _LANGUAGES.get(code, Words(code, code))


def language(code: str, sentences: Sequence[Sentence]) -> Finding:
    """The main language, and what else the text is in."""
    letters: dict[str, int] = {}
    for sentence in sentences:
        letters[sentence.language] = letters.get(sentence.language, 0) + sentence.letters
    total = max(sum(letters.values()), 1)
    others = [other for other, count in letters.items() if other not in (code, "und") and count > 0.05 * total]
    name = language_name(code)
    if not others:
        return Finding(kind="language", says=Words(f"Language: {name.en}", f"언어: {name.ko}"))
    beside = [language_name(other) for other in others]
    english, korean = ", ".join(other.en for other in beside), ", ".join(other.ko for other in beside)
    return Finding(
        kind="language", says=Words(f"Language: {name.en}, with {english}", f"언어: {name.ko}({korean} 섞임)")
    )


def summary(rows: Sequence[int], passages: Passages) -> Finding:
    """The sentences that carried the summary."""
    evidence = tuple(_quote(passages.sentences[row], 1.0) for row in rows[:_QUOTES])
    return Finding(
        kind="summary", says=Words("Summary, from these sentences", "요약의 바탕이 된 문장"), evidence=evidence
    )


def topic(guesses: Sequence[TopicGuess], shares: Floats, passages: Passages, catalog: Catalog, chosen: bool) -> Finding:
    """The likeliest topics; evidence are the sentences that speak most for the first (`shares`, shape (n,))."""
    names = [catalog.topics[guess.topic] for guess in guesses]
    if chosen:
        says = Words(f"Topic, as you chose: {names[0].en}", f"주제(직접 고름): {names[0].ko}")
        return Finding(kind="topic", says=says)
    percent = [f"{guess.probability:.0%}" for guess in guesses]
    english = ", ".join(f"{name.en} {share}" for name, share in zip(names, percent, strict=True))
    korean = ", ".join(f"{name.ko} {share}" for name, share in zip(names, percent, strict=True))
    best = np.argsort(-shares * np.sqrt(passages.weights))[:_QUOTES]
    evidence = tuple(_quote(passages.sentences[row], float(shares[row])) for row in best)
    return Finding(kind="topic", says=Words(f"Topic: {english}", f"주제: {korean}"), evidence=evidence)


def emotion(name: Emotion, feeling: tuple[float, float], feelings: Feelings, passages: Passages) -> Finding:
    """The main emotion with valence and arousal; evidence are the sentences where it is strongest, and their marks."""
    shares = feelings.emotions[:, EMOTIONS.index(name)]
    strength = shares * np.sqrt(passages.weights) * (0.3 + np.hypot(feelings.valence, feelings.arousal))
    rows = np.argsort(-strength)[:_QUOTES]
    evidence = [_quote(passages.sentences[row], float(shares[row])) for row in rows]
    says = _EMOTION_NAMES[name]
    numbers = f"{feeling[0]:+.2f}", f"{feeling[1]:+.2f}"
    return Finding(
        kind="emotion",
        says=Words(
            f"Feeling: {says.en} (valence {numbers[0]}, arousal {numbers[1]})",
            f"감정: {says.ko} (긍정 {numbers[0]}, 에너지 {numbers[1]})",
        ),
        evidence=tuple(evidence),
    )


def felt_words(passages: Passages, words: AffectWords) -> Iterator[Finding]:
    """The words of feeling, and the emoji, laughter, capitals and exclamation marks that were counted."""
    strongest: dict[str, float] = {}
    for text in passages.english:
        for felt in words.measure(text).words:
            strongest[felt.word] = max(strongest.get(felt.word, 0.0), abs(felt.valence))
    if strongest:
        best = sorted(strongest, key=lambda word: -strongest[word])[:6]
        evidence = tuple(Evidence(quote=word, weight=strongest[word]) for word in best)
        yield Finding(kind="emotion", says=Words("Words of feeling", "감정을 나타내는 말"), evidence=evidence)
    marks = {mark.quote: mark for sentence in passages.sentences for mark in sentence.marks}
    if marks:
        shown = list(marks.values())[:6]
        evidence = tuple(
            Evidence(quote=mark.quote[:_LONGEST_QUOTE], weight=min(1.0, max(abs(mark.valence or 0), abs(mark.arousal))))
            for mark in shown
        )
        yield Finding(kind="emotion", says=Words("Marks of feeling", "감정을 나타내는 표시"), evidence=evidence)


def scenes(found: Sequence[Scene], catalog: Catalog) -> Iterator[Finding]:
    """One finding for each scene of a text that has several."""
    if len(found) < 2:
        return
    for number, scene in enumerate(found, start=1):
        moods = [catalog.moods[mood] for mood in scene.moods]
        english, korean = ", ".join(mood.en for mood in moods), ", ".join(mood.ko for mood in moods)
        says = Words(
            f"Scene {number} ({scene.share:.0%}): {english}, intensity {scene.intensity:.0%}",
            f"장면 {number} ({scene.share:.0%}): {korean}, 강도 {scene.intensity:.0%}",
        )
        yield Finding(kind="scene", says=says, evidence=(Evidence(quote=scene.title, weight=scene.intensity),))


def music(words: MusicWords, catalog: Catalog) -> Iterator[Finding]:
    """What the text says about the music itself."""
    for refused, says in (
        (False, Words("The text asks for", "글에서 바라는 음악")),
        (True, Words("The text does not want", "글에서 원하지 않는 음악")),
    ):
        named = [item for item in words.named if item.refused is refused]
        phrases = dict.fromkeys(item.phrase for item in named)
        if phrases:
            evidence = tuple(Evidence(quote=phrase, weight=1.0) for phrase in list(phrases)[:6])
            names = dict.fromkeys(_name(item, catalog) for item in named)
            english, korean = ", ".join(name.en for name in names), ", ".join(name.ko for name in names)
            yield Finding(kind="music", says=Words(f"{says.en}: {english}", f"{says.ko}: {korean}"), evidence=evidence)
    if words.bpm is not None:
        yield Finding(kind="tempo", says=Words(f"Tempo: {words.bpm:g} BPM", f"빠르기: {words.bpm:g} BPM"))


def distress(sentence: Sentence | None) -> Iterator[Finding]:
    """Why the music is calm, without repeating what was written."""
    if sentence is not None:
        yield Finding(
            kind="safety", says=Words("The text sounds like somebody in distress", "많이 힘든 사람의 글로 읽혔습니다")
        )


def _name(item: Named, catalog: Catalog) -> Words:
    entry = catalog.find(item.kind, item.id)
    return Words(item.id, item.id) if entry is None else Words(entry.en, entry.ko)


def _quote(sentence: Sentence, weight: float) -> Evidence:
    text = sentence.text
    shown = text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1].rstrip()}…"
    return Evidence(quote=shown, weight=min(max(weight, 0.0), 1.0))
