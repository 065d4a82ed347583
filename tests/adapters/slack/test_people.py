"""People: asked for once in a while, and not remembered for ever."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import people
from adapters.slack.address import Address
from adapters.slack.people import KNOWN_SECONDS, UNKNOWN_SECONDS, People
from tests.platforms.slack import Slack
from tests.platforms.slack.server import BOT_TOKEN


class SetClock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)


def address(slack: Slack, **details: object) -> Address:
    person = slack.workspace.person(**details)  # type: ignore[arg-type]
    return Address(team=slack.workspace.id, person=person, channel="C0000000001")


async def test_the_locale_and_the_rights_are_known(slack: Slack, client: AsyncWebClient) -> None:
    asker = await People().asker(client, address(slack, locale="ko-KR", admin=True))
    assert (asker.platform, asker.community, asker.language, asker.admin) == ("slack", slack.workspace.id, "ko", True)


async def test_a_change_is_noticed_after_a_while(slack: Slack, client: AsyncWebClient, clock: SetClock) -> None:
    who = address(slack)
    known = People(clock)
    await known.asker(client, who)
    slack.workspace.users[who.person].admin = True
    assert not (await known.asker(client, who)).admin
    clock.now += KNOWN_SECONDS + 1
    assert (await known.asker(client, who)).admin


async def test_a_failure_is_forgotten_soon(slack: Slack, client: AsyncWebClient, clock: SetClock) -> None:
    who = address(slack, locale="ko-KR")
    slack.faults.status("users.info", 503)
    known = People(clock)
    assert (await known.asker(client, who)).language == "en"
    clock.now += UNKNOWN_SECONDS + 1
    assert (await known.asker(client, who)).language == "ko"


async def test_no_more_than_so_many_are_remembered(
    slack: Slack, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MOST_KNOWN", 3)
    known = People()
    for _ in range(5):
        await known.asker(client, address(slack))
    assert len(known._known) == 3
