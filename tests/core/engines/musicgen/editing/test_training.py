"""Teaching: the differentiable decoder says what the engine's decoder says."""

import torch

from core.engines.musicgen.cache import KVCache
from core.engines.musicgen.decoder import Crossing
from core.engines.musicgen.delay import delayed
from core.engines.musicgen.editing.training import Lesson, Texts, next_token_loss
from core.engines.musicgen.editing.weights import untrained
from tests.core.engines.musicgen.editing.test_fusion import condition, trained

DICE = torch.Generator().manual_seed(7)


def served(decoder, given, codes):
    """Logits (columns, codebooks, vocabulary) of the conditional row, one step after another."""
    config = decoder.config
    columns = delayed(codes, config.delays, config.start)
    cache = KVCache(config, 1, columns.shape[1], decoder.heard_dtype, decoder.device)
    steps = []
    with torch.inference_mode():
        for at in range(columns.shape[1] - 1):
            states = decoder.embed(columns[None, :, at], torch.tensor([at]))
            steps.append(decoder.step(states, cache, [0], [at], Crossing([given]))[0, 0])
    return torch.stack(steps)


def test_whole_sequences_get_what_steps_get(decoder, mono):
    config = decoder.config
    own = {name: tensor.float() for name, tensor in mono.decoder.items()}
    codes, recording = torch.randint(0, config.vocabulary, (2, 4, 12), generator=DICE)
    texts = [torch.randn(3, 48, generator=DICE), torch.zeros(0, 48)]
    weights = trained(config)
    for text, given in zip(texts, [condition(decoder, weights, recording, text) for text in texts], strict=True):
        ours = Lesson(config, own).predict(
            codes[None], Texts.of(config, own, [text]), weights.tensors, recording[None]
        )[0]
        assert torch.allclose(ours.transpose(0, 1), served(decoder, given, codes), atol=1e-4)
    plain = Lesson(config, own).predict(codes[None], Texts.of(config, own, texts[:1]))[0]
    assert torch.allclose(plain.transpose(0, 1), served(decoder, decoder.condition(texts[0]), codes), atol=1e-4)


def test_texts_of_several_lengths_are_read_each_by_itself(mono):
    config, own = mono.config, {name: tensor.float() for name, tensor in mono.decoder.items()}
    codes = torch.randint(0, config.vocabulary, (3, 4, 9), generator=DICE)
    texts = [torch.randn(count, 48, generator=DICE) for count in (4, 0, 2)]
    together = Lesson(config, own).predict(codes, Texts.of(config, own, texts))
    for row, text in enumerate(texts):
        alone = Lesson(config, own).predict(codes[row : row + 1], Texts.of(config, own, [text]))[0]
        assert torch.allclose(together[row], alone, atol=1e-5)


def test_a_few_steps_teach_the_gates_to_open(mono):
    config, own = mono.config, {name: tensor.float() for name, tensor in mono.decoder.items()}
    recording = torch.randint(0, config.vocabulary, (2, 4, 10), generator=DICE)
    texts = Texts.of(config, own, [torch.randn(2, 48, generator=DICE)] * 2)
    tensors = {name: tensor.requires_grad_() for name, tensor in untrained(config, longest=10, rank=2).tensors.items()}
    optimiser = torch.optim.AdamW(tensors.values(), lr=0.01)
    losses = []
    for _ in range(12):
        loss = next_token_loss(
            Lesson(config, own).predict(recording, texts, tensors, recording), recording, config
        ).mean()
        losses.append(float(loss.detach()))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert losses[-1] < losses[0]
    assert float(tensors["gates"].detach().abs().min()) > 0
    assert all(not tensor.requires_grad for tensor in own.values())
