"""Continuous batching: what a request gets does not depend on its company, whatever happens around it."""

import dataclasses

import pytest
import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from core.engines.musicgen.batcher import Advanced, Batcher, Broken, Finished, Job
from core.engines.musicgen.cache import KVCache, positions_for
from core.engines.musicgen.checkpoint import read_checkpoint
from core.engines.musicgen.decoder import Crossing, Decoder
from core.engines.musicgen.linear import Kernels
from core.engines.musicgen.sampling import Sampling

POSITIONS = 120


def job_of(decoder, name="it", *, frames=12, seed=7, text=5, prompt=0, against=None, tune=0, **sampling):
    noise = torch.Generator().manual_seed(text)
    states = torch.randn(text, decoder.config.text_size, generator=noise)
    away = None if against is None else torch.randn(against, decoder.config.text_size, generator=noise)
    melody = torch.rand(tune, decoder.config.chroma, generator=noise) if tune else None
    codes = torch.randint(0, decoder.config.vocabulary, (decoder.config.codebooks, prompt), generator=noise)
    given = codes if prompt else None
    return Job(name, decoder.condition(states, melody, against=away), frames, Sampling(**sampling), seed, given)


def finish(batcher):
    """All that becomes of a batcher's jobs, by id."""
    found = {}
    while not batcher.idle:
        found |= {update.id: update for update in batcher.step() if not isinstance(update, Advanced)}
    return found


def alone(decoder, job):
    batcher = Batcher(decoder, 1, POSITIONS)
    batcher.add(job)
    return finish(batcher)[job.id].codes


JOBS = st.fixed_dictionaries(
    {
        "frames": st.integers(8, 20),
        "seed": st.sampled_from([0, 1, 2**32 - 1]),
        "text": st.sampled_from([0, 3, 17, 40]),
        "against": st.sampled_from([None, None, 0, 4, 20]),
        "prompt": st.sampled_from([0, 1, 7]),
        "top_k": st.sampled_from([0, 5, 250]),
        "temperature": st.sampled_from([0.0, 0.7, 1.0]),
        "guidance": st.sampled_from([1.0, 3.0]),
    }
)


def machine(decoder):
    """Requests that come, go on and are cancelled at any time; each that finishes must be as if it were alone."""
    known = {}

    class Company(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.batcher = Batcher(decoder, 3, POSITIONS)
            self.jobs = {}
            self.count = 0

        @rule(wish=JOBS)
        def add(self, wish):
            self.count += 1
            job = job_of(decoder, f"job {self.count}", **wish)
            self.jobs[job.id] = job, tuple(sorted(wish.items()))
            self.batcher.add(job)

        @precondition(lambda self: self.jobs)
        @rule(data=st.data())
        def cancel(self, data):
            name = data.draw(st.sampled_from(sorted(self.jobs)))
            del self.jobs[name]
            self.batcher.cancel(name)

        @rule(steps=st.integers(1, 12))
        def step(self, steps):
            for _ in range(steps):
                for update in self.batcher.step():
                    assert update.id in self.jobs
                    if isinstance(update, Finished):
                        self.check(update)

        def check(self, update):
            job, wish = self.jobs.pop(update.id)
            if wish not in known:
                known[wish] = alone(decoder, job)
            assert torch.equal(update.codes, known[wish])

        @invariant()
        def no_more_run_than_there_are_slots(self):
            assert len(self.batcher.running) <= 3

        def teardown(self):
            for update in finish(self.batcher).values():
                self.check(update)
            assert not self.jobs

    return Company


QUIET = settings(
    max_examples=12, stateful_step_count=14, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def test_tokens_are_the_same_alone_and_in_any_company(decoder):
    run_state_machine_as_test(machine(decoder), settings=QUIET)


def test_tokens_of_a_melody_model_are_the_same_in_company(folders):
    checkpoint = read_checkpoint(folders["melody"])
    decoder = Decoder(checkpoint.config, checkpoint.decoder, Kernels("fp32", torch.device("cpu")))
    jobs = [
        job_of(decoder, f"job {index}", seed=index, text=3 * index, prompt=index, tune=7 * index, against=2 * index)
        for index in range(4)
    ]
    batcher = Batcher(decoder, 3, POSITIONS)
    for job in jobs:
        batcher.add(job)
        batcher.step()
    found = finish(batcher)
    assert all(torch.equal(found[job.id].codes, alone(decoder, job)) for job in jobs)


def test_tokens_in_8_bits_are_the_same_in_company(mono):
    decoder = Decoder(mono.config, mono.decoder, Kernels("int8", torch.device("cpu")))
    jobs = [job_of(decoder, f"job {index}", seed=index, text=3 + index) for index in range(4)]
    batcher = Batcher(decoder, 4, POSITIONS)
    for job in jobs:
        batcher.add(job)
    found = finish(batcher)
    assert all(torch.equal(found[job.id].codes, alone(decoder, job)) for job in jobs)


def test_guidance_leads_away_from_what_the_null_row_reads(decoder):
    """The null row then predicts what the conditional row of a request with that text would."""
    away = job_of(decoder, "away", text=4)
    noise = torch.Generator().manual_seed(4)
    against = torch.randn(4, decoder.config.text_size, generator=noise)
    states = torch.randn(9, decoder.config.text_size, generator=noise)
    found = []
    for condition in (decoder.condition(states, against=against), decoder.condition(states), away.condition):
        cache = KVCache(decoder.config, 1, 4, decoder.heard_dtype, decoder.device)
        start = decoder.embed(torch.full((1, decoder.config.codebooks), decoder.config.start), torch.zeros(1).long())
        found.append(decoder.step(start, cache, [0], [0], Crossing([condition]))[0])
    led, plain, opposite = found
    assert torch.allclose(led[0], plain[0], atol=1e-5)
    assert torch.allclose(led[1], opposite[0], atol=1e-5)
    assert not torch.allclose(led[1], plain[1], atol=1e-2)


def test_seeds_make_a_difference_and_prompts_are_kept(decoder):
    first = alone(decoder, job_of(decoder, seed=1, prompt=5))
    second = alone(decoder, job_of(decoder, seed=2, prompt=5))
    assert not torch.equal(first, second)
    assert torch.equal(first[:, :5], second[:, :5])
    assert torch.equal(first[:, :5], job_of(decoder, prompt=5).prompt)


def test_a_short_request_does_not_wait_for_a_long_one(decoder):
    batcher = Batcher(decoder, 2, POSITIONS)
    batcher.add(job_of(decoder, "long", frames=60))
    for name in ("short", "second", "third"):
        batcher.add(job_of(decoder, name, frames=8))
    order = []
    while not batcher.idle:
        order += [update.id for update in batcher.step() if isinstance(update, Finished)]
    assert order == ["short", "second", "third", "long"]


def test_a_cancelled_request_gives_up_its_slot_within_a_step(decoder):
    batcher = Batcher(decoder, 1, POSITIONS)
    batcher.add(job_of(decoder, "first", frames=60))
    batcher.add(job_of(decoder, "next"))
    batcher.step()
    batcher.cancel("first")
    assert [update.id for update in batcher.step()] == ["next"]
    batcher.cancel("nobody")


def test_a_broken_prediction_fails_its_own_request_only(decoder):
    fine, ill = job_of(decoder, "fine"), job_of(decoder, "ill")
    nan = tuple(values * torch.nan for values in ill.condition.values)
    ill = dataclasses.replace(ill, condition=dataclasses.replace(ill.condition, values=nan))
    batcher = Batcher(decoder, 2, POSITIONS)
    batcher.add(ill)
    batcher.add(fine)
    found = finish(batcher)
    assert isinstance(found["ill"], Broken)
    assert torch.equal(found["fine"].codes, alone(decoder, fine))


class Scarce:
    """A decoder whose memory does for a few requests only."""

    def __init__(self, decoder, most):
        self.decoder, self.most = decoder, most

    def __getattr__(self, name):
        return getattr(self.decoder, name)

    def step(self, states, cache, slots, *rest):
        if len(slots) > self.most:
            raise torch.OutOfMemoryError("no memory")
        return self.decoder.step(states, cache, slots, *rest)


def test_the_batch_shrinks_when_memory_runs_out_and_nothing_is_lost(decoder):
    batcher = Batcher(Scarce(decoder, 2), 4, POSITIONS)
    jobs = [job_of(decoder, f"job {index}", seed=index, frames=10 + index) for index in range(5)]
    for job in jobs:
        batcher.add(job)
        batcher.step()
    found = finish(batcher)
    assert batcher.slots == 2
    assert all(torch.equal(found[job.id].codes, alone(decoder, job)) for job in jobs)


def test_a_request_fails_when_memory_does_not_do_for_it_alone(decoder):
    batcher = Batcher(Scarce(decoder, 0), 2, POSITIONS)
    batcher.add(job_of(decoder, "one"))
    assert isinstance(finish(batcher)["one"], Broken)


def test_a_request_that_does_not_fit_is_refused(decoder):
    batcher = Batcher(decoder, 1, POSITIONS)
    with pytest.raises(ValueError, match="fit"):
        batcher.add(job_of(decoder, frames=POSITIONS))
    with pytest.raises(ValueError, match="nothing to make"):
        batcher.add(job_of(decoder, frames=4, prompt=4))


def test_a_slot_holds_the_longest_window(decoder):
    assert positions_for(decoder.config) == 1503


def test_a_job_that_follows_under_the_same_name_is_conditioned_on_its_own_text(decoder):
    first, second = job_of(decoder, text=3), job_of(decoder, text=4)
    batcher = Batcher(decoder, 1, POSITIONS)
    batcher.add(first)
    finish(batcher)
    batcher.add(second)
    assert torch.equal(finish(batcher)["it"].codes, alone(decoder, second))
