"""Bell: wakes whoever waits for work, so that nobody has to look often."""

from __future__ import annotations

import asyncio


class Bell:
    """One listener; rings while nobody listens are kept until somebody does."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, or after so many seconds without one."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return
        finally:
            self._event.clear()
