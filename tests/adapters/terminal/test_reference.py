from __future__ import annotations

from pathlib import Path

import pytest

from adapters.terminal.reference import PARTS, rewritten

README = Path(__file__).parents[3] / "README.md"


def test_the_readme_says_what_the_code_does() -> None:
    text = README.read_text()
    assert rewritten(text) == text, "run `make docs`"


def test_every_part_stands_in_the_readme() -> None:
    assert all(f"<!-- made: {name} -->" in README.read_text() for name in PARTS)


def test_an_unknown_part_is_an_error() -> None:
    with pytest.raises(KeyError, match="no such part"):
        rewritten("<!-- made: no such part -->\n<!-- end -->")
