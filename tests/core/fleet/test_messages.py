from __future__ import annotations

from dataclasses import replace

from core.brief import Brief
from core.engines.engine import Concept
from core.fleet.fleet import ReadText, Recording, Work
from core.fleet.messages import begin, work_of
from core.piece import Order


def test_work_arrives_as_it_was_sent() -> None:
    work = Work("1", Brief(genres=("jazz",), seed=7), Order(format="flac"), score=b"{}", edits=("Remove drums",))
    assert work_of(begin(work)) == work


def test_recordings_and_concepts_arrive_in_their_order_with_or_without_a_score() -> None:
    recordings = (Recording("style", b"RIFF"), Recording("melody", b"fLaC"))
    work = Work("1", Brief(seed=7), Order(), recordings=recordings, concepts=(Concept("kayagum", b"weights"),))
    assert work_of(begin(work)) == work
    assert work_of(begin(replace(work, score=b"{}"))).score == b"{}"


def test_what_was_not_asked_for_stays_open_to_what_a_text_suggests() -> None:
    work = Work("1", Brief(moods=("calm",)).model_copy(update={"seed": 7}), Order(), read=ReadText("The sea.", "en"))
    assert work_of(begin(work)).brief.model_fields_set == {"moods", "seed"}
