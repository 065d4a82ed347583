import itertools

import numpy as np

from core.engines.composer.sound.ending import cut, faded, seamless


def blocks(samples, *sizes):
    edges = np.cumsum([0, *sizes])
    return (samples[..., begin:end] for begin, end in itertools.pairwise(edges))


def whole(parts):
    return np.concatenate(list(parts), axis=-1)


RAMP = np.arange(100, dtype=np.float32)[None]


def test_cutting_takes_what_is_asked_for_whatever_the_blocks():
    for sizes in ((100,), (10, 50, 40), (1,) * 100):
        assert np.array_equal(whole(cut(blocks(RAMP, *sizes), 25, 60)), RAMP[:, 25:85])


def test_fading_touches_the_end_only():
    ones = np.ones((2, 100), np.float32)
    for sizes in ((100,), (70, 20, 10), (95, 5)):
        out = whole(faded(blocks(ones, *sizes), 100, 20))
        assert (out[:, :80] == 1).all()
        assert (np.diff(out[:, 79:]) <= 0).all()
        assert abs(out[0, -1]) < 1e-6


def test_the_end_of_a_loop_becomes_what_came_before_its_beginning():
    early, body = np.full((1, 10), 5.0, np.float32), np.ones((1, 90), np.float32)
    for sizes in ((100,), (4, 3, 50, 43)):
        out = whole(seamless(blocks(np.concatenate([early, body], axis=1), *sizes), 90, 10))
        assert out.shape == (1, 90)
        assert (out[:, :80] == 1).all()
        assert out[0, -1] == 5.0
        assert (np.diff(out[0, 80:]) > 0).all()
