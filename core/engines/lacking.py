"""What to tell a person when no engine at hand can do what their wish needs."""

from __future__ import annotations

from core.errors import EngineUnavailable
from core.words import Words

LACKING: dict[str, Words] = {
    "style": Words(
        "Making music like a recording needs the style engine, which is not installed here. "
        "Until it is, describe the music with /bgm.",
        "녹음과 비슷한 음악을 만들려면 스타일 엔진이 필요한데, 이곳에는 설치되어 있지 않습니다. "
        "그때까지는 /bgm으로 원하는 음악을 적어 주세요.",
    ),
    "melody": Words(
        "Following the tune of a recording needs a melody model, which is not installed here.",
        "녹음의 선율을 따라가려면 멜로디 모델이 필요한데, 이곳에는 설치되어 있지 않습니다.",
    ),
    "extend": Words(
        "Going on from a recording needs the MusicGen engine, which is not installed here.",
        "녹음에 이어지는 음악을 만들려면 MusicGen 엔진이 필요한데, 이곳에는 설치되어 있지 않습니다.",
    ),
    "edit_recording": Words(
        "Editing a recording needs the editing engine, which is not installed here. "
        "Pieces that I composed can be edited with their Remix button.",
        "녹음을 편집하려면 편집 엔진이 필요한데, 이곳에는 설치되어 있지 않습니다. "
        "제가 작곡한 곡은 리믹스 단추로 편집할 수 있습니다.",
    ),
    "concepts": Words(
        "Learned sounds need the MusicGen engine, which is not installed here.",
        "배운 소리를 쓰려면 MusicGen 엔진이 필요한데, 이곳에는 설치되어 있지 않습니다.",
    ),
    "learn": Words(
        "Learning a concept needs a MusicGen model, which is not installed here.",
        "콘셉트를 학습하려면 MusicGen 모델이 필요한데, 이곳에는 설치되어 있지 않습니다.",
    ),
    "edit": Words("No engine here can edit this piece.", "이곳에는 이 곡을 편집할 수 있는 엔진이 없습니다."),
}
NOTHING = Words("No engine here can make this.", "이것을 만들 수 있는 엔진이 없습니다.")


def lacking(needs: frozenset[str]) -> EngineUnavailable:
    """The refusal where none of the engines has all of these features."""
    return EngineUnavailable(next((words for feature, words in LACKING.items() if feature in needs), NOTHING))


def cannot(engine: str, needs: frozenset[str]) -> EngineUnavailable:
    """The refusal where the engine that was asked for lacks some of these features."""
    reason = lacking(needs).words
    return EngineUnavailable(
        Words(
            f"The engine “{engine}” cannot do this. Leave `engine` out and I choose. {reason.en}",
            f"“{engine}” 엔진으로는 할 수 없습니다. `엔진`을 적지 않으면 알아서 고릅니다. {reason.ko}",
        )
    )
