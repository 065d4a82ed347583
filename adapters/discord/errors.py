"""The one place where what went wrong becomes a sentence for a person on Discord."""

from __future__ import annotations

from bot.apology import apology
from core.errors import PersonError
from core.words import Language, Words

CANNOT_SEE_REPLIED = Words(
    "I cannot see the message you replied to. Open its menu and choose Apps → Score this message, "
    "or paste its text after the mention.",
    "답장하신 메시지는 제가 볼 수 없습니다. 그 메시지의 메뉴에서 앱 → ‘이 메시지에 음악 붙이기’를 고르시거나, "
    "멘션 뒤에 글을 붙여 넣어 주세요.",
)
TOO_BUSY = Words(
    "So many are waiting that I could not answer here in time. Please try again later, or use me in a server "
    "that has added me.",
    "기다리는 분이 많아 여기서는 제시간에 답해 드릴 수 없습니다. 나중에 다시 시도하시거나, 저를 추가한 서버에서 "
    "사용해 주세요.",
)


def explain(error: Exception, language: Language, *, doing: str) -> str:
    """What to tell the person. An error that is not theirs is logged under a reference that they can pass on."""
    if isinstance(error, PersonError):
        return error.words.to(language)
    return apology(error, "discord", doing=doing).to(language)
