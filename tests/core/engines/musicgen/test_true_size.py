"""The decoder at the true size of musicgen-small, with random weights."""

import torch
from transformers import MusicgenDecoderConfig, MusicgenForCausalLM

from core.engines.musicgen import transformers_format
from core.engines.musicgen.cache import KVCache
from core.engines.musicgen.config import DecoderConfig
from core.engines.musicgen.decoder import Crossing, Decoder
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.tensors import Tensors

# The text has the width of the decoder here, so that no projection stands between.
SMALL = DecoderConfig(size=1024, layers=24, heads=16, inner=4096, codebooks=4, text_size=1024)
STEPS = 6


@torch.inference_mode()
def test_logits_agree_with_transformers_at_the_true_size(tmp_path):
    torch.manual_seed(0)
    theirs = MusicgenForCausalLM(MusicgenDecoderConfig()).eval()
    state = {f"decoder.{key}": tensor for key, tensor in theirs.state_dict().items()}
    places = {key: (tmp_path, lambda tensor=tensor: tensor) for key, tensor in state.items()}
    tensors = dict(transformers_format.renamed(Tensors(places, tmp_path), SMALL))
    ours = Decoder(SMALL, tensors, Kernels("fp32", torch.device("cpu")))
    columns = torch.randint(0, 2049, (4, STEPS))
    text = torch.randn(12, 1024)
    crossing = Crossing([ours.condition(text)])
    cache = KVCache(SMALL, 1, STEPS, ours.dtype, ours.device)
    found = [
        ours.step(ours.embed(columns[None, :, step], torch.tensor([step])), cache, [0], [step], crossing)[0, 0]
        for step in range(STEPS)
    ]
    expected = theirs(columns, encoder_hidden_states=text[None]).logits
    assert (torch.stack(found, dim=1) - expected).abs().max() < 1e-4
