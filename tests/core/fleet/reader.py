"""A text reader for tests: every text is about a calm sea."""

from core.errors import TextError
from core.text.reading import Reading, Scene, TopicGuess
from core.words import Words

TEXT = "The sea lay still. 바다가 잔잔했다."


SCENE = Scene(title="The sea", summary=TEXT, share=1.0, valence=0.4, arousal=-0.5, intensity=0.3, moods=("calm",))


class SeaReader:
    def read(self, text, language, brief, topic=None, on_progress=None) -> Reading:
        if not text:
            raise TextError(Words("There is no text.", "글이 없습니다."))
        on_progress(0.5, "sentences")
        return Reading(
            language=language,
            summary=text,
            topics=(TopicGuess(topic=topic or "", probability=1.0),),
            emotion="neutral",
            emotions={"neutral": 1.0},
            valence=0.0,
            arousal=0.0,
            scenes=(SCENE,),
            findings=(),
            notes=(),
            brief=brief.model_copy(update={"moods": ("calm",)}),
            caption="a calm sea",
        )


def build() -> SeaReader:
    return SeaReader()
