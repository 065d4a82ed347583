import pytest
import soundfile

from core.audio.encoding import encode
from core.audio.provenance import Provenance, read_provenance
from core.brief import Brief

PROVENANCE = Provenance(
    engine="composer",
    model="composer 1 with TimGM6mb",
    licence="CC0-1.0",
    commercial=True,
    seed=7,
    brief=Brief(genres=("jazz",), moods=("calm",), keywords=("비 오는 밤", "“quotes” & \\slashes\\"), seed=7),
    caption="calm jazz, 84 BPM " * 40,
    parent="track-1",
    edits=("Remove drums",),
    recordings=("style",),
)


@pytest.mark.parametrize("audio_format", ["mp3", "opus", "ogg", "flac", "wav"])
def test_provenance_is_read_back_whole_from_every_format(audio_format, music):
    data = encode(music(0.5), audio_format, tags=PROVENANCE.tags("잔잔한 재즈"))

    assert read_provenance(data) == PROVENANCE


@pytest.mark.parametrize("audio_format", ["mp3", "opus", "ogg", "flac", "wav"])
def test_players_see_a_title(audio_format, music, tmp_path):
    path = tmp_path / "piece"
    path.write_bytes(encode(music(0.5), audio_format, tags=PROVENANCE.tags("잔잔한 재즈")))

    with soundfile.SoundFile(path) as file:
        assert file.title == "잔잔한 재즈"


def test_a_file_of_somebody_else_has_no_provenance_of_ours(music):
    assert read_provenance(encode(music(0.2), "flac", tags={"comment": '{"synthetic": "maybe"}'})) is None
    assert read_provenance(encode(music(0.2), "wav")) is None
    assert read_provenance(b"no audio at all") is None
    assert read_provenance(b"RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\xffINFO") is None
