"""Who asks on Slack: their language and whether they administer the workspace, as `users.info` tells it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.address import Address
from adapters.slack.refusals import FAILURES, refusal
from bot.people import Asker
from core.words import Language

log = structlog.get_logger(__name__)

KNOWN_SECONDS = 15 * 60.0
UNKNOWN_SECONDS = 60.0
MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class Profile:
    """What matters of a person, good until `until` on the clock of `People`."""

    language: Language
    admin: bool
    until: float


class People:
    """Remembers the latest `MOST_KNOWN` people for a quarter of an hour, so that a question costs no extra call."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], Profile] = OrderedDict()

    async def asker(self, client: AsyncWebClient, address: Address) -> Asker:
        """The person of an address. When Slack does not tell, they are taken for an English speaker without rights."""
        key = (address.team, address.person)
        profile = self._known.get(key)
        if profile is None or profile.until < self._clock():
            profile = self._known[key] = await self._ask(client, address.person)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return Asker(
            platform="slack",
            community=address.community,
            person=f"{address.community}/{address.person}",  # the ids of people are unique in their workspace only
            language=profile.language,
            admin=profile.admin,
        )

    async def _ask(self, client: AsyncWebClient, person: str) -> Profile:
        try:
            user = (await client.users_info(user=person, include_locale=True))["user"]
        except FAILURES as error:
            log.warning("slack_person_unknown", reason=refusal(error).code)
            return Profile("en", admin=False, until=self._clock() + UNKNOWN_SECONDS)
        language: Language = "ko" if str(user.get("locale", "")).startswith("ko") else "en"
        admin = bool(user.get("is_admin") or user.get("is_owner"))
        return Profile(language, admin, until=self._clock() + KNOWN_SECONDS)
