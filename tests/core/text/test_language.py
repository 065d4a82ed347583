"""Languages by script and by common words."""

import pytest

from core.text.language import Languages, main_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The house is empty.", "en"),
        ("lol ok", "en"),
        ("bgm", "en"),
        ("오늘은 비가 온다", "ko"),
        ("이 song 너무 좋아 really", "ko"),
        ("ㅇㅇ ㄱㄱ", "ko"),
        ("これはテストです", "ja"),
        ("音楽が好き", "ja"),
        ("我喜欢音乐", "zh"),
        ("Я люблю музыку", "ru"),
        ("Я люблю її пісні", "uk"),
        ("أحب الموسيقى", "ar"),
        ("me gusta mucho la música que ponen en el bar", "es"),
        ("je ne sais pas pourquoi elle est triste", "fr"),
        ("ich weiß nicht, was das ist", "de"),
        ("1234 !!", "und"),
        ("", "und"),
    ],
)
def test_language_of_a_sentence(text, code):
    assert Languages.load().of(text) == code


def test_one_foreign_word_does_not_make_a_sentence_foreign():
    assert Languages.load().of("He ordered a creme brulee et cetera.") == "en"


def test_the_main_language_is_that_of_most_letters():
    assert main_language([("en", 10), ("ko", 30), ("und", 99), ("en", 15)]) == "ko"
    assert main_language([("und", 4)]) == "und"
    assert main_language([]) == "und"


def test_a_sentence_that_could_be_any_is_in_the_language_around_it():
    languages = Languages.load()
    assert languages.of("Ich bin so glücklich!") == "de"
    assert languages.of("Endlich Ferien!", around="de") == "de"
    assert languages.of("Endlich Ferien!") == "en"
    assert languages.of("Hello Anna", around="ko") == "en"


def test_a_borrowed_letter_does_not_make_a_sentence_foreign():
    assert Languages.load().of("Zoë had a naïve façade at the café") == "en"
