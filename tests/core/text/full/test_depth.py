"""The full depth from its folders to a reading, with tiny models of random weights."""

import pickle
import shutil

import numpy as np
import pytest
import torch

from core.brief import Brief
from core.catalog import Catalog
from core.text.depth import EMOTIONS
from core.text.full.depth import full
from core.text.full.emotion import known_columns
from core.text.full.loading import load
from core.text.full.models import FullModels, ModelsUnusable
from core.text.full.summariser import chunked
from core.text.full.topic import AskedTopics, windows
from core.text.opening import INSTEAD, open_reader
from core.text.passages import Passages
from core.text.reader import Reader
from core.text.sentences import Splitter
from tests.core.text.full import tiny

STORY = "The sea rose and a storm came. " * 6 + "\n\n" + "We lost him. She came home and laughed. " * 6
KOREAN = "바다는 고요했다. 폭풍이 왔다. 우리는 그를 잃었다. " * 12


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load()


@pytest.fixture(scope="module")
def depth(chosen, tiny_models, catalog):
    torch.set_num_threads(1)
    return full(catalog, chosen, tiny_models)


@pytest.fixture(scope="module")
def reader(depth, catalog):
    return Reader(catalog, depth)


def passages(depth, text):
    sentences = Splitter.load().split(text)
    words = [sentence.words for sentence in sentences]
    english = depth.translator.to_english(words, [sentence.language for sentence in sentences])
    return Passages(
        sentences=sentences,
        english=english.texts,
        coverage=np.array(english.coverage, np.float32),
        weights=np.full(len(sentences), 1 / len(sentences), np.float32),
        vectors=depth.encoder.encode(words),
    )


def altered(tiny_models, tmp_path, role, change):
    """The tiny models, one of them changed."""
    folder = tmp_path / role
    shutil.copytree(tiny_models / role, folder)
    change(folder)
    return FullModels(**{name: str(tiny_models / name) for name in FullModels.model_fields} | {role: str(folder)})


def test_an_english_story_is_read_by_the_models(reader):
    reading = reader.read(STORY, "en", Brief(seed=1, duration=60))
    assert reading.language == "en"
    assert {guess.topic for guess in reading.topics} == {"history", "romance", "travel"}
    assert 0 < len(reading.summary) <= len(STORY)
    assert reading.notes == ()


def test_a_korean_story_is_translated_for_the_caption(reader, depth):
    sentence = "폭풍이 왔다"
    translated = depth.translator.to_english([sentence, "home"], ["ko", "en"])
    assert translated.texts[0] != sentence
    assert translated.texts[1] == "home"
    assert translated.coverage == (1.0, 1.0)
    reading = reader.read(KOREAN, "ko", Brief(seed=1))
    assert reading.language == "ko"
    assert len(reading.summary) <= len(KOREAN)


def test_vectors_are_means_over_tokens_whatever_stands_beside_them_in_a_batch(depth, tiny_models):
    loaded = load("encoder", "encoder", tiny_models / "encoder")
    with torch.inference_mode():
        states = loaded.model(**loaded.tokens(["the calm sea"])).last_hidden_state[0]
    expected = torch.nn.functional.normalize(states.mean(dim=0), dim=0).numpy()
    together = depth.encoder.encode(["she came home and laughed and laughed", "the calm sea"])
    assert np.allclose(together.sentence[1], expected, atol=1e-5)
    assert together.layers.shape == (2, 0, 16)


def test_topics_are_known_by_their_names_not_by_their_places(depth, catalog):
    shares = depth.topics.probabilities(passages(depth, STORY))
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)
    known = {depth.topics.labels[column] for column in np.flatnonzero(shares[0])}
    assert known == {"History", "Romance", "Travel"}
    assert len(depth.topics.labels) == len(catalog.topics)


def test_a_classifier_of_entailment_is_asked_about_every_topic(tiny_models, tmp_path, catalog):
    folder = tmp_path / "nli"
    tiny.save_topics(folder, ["entailment", "neutral", "contradiction"])
    chosen = FullModels(**{name: str(tiny_models / name) for name in FullModels.model_fields}).model_copy(
        update={"topic_classifier": str(folder)}
    )
    depth = full(catalog, chosen, tiny_models)
    assert isinstance(depth.topics, AskedTopics)
    shares = depth.topics.probabilities(passages(depth, STORY))
    assert np.count_nonzero(shares[0]) == len(catalog.topics)
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)


def test_emotions_of_many_labels_become_seven_and_a_place_in_the_plane(depth):
    feelings = depth.emotions.feel(passages(depth, STORY))
    assert feelings.emotions.shape[1] == len(EMOTIONS)
    assert np.allclose(feelings.emotions.sum(axis=1), 1, atol=1e-5)
    assert feelings.emotions[0, EMOTIONS.index("disgust")] == 0
    assert np.abs(feelings.valence).max() <= 1


def test_labels_are_known_in_english_and_korean():
    columns = known_columns(["기쁨", "LABEL_1", "Anger", "grief"])
    assert [(column.number, EMOTIONS[column.emotion]) for column in columns] == [
        (0, "happiness"),
        (2, "anger"),
        (3, "sadness"),
    ]
    assert columns[0].valence > 0 > columns[2].valence


def test_a_long_text_is_summarised_in_parts(depth, tiny_models):
    loaded = load("english_summariser", "summariser", tiny_models / "english_summariser")
    sentences = ["we lost him and she came home"] * 40
    parts = chunked(sentences, loaded)
    assert len(parts) > 1
    assert " ".join(parts) == " ".join(sentences)
    assert all(len(loaded.tokenizer(part)["input_ids"]) <= loaded.longest for part in parts)
    summary = depth.summariser.summarise(passages(depth, "We lost him and she came home. " * 40), 100)
    assert 0 < len(summary.text) <= 100
    assert summary.rows


def test_a_short_text_is_its_own_summary(depth):
    assert depth.summariser.summarise(passages(depth, "She came home."), 300).text == "She came home."


def test_windows_cover_every_sentence_once(depth):
    read = passages(depth, STORY)
    spans = windows(read, 3)
    assert [row for span in spans for row in span] == list(range(len(read)))
    assert len(spans) <= 3


def test_a_damaged_model_gives_way_to_the_embedded_depth(tiny_models, tmp_path):
    chosen = altered(tiny_models, tmp_path, "translator", lambda folder: (folder / "config.json").write_text("{"))
    reader = open_reader("", "full", chosen.model_dump(), str(tiny_models))
    reading = reader.read("We came home and laughed, it was a wonderful day.", "en", Brief())
    assert reading.notes[0] == INSTEAD
    assert reading.topics


def test_weights_that_would_run_code_are_refused(tiny_models, tmp_path, catalog):
    trace = tmp_path / "trace"

    class Harmful:
        def __reduce__(self):
            return trace.touch, ()

    def poison(folder):
        (folder / "model.safetensors").unlink()
        (folder / "pytorch_model.bin").write_bytes(pickle.dumps({"weights": Harmful()}))

    chosen = altered(tiny_models, tmp_path, "encoder", poison)
    with pytest.raises(ModelsUnusable):
        full(catalog, chosen, tiny_models)
    assert not trace.exists()


def refused(tiny_models, catalog, **changed):
    with pytest.raises(ModelsUnusable) as caught:
        full(
            catalog,
            FullModels(**{name: str(tiny_models / name) for name in FullModels.model_fields} | changed),
            tiny_models,
        )
    return str(caught.value)


def test_labels_without_meaning_are_refused(tiny_models, tmp_path, catalog):
    nameless = ["LABEL_0", "LABEL_1", "LABEL_2"]
    tiny.save_topics(tmp_path / "topics", nameless)
    tiny.save_emotions(tmp_path / "emotions", nameless)
    no_topics = refused(tiny_models, catalog, topic_classifier=str(tmp_path / "topics"))
    assert "no topics and no entailment" in no_topics
    assert "name no emotions" in refused(tiny_models, catalog, emotion_classifier=str(tmp_path / "emotions"))


def test_a_model_without_a_trained_classifier_is_refused(tiny_models, catalog):
    assert "never trained" in refused(tiny_models, catalog, emotion_classifier=str(tiny_models / "encoder"))
