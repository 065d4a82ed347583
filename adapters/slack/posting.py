"""Posting: messages into a conversation, or directly to the person where the bot may not post."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.address import Address
from adapters.slack.pace import Pace
from adapters.slack.refusals import CLOSED_PLACE, FAILURES, NOT_EDITABLE, refusal
from adapters.slack.render import Shown

log = structlog.get_logger(__name__)

Posted = TypeVar("Posted")


class Poster:
    """Writes, edits and removes the bot's messages."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def post(self, client: AsyncWebClient, address: Address, shown: Shown) -> Address:
        """Post a message; returns its address, which is the person's own conversation where the place is closed."""

        async def post_at(there: Address) -> Address:
            await self.turn(there)
            posted = await client.chat_postMessage(
                channel=there.channel,
                thread_ts=there.thread,
                text=shown.text,
                blocks=shown.blocks,
                unfurl_links=False,
                unfurl_media=False,
                parse="none",
                link_names=False,
            )
            return there.at(there.channel, thread=there.thread, message=posted["ts"])

        return await self.somewhere(client, address, post_at)

    async def somewhere(
        self, client: AsyncWebClient, address: Address, post_at: Callable[[Address], Awaitable[Posted]]
    ) -> Posted:
        """Post at an address, or, where the bot may not, directly to its person."""
        if address.channel:
            try:
                return await post_at(address)
            except SlackApiError as error:
                if refusal(error).code not in CLOSED_PLACE:
                    raise
        return await post_at(await self.direct(client, address))

    async def direct(self, client: AsyncWebClient, address: Address) -> Address:
        """The bot's own conversation with the person of an address."""
        opened = await client.conversations_open(users=address.person)
        return address.at(opened["channel"]["id"])

    async def edit(self, client: AsyncWebClient, address: Address, shown: Shown) -> None:
        """Put something else in place of a message of ours."""
        # Unlike `chat.postMessage`, `chat.update` looks for names in the text unless told not to.
        await client.chat_update(
            channel=address.channel,
            ts=address.message or "",
            text=shown.text,
            blocks=shown.blocks,
            parse="none",
            link_names=False,
        )

    async def remove(self, client: AsyncWebClient, address: Address, *, surely: bool = False) -> None:
        """Delete a message of ours, if it is still there. With `surely`, a failure that may pass is raised."""
        if address.message is None:
            return
        try:
            await client.chat_delete(channel=address.channel, ts=address.message)
        except FAILURES as error:
            reason = refusal(error).code
            if surely and reason not in NOT_EDITABLE | CLOSED_PLACE:
                raise
            log.info("slack_message_stays", reason=reason)

    async def turn(self, address: Address) -> None:
        """Wait until the conversation may get one more message."""
        await self._pace.post(address.channel)

    def may_edit(self, address: Address) -> bool:
        """Whether one more edit in that workspace keeps within the pace; if so it is taken."""
        return self._pace.may_edit(address.team)
