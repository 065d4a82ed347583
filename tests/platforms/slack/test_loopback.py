"""The loopback Slack itself: it answers slack_sdk as Slack does, and refuses what Slack refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack import Person, Slack, Unacknowledged
from tests.platforms.slack.limits import Refused, check_view
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN, SCOPES


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as server:
        yield server


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)


def button(text: str, action_id: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}}


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_message_can_be_posted_edited_and_deleted(slack: Slack, client: AsyncWebClient) -> None:
    channel = slack.workspace.channel()
    posted = await client.chat_postMessage(channel=channel, text="one")
    await client.chat_update(channel=channel, ts=posted["ts"], text="two")
    assert [message.history for message in slack.messages(channel)] == [["one", "two"]]
    await client.chat_delete(channel=channel, ts=posted["ts"])
    assert slack.messages(channel) == []


async def test_who_may_post_where(slack: Slack, client: AsyncWebClient) -> None:
    outside = slack.workspace.channel(bot_inside=False)
    hidden = slack.workspace.channel(bot_inside=False, private=True)
    assert await refusal(client.chat_postMessage(channel=outside, text="x")) == "not_in_channel"
    assert await refusal(client.chat_postMessage(channel=hidden, text="x")) == "channel_not_found"
    assert await refusal(client.auth_test(token="xoxb-stolen")) == "invalid_auth"
    slack.workspace.scopes = SCOPES - {"users:read"}
    assert await refusal(client.users_info(user=slack.workspace.person())) == "missing_scope"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}},
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "actions", "elements": [button("x", f"a{n}") for n in range(26)]},
        {"type": "actions", "elements": [button("x", "same"), button("y", "same")]},
        {"type": "actions", "elements": [button("x" * 76, "long")]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11},
        {
            "type": "input",
            "label": {"type": "plain_text", "text": "x"},
            "element": {"type": "plain_text_input", "action_id": "a"},
        },
    ],
)
async def test_blocks_beyond_the_limits_are_refused(
    slack: Slack, client: AsyncWebClient, block: dict[str, Any]
) -> None:
    channel = slack.workspace.channel()
    assert await refusal(client.chat_postMessage(channel=channel, text="x", blocks=[block])) == "invalid_blocks"
    assert len(slack.our_faults) == 1


def test_a_modal_with_a_long_title_is_refused() -> None:
    title = {"type": "plain_text", "text": "x" * 25}
    with pytest.raises(Refused, match="24 allowed"):
        check_view({"type": "modal", "title": title, "blocks": [{"type": "divider"}]})


async def upload(client: AsyncWebClient, channel: str, **more: Any) -> str:
    ticket = await client.files_getUploadURLExternal(filename="a.mp3", length=3, **more)
    async with aiohttp.ClientSession() as session, session.post(ticket["upload_url"], data=b"abc") as response:
        assert response.status == 200
    await client.files_completeUploadExternal(files=[{"id": ticket["file_id"], "title": "A"}], channel_id=channel)
    return str(ticket["file_id"])


async def test_an_upload_is_shared_after_the_answer(slack: Slack, client: AsyncWebClient) -> None:
    channel = slack.workspace.channel()
    file = await upload(client, channel)
    before = await client.files_info(file=file)
    assert before["file"]["shares"] == {}
    message = (await slack.until(lambda: slack.messages(channel)))[0]
    after = await client.files_info(file=file)
    assert after["file"]["shares"]["public"][channel][0]["ts"] == message.ts


async def test_a_file_with_alternative_text_is_never_shared(slack: Slack, client: AsyncWebClient) -> None:
    channel = slack.workspace.channel()
    await upload(client, channel, alt_txt="a waveform")
    await asyncio.sleep(slack.sharing.delay * 3)
    assert slack.messages(channel) == []


async def test_an_upload_can_be_completed_only_once(slack: Slack, client: AsyncWebClient) -> None:
    channel = slack.workspace.channel()
    file = await upload(client, channel)
    again = client.files_completeUploadExternal(files=[{"id": file, "title": "A"}], channel_id=channel)
    assert await refusal(again) == "file_not_found"


async def test_ordered_troubles_come_once_each(slack: Slack, client: AsyncWebClient) -> None:
    slack.faults.limit("auth.test", retry_after=7)
    with pytest.raises(SlackApiError) as limited:
        await client.auth_test()
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    slack.faults.error("auth.test", "fatal_error")
    assert await refusal(client.auth_test()) == "fatal_error"
    assert (await client.auth_test())["ok"]


async def test_socket_mode_delivers_and_waits_for_the_acknowledgement(slack: Slack, client: AsyncWebClient) -> None:
    slack.sockets.deadline = 0.2
    received: list[SocketModeRequest] = []

    async def answer(socket: SocketModeClient, request: SocketModeRequest) -> None:
        received.append(request)
        if request.type == "slash_commands":
            await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "heard"}))

    socket = SocketModeClient(APP_TOKEN, web_client=client)
    socket.socket_mode_request_listeners.append(answer)
    await socket.connect()
    mina = Person(slack)
    assert (await mina.slash("/bgm", "genre:jazz")).payload == {"text": "heard"}
    assert [message.text for message in mina.whispers()] == ["heard"]
    with pytest.raises(Unacknowledged):
        await mina.shortcut("form")
    with pytest.raises(Unacknowledged):
        await mina.mention("hello")
    mentions = [request for request in received if request.type == "events_api"]
    assert [request.retry_attempt for request in mentions] == [0, 1, 2, 3]
    assert len({request.payload["event_id"] for request in mentions}) == 1
    await socket.close()


async def test_a_trigger_opens_one_modal_for_three_seconds(slack: Slack, client: AsyncWebClient) -> None:
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Music"},
        "blocks": [{"type": "divider"}],
    }
    trigger = slack.triggers.issue(slack.workspace.person())
    await client.views_open(trigger_id=trigger, view=view)
    assert await refusal(client.views_open(trigger_id=trigger, view=view)) == "invalid_trigger_id"
    slack.triggers.lifetime = 0.0
    late = slack.triggers.issue(slack.workspace.person())
    assert await refusal(client.views_open(trigger_id=late, view=view)) == "expired_trigger_id"


async def test_it_knows_what_would_notify_people(slack: Slack, client: AsyncWebClient) -> None:
    channel = slack.workspace.channel()

    async def pings(text: str, **more: Any) -> list[str]:
        await client.chat_postMessage(channel=channel, text=text, **more)
        return slack.messages(channel)[-1].pings

    def section(text: str, **more: Any) -> list[dict[str, Any]]:
        return [{"type": "section", "text": {"type": "mrkdwn", "text": text, **more}}]

    assert await pings("<!here> and <@U0000000001>") == ["!here", "@U0000000001"]
    assert await pings("@here") == []
    assert await pings("@here", parse="full") == ["@here"]
    assert await pings("x", blocks=section("@here")) == ["@here"]
    assert await pings("x", blocks=section("@here &lt;!here&gt;", verbatim=True)) == []
