"""Quotas: how much a person and a community may ask for, and when it will be possible again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.job import Request
from bot.people import Asker
from bot.settings import Limits, QuotaSettings
from bot.store.database import Database
from bot.store.jobs import DAY_SECONDS, Clock
from bot.store.schema import jobs
from core.errors import PersonError
from core.words import Words

_unfinished = jobs.c.state.in_(("queued", "running"))
_counts = and_(jobs.c.state != "failed", not_(and_(jobs.c.state == "cancelled", jobs.c.attempt == 0)))


class QuotaExceeded(PersonError):
    """More than may be asked for now; `words` says when it will be possible again."""


@dataclass(frozen=True, slots=True)
class _Party:
    """Whose limits are checked, one person's or a whole community's, and how a sentence about them begins."""

    limits: Limits
    jobs: tuple[ColumnElement[bool], ...]
    who: Words


class Quotas:
    """Counts what is stored; keeps nothing of its own. Failed jobs, and those cancelled while waiting, are free."""

    def __init__(self, settings: QuotaSettings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock

    def priority(self, asker: Asker) -> int:
        rule = self._settings.communities.get(community_name(asker))
        return 1 if rule is None else rule.priority

    async def check(self, connection: AsyncConnection, request: Request) -> None:
        """Check a request in the transaction that will store it.

        Raises:
            QuotaExceeded: the person or the community has asked for enough.
        """
        asker = request.asker
        # The locks make two requests that arrive together count each other; always in this order.
        await self._database.lock(connection, f"person {asker.platform} {asker.person}")
        await self._database.lock(connection, f"community {community_name(asker)}")
        for party in self._parties(asker):
            await self._check_party(connection, party, request.brief.duration)

    def _parties(self, asker: Asker) -> tuple[_Party, _Party]:
        rule = self._settings.communities.get(community_name(asker))
        person = (rule and rule.person) or self._settings.person
        community = (rule and rule.limits) or self._settings.community
        on_platform = jobs.c.platform == asker.platform
        return (
            _Party(person, (on_platform, jobs.c.person == asker.person), Words("You", "")),
            _Party(community, (on_platform, jobs.c.community == asker.community), Words("People here", "이곳에서 ")),
        )

    async def _check_party(self, connection: AsyncConnection, party: _Party, seconds: float) -> None:
        limits = party.limits
        if limits == Limits():
            return
        today = (*party.jobs, jobs.c.created > self._clock() - DAY_SECONDS)
        sums = select(
            func.count().filter(_unfinished).label("unfinished"),
            func.count().filter(_counts).label("pieces"),
            func.coalesce(func.sum(jobs.c.seconds).filter(_counts), 0.0).label("seconds"),
        )
        used = (await connection.execute(sums.where(*today))).one()
        if limits.queued and used.unfinished >= limits.queued:
            raise QuotaExceeded(_queue_is_full(party, used.unfinished))
        if limits.per_day and used.pieces >= limits.per_day:
            surplus = select(jobs.c.created).where(*today, _counts).order_by(jobs.c.created)
            surplus = surplus.offset(used.pieces - limits.per_day).limit(1)
            frees = (await connection.execute(surplus)).scalar_one()
            raise QuotaExceeded(_day_is_full(party, _pieces(limits.per_day), self._until(frees)))
        if limits.seconds_per_day and used.seconds + seconds > limits.seconds_per_day:
            if seconds > limits.seconds_per_day:
                raise QuotaExceeded(_piece_is_too_long(limits.seconds_per_day))
            lengths = select(jobs.c.created, jobs.c.seconds).where(*today, _counts).order_by(jobs.c.created)
            made = [(row.created, row.seconds) for row in await connection.execute(lengths)]
            frees = _when_free(made, limits.seconds_per_day - seconds)
            raise QuotaExceeded(_day_is_full(party, _minutes(limits.seconds_per_day), self._until(frees)))

    def _until(self, created: float) -> float:
        """Seconds until a job made at `created` leaves the last 24 hours."""
        return created + DAY_SECONDS - self._clock()


def community_name(asker: Asker) -> str:
    """A community as settings name it: `discord:1234`."""
    return f"{asker.platform}:{asker.community}"


def _when_free(made: list[tuple[float, float]], room: float) -> float:
    """When the job was made whose leaving the last 24 hours brings what is left down to `room` seconds of music."""
    left = sum(length for _, length in made)
    for created, length in made:
        left -= length
        if left <= room:
            return created
    raise ValueError("there is room already")


def _queue_is_full(party: _Party, count: int) -> Words:
    return Words(
        f"{party.who.en} already wait for {_count(count, 'piece')}. "
        "It will be possible again as soon as one is finished or cancelled.",
        f"{party.who.ko}이미 {count}곡을 기다리고 있습니다. 하나가 끝나거나 취소되면 다시 요청할 수 있습니다.",
    )


def _piece_is_too_long(seconds: int) -> Words:
    return Words(
        f"A piece may have {seconds} seconds here. Please ask for a shorter one.",
        f"여기서는 한 곡이 {seconds}초까지입니다. 더 짧게 요청해 주세요.",
    )


def _day_is_full(party: _Party, what: Words, wait: float) -> Words:
    again = span(wait)
    return Words(
        f"{party.who.en} have had the {what.en} that 24 hours allow. It will be possible again in {again.en}.",
        f"{party.who.ko}24시간 한도({what.ko})를 모두 썼습니다. {again.ko} 뒤에 다시 요청할 수 있습니다.",
    )


def span(seconds: float) -> Words:
    """A stretch of time in words, rounded up to minutes."""
    minutes = max(1, -int(-seconds // 60))
    hours, minutes = divmod(minutes, 60)
    en = [_count(hours, "hour")] * bool(hours) + [_count(minutes, "minute")] * bool(minutes)
    ko = [f"{hours}시간"] * bool(hours) + [f"{minutes}분"] * bool(minutes)
    return Words(" ".join(en), " ".join(ko))


def _pieces(count: int) -> Words:
    return Words(_count(count, "piece"), f"{count}곡")


def _minutes(seconds: int) -> Words:
    return Words(f"{span(seconds).en} of music", f"음악 {span(seconds).ko}")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
