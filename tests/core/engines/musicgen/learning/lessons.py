"""Small lessons on tiny models."""

import torch

from core.engines.lesson import Lesson
from core.engines.musicgen.learning.course import Course
from core.engines.musicgen.learning.material import Example, Material
from core.engines.musicgen.learning.model import TrainedModel
from core.engines.musicgen.learning.teacher import RememberedText, card_for
from core.engines.musicgen.text import TextEncoder

CPU = torch.device("cpu")


def lesson_of(**changes):
    known = {"name": "kayagum", "class_word": "piano", "tokens": 2, "fraction": 0.1, "rank": 2, "steps": 12, "probe": 4}
    known |= {"batch": 2, "window": 1.0, "check": 3, "patience": 50, "rate": 0.02, "token_rate": 0.05}
    return Lesson(**known | changes)


def pattern(config, frames, shift):
    """Codes that go up and start anew: something that can be learned."""
    steps = torch.arange(frames)[None] * torch.arange(1, config.codebooks + 1)[:, None]
    return (steps + shift) % 8


def material_of(config, count=6):
    windows = [Example(pattern(config, 10 + index, index % 2), "calm jazz" * (index % 2)) for index in range(count)]
    return Material(tuple(windows[:-2]), tuple(windows[-2:]))


def course_of(mono, lesson, *, model=None, folder=None, rehearsal=()):
    model = model or TrainedModel(mono.config, mono.decoder, CPU)
    text = RememberedText(TextEncoder(mono, CPU))
    card = card_for(lesson, "0" * 64, "tiny")
    return Course(lesson, model, text, card=card, material=material_of(mono.config), rehearsal=rehearsal, folder=folder)


def finish(steps):
    """The rows of a course, and its outcome."""
    rows = []
    while True:
        try:
            rows.append(next(steps))
        except StopIteration as end:
            return rows, end.value
