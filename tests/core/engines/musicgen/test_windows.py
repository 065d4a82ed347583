"""Windows of long pieces."""

from core.engines.musicgen.windows import Window, schedule


def test_a_minute_takes_three_windows_that_carry_twelve_seconds():
    assert schedule(3000, 1500) == (Window(0, 1500, 0), Window(1500, 2400, 600), Window(2400, 3000, 600))


def test_a_short_piece_is_one_window():
    assert schedule(400, 1500) == (Window(0, 400, 0),)


def test_windows_end_where_sections_do():
    windows = schedule(3000, 1500, borders=(300, 2000))
    assert windows[0] == Window(0, 300, 0)
    assert windows[1] == Window(300, 1500, 300)
    assert {window.end for window in windows} >= {300, 2000, 3000}
    assert all(window.frames <= 1500 for window in windows)


def test_five_minutes_are_covered_without_gaps():
    windows = schedule(15000, 1500)
    assert [window.start for window in windows[1:]] == [window.end for window in windows[:-1]]
    assert windows[-1].end == 15000
