"""Reader: from a text to a reading, and in it a brief for music that follows the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
import numpy.typing as npt

from core.brief import Brief
from core.caption import caption, intensity_words
from core.catalog import Catalog
from core.text import briefing, findings, notes, safety
from core.text.affect_words import AffectWords
from core.text.cleaning import clean
from core.text.depth import EMOTIONS, Depth, English, Feelings
from core.text.language import main_language
from core.text.minilm import Vectors
from core.text.music_words import MusicWordFinder, MusicWords, wanted_part
from core.text.passages import Passages, as_one, closely_read
from core.text.reading import Finding, Reading, TopicGuess
from core.text.sentences import Sentence, Splitter
from core.text.storyline import Story, Storyteller, curve, mean_feeling
from core.wish import merge
from core.words import Language, Words

Floats = npt.NDArray[np.float32]
OnProgress = Callable[[float, str], None]

LONGEST_TEXT = 200_000
"""Characters; what follows is left out."""

_SUMMARY = 320
_FEWEST_LETTERS = 3
"""Letters without which, and without a mark of feeling, a text says nothing to make music from."""
_WEIGHT = {"ko": 3, "zh": 4, "ja": 3}
"""A syllable or ideograph says as much as this many letters."""
_ANSWERS = frozenset({"no", "yes"})
_FEWEST_KNOWN = 0.3
_LONGEST_MESSAGE = 800
"""Characters up to which a text is also read in one piece, which the encoder can take in whole."""
_READ_AT_ONCE = 64
_SHOWN_TOPICS = 3
_READ_LANGUAGES = ("en", "ko")


class Reader:
    """Reads texts of 1 to 200,000 characters. Safe to use from one thread at a time."""

    def __init__(self, catalog: Catalog, depth: Depth, *, help_line: str = "") -> None:
        """`help_line` is where people in distress find help; it is shown when a text calls for it."""
        self._catalog = catalog
        self._depth = depth
        self._help_line = help_line
        self._splitter = Splitter.load()
        self._music = MusicWordFinder.load(catalog)
        self._words = AffectWords.load()
        self._storyteller = Storyteller(catalog, depth.summariser)
        self._topic_ids = tuple(_topic_id(label, catalog) for label in depth.topics.labels)

    def read(
        self,
        text: str,
        language: Language,
        brief: Brief,
        topic: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Reading:
        """Everything found in `text`; what `brief` says wins over what the text suggests.

        `language` is the one in which the person is spoken to, `topic` (a catalog id) overrides the topic found.
        `on_progress` is called with the fraction done and the stage; an exception that it raises ends the reading.
        """
        tell = on_progress or _no_progress
        cleaned = clean(text[:LONGEST_TEXT])
        sentences = self._splitter.split(cleaned.text)
        words = self._music.find(sentences)
        if not words.named and self._says_nothing(sentences):
            return self._without_words(brief)
        tell(0.05, "sentences")
        passages = self._passages(*closely_read(sentences), tell)
        feelings = self._feel(passages)
        tell(0.85, "feelings")
        story = self._storyteller.tell(passages, feelings, brief.duration, language)
        # Where feelings turn, none of them is that of the whole.
        whole = passages if len(story.scenes) > 1 else self._whole(passages)
        heard = _Heard(
            sentences=sentences,
            passages=passages,
            feelings=feelings,
            whole=whole,
            overall=feelings if whole is passages else self._feel(whole),
            topic_shares=self._depth.topics.probabilities(passages),
            story=story,
            words=words,
            distress=safety.distress(sentences),
            quoted=cleaned.quoted,
        )
        tell(0.95, "scenes")
        seed = crc32(text.encode()) if brief.seed is None else brief.seed
        return self._conclude(heard, brief, topic, seed)

    def _says_nothing(self, sentences: Sequence[Sentence]) -> bool:
        """Hardly any letters, and no answer or word of feeling among them."""
        letters = sum(map(_said, sentences))
        if letters >= _FEWEST_LETTERS:
            return False
        english = self._depth.translator.to_english([s.words for s in sentences], [s.language for s in sentences])
        return not any(
            self._words.measure(text).words or text.strip("\"'.,?! ").lower() in _ANSWERS for text in english.texts
        )

    def _passages(self, sentences: Sequence[Sentence], weights: Floats, tell: OnProgress) -> Passages:
        translated = self._in_english(sentences, tell)
        return Passages(
            sentences=tuple(sentences),
            english=translated.texts,
            coverage=np.array(translated.coverage, np.float32),
            weights=weights,
            vectors=self._encode(sentences, translated.texts, tell),
        )

    def _whole(self, passages: Passages) -> Passages:
        """A message in one language as one sentence, because its sentences bear on each other; others as they are."""
        languages = {sentence.language for sentence in passages.sentences} - {"und"}
        characters = sum(len(sentence.text) for sentence in passages.sentences)
        if len(passages) == 1 or len(languages) > 1 or characters > _LONGEST_MESSAGE:
            return passages
        message = as_one(passages.sentences, next(iter(languages), "und"))
        return self._passages([message], np.ones(1, np.float32), _no_progress)

    def _feel(self, passages: Passages) -> Feelings:
        """What the sentences feel like; those in a language that is not read have the mood next to their marks."""
        feelings = self._depth.emotions.feel(passages)
        unread = [row for row, sentence in enumerate(passages.sentences) if sentence.language not in _READ_LANGUAGES]
        if not unread:
            return feelings
        moods, emotions = feelings.mood_shares.copy(), feelings.emotions.copy()
        for row in unread:
            nearest = int(np.argmax(moods[row]))
            moods[row], emotions[row] = 0.0, 0.0
            moods[row, nearest] = 1.0
            emotions[row, EMOTIONS.index(self._catalog.moods[feelings.moods[nearest]].emotion)] = 1.0
        return replace(feelings, mood_shares=moods, emotions=emotions)

    def _in_english(self, sentences: Sequence[Sentence], tell: OnProgress) -> English:
        parts = []
        for first in range(0, len(sentences), _READ_AT_ONCE):
            part = sentences[first : first + _READ_AT_ONCE]
            parts.append(self._depth.translator.to_english([s.words for s in part], [s.language for s in part]))
            tell(0.05 + 0.15 * min(1.0, (first + _READ_AT_ONCE) / len(sentences)), "translate")
        return English.joined(parts)

    def _encode(self, sentences: Sequence[Sentence], english: Sequence[str], tell: OnProgress) -> Vectors | None:
        if self._depth.encoder is None:
            return None
        texts = [sentence.words for sentence in sentences] if self._depth.encoder.multilingual else english
        parts = []
        for first in range(0, len(texts), _READ_AT_ONCE):
            parts.append(self._depth.encoder.encode(texts[first : first + _READ_AT_ONCE]))
            tell(0.2 + 0.6 * min(1.0, (first + _READ_AT_ONCE) / len(texts)), "encode")
        return Vectors.joined(parts)

    def _conclude(self, heard: _Heard, brief: Brief, override: str | None, seed: int) -> Reading:
        passages, feelings = heard.passages, heard.feelings
        feeling = mean_feeling(heard.whole, heard.overall)
        emotions = heard.whole.weights @ heard.overall.emotions
        summary = self._depth.summariser.summarise(passages, _SUMMARY)
        guesses = self._topics(heard, override)
        wish = merge(self._suggest(heard, guesses, feeling, seed), brief)
        emotion = EMOTIONS[int(np.argmax(emotions))]
        return Reading(
            language=heard.language,
            summary=summary.text,
            topics=guesses,
            emotion=emotion,
            emotions=dict(zip(EMOTIONS, emotions.tolist(), strict=True)),
            valence=feeling[0],
            arousal=feeling[1],
            scenes=heard.story.scenes,
            curve=curve(passages, feelings),
            findings=(
                findings.language(heard.language, heard.sentences),
                findings.summary(summary.rows, passages),
                *self._topic_finding(heard, guesses, override),
                findings.emotion(emotion, feeling, feelings, passages),
                *findings.felt_words(passages, self._words),
                *findings.scenes(heard.story.scenes, self._catalog),
                *findings.music(heard.words, self._catalog),
                *findings.distress(heard.distress),
            ),
            notes=tuple(self._notes(heard)),
            brief=wish,
            caption=self._caption(wish, heard),
        )

    def _topics(self, heard: _Heard, override: str | None) -> tuple[TopicGuess, ...]:
        if heard.language not in (*_READ_LANGUAGES, "und"):
            return () if override is None else (TopicGuess(topic=override, probability=1.0),)
        if heard.whole is heard.passages:
            shares = heard.passages.weights @ heard.topic_shares
        else:
            shares = self._depth.topics.probabilities(heard.whole)[0]
        order = np.argsort(-shares)[: _SHOWN_TOPICS + 1]
        guesses = [TopicGuess(topic=self._topic_ids[column], probability=float(shares[column])) for column in order]
        if override is not None:
            others = (guess for guess in guesses if guess.topic != override)
            guesses = [TopicGuess(topic=override, probability=1.0), *others]
        return tuple(guesses[:_SHOWN_TOPICS])

    def _topic_finding(self, heard: _Heard, guesses: Sequence[TopicGuess], override: str | None) -> Iterator[Finding]:
        """With the sentences that speak most for the first topic."""
        if guesses:
            shares: Floats = heard.topic_shares[:, self._topic_ids.index(guesses[0].topic)]
            yield findings.topic(guesses, shares, heard.passages, self._catalog, override is not None)

    def _suggest(self, heard: _Heard, guesses: Sequence[TopicGuess], feeling: tuple[float, float], seed: int) -> Brief:
        if heard.distress is not None:
            return briefing.calm()
        return briefing.suggest(
            tags=briefing.draw_tags(guesses, self._catalog, seed, heard.words.refused, feeling),
            moods=self._storyteller.moods(heard.whole, heard.overall, 2),
            feeling=feeling,
            sections=[
                section.model_copy(update={"phrase": wanted_part(section.phrase, heard.words, self._catalog)})
                for section in heard.story.sections
            ],
            words=heard.words,
        )

    def _notes(self, heard: _Heard) -> Iterator[Words]:
        if heard.distress is not None:
            yield safety.note(self._help_line)
        if self._depth.note is not None:
            yield self._depth.note
        if heard.quoted:
            yield notes.QUOTED
        if heard.language not in (*_READ_LANGUAGES, "und"):
            yield notes.other_language(heard.language)
        elif heard.language == "ko" and float(heard.passages.weights @ heard.passages.coverage) < _FEWEST_KNOWN:
            yield notes.LITTLE_KOREAN
        if len(heard.sentences) > len(heard.passages):
            yield notes.SAMPLED

    def _caption(self, wish: Brief, heard: _Heard) -> str:
        """English words for engines that are conditioned on text: the brief, how intense it is, and what happens."""
        _, arousal = self._catalog.feel(wish)
        told = [] if heard.distress is not None else heard.story.sections[:1]
        phrases = [wanted_part(section.phrase, heard.words, self._catalog) for section in told]
        extra = [intensity_words(arousal), *filter(None, phrases)]
        return caption(wish.model_copy(update={"keywords": (*wish.keywords, *extra)}), self._catalog).text

    def _without_words(self, brief: Brief) -> Reading:
        wish = merge(briefing.neutral(), brief)
        return Reading(
            language="und",
            summary="",
            topics=(),
            emotion="neutral",
            emotions={emotion: float(emotion == "neutral") for emotion in EMOTIONS},
            valence=0.0,
            arousal=0.0,
            scenes=(),
            findings=(),
            notes=(notes.NO_WORDS,),
            brief=wish,
            caption=caption(wish, self._catalog).text,
        )


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was found before anything is concluded. `topic_shares` has shape (passages, topics).

    `whole` is the text in one piece with its `overall` feeling, or the passages where it is too long for that.
    """

    sentences: tuple[Sentence, ...]
    passages: Passages
    feelings: Feelings
    whole: Passages
    overall: Feelings
    topic_shares: Floats
    story: Story
    words: MusicWords
    distress: Sentence | None
    quoted: bool

    @property
    def language(self) -> str:
        return main_language((sentence.language, _said(sentence)) for sentence in self.sentences)


def _said(sentence: Sentence) -> int:
    """How much a sentence says, in letters of an alphabet."""
    return sentence.letters * _WEIGHT.get(sentence.language, 1)


def _topic_id(label: str, catalog: Catalog) -> str:
    entry = catalog.find("topic", label)
    if entry is None:
        raise LookupError(f"the catalog has no topic called {label!r}")
    return entry.id


def _no_progress(_fraction: float, _stage: str) -> None:
    pass
