"""App Home: a person's latest tracks, and a button that opens the form."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.desk import Desk, Visit
from adapters.slack.mrkdwn import escape
from adapters.slack.render import Block, context, listed, plain_text, section
from bot.people import Asker
from bot.replies import ListReply, ProgressReply, Reply, TextReply
from core.words import Words

Payload = dict[str, Any]

OPEN_FORM = "open_form"
MOST_BLOCKS = 100

HEADER = Words("TexTuneS", "TexTuneS")
WELCOME = Words(
    "Background music for what you write. Type `/bgm genre:jazz mood:calm` anywhere, or choose "
    "*Score this message* in a message's menu.",
    "글에 어울리는 배경 음악을 만듭니다. 아무 데서나 `/bgm 장르:재즈 분위기:차분한`을 입력하시거나, "
    "메시지 메뉴에서 *Score this message*를 고르세요.",
)
MAKE = Words("Make music", "음악 만들기")
ON_ITS_WAY = Words("On its way to your messages with me.", "메시지 탭으로 보내 드립니다.")


class Home:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        app.event("app_home_opened")(self._desk.listener(self.opened))
        app.action(OPEN_FORM)(self._desk.listener(self.form))

    async def opened(self, visit: Visit, body: Payload) -> None:
        if body["event"].get("tab") == "home":
            await self.publish(visit)

    async def form(self, visit: Visit, _body: Payload) -> None:
        await self._desk.open_form(visit, "bgm")

    async def answer(self, visit: Visit, reply: Reply) -> None:
        """Show what came of a press in the Home: another page, or a notice above the tracks."""
        match reply:
            case ListReply():
                await self.publish(visit, tracks=reply)
            case TextReply():
                await self.publish(visit, notice=reply.text)
            case ProgressReply():
                await self.publish(visit, notice=ON_ITS_WAY.to(reply.language))

    async def publish(self, visit: Visit, *, tracks: ListReply | None = None, notice: str = "") -> None:
        asker = await self._desk.asker(visit)
        if tracks is None:
            tracks = await self._desk.service.library(asker)
        view = {"type": "home", "blocks": _blocks(asker, tracks, notice)}
        await visit.client.views_publish(user_id=visit.address.person, view=view)


def _blocks(asker: Asker, tracks: ListReply, notice: str) -> list[Block]:
    language = asker.language
    make = {
        "type": "button",
        "style": "primary",
        "action_id": OPEN_FORM,
        "text": plain_text(MAKE.to(language), 75),
    }
    head: list[Block] = [
        {"type": "header", "text": plain_text(HEADER.to(language), 150)},
        section(WELCOME.to(language)),
        {"type": "actions", "elements": [make]},
        *([context(escape(notice))] if notice else []),
        {"type": "divider"},
    ]
    return [*head, *listed(tracks, MOST_BLOCKS - len(head))]
