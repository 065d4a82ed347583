"""What a failed call of Slack's Web API means."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

FAILURES = (SlackApiError, SlackRequestError, aiohttp.ClientError, TimeoutError)
"""Everything that a call may raise when Slack refuses it or cannot be reached."""

CLOSED_PLACE = frozenset(
    {
        "channel_not_found",
        "channel_is_limited_access",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
    }
)
"""The bot may not post there, but it may still reach the person directly."""

BAD_TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_expired", "token_revoked"}
)

GONE = frozenset(
    {
        "access_denied",
        "account_inactive",
        "cannot_dm_bot",
        "ekm_access_denied",
        "invalid_auth",
        "messages_tab_disabled",
        "missing_scope",
        "no_permission",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_revoked",
        "user_disabled",
        "user_not_found",
        "users_not_found",
    }
)
"""The bot cannot reach the person at all, however often it tries."""

NOT_EDITABLE = frozenset({"cant_delete_message", "cant_update_message", "edit_window_closed", "message_not_found"})
"""A message of ours is gone, or closed to changes."""

TOO_LATE = frozenset({"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id", "trigger_expired"})
"""A modal can be opened only within three seconds."""

NO_SUCH_FILE = frozenset({"file_not_found", "file_deleted"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Slack's error code (or the kind of a failed connection), and how many seconds it wants to be left alone."""

    code: str
    retry_after: float | None = None


def refusal(error: Exception) -> Refusal:
    """Read a failure without anything of what was sent, so that it is fit for logs."""
    if not isinstance(error, SlackApiError):
        return Refusal(type(error).__name__)
    answer = error.response
    data = getattr(answer, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    status = getattr(answer, "status_code", getattr(answer, "status", None))
    return Refusal(str(code or f"status {status}"), _seconds(getattr(answer, "headers", {}).get("Retry-After")))


def _seconds(header: str | None) -> float | None:
    try:
        return None if header is None else max(0.0, float(header))
    except ValueError:
        return None
