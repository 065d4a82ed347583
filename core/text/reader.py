"""Reader: from a text to a reading, and in it a brief for music that follows the text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from core.brief import Brief, Section
from core.caption import caption
from core.catalog import Catalog
from core.text import scenes
from core.text.cleaning import clean
from core.text.depth import EMOTIONS, Depth, Feelings
from core.text.language import main_language
from core.text.passages import Passages
from core.text.reading import Evidence, Finding, Reading, Scene, TopicGuess
from core.text.sentences import Sentence, Splitter
from core.text.wordbag import word_vectors
from core.wish import merge
from core.words import Language, Words

Floats = npt.NDArray[np.float32]
OnProgress = Callable[[float, str], None]

_SUMMARY = 320
_SCENE = Words("Scene", "장면")
_NO_WORDS = Words(
    "I found no words in this text to go by, so the music is neutral. Add mood: or genre: to choose.",
    "이 글에서 읽을 말을 찾지 못해 무난한 음악으로 만들었습니다. 분위기:나 장르:를 더해 고를 수 있습니다.",
)
_LANGUAGE_NAMES = {"en": Words("English", "영어"), "ko": Words("Korean", "한국어")}


class Reader:
    """Reads texts of 1 to 200,000 characters. Safe to use from one thread at a time."""

    def __init__(self, catalog: Catalog, depth: Depth) -> None:
        self._catalog = catalog
        self._depth = depth
        self._splitter = Splitter.load()

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
        """
        tell = on_progress or (lambda _fraction, _stage: None)
        sentences = self._splitter.split(clean(text).text)
        if not any(sentence.letters for sentence in sentences) and not any(sentence.marks for sentence in sentences):
            return self._without_words(brief)
        tell(0.05, "sentences")
        passages = self._passages(sentences)
        tell(0.7, "encode")
        feelings = self._depth.emotions.feel(passages)
        topics = self._topics(passages, topic)
        summary = self._depth.summariser.summarise(passages, _SUMMARY)
        tell(0.9, "feelings")
        found_scenes = self._scenes(passages, feelings, brief.duration, language)
        code = main_language((sentence.language, sentence.letters) for sentence in sentences)
        valence, arousal = _mean(feelings, passages, range(len(passages)))
        emotions = (passages.weights @ feelings.emotions).tolist() if len(passages) else _neutral()
        wish = self._brief(brief, topics, found_scenes, valence, arousal)
        tell(1.0, "done")
        return Reading(
            language=code,
            summary=summary.text,
            topics=topics,
            emotion=EMOTIONS[int(np.argmax(emotions))],
            emotions=dict(zip(EMOTIONS, emotions, strict=True)),
            valence=valence,
            arousal=arousal,
            scenes=found_scenes,
            findings=_findings(code, passages, summary.rows),
            notes=(),
            brief=wish,
            caption=caption(wish, self._catalog).text,
        )

    def _without_words(self, brief: Brief) -> Reading:
        wish = merge(Brief(tempo="medium", valence=0.0, arousal=0.0), brief)
        return Reading(
            language="und",
            summary="",
            topics=(),
            emotion="neutral",
            emotions=dict(zip(EMOTIONS, _neutral(), strict=True)),
            valence=0.0,
            arousal=0.0,
            scenes=(),
            findings=(),
            notes=(_NO_WORDS,),
            brief=wish,
            caption=caption(wish, self._catalog).text,
        )

    def _passages(self, sentences: tuple[Sentence, ...]) -> Passages:
        english = self._depth.translator.to_english(
            [sentence.words for sentence in sentences], [sentence.language for sentence in sentences]
        )
        letters = np.array([max(sentence.letters, 1) for sentence in sentences], np.float32)
        encoder = self._depth.encoder
        return Passages(
            sentences=sentences,
            english=english.texts,
            coverage=np.array(english.coverage, np.float32),
            weights=letters / max(letters.sum(), 1.0),
            vectors=None if encoder is None else encoder.encode(english.texts),
        )

    def _topics(self, passages: Passages, override: str | None) -> tuple[TopicGuess, ...]:
        if not len(passages):
            return ()
        probabilities = passages.weights @ self._depth.topics.probabilities(passages)
        order = np.argsort(-probabilities)
        guesses = []
        for column in order:
            entry = self._catalog.find("topic", self._depth.topics.labels[column])
            if entry is not None:
                guesses.append(TopicGuess(topic=entry.id, probability=float(np.clip(probabilities[column], 0, 1))))
        if override is not None:
            guesses = [TopicGuess(topic=override, probability=1.0), *(g for g in guesses if g.topic != override)]
        return tuple(guesses[:3])

    def _scenes(self, passages: Passages, feelings: Feelings, seconds: float, language: Language) -> tuple[Scene, ...]:
        if not len(passages):
            return ()
        vectors = word_vectors(passages.english) if passages.vectors is None else passages.vectors.sentence
        felt = np.stack([feelings.valence, feelings.arousal], axis=1)
        spans = scenes.cut(passages, vectors, felt, seconds)
        return tuple(self._scene(passages, feelings, span, language) for span in spans)

    def _scene(self, passages: Passages, feelings: Feelings, span: range, language: Language) -> Scene:
        valence, arousal = _mean(feelings, passages, span)
        words = " ".join(passages.sentences[row].words for row in span)
        return Scene(
            title=words[:48] or _SCENE.to(language),
            summary=words[:200],
            share=float(passages.weights[span.start : span.stop].sum()),
            valence=valence,
            arousal=arousal,
            intensity=min(1.0, float(np.hypot(valence, arousal))),
            moods=tuple(mood.id for mood in self._catalog.moods_near(valence, arousal, 1)),
        )

    def _brief(
        self, brief: Brief, topics: tuple[TopicGuess, ...], found: tuple[Scene, ...], valence: float, arousal: float
    ) -> Brief:
        genres: tuple[str, ...] = ()
        if topics:
            tags = list(self._catalog.topics[topics[0].topic].of_kind("genre"))
            genres = tuple(tags[:2])
        sections = tuple(
            Section(
                title=scene.title,
                share=scene.share,
                valence=scene.valence,
                arousal=scene.arousal,
                moods=scene.moods,
            )
            for scene in found
        )
        suggested = Brief(
            genres=genres,
            moods=tuple(mood.id for mood in self._catalog.moods_near(valence, arousal, 2)),
            tempo="slow" if arousal < -0.25 else "fast" if arousal > 0.35 else "medium",
            valence=valence,
            arousal=arousal,
            sections=sections if len(sections) > 1 else (),
        )
        return merge(suggested, brief)


def _mean(feelings: Feelings, passages: Passages, span: range) -> tuple[float, float]:
    if not len(span):
        return 0.0, 0.0
    rows = slice(span.start, span.stop)
    weights = passages.weights[rows] / max(float(passages.weights[rows].sum()), 1e-9)
    return float(weights @ feelings.valence[rows]), float(weights @ feelings.arousal[rows])


def _neutral() -> list[float]:
    return [float(emotion == "neutral") for emotion in EMOTIONS]


def _findings(code: str, passages: Passages, rows: tuple[int, ...]) -> tuple[Finding, ...]:
    name = _LANGUAGE_NAMES.get(code, Words(code, code))
    quotes = tuple(Evidence(quote=passages.sentences[row].text, weight=1.0) for row in rows)
    return (
        Finding(kind="language", says=Words(f"Language: {name.en}", f"언어: {name.ko}")),
        Finding(
            kind="summary", says=Words("The summary rests on these sentences", "요약의 바탕이 된 문장"), evidence=quotes
        ),
    )
