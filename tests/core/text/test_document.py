from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from core.errors import TextError
from core.text.document import LARGEST_DOCUMENT, LARGEST_UNPACKED, LONGEST_DOCUMENT, READERS, read_document

STORY = "The rain stopped.\n\n비가 그쳤다."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_plain_text_is_read_in_the_encodings_that_people_use(encoding: str) -> None:
    assert read_document(STORY.encode(encoding), "story.txt") == STORY


def test_paragraphs_of_a_word_file_are_read_in_order() -> None:
    document = Document()
    for paragraph in ("The rain stopped.", "비가 그쳤다."):
        document.add_paragraph(paragraph)
    file = io.BytesIO()
    document.save(file)
    assert read_document(file.getvalue(), "Story.DOCX") == "The rain stopped.\n비가 그쳤다."


def test_a_pdf_is_read() -> None:
    stream = b"BT /F1 12 Tf 72 720 Td (The rain stopped.) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"%PDF-1.4\n"
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    trailer = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    data = body + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer
    assert read_document(data, "story.pdf").strip() == "The rain stopped."


def test_what_stands_in_a_broken_pdf_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(TextError):
        read_document(b"a secret that is no PDF at all", "story.pdf")
    assert caplog.records == []


def test_long_text_is_cut_where_reading_ends() -> None:
    assert len(read_document(b"word " * LONGEST_DOCUMENT, "long.md")) == LONGEST_DOCUMENT


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"MZ\x90\x00", "setup.exe", ".exe"),
        (b"hello", "README", "README"),
        (b"", "empty.txt", "no text"),
        (b" \n ", "blank.md", "no text"),
        (bytes(range(256)) * 10, "noise.txt", "damaged"),
        (b"\x00\x01\x02\x03" * 100, "binary.txt", "not text"),
        (b"%PDF-1.4 and then nothing", "broken.pdf", "damaged"),
        (b"PK\x03\x04 and then nothing", "broken.docx", "damaged"),
        (b"x" * (LARGEST_DOCUMENT + 1), "huge.txt", "too large"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(data: bytes, name: str, says: str) -> None:
    with pytest.raises(TextError, match=says):
        read_document(data, name)


def test_a_pdf_with_a_password_is_told_from_a_damaged_one() -> None:
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(file)
    with pytest.raises(TextError, match="password"):
        read_document(file.getvalue(), "locked.pdf")


def test_an_encrypted_word_file_is_told_from_a_damaged_one() -> None:
    with pytest.raises(TextError, match="password"):
        read_document(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500), "locked.docx")


def test_tables_of_a_word_file_are_read_where_they_stand() -> None:
    document, file = Document(), io.BytesIO()
    document.add_paragraph("Before")
    document.add_table(1, 2).rows[0].cells[1].text = "inside"
    document.add_paragraph("after")
    document.save(file)
    assert read_document(file.getvalue(), "table.docx").split() == ["Before", "inside", "after"]


def test_a_word_file_that_unpacks_to_far_too_much_is_refused_unopened() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (LARGEST_UNPACKED + 1))
    with pytest.raises(TextError, match="damaged"):
        read_document(file.getvalue(), "bomb.docx")


@given(
    data=st.binary(max_size=300), ending=st.sampled_from(sorted(READERS)), head=st.sampled_from([b"", b"%PDF-1.4\n"])
)
def test_no_bytes_whatever_do_more_than_be_refused(data: bytes, ending: str, head: bytes) -> None:
    with contextlib.suppress(TextError):
        assert read_document(head + data, f"some{ending}").strip()
