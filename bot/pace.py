"""Pace: how often the loops of the bot look, and how long they may be silent before others take over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between looks for work, of a lease, between heartbeats, and between shown places in the queue.

    Work of a process that died is taken over when its lease ends.
    """

    poll: float = 2.0
    lease: float = 15.0
    heartbeat: float = 4.0
    positions: float = 3.0


USUAL = Pace()
