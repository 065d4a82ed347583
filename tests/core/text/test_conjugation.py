"""What the forms of Korean verbs and adjectives begin with."""

import pytest

from core.text.conjugation import stems


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("가다", ["가", "간", "갔"]),
        ("먹다", ["먹"]),
        ("보다", ["봐", "봤", "볼"]),
        ("마시다", ["마셔", "마셨", "마신"]),
        ("행복하다", ["행복해", "행복했", "행복한"]),
        ("슬프다", ["슬퍼", "슬펐", "슬픈"]),
        ("아프다", ["아파", "아팠"]),
        ("아름답다", ["아름다워", "아름다웠", "아름다운"]),
        ("돕다", ["도와", "도왔", "도울"]),
        ("듣다", ["들", "듣"]),
        ("믿다", ["믿"]),
        ("짓다", ["지어", "지었"]),
        ("부르다", ["불러", "불렀"]),
        ("모르다", ["몰라", "몰랐"]),
        ("빨갛다", ["빨간", "빨개", "빨갰"]),
        ("좋다", ["좋"]),
        ("울다", ["울", "우는", "운"]),
    ],
)
def test_every_class_of_irregular_words_has_its_forms(word, forms):
    assert set(forms) <= set(stems(word))


@pytest.mark.parametrize(("word", "wrong"), [("믿다", "밀"), ("잡다", "자워"), ("좋다", "조"), ("따르다", "딸라")])
def test_regular_words_do_not_change(word, wrong):
    assert wrong not in stems(word)
