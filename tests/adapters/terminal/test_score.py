"""What the argument of `textunes score` stands for."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from adapters.terminal.score import text_of
from core.errors import TextError


def test_words_are_the_text_itself() -> None:
    assert text_of("The sea was calm.") == "The sea was calm."


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "sea.md").write_text("The sea was calm.")
    assert text_of(str(tmp_path / "sea.md")) == "The sea was calm."


def test_a_pipe_is_read_like_standard_input(tmp_path: Path) -> None:
    pipe = tmp_path / "63"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("The sea was calm.",))
    writer.start()
    assert text_of(str(pipe)) == "The sea was calm."
    writer.join()


@pytest.mark.parametrize("argument", ["", "lost.txt", os.devnull])
def test_where_there_is_no_text_it_says_so(argument: str) -> None:
    with pytest.raises(TextError):
        text_of(argument)
