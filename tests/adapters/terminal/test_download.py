from __future__ import annotations

import json

from tests.adapters.terminal.conftest import Run

NOWHERE = "http://127.0.0.1:9"


def test_models_are_listed_with_size_and_licence(run: Run) -> None:
    models = {model["name"]: model for model in json.loads(run("download", "--json").stdout)["models"]}
    assert models["musicgen-small"]["licence"] == "CC-BY-NC-4.0"
    assert models["musicgen-small"]["bytes"] > 10**9
    assert not models["musicgen-small"]["present"]


def test_size_and_licence_come_before_anything_is_fetched(run: Run) -> None:
    done = run("download", "musicgen-small", stdin="n\n", HF_ENDPOINT=NOWHERE)
    assert "CC-BY-NC-4.0" in done.stdout
    assert done.returncode == 1


def test_without_the_hub_it_says_where_to_put_the_files(run: Run) -> None:
    done = run("download", "musicgen-small", "--yes", HF_ENDPOINT=NOWHERE)
    assert done.returncode == 2
    assert "musicgen-small" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_model_is_answered_with_those_there_are(run: Run) -> None:
    done = run("download", "musicgen-tiny")
    assert done.returncode == 2
    assert "musicgen-small" in done.stderr


def test_the_models_that_read_texts_are_listed_together(run: Run) -> None:
    models = {model["name"]: model for model in json.loads(run("download", "--json").stdout)["models"]}
    assert models["text"]["bytes"] > 10**9
    assert "Apache-2.0" in models["text"]["licence"]


def test_each_model_that_reads_texts_is_shown_before_anything_is_fetched(run: Run) -> None:
    done = run("download", "text", stdin="n\n", HF_ENDPOINT=NOWHERE)
    assert "Helsinki-NLP/opus-mt-ko-en: about 0.3 GB, Apache-2.0" in done.stdout
    assert done.stdout.count(" GB, ") == 6
    assert done.returncode == 1


def test_a_model_of_ones_own_choice_is_looked_up_first(run: Run) -> None:
    done = run("download", "text", "--yes", HF_ENDPOINT=NOWHERE, TEXTUNES_TEXT__MODELS__ENCODER="somebody/encoder")
    assert done.returncode == 2
    assert "somebody/encoder" in done.stderr
    assert "By hand" in done.stderr
