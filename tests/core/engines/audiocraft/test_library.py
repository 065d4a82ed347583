"""Whether the library is here, and what is said when it is not or when something of it is missing."""

from __future__ import annotations

import sys

import pytest

from core.engines.audiocraft.engine import open_audiocraft
from core.engines.audiocraft.library import family, installed, load
from core.errors import EngineUnavailable


def refused(make, *given):
    with pytest.raises(EngineUnavailable) as caught:
        make(*given)
    words = caught.value.words
    assert any("가" <= letter <= "힣" for letter in words.ko)
    return words


def test_a_library_that_is_not_installed_is_named_with_its_recipe(monkeypatch):
    monkeypatch.setitem(sys.modules, "audiocraft", None)
    words = refused(open_audiocraft, "facebook/musicgen-small")
    assert "not installed" in words.en
    assert "docs/audiocraft.md" in words.en
    assert "docs/audiocraft.md" in words.ko


def test_no_model_is_a_reason_of_its_own():
    assert "TEXTUNES_ENGINE__AUDIOCRAFT" in refused(open_audiocraft).en


def test_a_package_that_the_library_needs_is_named(library):
    library(models="import a_package_that_nobody_has")
    assert "a_package_that_nobody_has" in refused(installed).en


def test_a_torchaudio_that_does_not_load_is_said_with_its_reason(library):
    library(torchaudio="raise OSError('libc10_cuda.so: cannot open shared object file')")
    words = refused(installed)
    assert "torchaudio does not load (libc10_cuda.so" in words.en
    assert "libc10_cuda.so" in words.ko


def test_a_library_that_is_broken_itself_is_told_from_torchaudio(library):
    library(models="raise AttributeError('torch has no attribute that was there once')")
    assert "audiocraft does not load (torch has no" in refused(installed).en


def test_a_working_library_has_a_version(library):
    library()
    assert installed()


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("facebook/musicgen-small", "MusicGen"),
        ("facebook/magnet-small-10secs", "MAGNeT"),
        ("/models/Audio-MAGNeT/", "MAGNeT"),
        ("facebook/audiogen-medium", "AudioGen"),
        ("facebook/jasco-chords-drums-400M", "JASCO"),
        ("/magnets/mine", "MusicGen"),
    ],
)
def test_the_family_of_a_model_is_told_by_its_own_name(model, expected):
    assert family(model) == expected


def test_a_family_that_this_version_lacks_is_named(library):
    library()
    assert "no JASCO" in refused(load, "facebook/jasco-chords-drums-400M").en


def test_a_model_that_cannot_be_loaded_is_named_without_its_folder(library):
    library()
    words = refused(load, "/somewhere/secret/absent-one")
    assert "“absent-one”" in words.en
    assert "secret" not in words.en + words.ko
