import numpy as np

from core.text.training.sentiment import accuracy, fit, n_grams, read_reviews

GOOD = ["정말 재미있다", "너무 재미있고 좋다", "최고로 재미있는 이야기", "재미있어서 좋았다"]
BAD = ["정말 지루하다", "너무 지루하고 나쁘다", "최악으로 지루한 이야기", "지루해서 싫었다"]


def test_a_few_reviews_teach_what_is_good():
    texts, positive = [*GOOD, *BAD], np.array([1] * 4 + [0] * 4)
    model = fit(n_grams(texts), positive, kept=2000, fewest=1)
    assert model["weights"].dtype == np.int8
    assert len(model["weights"]) == len(model["gaps"])
    assert accuracy(model, ["이 책은 재미있다", "이 책은 지루하다"], np.array([1, 0])) == 1.0


def test_only_the_strongest_weights_are_kept():
    model = fit(n_grams([*GOOD, *BAD]), np.array([1] * 4 + [0] * 4), kept=50, fewest=1)
    assert 0 < np.count_nonzero(model["weights"]) <= 50


def test_reviews_may_hold_quotes(tmp_path):
    (tmp_path / "reviews.tsv").write_text('text\tpositive\n"최고\t1\n별로"\t0\n', encoding="utf-8")
    texts, positive = read_reviews(tmp_path / "reviews.tsv")
    assert texts == ['"최고', '별로"']
    assert positive.tolist() == [1, 0]
