"""Who asks, and where the answer goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.words import Language

Platform = Literal["discord", "slack", "web", "terminal"]


@dataclass(frozen=True, slots=True)
class Asker:
    """A person of a community on a platform. `admin` means that they may act on other people's jobs there.

    `person` is the same in every community of the platform and nobody else's: their limits, turns and tracks go by it.
    """

    platform: Platform
    community: str
    person: str
    language: Language
    admin: bool = False


class Place(BaseModel):
    """Where an answer goes. `address` means something to the platform's courier only; it is stored with the job.

    `upload_limit` is the most bytes that one file may have there.
    """

    # An address may hold a token that answers an interaction.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    platform: Platform
    address: dict[str, str]
    upload_limit: int | None = None
