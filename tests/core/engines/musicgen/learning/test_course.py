"""Lessons: what is trained, what is left alone, and what an interruption changes (nothing)."""

import csv
import io

import pytest
import torch
from transformers import MusicgenForConditionalGeneration

from core.engines.musicgen.delay import delayed
from core.engines.musicgen.learning.material import Example
from core.engines.musicgen.learning.model import TrainedModel
from core.engines.musicgen.learning.tuning import FullTuning, LowRankTuning, ValueTuning
from tests.core.engines.musicgen.learning.lessons import CPU, course_of, finish, lesson_of, pattern

METHODS = ("pivotal", "lora", "tokens", "full")


@pytest.fixture
def model(mono):
    return TrainedModel(mono.config, mono.decoder, CPU)


def weights_of(model):
    return {name: tensor.clone() for name, tensor in model.network.state_dict().items()}


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def test_the_trained_model_is_the_published_one(mono, folders, model):
    theirs = MusicgenForConditionalGeneration.from_pretrained(folders["mono"]).eval()
    codes = pattern(mono.config, 9, 1)
    states = torch.randn(4, mono.config.text_size, generator=torch.Generator().manual_seed(1))
    columns = delayed(codes, mono.config.delays, mono.config.start)
    with torch.no_grad():
        projected = theirs.enc_to_dec_proj(states)[None]
        logits = theirs.decoder(input_ids=columns[:, :-1], encoder_hidden_states=projected).logits
        targets = columns[:, 1:]
        losses = [
            torch.nn.functional.cross_entropy(logits[book], targets[book], ignore_index=mono.config.start)
            for book in range(mono.config.codebooks)
        ]
        assert float(model.loss([codes], [states])) == pytest.approx(float(torch.stack(losses).mean()), rel=1e-5)


def test_windows_of_different_lengths_and_texts_do_not_disturb_each_other(mono, model):
    short, long = pattern(mono.config, 6, 0), pattern(mono.config, 15, 3)
    text = torch.randn(5, mono.config.text_size, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        both = float(model.loss([short, long], [text, text[:0]]))
        apart = [float(model.loss([short], [text])), float(model.loss([long], [text[:0]]))]
    assert both == pytest.approx((6 * apart[0] + 15 * apart[1]) / 21, rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_a_lesson_lowers_the_held_out_loss_and_gives_the_model_back_as_it_was(mono, model, method):
    before = weights_of(model)
    rows, outcome = finish(course_of(mono, lesson_of(method=method, steps=24), model=model).run())
    assert outcome.after < outcome.before
    assert outcome.tokens.shape == (2, mono.config.text_size)
    assert len(rows) == 24 + (4 if method == "pivotal" else 0)
    assert same(weights_of(model), before)


def test_what_was_not_selected_stays_bit_for_bit(mono, model):
    before = weights_of(model)
    size = mono.config.size
    _, outcome = finish(course_of(mono, lesson_of(), model=model).run())
    tuning = ValueTuning(
        model, [outcome.tensors[f"value.{layer}.places"].long() for layer in range(mono.config.layers)]
    )
    with torch.no_grad():
        for layer, change in enumerate(tuning.changes):
            change.changes.copy_(outcome.tensors[f"value.{layer}.changes"])
            whole = change.base.weight.flatten().index_add(0, change.places, change.changes)
            differs = whole != before[f"model.decoder.layers.{layer}.self_attn.v_proj.weight"].flatten()
            assert not differs[[place for place in range(size**2) if place not in set(change.places.tolist())]].any()
            assert differs.any()
    tuning.close()
    assert same(weights_of(model), before)


@pytest.mark.parametrize("fraction", [0.001, 0.05, 0.5, 1.0])
def test_the_selected_fraction_is_as_set(mono, fraction):
    _, outcome = finish(course_of(mono, lesson_of(fraction=fraction, steps=1)).run())
    for layer in range(mono.config.layers):
        places = outcome.tensors[f"value.{layer}.places"]
        assert len(places) == round(fraction * mono.config.size**2)
        assert (places[1:] > places[:-1]).all()


def test_the_entries_that_move_most_are_selected(mono, model):
    tuning = ValueTuning(model)
    with torch.no_grad():
        for change in tuning.changes:
            change.changes[[3, 70, 11]] = torch.tensor([0.5, -0.9, 0.7])
    assert [places.tolist() for places in tuning.most_moved(2 / mono.config.size**2)] == [[11, 70]] * 2
    tuning.close()


def test_a_lesson_that_was_interrupted_ends_as_if_it_had_not_been(mono, tmp_path):
    lesson = lesson_of()
    _, whole = finish(course_of(mono, lesson).run())
    for stop in (2, 3, 5, 11):
        folder = tmp_path / str(stop)
        steps = course_of(mono, lesson, folder=folder).run()
        for _ in range(stop):
            next(steps)
        steps.close()
        rows, resumed = finish(course_of(mono, lesson, folder=folder).run())
        assert len(rows) < 16 or stop == 2
        assert torch.equal(resumed.tokens, whole.tokens)
        assert same(resumed.tensors, whole.tensors)
        assert resumed.rows == whole.rows


def test_another_lesson_does_not_go_on_from_this_ones_bookmark(mono, tmp_path):
    finish(course_of(mono, lesson_of(), folder=tmp_path).run())
    rows, _ = finish(course_of(mono, lesson_of(seed=1), folder=tmp_path).run())
    assert len(rows) == 16


def test_a_damaged_bookmark_is_passed_over(mono, tmp_path):
    (tmp_path / "bookmark.pt").write_bytes(b"nonsense")
    rows, _ = finish(course_of(mono, lesson_of(), folder=tmp_path).run())
    assert len(rows) == 16


def test_training_ends_when_the_held_out_loss_no_longer_falls(mono):
    rows, outcome = finish(course_of(mono, lesson_of(method="full", rate=0.5, patience=1, steps=300, check=2)).run())
    assert outcome.steps < 300
    measured = [row.held_out for row in rows if row.held_out is not None]
    assert outcome.after <= min(measured)


def test_rehearsal_keeps_the_base_models_own_music(mono, model):
    """Without it the loss on that music rises; with it, it rises less."""
    text = torch.zeros(0, mono.config.text_size)
    own = Example((pattern(mono.config, 20, 0) * 7 + 3) % mono.config.vocabulary, "", concept=False)
    rose = {}
    for weight in (0.0, 1.0):
        lesson = lesson_of(method="lora", steps=20, rehearsal=weight)
        _, outcome = finish(course_of(mono, lesson, model=model, rehearsal=(own,)).run())
        tuning = LowRankTuning(model, 2)
        with torch.no_grad():
            for layer, attention in enumerate(model.attentions):
                for name, adapted in (("query", attention.q_proj), ("value", attention.v_proj)):
                    adapted.lora_A["default"].weight.copy_(outcome.tensors[f"{name}.{layer}.down"])
                    adapted.lora_B["default"].weight.copy_(outcome.tensors[f"{name}.{layer}.up"])
            rose[weight] = float(model.loss([own.codes], [text]))
        tuning.close()
    assert rose[1.0] < rose[0.0]


def test_a_full_tuning_gives_every_weight_back(model):
    before = weights_of(model)
    tuning = FullTuning(model)
    with torch.no_grad():
        for parameter in tuning.parameters():
            parameter.add_(1.0)
    tuning.close()
    assert same(weights_of(model), before)


def test_the_record_is_a_table_and_a_picture(mono, tmp_path):
    _, outcome = finish(course_of(mono, lesson_of(), folder=tmp_path).run())
    table = list(csv.DictReader(io.StringIO((tmp_path / "log.csv").read_text())))
    assert [row["phase"] for row in table] == ["probe"] * 4 + ["train"] * 12
    assert [float(row["loss"]) for row in table] == [row.loss for row in outcome.rows]
    assert (tmp_path / "log.png").read_bytes().startswith(b"\x89PNG")
