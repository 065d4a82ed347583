"""Reads a document in a process of its own: a crafted file can neither stall nor fill the one that serves people."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import PurePath

from core.errors import PersonError, TextError
from core.text.document import read_document
from core.words import Words

READ_SECONDS = 20.0
MOST_MEMORY = 1024 * 1024 * 1024
"""Bytes of address space that the reading process may take, where the system can limit it."""

MOST_AT_ONCE = 2

PLAIN = frozenset({".txt", ".md"})
"""Kinds that are only decoded, which takes no process."""

TOO_HARD = Words(
    "This file takes too long to read. Please paste its text instead.",
    "파일을 읽는 데 너무 오래 걸립니다. 글을 직접 붙여 넣어 주세요.",
)


class DocumentReader:
    """Reads `MOST_AT_ONCE` documents at a time; others wait, so that many at once cannot take all threads and memory.

    `seconds` is how long one of them may take.
    """

    def __init__(self, seconds: float = READ_SECONDS) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="document")

    async def read(self, data: bytes, name: str) -> str:
        """The same as `read_document`, without holding up the caller's process for more than moments.

        Raises:
            TextError: it cannot be read, or not in time.
        """
        if PurePath(name).suffix.lower() in PLAIN:
            return read_document(data, name)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _read_apart, data, name, self._seconds)


def _read_apart(data: bytes, name: str, seconds: float) -> str:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_read, args=(theirs, data, name), daemon=True)
    try:
        process.start()
        theirs.close()
        answer = ours.recv() if ours.poll(seconds) else TOO_HARD
    except EOFError:
        answer = TOO_HARD
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(answer, Words):
        raise TextError(answer)
    return str(answer)


def _read(answers: Connection, data: bytes, name: str) -> None:
    _limit_memory()
    try:
        answers.send(read_document(data, name))
    except PersonError as error:
        answers.send(error.words)


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
