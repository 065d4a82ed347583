"""Apologies: what a person is told when something broke that is no mistake of theirs."""

from __future__ import annotations

import secrets

import structlog

from bot.people import Platform
from core.words import Words

OUTDATED = Words(
    "This button belongs to an earlier version of me. Please ask again with a command.",
    "예전 버전의 단추입니다. 명령으로 다시 요청해 주세요.",
)

log = structlog.get_logger()


def apology(error: Exception, platform: Platform, *, doing: str) -> Words:
    """Log an error under a new reference, and say so in words that ask to pass the reference on."""
    reference = secrets.token_hex(4)
    log.error("request_failed", platform=platform, doing=doing, reference=reference, exc_info=error)
    return Words(
        f"Sorry, something broke on my side. If you report it, please mention {reference}.",
        f"죄송합니다. 제 쪽에서 문제가 생겼습니다. 문의하실 때 {reference} 번호를 알려 주세요.",
    )
