"""Lanes: which work is made together, as the engines tell it."""

from core.fleet.fleet import EngineStatus, missing
from core.fleet.lanes import COMMON, Lanes
from core.words import Words

READY = Words("ready", "사용 가능")
EDITS = frozenset({"edit"})


def engine(name: str, slots: int = 1, *features: str) -> EngineStatus:
    return EngineStatus(name, True, READY, None, "", True, frozenset(features), slots)


def test_engines_that_make_one_piece_at_a_time_share_a_lane():
    lanes = Lanes([engine("composer"), engine("other")], processes=3)
    assert lanes.of("composer") == lanes.of("other") == lanes.of("auto") == COMMON
    assert lanes.width(COMMON) == 3


def test_an_engine_that_makes_many_has_a_lane_as_wide_as_its_batch():
    lanes = Lanes([engine("musicgen", 8), engine("composer", 1, "edit")], processes=2)
    assert lanes.of("musicgen") == "musicgen"
    assert lanes.width("musicgen") == 8
    assert lanes.of("composer") == COMMON
    assert lanes.names == ("musicgen", COMMON)


def test_auto_is_in_the_lane_of_the_first_that_keeps_up_and_can_do_it():
    able = Lanes([engine("musicgen", 8), engine("composer", 1, "edit")], processes=2)
    assert able.of("auto") == "musicgen"
    assert able.of("auto", EDITS) == COMMON
    slow = Lanes([engine("musicgen", 8, "slow"), engine("composer")], processes=2)
    assert slow.of("auto") == COMMON
    assert slow.of("musicgen") == "musicgen"
    assert slow.of("auto", EDITS) == COMMON
    only = Lanes([engine("musicgen", 8, "slow", "edit"), engine("composer")], processes=2)
    assert only.of("auto", EDITS) == "musicgen"


def test_what_cannot_run_or_is_unknown_has_no_lane_of_its_own():
    lanes = Lanes([missing("musicgen", READY), engine("composer")], processes=2)
    assert lanes.of("musicgen") == lanes.of("nonesuch") == COMMON
    assert Lanes([], processes=1).of("auto") == COMMON
    assert lanes.width("musicgen") == 0


def test_an_engine_that_learns_stands_in_nobodys_way():
    lanes = Lanes([engine("composer"), engine("teacher", 1, "learn")], processes=2)
    assert lanes.of("teacher") == "teacher"
    assert lanes.width("teacher") == 1
    assert lanes.patience("teacher") > lanes.patience(COMMON) == 1.0
    assert lanes.of("auto") == COMMON
