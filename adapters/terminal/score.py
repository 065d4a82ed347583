"""`textunes score TEXT|FILE|-`"""

from __future__ import annotations

from pathlib import Path

import click

from adapters.terminal.making import Making, make, making_options, show, write
from adapters.terminal.person import errors_in_words, language
from core.brief import Brief
from core.catalog.catalog import Catalog
from core.errors import TextError
from core.fleet.fleet import ReadText
from core.text.document import LARGEST_DOCUMENT, READERS, read_document
from core.text.explain import explain
from core.wish import UnknownName, parse_wish
from core.words import Words

LONGEST_NAME = 255

NO_TEXT = Words("There is no text to score. Please write something.", "읽을 글이 없습니다. 글을 적어 주세요.")


@click.command()
@click.argument("text")
@click.option("--wish", default="", help="What the music should be whatever the text says, as for `bgm`.")
@click.option("--topic", help="Topic to assume instead of the one read; see `textunes catalog topics`.")
@click.option("--explain", "explained", is_flag=True, help="Print every finding with its evidence.")
@making_options
def score(text: str, *, wish: str, topic: str | None, explained: bool, **options: object) -> None:
    """Make music for a text.

    TEXT is the text itself, the path of a .txt, .md, .pdf or .docx file, or - for standard input.
    """
    with errors_in_words():
        making = Making(**options)  # type: ignore[arg-type]
        catalog = Catalog.load()
        brief = parse_wish(wish, catalog) if wish else Brief()
        read = ReadText(text=text_of(text), language=language(), topic=topic_id(topic, catalog))
        finished = make(brief, making, read=read)
        if explained and finished.reading is not None and not making.as_json:
            click.echo(explain(finished.reading, language()))
        show(finished, write(finished.piece, making), making)


def topic_id(name: str | None, catalog: Catalog) -> str | None:
    """The topic of this name.

    Raises:
        UnknownName: there is none.
    """
    if name is None:
        return None
    found = catalog.find("topic", name)
    if found is None:
        raise UnknownName("topic", name, catalog.nearest("topic", name))
    return found.id


def text_of(argument: str) -> str:
    """What an argument stands for: standard input, the contents of a file, or itself.

    Raises:
        TextError: there is nothing to read, or it cannot be read.
    """
    if argument == "-":
        with click.open_file("-", "rb") as stream:
            return read_document(stream.read(LARGEST_DOCUMENT + 1), "text.txt")
    if not argument.strip():
        raise TextError(NO_TEXT)
    if len(argument) <= LONGEST_NAME and argument.isprintable():
        path = Path(argument)
        if path.exists() and not path.is_dir():
            # A pipe, as a shell makes for <(command), has no name that tells what is in it.
            with path.open("rb") as stream:
                data = stream.read(LARGEST_DOCUMENT + 1)
            return read_document(data, path.name if path.is_file() else "text.txt")
        if path.suffix.lower() in READERS and len(argument.split()) == 1:
            raise TextError(no_file(argument))
    return argument


def no_file(name: str) -> Words:
    return Words(f"There is no file “{name}”.", f"“{name}” 파일이 없습니다.")
