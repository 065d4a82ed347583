"""Reading a text from end to end."""

from core.brief import Brief


def test_a_sad_message_becomes_sad_music(reader):
    reading = reader.read("I miss her so much. The house is empty and it rains all day :(", "en", Brief())
    assert reading.language == "en"
    assert reading.valence < -0.2
    assert reading.brief.valence == reading.valence


def test_what_the_brief_says_wins(reader):
    wish = Brief(moods=("happy",), tempo="fast")
    reading = reader.read("I miss her so much. The house is empty and it rains all day :(", "en", wish)
    assert reading.brief.moods == ("happy",)
    assert reading.brief.tempo == "fast"


def test_a_text_without_words_becomes_neutral_music_and_says_so(reader):
    reading = reader.read("1234 …", "en", Brief())
    assert reading.emotion == "neutral"
    assert len(reading.notes) == 1
