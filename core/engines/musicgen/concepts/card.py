"""The card of a concept: what it is, what it was learned from, and on which model. It travels in the file's header.

Reading a card needs no torch, so the bot can show it.
"""

from __future__ import annotations

import datetime
import json
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from core.brief import Frozen
from core.errors import ConceptError
from core.words import Words

Kind = Literal["tokens", "pivotal", "lora"]
"""What is learned: identifier tokens alone, or with them pivotal parameters or low-rank matrices."""

LARGEST_FILE = 20 * 1000 * 1000
"""Bytes that a concept may have."""

LONGEST_HEADER = 1024 * 1024
"""Bytes of a safetensors header that are read: far more than the tensors of any concept need."""

CARD_KEY = "textunes"

DAMAGED = Words(
    "This concept file is damaged or is no concept file at all.",
    "이 콘셉트 파일은 손상되었거나 콘셉트 파일이 아닙니다.",
)
TOO_LARGE = Words(
    f"A concept file may have {LARGEST_FILE // 1_000_000} MB; this one is larger.",
    f"콘셉트 파일은 {LARGEST_FILE // 1_000_000}MB까지인데, 이 파일은 더 큽니다.",
)


class Card(Frozen):
    """`base` is the fingerprint of the model that the concept belongs to, and `model` that model's name.

    `class_word` is the plain word for what the concept is one of ("zither", "music"); it stands beside the identifier
    tokens in a caption. `fraction` is the share of each value projection that a pivotal concept may change, `rank` that
    of a low-rank one. `consent` says that whoever gave the recordings may have them learned from; without it there is
    no concept.
    """

    name: Annotated[str, Field(min_length=1, max_length=64)]
    kind: Kind
    base: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    model: Annotated[str, Field(max_length=200)]
    source: Annotated[str, Field(max_length=500)]
    licence: Annotated[str, Field(max_length=200)]
    consent: Literal[True]
    class_word: Annotated[str, Field(min_length=1, max_length=60)]
    steps: Annotated[int, Field(ge=1)]
    date: datetime.date
    fraction: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    rank: Annotated[int, Field(ge=1, le=256)] | None = None


def read_card(data: bytes) -> Card:
    """The card in the header of a concept file; its tensors are not looked at.

    Raises:
        ConceptError: the file is too large, damaged, or of another kind.
    """
    if len(data) > LARGEST_FILE:
        raise ConceptError(TOO_LARGE)
    length = int.from_bytes(data[:8], "little")
    if not 2 <= length <= min(LONGEST_HEADER, len(data) - 8):
        raise ConceptError(DAMAGED)
    try:
        header = json.loads(data[8 : 8 + length])
        return Card.model_validate_json(header["__metadata__"][CARD_KEY])
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError) as error:
        raise ConceptError(DAMAGED) from error
