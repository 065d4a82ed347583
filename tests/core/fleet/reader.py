"""A text reader for tests: every text is about a calm sea."""

from collections.abc import Iterator

from core.brief import Brief
from core.engines.engine import Progress
from core.errors import TextError
from core.fleet.fleet import ReadText
from core.text.reading import Reading, TopicGuess
from core.words import Words

TEXT = "The sea lay still. 바다가 잔잔했다."


class SeaReader:
    def read(self, text: ReadText, brief: Brief) -> Iterator[Progress | Reading]:
        if not text.text:
            raise TextError(Words("There is no text.", "글이 없습니다."))
        yield Progress("", 0.5, "read")
        yield Reading(
            language="en",
            summary=text.text,
            topics=(TopicGuess(topic=text.topic or "", probability=1.0),),
            emotion="neutral",
            emotions={"neutral": 1.0},
            valence=0.0,
            arousal=0.0,
            scenes=(),
            findings=(),
            notes=(),
            brief=brief.model_copy(update={"moods": ("calm",)}),
            caption="a calm sea",
        )


def build() -> SeaReader:
    return SeaReader()
