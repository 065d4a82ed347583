import pytest

from core.engines.composer.sound import soundfont
from core.engines.composer.sound.soundfont import SoundFiles
from core.errors import EngineUnavailable


def font(path):
    path.write_bytes(b"RIFF\0\0\0\0sfbk")
    return path


def test_what_is_set_comes_first(tmp_path, monkeypatch):
    monkeypatch.setattr(soundfont, "_loads", lambda _: True)
    chosen = font(tmp_path / "mine.sf2")
    files = SoundFiles.find(library=tmp_path / "lib.so", soundfont=chosen)
    assert (files.library, files.soundfont) == (str(tmp_path / "lib.so"), chosen)


def test_the_system_comes_before_what_packages_carry(tmp_path, monkeypatch):
    (tmp_path / "pygame").mkdir()
    (tmp_path / "pygame_ce.libs").mkdir()
    carried = tmp_path / "pygame_ce.libs" / "libfluidsynth-1234.so.3"
    carried.touch()
    own = font(tmp_path / "TimGM6mb.sf2")
    monkeypatch.setattr(soundfont, "SHARED_SOUNDFONTS", ())
    folders = {"pygame": tmp_path / "pygame", "pretty_midi": tmp_path}
    monkeypatch.setattr(soundfont, "_package_folder", folders.get)
    monkeypatch.setattr(soundfont, "_loads", lambda _: True)
    assert SoundFiles.find().library == "libfluidsynth.so.3"
    monkeypatch.setattr(soundfont, "_loads", lambda name: name == str(carried))
    files = SoundFiles.find()
    assert (files.library, files.soundfont) == (str(carried), own)


def test_the_package_for_macs_keeps_the_library_inside(tmp_path, monkeypatch):
    (tmp_path / ".dylibs").mkdir()
    carried = tmp_path / ".dylibs" / "libfluidsynth.3.dylib"
    carried.touch()
    monkeypatch.setattr(soundfont, "_package_folder", lambda _: tmp_path)
    monkeypatch.setattr(soundfont, "_loads", lambda name: name == str(carried))
    assert SoundFiles.find(soundfont=font(tmp_path / "a.sf2")).library == str(carried)


def test_nothing_there_tells_what_to_install(monkeypatch):
    monkeypatch.setattr(soundfont, "_loads", lambda _: False)
    with pytest.raises(EngineUnavailable, match="apt install libfluidsynth3") as caught:
        SoundFiles.find()
    assert "설치" in caught.value.words.ko
    monkeypatch.setattr(soundfont, "_loads", lambda _: True)
    monkeypatch.setattr(soundfont, "SHARED_SOUNDFONTS", ())
    monkeypatch.setattr(soundfont, "_package_folder", lambda _: None)
    with pytest.raises(EngineUnavailable, match="musescore-general-soundfont-small"):
        SoundFiles.find()


def test_a_file_that_is_no_soundfont_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(soundfont, "_loads", lambda _: True)
    page = tmp_path / "page.sf2"
    page.write_text("<html>")
    with pytest.raises(EngineUnavailable, match="not a soundfont"):
        SoundFiles.find(soundfont=page)
    with pytest.raises(EngineUnavailable, match="not a soundfont"):
        SoundFiles.find(soundfont=tmp_path / "missing.sf2")


def test_a_library_that_does_not_load_is_refused(tmp_path):
    with pytest.raises(EngineUnavailable, match="not a FluidSynth library"):
        SoundFiles.find(library=tmp_path / "nothing.so")
