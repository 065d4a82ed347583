"""The one place where what went wrong becomes a sentence for a person on Slack."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError

from adapters.slack.refusals import TOO_LATE, refusal
from bot.apology import apology
from core.errors import PersonError, TextError
from core.words import Language, Words

NOTHING_TO_READ = Words(
    "There is no text in this message. I can read what is written in it, and attached .txt, .md, .pdf and .docx files.",
    "이 메시지에는 글이 없습니다. 메시지에 적힌 글과 첨부된 .txt, .md, .pdf, .docx 파일을 읽을 수 있습니다.",
)
FILE_OUT_OF_REACH = Words(
    "I cannot open the file in this message. Please invite me to this channel, or paste the text.",
    "이 메시지의 파일을 열 수 없습니다. 저를 이 채널에 초대하시거나 글을 붙여 넣어 주세요.",
)
ANSWERED_DIRECTLY = Words(
    "I am not in this channel, so I answer you directly. To get music here, invite me with `/invite @TexTuneS`.",
    "저는 이 채널에 없어서 다이렉트 메시지로 답해 드립니다. 여기서 받으시려면 `/invite @TexTuneS`로 초대해 주세요.",
)
FORM_TOO_LATE = Words(
    "Slack was too slow for me to open the form. Please try again.",
    "응답이 늦어져 양식을 열지 못했습니다. 다시 시도해 주세요.",
)
BAD_BOT_TOKEN = Words(
    "Slack refused the bot token. Copy it again from “OAuth & Permissions” to TEXTUNES_SLACK__BOT_TOKEN.",
    "슬랙이 봇 토큰을 거절했습니다. ‘OAuth & Permissions’에서 다시 복사해 TEXTUNES_SLACK__BOT_TOKEN에 넣어 주세요.",
)
BAD_APP_TOKEN = Words(
    "Slack refused the app-level token. It needs the scope connections:write; copy it again from “Basic Information” "
    "to TEXTUNES_SLACK__APP_TOKEN.",
    "슬랙이 앱 토큰을 거절했습니다. connections:write 권한이 필요합니다. ‘Basic Information’에서 다시 복사해 "
    "TEXTUNES_SLACK__APP_TOKEN에 넣어 주세요.",
)
NO_WAY_IN = Words(
    "Slack needs an app-level token (TEXTUNES_SLACK__APP_TOKEN, Socket Mode) or a signing secret "
    "(TEXTUNES_SLACK__SIGNING_SECRET, HTTP), and a bot token (TEXTUNES_SLACK__BOT_TOKEN) or a client id and secret.",
    "슬랙에는 앱 토큰(TEXTUNES_SLACK__APP_TOKEN, 소켓 모드)이나 서명 비밀(TEXTUNES_SLACK__SIGNING_SECRET, HTTP), "
    "그리고 봇 토큰(TEXTUNES_SLACK__BOT_TOKEN)이나 클라이언트 아이디와 비밀이 필요합니다.",
)


def port_taken(host: str, port: int) -> Words:
    return Words(
        f"I cannot listen on {host}:{port}; is another program there? TEXTUNES_SLACK__PORT chooses another port.",
        f"{host}:{port}에서 기다릴 수 없습니다. 다른 프로그램이 쓰고 있다면 TEXTUNES_SLACK__PORT로 포트를 바꿔 주세요.",
    )


def nothing_to_read() -> TextError:
    return TextError(NOTHING_TO_READ)


def explain(error: Exception, language: Language, *, doing: str) -> str:
    """What to tell the person. An error that is not theirs is logged under a reference that they can pass on."""
    if isinstance(error, PersonError):
        return error.words.to(language)
    if isinstance(error, SlackApiError) and refusal(error).code in TOO_LATE:
        return FORM_TOO_LATE.to(language)
    return apology(error, "slack", doing=doing).to(language)
