"""The decoder against transformers with the same weights."""

import pytest
import torch
from transformers import MusicgenForConditionalGeneration, MusicgenMelodyForConditionalGeneration

from core.engines.musicgen.batcher import Batcher, Finished, Job
from core.engines.musicgen.cache import KVCache, positions_for
from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.decoder import Crossing, Decoder
from core.engines.musicgen.delay import columns_for
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.sampling import Sampling
from tests.core.engines.musicgen.fixtures import KINDS
from tests.core.engines.musicgen.models import VOCABULARY

TEXT = torch.tensor([[4, 7, 5, 8, 1]])


@pytest.fixture(params=KINDS)
def pair(request, folders):
    """transformers' model and our decoder of the same checkpoint."""
    folder = folders[request.param]
    melody = request.param == "melody"
    theirs = (MusicgenMelodyForConditionalGeneration if melody else MusicgenForConditionalGeneration).from_pretrained(
        folder, dtype=torch.float32
    )
    checkpoint = read_checkpoint(folder)
    ours = Decoder(checkpoint.config, checkpoint.decoder, Kernels("fp32", torch.device("cpu")))
    return theirs.eval(), ours


def text_states(theirs) -> torch.Tensor:
    return theirs.text_encoder(input_ids=TEXT).last_hidden_state[0]


@torch.inference_mode()
def test_logits_of_every_step_agree_under_teacher_forcing(pair):
    theirs, ours = pair
    config = ours.config
    steps = 60
    torch.manual_seed(5)
    columns = torch.randint(0, VOCABULARY + 1, (config.codebooks, steps))
    condition = ours.condition(text_states(theirs))
    cache = KVCache(config, 3, condition.prefix_length + steps, ours.dtype, ours.device)
    if condition.prefix is not None:
        ours.fill(ours.at(condition.prefix, 0), cache, 1, 0, condition)
    found = []
    for step in range(steps):
        reach = condition.prefix_length + step
        states = ours.embed(columns[None, :, step], torch.tensor([reach]))
        found.append(ours.step(states, cache, [1], [reach], Crossing([condition]))[0, 0])
    expected = theirs(
        input_ids=TEXT, attention_mask=torch.ones_like(TEXT), decoder_input_ids=columns, use_cache=False
    ).logits[:, -steps:]
    assert (torch.stack(found, dim=1) - expected).abs().max() < 1e-4


@torch.inference_mode()
def test_greedy_tokens_of_ten_guided_seconds_are_the_same(pair, monkeypatch):
    theirs, ours = pair
    config = ours.config
    seen = []

    def remember(codes, *_, **__):
        seen.append(codes)
        raise StopIteration

    monkeypatch.setattr(theirs.audio_encoder, "decode", remember)
    frames = 500
    with pytest.raises(StopIteration):
        theirs.generate(
            input_ids=TEXT,
            attention_mask=torch.ones_like(TEXT),
            do_sample=False,
            guidance_scale=3.0,
            max_new_tokens=columns_for(frames, config.delays),
        )
    expected = torch.stack(seen)[0, 0, 0]
    if config.channels == 2:
        # Left and right are decoded one after the other; only the left codes were seen.
        assert len(expected) == 4

    batcher = Batcher(ours, slots=2, positions=positions_for(config, 16))
    batcher.add(Job("it", ours.condition(text_states(theirs)), frames, Sampling(temperature=0), seed=0))
    while not isinstance(update := next(iter(batcher.step()), None), Finished):
        pass
    codes = update.codes[::2] if config.channels == 2 else update.codes
    assert len(codes.unique()) > 10
    assert torch.equal(codes, expected)
