from core.evaluation.mood import rank_correlation


def test_what_follows_the_mood_correlates():
    assert rank_correlation([(-1, 2.0), (0, 3.0), (1, 9.0)]) == 1.0
    assert rank_correlation([(-1, 9.0), (0, 3.0), (1, 2.0)]) == -1.0


def test_pieces_of_one_step_count_together():
    assert rank_correlation([(-1, 0.0), (-1, 4.0), (0, 3.0), (1, 1.0), (1, 9.0)]) == 1.0


def test_what_never_changes_follows_nothing():
    assert rank_correlation([(-1, 2.0), (0, 2.0), (1, 2.0)]) == 0.0
    assert rank_correlation([(-1, 2.0), (1, 3.0)]) == 0.0
