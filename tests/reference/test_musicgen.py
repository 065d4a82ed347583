"""Our MusicGen runtime against audiocraft, from the caption to the sound, with the same random weights."""

import dataclasses

import numpy as np
import pytest
import torch
from audiocraft.modules.chroma import ChromaExtractor
from audiocraft.modules.conditioners import ClassifierFreeGuidanceDropout
from audiocraft.utils.utils import sample_top_k
from scipy.stats import chi2_contingency

from core.engines.musicgen.batcher import Batcher, Finished, Job
from core.engines.musicgen.cache import KVCache, positions_for
from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.chroma import chroma
from core.engines.musicgen.codec import Codec
from core.engines.musicgen.decoder import Crossing, Decoder
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.noise import noise_seed
from core.engines.musicgen.sampling import Choice, Sampling
from core.engines.musicgen.text import TextEncoder
from core.engines.musicgen.windows import schedule
from tests.reference.models import SECONDS, VOCABULARY, build, export, save_text_encoder

CAPTION = "calm jazz piano"
CPU = torch.device("cpu")
GREEDY = Sampling(temperature=0.0, top_k=0, guidance=3.0)


@dataclasses.dataclass
class Pair:
    theirs: object
    decoder: Decoder
    states: torch.Tensor
    codec: Codec


@pytest.fixture(scope="module", params=["mono", "stereo"])
def pair(request, tmp_path_factory):
    """audiocraft's model and ours of the same exported checkpoint."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        save_text_encoder(folder)
        theirs = build(stereo=request.param == "stereo")
        export(theirs, folder, stereo=request.param == "stereo")
        checkpoint = read_checkpoint(folder)
        config = dataclasses.replace(checkpoint.config, max_seconds=SECONDS)
        states, _ = TextEncoder(checkpoint, CPU).encode(CAPTION)
        yield Pair(theirs, Decoder(config, checkpoint.decoder, Kernels("fp32", CPU)), states, Codec(checkpoint, CPU))


def tokens(pair, frames, seconds):
    """What audiocraft makes without sampling."""
    pair.theirs.set_generation_params(use_sampling=False, duration=seconds, cfg_coef=3.0, extend_stride=0.6 * SECONDS)
    attributes, _ = pair.theirs._prepare_tokens_and_attributes([CAPTION], None)
    with torch.inference_mode():
        found = pair.theirs._generate_tokens(attributes, None)[0]
    assert found.shape[1] == frames
    return found


@torch.inference_mode()
def test_logits_of_both_rows_agree_under_teacher_forcing(pair):
    language, ours = pair.theirs.lm, pair.decoder
    steps = 60
    noise = torch.Generator().manual_seed(1)
    columns = torch.randint(0, VOCABULARY + 1, (ours.config.codebooks, steps), generator=noise)
    given = [*pair.theirs._prepare_tokens_and_attributes([CAPTION], None)[0]]
    given += ClassifierFreeGuidanceDropout(p=1.0)(given)
    tensors = language.condition_provider(language.condition_provider.tokenize(given))
    expected = language(columns[None].expand(2, -1, -1), conditions=[], condition_tensors=tensors)
    condition = ours.condition(pair.states)
    cache = KVCache(ours.config, 1, steps, ours.heard_dtype, CPU)
    found = []
    for step in range(steps):
        entered = ours.embed(columns[None, :, step], torch.tensor([step]))
        found.append(ours.step(entered, cache, [0], [step], Crossing([condition]))[0])
    assert (torch.stack(found, dim=2) - expected).abs().max() < 1e-4


def test_greedy_tokens_of_a_guided_window_are_the_same(pair):
    frames = round(SECONDS * 50)
    batcher = Batcher(pair.decoder, 1, positions_for(pair.decoder.config))
    batcher.add(Job("it", pair.decoder.condition(pair.states), frames, GREEDY, seed=0))
    assert torch.equal(run(batcher), tokens(pair, frames, SECONDS))


def test_greedy_tokens_of_several_windows_are_the_same(pair):
    """Ten seconds by windows of four: the schedule of thirty-second windows, scaled down."""
    frames = 500
    made = torch.zeros(pair.decoder.config.codebooks, 0, dtype=torch.long)
    for window in schedule(frames, pair.decoder.config.max_frames):
        batcher = Batcher(pair.decoder, 1, positions_for(pair.decoder.config))
        prompt = made[:, window.start - window.prompt :] if window.prompt else None
        batcher.add(Job("it", pair.decoder.condition(pair.states), window.frames, GREEDY, 0, prompt))
        made = torch.cat([made, run(batcher)[:, window.prompt :]], dim=1)
    assert torch.equal(made, tokens(pair, frames, frames / 50))


def run(batcher) -> torch.Tensor:
    while True:
        for update in batcher.step():
            if isinstance(update, Finished):
                return update.codes


def test_the_same_codes_sound_the_same(pair):
    codec = pair.theirs.compression_model
    codes = torch.randint(0, VOCABULARY, (4, 100), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        expected = codec.decode(codes[None])[0]
    ours = pair.codec.decode(codes if pair.codec.channels == 1 else codes.repeat_interleave(2, dim=0))
    assert (ours[:1] - expected).abs().max() < 1e-4


def test_the_same_sound_has_the_same_codes(pair):
    sound = 0.3 * torch.randn(1, 32000, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        expected = pair.theirs.compression_model.encode(sound[None])[0][0]
    found = pair.codec.encode(sound)
    assert (found[:: pair.codec.channels] == expected).float().mean() > 0.99


@pytest.mark.parametrize("seconds", [0.3, 5.0])
def test_a_tune_has_the_same_chroma(seconds):
    time = np.arange(round(seconds * 32000)) / 32000
    wave = sum(np.sin(2 * np.pi * pitch * (1 + 0.01 * index) * time) for index, pitch in enumerate((220, 330, 415)))
    sound = torch.from_numpy(wave.astype(np.float32))[None]
    theirs = ChromaExtractor(32000, n_chroma=12, radix2_exp=14, argmax=True)(sound)[0]
    assert torch.equal(chroma(sound, 32000), theirs)


@pytest.mark.parametrize("top_k", [5, 40])
def test_tokens_are_drawn_from_the_same_distribution(top_k):
    draws = 20_000
    logits = 2 * torch.randn(VOCABULARY, generator=torch.Generator().manual_seed(6))
    torch.manual_seed(7)
    theirs = sample_top_k(logits.softmax(-1).expand(draws, -1).clone(), top_k).flatten()
    seeds = torch.tensor([noise_seed(8, 0)])
    ours = Choice.of([Sampling(top_k=top_k)], CPU).draw(logits.expand(1, draws, -1), seeds).flatten()
    counts = torch.stack([torch.bincount(each, minlength=VOCABULARY) for each in (theirs, ours)])
    kept = counts.sum(0) >= 20
    assert int((counts.sum(0) > 0).sum()) == top_k
    assert chi2_contingency(counts[:, kept].numpy()).pvalue > 1e-3
