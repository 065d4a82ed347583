"""The evaluation of concepts: its codec, its ears, and that its trials learn and serve what they say."""

import numpy as np
import pytest
import torch

from core.engines.musicgen.learning.material import Example
from core.engines.musicgen.learning.model import TrainedModel, our_names
from core.evaluation.concepts.ears import Ears
from core.evaluation.concepts.spectral import FRAME_RATE, SpectralCodec, spectra
from core.evaluation.concepts.subjects import RATE, Captioned, Subject
from core.evaluation.concepts.trial import CONCEPT_CAPTION, Wanted, learn, lesson_for, make, pair
from core.evaluation.concepts.world import CONFIG, CPU, WordText, build_world, held_out_loss

PITCHES = {"low": 200.0, "middle": 600.0, "high": 1800.0}


def tone(pitch, seconds=8.0, seed=0):
    """A pulsing tone with a little noise."""
    dice = np.random.default_rng(seed)
    times = np.arange(round(seconds * RATE)) / RATE
    pulse = 0.5 + 0.5 * np.sign(np.sin(2 * np.pi * (2 + seed % 3) * times))
    sound = 0.4 * np.sin(2 * np.pi * pitch * times) * pulse + 0.01 * dice.standard_normal(len(times))
    return sound.astype(np.float32)


def clips(count, seed):
    names = list(PITCHES)
    return [Captioned(tone(PITCHES[names[n % 3]], seed=seed + n), f"{names[n % 3]} tone") for n in range(count)]


@pytest.fixture(scope="module")
def world():
    return build_world(clips(12, 0), clips(6, 100), steps=12, seed=1)


def test_a_sound_decodes_to_about_the_same_spectra():
    sounds = [spectra(tone(pitch, seed=n)) for n, pitch in enumerate((200, 600, 1800, 900))]
    codec = SpectralCodec.fit(sounds, seed=0)
    again = codec.decode(codec.encode(sounds[1]))
    assert len(again) == round(8.0 * FRAME_RATE) - 1
    assert np.mean(np.square(again - sounds[1])) < 0.05 * np.var(sounds[1])


def test_ears_tell_alike_from_different_and_right_from_wrong_captions():
    heard = clips(30, 0)
    ears = Ears.trained([spectra(clip.samples) for clip in heard], [clip.caption for clip in heard])
    low, also_low, high = spectra(tone(200.0, seed=50)), spectra(tone(200.0, seed=53)), spectra(tone(1800.0, seed=50))
    assert ears.alike(low, also_low) > ears.alike(low, high)
    assert ears.fits(low, "low tone") > 0 > ears.fits(low, "high tone")


def test_words_have_vectors_of_their_own():
    text = WordText()
    states, cut = text.encode("Calm jazz, 84 BPM")
    assert states.shape == (4, 64)
    assert text.length("calm jazz") == 2
    assert not cut
    assert torch.equal(states[0], text.encode("calm")[0][0])
    assert text.encode("")[0].shape == (0, 64)


def test_the_base_learns_something(world):
    assert world.losses[0] < np.log(CONFIG.vocabulary)


def test_weights_go_to_transformers_and_back(world):
    model = TrainedModel(CONFIG, world.tensors, CPU)
    back = our_names(model.network.state_dict(), world.tensors, CONFIG)
    assert back.keys() == world.tensors.keys()
    assert all(torch.equal(back[name], world.tensors[name]) for name in back)


@pytest.mark.parametrize("method", ["pivotal", "full"])
def test_a_concept_is_learned_and_served(world, method):
    subject = Subject("whistle", "instrument", (tone(3000.0, 20.0),), tone(3000.0, 8.0, 1))
    model = TrainedModel(CONFIG, world.tensors, CPU)
    before = held_out_loss(model, world.text, world.held_out)
    rehearsal = (Example(world.held_out[0][0], "low tone", concept=False),)
    learned = learn(world, model, subject, lesson_for("whistle", method, 10, rehearsal=0.5), rehearsal)
    assert learned.outcome.after < learned.outcome.before
    assert held_out_loss(model, world.text, world.held_out) == before
    decoder = world.decoder(learned.tensors)
    wanted = [
        Wanted("plain", CONCEPT_CAPTION.format("music"), {}, 1),
        Wanted("concept", CONCEPT_CAPTION.format("<it>"), {"it": learned.concept}, 1),
        Wanted("two", CONCEPT_CAPTION.format("<a> and <b>"), pair(learned.concept, learned.concept, enhance=True), 1),
    ]
    made = make(world, wanted, decoder)
    assert made["plain"].shape == (CONFIG.codebooks, CONFIG.max_frames)
    assert not torch.equal(made["plain"], made["concept"])
