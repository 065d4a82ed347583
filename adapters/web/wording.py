"""What the pages themselves say, in both languages."""

from __future__ import annotations

from core.words import Language, Words

PAGE: dict[str, Words] = {
    "gallery": Words("My tracks", "내 음악"),
    "chat": Words("Chat", "대화"),
    "welcome_title": Words("Background music for this moment", "지금 이 순간의 배경음악"),
    "welcome": Words(
        "Ask for music with /bgm, or write or paste any text and let the music follow it. Try one of these:",
        "/bgm으로 음악을 청하거나, 아무 글이나 적어 보세요. 음악이 글을 따라갑니다. 이렇게 시작해 볼 수 있습니다.",
    ),
    "input_label": Words("Message or command", "메시지 또는 명령"),
    "input_hint": Words("/bgm genre:jazz mood:calm", "/bgm 장르:재즈 분위기:차분한"),
    "send": Words("Send", "보내기"),
    "attach": Words("File", "파일"),
    "form": Words("Form", "양식"),
    "form_title": Words("Make background music", "배경음악 만들기"),
    "make": Words("Make music", "음악 만들기"),
    "close": Words("Close", "닫기"),
    "any": Words("any", "상관없음"),
    "replying": Words("Scoring:", "이 글에 음악 붙이기:"),
    "stop_replying": Words("Stop", "그만두기"),
    "score_this": Words("Score this message", "이 메시지에 음악 붙이기"),
    "play": Words("Play", "재생"),
    "pause": Words("Pause", "멈춤"),
    "position": Words("Position", "재생 위치"),
    "curve": Words("How the mood moves over the text", "글에 따라 움직이는 분위기"),
    "offline": Words(
        "The server does not answer. Try again in a moment.", "서버가 응답하지 않습니다. 잠시 후 다시 시도해 주세요."
    ),
    "nothing_yet": Words("Nothing here yet.", "아직 아무것도 없습니다."),
    "newer": Words("Newer", "이전 쪽"),
    "older": Words("Older", "다음 쪽"),
    "not_shared": Words("This track is not shared, or no more.", "공유되지 않았거나 공유가 끝난 음악입니다."),
    "made_with": Words("Made with TexTuneS", "TexTuneS로 만들었습니다"),
}

EXAMPLES: tuple[Words, ...] = (
    Words("/bgm genre:jazz mood:calm", "/bgm 장르:재즈 분위기:차분한"),
    Words("/bgm genre:lofi instrument:piano bpm:78 loop:yes", "/bgm 장르:로파이 악기:피아노 bpm:78 loop:예"),
    Words(
        "We waited all night at the old station. Then, far away, a light came around the hill, and everybody cheered.",
        "우리는 오래된 역에서 밤새 기다렸다. 그러다 저 멀리 언덕 너머로 불빛이 보였고, 모두가 환호했다.",
    ),
)

TOO_LARGE = Words("That is more than I can take in at once.", "한 번에 받을 수 있는 양을 넘었습니다.")
UNREADABLE = Words("I could not read that request.", "요청을 읽을 수 없습니다.")
UNKNOWN_COMMAND = Words(
    "I do not know that command. `/help` lists what I know.", "모르는 명령입니다. `/help`로 명령을 볼 수 있습니다."
)
NOT_FOUND = Words("There is nothing here.", "찾는 것이 없습니다.")
NOBODY = Words("Open the page again, please.", "페이지를 다시 열어 주세요.")


def page_words(language: Language) -> dict[str, str]:
    return {name: words.to(language) for name, words in PAGE.items()}
