"""The delay pattern."""

import torch

from core.engines.musicgen.delay import columns_for, delayed, undelayed


def test_codebook_k_stands_k_columns_later():
    codes = torch.arange(12).view(4, 3)
    columns = delayed(codes, (0, 1, 2, 3), 99)
    assert columns.tolist() == [
        [99, 0, 1, 2, 99, 99, 99],
        [99, 99, 3, 4, 5, 99, 99],
        [99, 99, 99, 6, 7, 8, 99],
        [99, 99, 99, 99, 9, 10, 11],
    ]
    assert columns_for(3, (0, 1, 2, 3)) == 6


def test_frames_come_back_as_soon_as_their_last_codebook_is_there():
    codes = torch.arange(32).view(8, 4)
    delays = (0, 0, 1, 1, 2, 2, 3, 3)
    columns = delayed(codes, delays, 99)
    assert torch.equal(undelayed(columns, delays), codes)
    assert torch.equal(undelayed(columns[:, :6], delays), codes[:, :2])
    assert undelayed(columns[:, :3], delays).shape == (8, 0)
