"""The step over fixed buffers, unrecorded on the CPU: it predicts what the ordinary step does, in every size."""

import dataclasses

import pytest
import torch

from core.engines.musicgen.batcher import Batcher, Broken, Finished
from core.engines.musicgen.captured import bucket
from core.engines.musicgen.decoder import Decoder
from core.engines.musicgen.sampling import Sampling
from tests.core.engines.musicgen.test_batcher import POSITIONS, alone, finish, job_of


class Recording:
    """Stands in for the recording of CUDA graphs: keeps what was recorded, and replays it as it is."""

    def __init__(self, fail=False):
        self.recorded, self.fail = 0, fail

    def __call__(self, step):
        if self.fail:
            raise RuntimeError("this cannot be recorded\nfor several reasons")
        self.recorded += 1
        return step


class Witness:
    """A decoder that keeps the logits of every step."""

    def __init__(self, decoder):
        self.decoder, self.seen = decoder, []

    def __getattr__(self, name):
        return getattr(self.decoder, name)

    def step(self, *given):
        return Decoder.step(self, *given)

    def predict(self, *given):
        self.seen.append(self.decoder.predict(*given))
        return self.seen[-1]


@pytest.mark.parametrize(("wanted", "found"), [(1, 1), (2, 2), (3, 4), (5, 8), (8, 8), (9, 12), (12, 12)])
def test_sizes_are_powers_of_two_up_to_all_there_is(wanted, found):
    assert bucket(wanted, 12) == found
    assert bucket(wanted, 1500, 64) == 64


@pytest.mark.parametrize("requests", [1, 2, 3, 5, 8])
def test_logits_and_cache_are_those_of_the_ordinary_step_in_every_size(decoder, requests):
    jobs = [
        job_of(decoder, f"job {index}", seed=index, text=3 + 9 * (index % 3), frames=80) for index in range(requests)
    ]
    ordinary, fixed = Witness(decoder), Witness(decoder)
    batchers = Batcher(ordinary, 8, POSITIONS), Batcher(fixed, 8, POSITIONS, Recording())
    for turn in range(80):
        for batcher in batchers:
            if turn < requests:
                batcher.add(jobs[turn])
            batcher.step()
        expected, found = ordinary.seen.pop(), fixed.seen.pop()
        assert torch.allclose(found[: len(expected)], expected, atol=1e-5)
    reach = 81 - requests
    for one, other in zip(*(batcher._cache.layers for batcher in batchers), strict=True):
        assert torch.allclose(one[: 2 * requests, :, :, :reach], other[: 2 * requests, :, :, :reach], atol=1e-5)


def test_requests_that_join_leave_and_are_filled_in_get_what_they_get_alone(decoder):
    jobs = [
        job_of(decoder, f"job {index}", seed=index, text=5 * index, frames=20 + 9 * index, prompt=(0, 18, 3)[index % 3])
        for index in range(6)
    ]
    recording = Recording()
    batcher = Batcher(decoder, 4, POSITIONS, recording)
    found = {}
    for turn in range(200):
        if turn % 3 == 0 and jobs[turn // 3 :]:
            batcher.add(jobs[turn // 3])
        if turn == 9:
            batcher.cancel("job 1")
        found |= {update.id: update.codes for update in batcher.step() if isinstance(update, Finished)}
        if batcher.idle and turn > 18:
            break
    assert sorted(found) == ["job 0", "job 2", "job 3", "job 4", "job 5"]
    assert all(torch.equal(found[job.id], alone(decoder, job)) for job in jobs if job.id in found)
    # A batch is recorded for 1, 2 and 4 requests and for two lengths at most, and never twice.
    assert recording.recorded <= 6


@pytest.mark.parametrize(
    "change",
    [
        {"against": 4},
        {"text": 70},
        {"top_p": 0.9},
        {"temperature": 0.0},
    ],
)
def test_requests_that_are_not_plain_take_the_ordinary_step_with_all_beside_them(decoder, change):
    recording = Recording()
    batcher = Batcher(decoder, 2, POSITIONS, recording)
    jobs = [job_of(decoder, "plain"), job_of(decoder, "other", **change)]
    for job in jobs:
        batcher.add(job)
    found = finish(batcher)
    assert recording.recorded == 0
    assert all(torch.equal(found[job.id].codes, alone(decoder, job)) for job in jobs)


def test_different_settings_share_a_recorded_step_but_for_how_many_tokens_they_choose_among(decoder):
    recording = Recording()
    batcher = Batcher(decoder, 3, POSITIONS, recording)
    jobs = [
        job_of(decoder, "warm", temperature=1.3),
        job_of(decoder, "led", guidance=5.0),
        job_of(decoder, "un", guidance=1.0),
    ]
    for job in jobs:
        batcher.add(job)
    found = finish(batcher)
    assert recording.recorded == 1
    assert all(torch.equal(found[job.id].codes, alone(decoder, job)) for job in jobs)
    batcher.add(job_of(decoder, "few", top_k=5))
    batcher.add(job_of(decoder, "many"))
    finish(batcher)
    assert recording.recorded == 1


def test_where_nothing_can_be_recorded_the_ordinary_step_goes_on(decoder):
    batcher = Batcher(decoder, 2, POSITIONS, Recording(fail=True))
    job = job_of(decoder)
    batcher.add(job)
    assert torch.equal(finish(batcher)["it"].codes, alone(decoder, job))


def test_a_broken_prediction_fails_its_own_request_and_not_the_next_in_its_slot(decoder):
    fine, ill = job_of(decoder, "fine"), job_of(decoder, "ill")
    nan = tuple(values * torch.nan for values in ill.condition.values)
    ill = dataclasses.replace(ill, condition=dataclasses.replace(ill.condition, values=nan))
    batcher = Batcher(decoder, 2, POSITIONS, Recording())
    batcher.add(ill)
    batcher.add(fine)
    found = finish(batcher)
    assert isinstance(found["ill"], Broken)
    assert torch.equal(found["fine"].codes, alone(decoder, fine))
    for job in (following := job_of(decoder, "next", prompt=5), fine):
        batcher.add(job)
    assert torch.equal(finish(batcher)["next"].codes, alone(decoder, following))


def test_all_sizes_can_be_recorded_before_anything_is_under_way(decoder):
    recording = Recording()
    batcher = Batcher(decoder, 3, POSITIONS, recording)
    assert list(batcher.prepare(Sampling())) == pytest.approx([each / 6 for each in range(1, 7)])
    for job in (jobs := [job_of(decoder, f"job {index}", frames=70 + index) for index in range(3)]):
        batcher.add(job)
    found = finish(batcher)
    assert recording.recorded == 6
    assert all(torch.equal(found[job.id].codes, alone(decoder, job)) for job in jobs)
    assert list(Batcher(decoder, 3, POSITIONS).prepare(Sampling())) == []


def test_after_memory_has_run_out_nothing_recorded_is_used(decoder):
    class Scarce(Recording):
        def __call__(self, step):
            def run():
                tokens = step()
                if len(tokens) > 2:
                    raise torch.OutOfMemoryError
                return tokens

            return run

    batcher = Batcher(decoder, 4, POSITIONS, Scarce())
    jobs = [job_of(decoder, f"job {index}", seed=index) for index in range(3)]
    for job in jobs:
        batcher.add(job)
    found = finish(batcher)
    assert batcher.slots < 4
    assert all(torch.equal(found[job.id].codes, alone(decoder, job)) for job in jobs)
