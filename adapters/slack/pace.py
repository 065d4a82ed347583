"""Pace: how fast the bot writes, within what Slack allows.

About one message a second and conversation, and fifty edits a minute and workspace (Slack documentation, "Rate limits":
`chat.postMessage` is special, `chat.update` is Tier 3).
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

SECONDS_BETWEEN_POSTS = 1.0
SECONDS_BETWEEN_EDITS = 60.0 / 50
EDITS_AT_ONCE = 5
MOST_REMEMBERED = 10_000
ROUNDING = 1e-6


class Pace:
    """Posts wait for their turn; edits that come too soon are left out, since a later one tells more."""

    def __init__(
        self,
        between_posts: float = SECONDS_BETWEEN_POSTS,
        between_edits: float = SECONDS_BETWEEN_EDITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._between_posts = between_posts
        self._between_edits = between_edits
        self._clock = clock
        self._next_post: OrderedDict[str, float] = OrderedDict()
        self._edits_paid: OrderedDict[str, float] = OrderedDict()

    async def post(self, channel: str) -> None:
        """Wait until a message may be posted in a conversation."""
        now = self._clock()
        turn = max(now, self._next_post.get(channel, now))
        _remember(self._next_post, channel, turn + self._between_posts)
        if turn > now:
            await asyncio.sleep(turn - now)

    def may_edit(self, team: str) -> bool:
        """Whether one more edit fits into the workspace's allowance; if so it is taken."""
        now = self._clock()
        earliest = now - self._between_edits * EDITS_AT_ONCE
        paid = max(earliest, self._edits_paid.get(team, earliest)) + self._between_edits
        if paid > now + ROUNDING:
            return False
        _remember(self._edits_paid, team, paid)
        return True


def _remember(times: OrderedDict[str, float], key: str, at: float) -> None:
    times[key] = at
    times.move_to_end(key)
    if len(times) > MOST_REMEMBERED:
        times.popitem(last=False)
