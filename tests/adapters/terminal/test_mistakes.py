"""Mistakes on the command line: a sentence on standard error, exit code 2, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.terminal.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["bgm", "genre:jazzz"], "Jazz"),
        (["bgm", "colour:blue"], "colour"),
        (["bgm", "jazz", "duration:9:99:99"], "duration"),
        (["bgm", "jazz", "seed:-1"], "seed"),
        (["bgm", "jazz", "--out", "piece.txt"], ".mp3"),
        (["bgm", "jazz", "--engine", "nonesuch"], "nonesuch"),
        (["edit", "song.mp3", "Remove drums"], "song.mp3"),
        (["score", " "], "no text"),
        (["score", "lost.txt"], "lost.txt"),
        (["catalog", "zzzzqqqq"], "zzzzqqqq"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(run: Run, tmp_path: Path, arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_mistake_is_explained_in_korean_to_a_korean_terminal(run: Run) -> None:
    done = run("bgm", "장르:재주", LANG="ko_KR.UTF-8")
    assert done.returncode == 2
    assert "재즈" in done.stderr


def test_a_wrong_setting_is_named_without_its_value(run: Run) -> None:
    done = run("doctor", TEXTUNES_WEB__PORT="secret")
    assert done.returncode == 2
    assert "TEXTUNES_WEB__PORT" in done.stderr
    assert "secret" not in done.stderr


def test_a_file_that_is_no_piece_of_ours_needs_an_editor(run: Run, tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_bytes(b"ID3 of somebody else")
    done = run("edit", "song.mp3", "Remove drums")
    assert done.returncode == 2
    assert "editing engine" in done.stderr
