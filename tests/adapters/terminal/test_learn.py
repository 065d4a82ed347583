from __future__ import annotations

from pathlib import Path

from tests.adapters.terminal.conftest import Run


def refused(run: Run, *arguments: str, **environment: str) -> str:
    done = run("learn", *arguments, **environment)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    return done.stderr


def test_nothing_is_learned_without_consent(run: Run, tmp_path: Path) -> None:
    assert "--consent yes" in refused(run, "kayagum", str(tmp_path))
    assert "동의" in refused(run, "kayagum", str(tmp_path), LANG="ko_KR.UTF-8")


def test_a_name_that_cannot_be_one_is_refused(run: Run, tmp_path: Path) -> None:
    assert "cannot name a concept" in refused(run, "../etc", str(tmp_path), "--consent", "yes")


def test_a_setting_out_of_range_is_named(run: Run, tmp_path: Path) -> None:
    said = refused(run, "kayagum", str(tmp_path), "--consent", "yes", "--fraction", "2", "--tokens", "0")
    assert "fraction, tokens" in said


def test_a_taken_name_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "concepts").mkdir(parents=True)
    (tmp_path / "data" / "concepts" / "kayagum.safetensors").touch()
    assert "--replace" in refused(run, "kayagum", str(tmp_path), "--consent", "yes")


def test_a_concept_that_nobody_learned_is_answered_with_those_there_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "concepts").mkdir(parents=True)
    (tmp_path / "data" / "concepts" / "kayagum.safetensors").touch()
    done = run("bgm", "calm", "concept:haegeum")
    assert done.returncode == 2
    assert "Concepts: kayagum" in done.stderr


def test_the_help_names_every_method(run: Run) -> None:
    said = run("learn", "--help").stdout
    assert all(word in said for word in ("pivotal|lora|tokens|full", "--resume", "--consent", "--licence"))
