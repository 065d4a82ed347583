from __future__ import annotations

from core.brief import Brief
from core.fleet.fleet import ReadText, Work
from core.fleet.messages import begin, work_of
from core.piece import Order


def test_work_arrives_as_it_was_sent() -> None:
    work = Work("1", Brief(genres=("jazz",), seed=7), Order(format="flac"), score=b"{}", edits=("Remove drums",))
    assert work_of(begin(work)) == work


def test_what_was_not_asked_for_stays_open_to_what_a_text_suggests() -> None:
    work = Work("1", Brief(moods=("calm",)).model_copy(update={"seed": 7}), Order(), read=ReadText("The sea.", "en"))
    assert work_of(begin(work)).brief.model_fields_set == {"moods", "seed"}
