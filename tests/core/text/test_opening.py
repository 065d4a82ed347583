"""Which depth is in use, and why."""

from core.brief import Brief
from core.text.full.models import FullModels
from core.text.opening import INSTEAD, depth_in_use, open_reader


def test_the_embedded_depth_is_told_with_its_encoder(tmp_path):
    works, says = depth_in_use("embedded", FullModels(), tmp_path)
    assert works
    assert says.en.startswith("embedded: sentence vectors")


def test_a_full_depth_that_is_not_there_is_told_with_what_is_used_instead(tmp_path):
    works, says = depth_in_use("full", FullModels(), tmp_path, installed=lambda _: True)
    assert not works
    assert says.en.startswith("embedded (sentence vectors")
    assert FullModels().encoder in says.en
    assert "textunes download text" in says.ko


def test_the_embedded_depth_takes_over_and_every_reading_says_so(tmp_path):
    reader = open_reader("", "full", {}, str(tmp_path))
    assert INSTEAD in reader.read("What a lovely morning by the sea.", "en", Brief()).notes
