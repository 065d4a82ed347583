"""Multipart uploads, read within bounds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from adapters.web.wording import TOO_LARGE
from bot.bounded import TooMuch, gathered
from bot.commands import LONGEST_TEXT
from bot.recordings import may_sound, too_large
from core.errors import PersonError, TextError
from core.fleet.fleet import LARGEST_RECORDING
from core.text.document import LARGEST_DOCUMENT

CHUNK = 65_536
MOST_PARTS = 40
MOST_FILES = 4


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the browser sent it; its name and type are only what the browser says."""

    name: str
    media_type: str
    data: bytes


async def uploaded_fields(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """The texts and the files of a form, by name.

    Raises:
        PersonError: one of them is too large, or there are too many.
    """
    texts: dict[str, str] = {}
    files: dict[str, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise web.HTTPBadRequest
        if len(texts) + len(files) >= MOST_PARTS or len(files) > MOST_FILES:
            raise TextError(TOO_LARGE)
        if part.filename is None:
            texts[part.name] = (await _bounded(part, LONGEST_TEXT, TextError(TOO_LARGE))).decode().strip()
        elif part.filename:
            kind = part.headers.get("Content-Type", "")
            sounds = may_sound(part.filename, kind)
            most = LARGEST_RECORDING if sounds else LARGEST_DOCUMENT
            refusal = too_large(part.filename) if sounds else TextError(TOO_LARGE)
            files[part.name] = Upload(part.filename, kind, await _bounded(part, most, refusal))
    return texts, files


async def _bounded(part: BodyPartReader, most: int, refusal: PersonError) -> bytes:
    try:
        return await gathered(_chunks(part), most)
    except TooMuch:
        raise refusal from None


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(CHUNK):
        yield chunk
