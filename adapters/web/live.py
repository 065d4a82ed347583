"""Live: wakes the open pages of a person when their conversation changes, and carries what is shown only in passing."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.web.render import Entry

WAITING_AT_MOST = 100


class Page:
    """One open page: passing entries waiting for it, and whether something stored has changed."""

    def __init__(self) -> None:
        self._passing: dict[str, Entry] = {}
        self._woken = asyncio.Event()

    def pass_on(self, entry: Entry) -> None:
        """Show an entry that is not stored; only its latest state matters."""
        if len(self._passing) < WAITING_AT_MOST or entry["id"] in self._passing:
            self._passing[entry["id"]] = entry
        self._woken.set()

    def wake(self) -> None:
        self._woken.set()

    async def wait(self, seconds: float) -> list[Entry]:
        """Wait until there is something to show, or for some seconds; give the passing entries."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return []
        self._woken.clear()
        entries, self._passing = list(self._passing.values()), {}
        return entries


class Live:
    """The open pages of everyone, until the server closes."""

    def __init__(self) -> None:
        self._pages: defaultdict[str, set[Page]] = defaultdict(set)
        self.closed = False

    @contextmanager
    def page(self, person: str) -> Iterator[Page]:
        page = Page()
        self._pages[person].add(page)
        try:
            yield page
        finally:
            self._pages[person].discard(page)
            if not self._pages[person]:
                del self._pages[person]

    def pass_on(self, person: str, entry: Entry) -> None:
        for page in self._pages.get(person, ()):
            page.pass_on(entry)

    def wake(self, person: str) -> None:
        for page in self._pages.get(person, ()):
            page.wake()

    def close(self) -> None:
        self.closed = True
        for person in list(self._pages):
            self.wake(person)
