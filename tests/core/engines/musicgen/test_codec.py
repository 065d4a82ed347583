"""The codec: streaming against decoding at once, and against transformers."""

import pytest
import torch
from transformers import MusicgenForConditionalGeneration

from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.codec import Codec, CodecStream
from core.engines.musicgen.tensors import CheckpointError
from tests.core.engines.musicgen.models import VOCABULARY, audiocraft_codec, audiocraft_state

CPU = torch.device("cpu")


def snr(found, expected):
    return 10 * torch.log10(expected.square().sum() / (found - expected).square().sum())


@pytest.fixture(params=["mono", "stereo"])
def both(request, folders):
    theirs = MusicgenForConditionalGeneration.from_pretrained(folders[request.param]).audio_encoder
    return theirs.eval(), Codec(read_checkpoint(folders[request.param]), CPU)


@torch.inference_mode()
def full(theirs, codes, channels):
    return torch.cat(
        [theirs.decode(codes[None, None, side::channels], [None]).audio_values[0] for side in range(channels)]
    )


@pytest.mark.parametrize("lengths", [[110], [50, 50, 10], [1] * 110, [13, 1, 60, 2, 34]])
def test_parts_put_together_are_the_whole(both, lengths):
    theirs, codec = both
    codes = torch.randint(0, VOCABULARY, (4 * codec.channels, 110), generator=torch.Generator().manual_seed(0))
    stream = CodecStream(codec)
    ends = torch.tensor(lengths).cumsum(0).tolist()
    parts = [stream.push(part, last=end == 110) for part, end in zip(codes.split(lengths, dim=1), ends, strict=True)]
    found = torch.cat(parts, dim=1)
    expected = full(theirs, codes, codec.channels)
    assert found.shape == expected.shape == (codec.channels, 110 * 640)
    assert snr(found, expected) > 60


def test_the_first_second_can_be_heard_when_the_second_has_just_begun(both):
    _, codec = both
    codes = torch.zeros(4 * codec.channels, 57, dtype=torch.long)
    assert CodecStream(codec).push(codes).shape[1] == 50 * 640


def test_recordings_are_encoded_as_transformers_does(both):
    theirs, codec = both
    samples = torch.randn(codec.channels, 6400, generator=torch.Generator().manual_seed(2))
    codes = codec.encode(samples)
    assert codes.shape == (4 * codec.channels, 10)
    for side in range(codec.channels):
        expected = theirs.encode(samples[None, side : side + 1]).audio_codes[0, 0]
        assert torch.equal(codes[side :: codec.channels], expected)


def test_audiocrafts_codec_sounds_the_same(folders, tmp_path):
    torch.save(audiocraft_state("mono", folders["mono"]), tmp_path / "state_dict.bin")
    torch.save(audiocraft_codec(folders["mono"]), tmp_path / "compression_state_dict.bin")
    codes = torch.randint(0, VOCABULARY, (4, 30), generator=torch.Generator().manual_seed(0))
    theirs = Codec(read_checkpoint(tmp_path), CPU).decode(codes)
    assert torch.equal(theirs, Codec(read_checkpoint(folders["mono"]), CPU).decode(codes))


def test_a_codec_that_is_only_named_is_told_of(folders, tmp_path):
    torch.save(audiocraft_state("mono", folders["mono"]), tmp_path / "state_dict.bin")
    torch.save({"pretrained": "facebook/encodec_32khz"}, tmp_path / "compression_state_dict.bin")
    with pytest.raises(CheckpointError, match="compression_state_dict"):
        Codec(read_checkpoint(tmp_path), CPU)
