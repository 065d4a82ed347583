"""A text reader for tests: every text is about a calm sea."""

from collections.abc import Callable

from core.brief import Brief
from core.errors import TextError
from core.text.reading import Reading, TopicGuess
from core.words import Language, Words

TEXT = "The sea lay still. 바다가 잔잔했다."


class SeaReader:
    def read(
        self,
        text: str,
        language: Language,  # noqa: ARG002
        brief: Brief,
        topic: str | None = None,
        on_progress: Callable[[float, str], None] | None = None,
    ) -> Reading:
        if not text:
            raise TextError(Words("There is no text.", "글이 없습니다."))
        if on_progress is not None:
            on_progress(0.5, "read")
        return Reading(
            language="en",
            summary=text,
            topics=(TopicGuess(topic=topic or "", probability=1.0),),
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
