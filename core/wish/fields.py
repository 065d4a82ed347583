"""The options of a wish: what they are called, what they take, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.brief import MOST_CONCEPTS
from core.catalog import Kind
from core.catalog.names import normalise
from core.words import Words

FieldName = Literal[
    "genre",
    "mood",
    "instrument",
    "no",
    "tempo",
    "bpm",
    "duration",
    "key",
    "keywords",
    "avoid",
    "concept",
    "likeness",
    "text_weight",
    "seed",
    "loop",
    "engine",
]


@dataclass(frozen=True, slots=True)
class Field:
    """An option of a wish.

    `label` is how it is written in either language, `help` one sentence about it, `aliases` its other spellings.
    `attribute` names the field of `Brief` that it fills. `kind` is the part of the catalog that its values come from;
    `most` is how many values it takes.
    """

    name: FieldName
    attribute: str
    label: Words
    help: Words
    aliases: tuple[str, ...] = ()
    kind: Kind | None = None
    most: int = 1

    @property
    def many(self) -> bool:
        return self.most > 1


FIELDS: dict[FieldName, Field] = {
    field.name: field
    for field in (
        Field(
            "genre",
            "genres",
            Words("genre", "장르"),
            Words("Genres, such as jazz or lofi, hip hop", "장르. 예: 재즈 또는 로파이, 힙합"),
            ("genres", "style", "스타일"),
            "genre",
            most=4,
        ),
        Field(
            "mood",
            "moods",
            Words("mood", "분위기"),
            Words("Moods, such as calm or dreamy, sad", "분위기. 예: 차분한 또는 몽환적인, 슬픈"),
            ("moods", "feel", "feeling", "무드", "느낌"),
            "mood",
            most=6,
        ),
        Field(
            "instrument",
            "instruments",
            Words("instrument", "악기"),
            Words("Instruments to hear, such as piano, cello", "꼭 들려야 할 악기. 예: 피아노, 첼로"),
            ("instruments", "inst", "with"),
            "instrument",
            most=12,
        ),
        Field(
            "no",
            "excluded_instruments",
            Words("no", "제외"),
            Words("Instruments to leave out, such as drums", "빼고 싶은 악기. 예: 드럼"),
            ("without", "exclude", "빼기", "없이"),
            "instrument",
            most=12,
        ),
        Field(
            "tempo",
            "tempo",
            Words("tempo", "빠르기"),
            Words("Slow, medium, fast or auto", "느리게, 보통, 빠르게, 자동 가운데 하나"),
            ("speed", "pace", "템포", "속도"),
            "tempo",
        ),
        Field(
            "bpm",
            "bpm",
            Words("bpm", "bpm"),
            Words("Beats per minute, 30 to 300", "분당 박자 수, 30에서 300까지"),
            ("비피엠",),
        ),
        Field(
            "duration",
            "duration",
            Words("duration", "길이"),
            Words(
                "Length, such as 0:30, 90s or 1m30s; 5 seconds to 5 minutes", "길이. 예: 0:30, 90초, 1분 30초 (5초~5분)"
            ),
            ("length", "time", "dur", "len", "시간", "재생시간"),
        ),
        Field(
            "key",
            "key",
            Words("key", "조"),
            Words("Key, such as Am, F# or C major", "조성. 예: 가단조, 다장조, Am"),
            ("scale", "조성", "키"),
        ),
        Field(
            "keywords",
            "keywords",
            Words("keywords", "키워드"),
            Words("Free words, such as rainy window, old theatre", "자유로운 낱말. 예: 비 오는 창가, 오래된 극장"),
            ("keyword", "words", "etc", "낱말", "단어"),
            most=12,
        ),
        Field(
            "avoid",
            "avoid",
            Words("avoid", "피할것"),
            Words(
                "What the music should not be like, such as vocals, distortion",
                "음악에서 피하고 싶은 것. 예: 보컬, 일그러진 소리",
            ),
            ("avoiding", "negative", "피하기", "기피"),
            most=12,
        ),
        Field(
            "concept",
            "concepts",
            Words("concept", "콘셉트"),
            Words("Sounds that were learned here, by their names", "이곳에서 학습한 소리의 이름"),
            ("concepts", "컨셉", "컨셉트"),
            most=MOST_CONCEPTS,
        ),
        Field(
            "likeness",
            "likeness",
            Words("likeness", "닮음"),
            Words(
                "How closely to follow the recording given for style: loose to close, or 1 to 6",
                "스타일로 준 녹음을 얼마나 닮게 할지. 느슨하게부터 똑같이까지, 또는 1에서 6까지",
            ),
            ("closeness", "닮은정도", "유사도"),
        ),
        Field(
            "text_weight",
            "text_weight",
            Words("text_weight", "글비중"),
            Words(
                "How much your words weigh against the recording given for style, 1 to 9",
                "스타일로 준 녹음보다 글을 얼마나 따를지, 1에서 9까지",
            ),
            ("textweight", "글의비중"),
        ),
        Field(
            "seed",
            "seed",
            Words("seed", "시드"),
            Words(
                "A whole number from 0 to 4294967295; the same one makes the same music again",
                "0에서 4294967295까지의 정수. 같은 숫자는 같은 음악을 다시 만듭니다",
            ),
            ("씨앗",),
        ),
        Field(
            "loop",
            "loop",
            Words("loop", "반복"),
            Words(
                "Yes or no; yes for music that repeats without a seam",
                "예 또는 아니요. 예이면 이음매 없이 반복되는 음악을 만듭니다",
            ),
            ("looping", "루프", "반복재생"),
        ),
        Field(
            "engine",
            "engine",
            Words("engine", "엔진"),
            Words("What makes the music; auto chooses", "음악을 만드는 엔진. 자동이면 알아서 고릅니다"),
            ("model", "모델"),
        ),
    )
}
"""Every option by its name, in the order in which it is shown."""


def find_field(text: str) -> Field | None:
    """The option that is written `text` in either language."""
    name = normalise(text)
    return next((field for field in FIELDS.values() if name in _spellings(field)), None)


def _spellings(field: Field) -> set[str]:
    return set(map(normalise, (field.name, field.label.en, field.label.ko, *field.aliases)))
