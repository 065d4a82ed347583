"""Cancellation that got lost: a database driver that is interrupted may raise an error of its own instead."""

from __future__ import annotations

import asyncio


def heed_cancellation() -> None:
    """Call where any error is caught and work goes on.

    Raises:
        CancelledError: the task was cancelled, so the error only came of that.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
