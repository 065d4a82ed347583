"""Requests with a recording, beside others in one batch."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from core.audio.clip import Clip
from core.brief import Brief
from core.caption import UNSAID
from core.catalog import Catalog
from core.engines.engine import Done, Failed, Reference, Request
from core.engines.musicgen.batcher import Batcher, Finished, Job
from core.engines.musicgen.cache import positions_for
from core.engines.musicgen.checkpoint import Checkpoint, read_checkpoint
from core.engines.musicgen.codec import Codec
from core.engines.musicgen.decoder import Condition, Crossing, Decoder
from core.engines.musicgen.engine import MusicGen
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.sampling import Choice, Sampling
from core.engines.musicgen.style.listener import Listener
from core.engines.musicgen.text import TextEncoder
from tests.core.engines.musicgen.style.published import SIZE, save_style

CPU = torch.device("cpu")
POSITIONS = 120


@pytest.fixture(scope="module")
def checkpoint(folders, tmp_path_factory) -> Checkpoint:
    folder = tmp_path_factory.mktemp("style") / "musicgen-style"
    save_style(folder, folders["mono"])
    return read_checkpoint(folder)


@pytest.fixture(scope="module")
def decoder(checkpoint: Checkpoint) -> Decoder:
    return Decoder(checkpoint.config, checkpoint.decoder, Kernels("fp32", CPU))


def condition(decoder: Decoder, *, text: int, style: int, seed: int = 0) -> Condition:
    noise = torch.Generator().manual_seed(seed)
    read = torch.randn(text, decoder.config.text_size, generator=noise)
    return decoder.condition(read, style=torch.randn(style, SIZE, generator=noise) if style else None)


def job(decoder: Decoder, name: str, *, text: int, style: int, seed: int = 0, frames: int = 12) -> Job:
    weight = Sampling(text_weight=5.0) if text and style else Sampling()
    return Job(name, condition(decoder, text=text, style=style, seed=seed), frames, weight, seed)


def made(decoder: Decoder, *jobs: Job) -> dict[str, torch.Tensor]:
    batcher = Batcher(decoder, len(jobs), POSITIONS)
    for each in jobs:
        batcher.add(each)
    found = {}
    while not batcher.idle:
        found |= {update.id: update.codes for update in batcher.step() if isinstance(update, Finished)}
    return found


def test_the_checkpoint_is_known_for_a_style_model(checkpoint: Checkpoint) -> None:
    assert checkpoint.config.style
    assert checkpoint.config.prefix
    assert checkpoint.config.rows == 3
    assert checkpoint.config.chroma == 0


def test_style_stands_before_text_and_what_is_absent_leaves_zeros(decoder: Decoder) -> None:
    both, null, style = condition(decoder, text=5, style=7).prefix
    assert both.shape == (12, SIZE)
    assert null.count_nonzero() == 0
    assert torch.equal(style[:7], both[:7])
    assert style[7:].count_nonzero() == 0
    assert condition(decoder, text=5, style=0).prefix.shape == (2, 6, SIZE)
    assert condition(decoder, text=0, style=7).prefix.shape == (2, 8, SIZE)


def test_double_guidance_weighs_as_published() -> None:
    both, null, style = torch.randn(3, 4, 16, generator=torch.Generator().manual_seed(1))
    alpha, beta = 3.0, 5.0
    [mixed] = Choice.of([Sampling(guidance=alpha, text_weight=beta)], CPU).guide(torch.stack([both, null, style])[None])
    weights = (1 - alpha) * null + alpha * (1 - beta) * style + alpha * beta * both
    torch.testing.assert_close(mixed, weights, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(mixed, null + alpha * (style + beta * (both - style) - null), atol=1e-4, rtol=1e-4)


def test_a_weight_of_one_is_ordinary_guidance() -> None:
    logits = torch.randn(1, 3, 4, 16, generator=torch.Generator().manual_seed(1))
    choice = Choice.of([Sampling(text_weight=1.0)], CPU)
    assert torch.equal(choice.guide(logits), choice.guide(logits[:, :2]))


def test_three_rows_are_three_separate_passes(decoder: Decoder) -> None:
    """Each row of a doubly guided request predicts what a request with only its condition predicts."""
    whole = condition(decoder, text=5, style=7)
    states = decoder.embed(torch.full((1, 4), decoder.config.start), torch.tensor([12]))

    def logits(given: Condition) -> torch.Tensor:
        batcher = Batcher(decoder, 1, POSITIONS)
        decoder.fill(decoder.at(given.prefix, 0), batcher._cache, 0, 0, given)
        return decoder.step(states, batcher._cache, [0], [12], Crossing([given]))[0]

    together = logits(whole)
    assert together.shape[0] == 3
    for row in range(3):
        alone = logits(Condition(prefix=whole.prefix[[row, row]]))
        torch.testing.assert_close(together[row], alone[0], atol=1e-5, rtol=1e-5)


def test_requests_of_two_and_of_three_rows_are_the_same_in_any_company(decoder: Decoder) -> None:
    jobs = [
        job(decoder, "both", text=5, style=7, seed=1),
        job(decoder, "text", text=9, style=0, seed=2),
        job(decoder, "also both", text=20, style=15, seed=3),
        job(decoder, "style", text=0, style=15, seed=4),
        job(decoder, "neither", text=0, style=0, seed=5),
    ]
    company = made(decoder, *jobs)
    for each in jobs:
        assert torch.equal(made(decoder, each)[each.id], company[each.id]), each.id
    assert torch.equal(made(decoder, *reversed(jobs))["both"], company["both"])


def codes_of(samples: np.ndarray, _rate: int) -> torch.Tensor:
    """Loud and soft samples as codes (codebooks, frames)."""
    return torch.from_numpy(np.abs(samples[: 3 * 150]) * 20).long().clamp(max=63).view(3, 150)


class TestEngine:
    @pytest.fixture
    def engine(self, checkpoint: Checkpoint) -> MusicGen:
        config = dataclasses.replace(checkpoint.config, max_seconds=4.0)
        decoder, codec = Decoder(config, checkpoint.decoder, Kernels("fp32", CPU)), Codec(checkpoint, CPU)
        batcher = Batcher(decoder, 3, positions_for(config, 40))
        text, listener = TextEncoder(checkpoint, CPU), Listener.of(checkpoint, codec, CPU)
        # The tiny codec hears the same in everything.
        listener._extractor = codes_of
        return MusicGen(decoder, batcher, text, codec, Catalog.load(), model="tiny", listener=listener)

    def sound(self, seed: int, seconds: float = 5.0) -> Clip:
        return Clip(
            np.random.default_rng(seed).standard_normal((2, round(seconds * 16_000))).astype(np.float32), 16_000
        )

    def request(self, name: str, seed: int | None, **brief: object) -> Request:
        references = () if seed is None else (Reference("style", self.sound(seed)),)
        return Request(name, Brief(duration=5.0, seed=3, **brief), "calm jazz", references=references)

    def clips(self, engine: MusicGen, *requests: Request) -> dict[str, np.ndarray]:
        for each in requests:
            engine.add(each)
        found = {}
        while not engine.idle:
            for event in engine.step():
                assert not isinstance(event, Failed)
                if isinstance(event, Done):
                    found[event.request_id] = event.composition.clip.samples
        return found

    def test_each_request_hears_its_own_recording(self, engine: MusicGen) -> None:
        assert "style" in engine.info.features
        given = [self.request("one", 1), self.request("two", 2), self.request("none", None)]
        company = self.clips(engine, *given)
        assert not np.array_equal(company["one"], company["two"])
        assert not np.array_equal(company["one"], company["none"])
        for each in given:
            assert np.array_equal(self.clips(engine, each)[each.id], company[each.id])

    def test_without_words_the_recording_alone_is_heard(self, engine: MusicGen) -> None:
        given = Reference("style", self.sound(1))
        brief = Brief(duration=5.0, seed=3)
        unsaid = Request("it", brief, UNSAID, references=(given,))
        weighed = Request("it", brief.model_copy(update={"text_weight": 9.0}), UNSAID, references=(given,))
        heard = self.clips(engine, unsaid)["it"]
        assert np.array_equal(heard, self.clips(engine, weighed)["it"])
        assert not np.array_equal(heard, self.clips(engine, self.request("it", 1))["it"])

    def test_likeness_and_text_weight_make_a_difference(self, engine: MusicGen) -> None:
        usual = self.clips(engine, self.request("it", 1))["it"]
        for change in ({"likeness": 6}, {"text_weight": 1.0}):
            assert not np.array_equal(self.clips(engine, self.request("it", 1, **change))["it"], usual)


def test_without_mert_it_is_said_how_to_get_it(folders, tmp_path: Path) -> None:
    save_style(tmp_path / "it", folders["mono"], "mert")
    checkpoint = read_checkpoint(tmp_path / "it")
    listener = Listener.of(checkpoint, Codec(checkpoint, CPU), CPU)
    assert listener is not None
    with pytest.raises(Exception, match="MERT-v1-95M") as caught:
        listener.hear(Clip(np.ones((1, 64_000), np.float32), 32_000), 1)
    assert "EnCodec" in caught.value.words.en
