"""Documents that people attach, read as plain text: .txt, .md, .pdf and .docx. Nothing about such a file is trusted."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePath
from xml.etree.ElementTree import ParseError

from core.errors import TextError
from core.words import Words

LARGEST_DOCUMENT = 10 * 1024 * 1024
"""Bytes of a file."""
LARGEST_UNPACKED = 50 * 1024 * 1024
"""Bytes that a .docx file may unpack to."""
LONGEST_DOCUMENT = 200_000
"""Characters that are read; what follows is left out."""
MOST_PAGES = 500
MOST_ODD_CHARACTERS = 0.05
"""Share of control characters above which something is no text."""

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files begin that hold an encrypted or an old Word document."""

ENCODINGS = ("utf-8-sig", "cp949")


def read_document(data: bytes, name: str) -> str:
    """The text of a file, at most `LONGEST_DOCUMENT` characters; `name` tells its kind by its ending.

    Raises:
        TextError: the kind is not read here, or the file is too large, damaged, or without text.
    """
    if len(data) > LARGEST_DOCUMENT:
        raise too_large()
    ending = PurePath(name).suffix.lower()
    reader = READERS.get(ending)
    if reader is None:
        kinds = ", ".join(READERS)
        raise TextError(
            Words(
                f"I cannot read text from “{ending or name[:40]}” files. I read {kinds}.",
                f"“{ending or name[:40]}” 파일에서는 글을 읽을 수 없습니다. 읽을 수 있는 파일: {kinds}",
            )
        )
    text = reader(data)[:LONGEST_DOCUMENT]
    if not text.strip():
        raise TextError(Words("There is no text in this file.", "이 파일에는 글이 없습니다."))
    return text


def too_large() -> TextError:
    megabytes = LARGEST_DOCUMENT // 1024**2
    return TextError(
        Words(
            f"This file is too large; I read up to {megabytes} MB.",
            f"파일이 너무 큽니다. {megabytes}MB까지 읽을 수 있습니다.",
        )
    )


def _plain(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _no_binary(data.decode("utf-16", errors="replace"))
    for encoding in ENCODINGS:
        try:
            return _no_binary(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise _damaged()


def _no_binary(text: str) -> str:
    odd = sum(not (character.isprintable() or character in "\n\r\t\f") for character in text)
    if odd > MOST_ODD_CHARACTERS * len(text):
        raise TextError(Words("This file is not text.", "글이 담긴 파일이 아닙니다."))
    return text


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader  # noqa: PLC0415 - imported for the few who attach a PDF
    from pypdf.errors import DependencyError, PyPdfError  # noqa: PLC0415

    # Its warnings quote the file, which has no place in a log.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _locked()
        return _joined(page.extract_text() for page in reader.pages[:MOST_PAGES])
    except DependencyError as error:
        raise _locked() from error
    # What a crafted file makes the parser stumble over is not limited to its own errors.
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, NotImplementedError) as error:
        raise _damaged() from error


def _docx(data: bytes) -> str:
    from docx import Document  # noqa: PLC0415 - imported for the few who attach a Word file
    from docx.table import Table  # noqa: PLC0415
    from lxml.etree import LxmlError  # noqa: PLC0415

    def texts() -> Iterator[str]:
        for part in Document(io.BytesIO(data)).iter_inner_content():
            if isinstance(part, Table):
                yield from (cell.text for row in part.rows for cell in row.cells)
            else:
                yield part.text

    if data.startswith(_COMPOUND):
        raise _locked()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise _damaged()
        return _joined(texts())
    except (zipfile.BadZipFile, LxmlError, ParseError, KeyError, ValueError) as error:
        raise _damaged() from error


def _joined(parts: Iterator[str]) -> str:
    """Parts as paragraphs, until there are enough characters."""
    taken: list[str] = []
    length = 0
    for part in parts:
        taken.append(part)
        length += len(part)
        if length > LONGEST_DOCUMENT:
            break
    return "\n".join(taken)


def _locked() -> TextError:
    return TextError(
        Words(
            "This file is protected by a password, or in an old format. Please save it without, or paste its text.",
            "암호로 보호되었거나 옛 형식인 파일입니다. 암호 없이 다시 저장하거나 글을 붙여 넣어 주세요.",
        )
    )


def _damaged() -> TextError:
    return TextError(Words("This file is damaged or cannot be read.", "파일이 손상되었거나 읽을 수 없습니다."))


READERS: dict[str, Callable[[bytes], str]] = {".txt": _plain, ".md": _plain, ".pdf": _pdf, ".docx": _docx}
