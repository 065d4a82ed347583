"""Melodies as chroma."""

import numpy as np
import torch

from core.engines.musicgen.chroma import chroma

RATE = 32000


def tone(hertz, seconds=2.0):
    return torch.from_numpy(np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).float()[None]


def test_a_note_is_its_pitch_class_in_every_octave():
    for hertz, pitch in ((261.63, 0), (523.25, 0), (440.0, 9), (880.0, 9), (392.0, 7)):
        frames = chroma(tone(hertz), RATE)
        assert frames.sum(1).eq(1).all()
        assert frames[2:-2].argmax(1).eq(pitch).all()


def test_a_melody_changes_with_its_notes():
    frames = chroma(torch.cat([tone(261.63), tone(440.0)], dim=1), RATE).argmax(1)
    assert frames[4] == 0
    assert frames[-5] == 9


def test_silence_and_very_short_recordings_ask_for_no_melody():
    assert chroma(torch.zeros(2, RATE), RATE)[:, 0].eq(1).all()
    assert chroma(torch.zeros(1, 10), RATE).shape[1] == 12
