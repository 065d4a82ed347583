"""What a wish avoids, as the composer heeds it."""

from core.brief import Brief
from core.catalog import Catalog
from core.engines.composer.avoidance import leaving_out

CATALOG = Catalog.load()


def test_instruments_stay_away_in_either_language():
    brief, said = leaving_out(Brief(avoid=("drums", "피아노"), excluded_instruments=("cello",)), CATALOG)
    assert brief.excluded_instruments == ("cello", CATALOG.find("instrument", "drums").id, "piano")
    assert said is None


def test_an_instrument_that_is_asked_for_is_heard_all_the_same():
    brief, said = leaving_out(Brief(avoid=("piano",), instruments=("piano",)), CATALOG)
    assert brief.excluded_instruments == ()
    assert said is None


def test_what_a_composer_cannot_avoid_is_said():
    _, said = leaving_out(Brief(avoid=("piano", "harsh noise")), CATALOG)
    assert "“harsh noise”" in said.en
    assert "“harsh noise”" in said.ko
    assert "piano" not in said.en


def test_nothing_to_avoid_changes_nothing():
    brief = Brief(genres=("jazz",))
    assert leaving_out(brief, CATALOG) == (brief, None)
