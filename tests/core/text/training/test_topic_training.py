import numpy as np
import pytest

from core.text.minilm import MiniLM
from core.text.tables import read_json
from core.text.topic import TopicHead
from core.text.training.kernel import encode, widened
from core.text.training.topic import TitleHead, best_temperature, fingerprints

TITLES = {
    "Cookbooks, Food & Wine": ["Soups for Winter", "Bread at Home", "The Vegan Kitchen", "Pasta", "Wine by the Glass"],
    "Travel": ["A Guide to Lisbon", "Walking in Nepal", "Road Trips of Norway", "Islands of Greece", "Rome on Foot"],
}


@pytest.fixture(scope="module")
def trained():
    labels = tuple(read_json("topic_prototypes.json"))
    titles = [title for own in TITLES.values() for title in own]
    known = np.array([labels.index(label) for label, own in TITLES.items() for _ in own])
    return TitleHead(titles, known, MiniLM.installed()), titles, known, labels


def test_a_few_titles_teach_their_topics(trained):
    head, titles, known, labels = trained
    scores = head.cross_validated()
    assert scores.shape == (len(titles), len(labels))
    assert (scores.argmax(axis=1) == known).mean() >= 0.5
    model = widened(head.fit(best_temperature(scores, known)))
    assert model["words"].dtype == np.int8
    texts = ["Cakes and Pies", "A Week in Madrid"]
    probabilities = TopicHead(labels, model).of(texts, encode(texts, MiniLM.installed()))
    assert [labels[row.argmax()] for row in probabilities] == list(TITLES)


def test_the_best_temperature_is_the_one_that_scores_were_made_with():
    draw = np.random.default_rng(3)
    scores = draw.normal(size=(4000, 5)).astype(np.float32)
    chances = np.exp(scores.astype(np.float64) / 0.5)
    chances /= chances.sum(axis=1, keepdims=True)
    known = np.array([draw.choice(5, p=row) for row in chances])
    assert best_temperature(scores, known) == pytest.approx(0.5, rel=0.15)


def test_a_title_is_known_again():
    assert np.isin(fingerprints(["Pasta "]), fingerprints(["Rome on Foot", "Pasta"])).all()
