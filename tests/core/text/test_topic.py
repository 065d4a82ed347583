"""Topics by the head that ships, and without an encoder."""

import json
from importlib.resources import files

import numpy as np
import pytest

from core.text.lexical import BUCKETS, weigh
from core.text.minilm import MiniLM
from core.text.topic import TopicHead, softmax


@pytest.fixture(scope="module")
def head():
    return TopicHead.load()


@pytest.fixture(scope="module")
def passages():
    return json.loads(files("core.evaluation").joinpath("data", "topic_passages.json").read_text(encoding="utf-8"))


def test_three_quarters_of_the_passages_are_told_right(head, passages):
    texts = [passage["text"] for passage in passages]
    probabilities = head.of(texts, MiniLM.installed().encode(texts))
    assert np.allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)
    right = [
        head.labels[row.argmax()] == passage["topic"] for row, passage in zip(probabilities, passages, strict=True)
    ]
    assert np.mean(right) >= 0.75


def test_a_higher_temperature_makes_topics_more_alike():
    scores = np.array([[1.0, 2.0, 4.0]])
    sharp, flat = softmax(scores, 0.5), softmax(scores, 5.0)
    assert sharp.argmax() == flat.argmax() == 2
    assert sharp.max() > flat.max() > 1 / 3


def test_words_fall_into_buckets_with_weights_of_length_one():
    buckets, weights = weigh("A History of the Roman Empire")
    assert len(set(buckets.tolist())) == len(buckets)
    assert 0 <= buckets.min() <= buckets.max() < BUCKETS
    assert np.isclose(np.linalg.norm(weights), 1.0, atol=1e-6)
    assert len(weigh("")[0]) == 0
