"""Sentences that the person should see with the reply."""

from __future__ import annotations

from core.text.findings import language_name
from core.words import Words

NO_WORDS = Words(
    "I found too few words to go by, so the music is neutral. Add mood: or genre: to choose yourself.",
    "읽을 말이 거의 없어 무난한 음악으로 만들었습니다. 분위기:나 장르:를 더해 직접 고를 수 있습니다.",
)
LITTLE_KOREAN = Words(
    "I know fewer than a third of these Korean words, so the topic is a guess. Add mood: or genre: to be sure.",
    "이 글의 낱말 가운데 아는 것이 3분의 1이 안 되어 주제는 짐작입니다. 분위기:나 장르:를 더하면 확실합니다.",
)
QUOTED = Words(
    "There is nothing but quoted text in this message, so I read that.",
    "이 메시지에는 인용한 글만 있어 그 글을 읽었습니다.",
)
SAMPLED = Words(
    "This text is long: I read a regular sample of its sentences closely.",
    "글이 길어 문장을 고르게 골라 자세히 읽었습니다.",
)


def other_language(code: str) -> Words:
    """For a text in a language that is not read here."""
    name = language_name(code)
    return Words(
        f"I do not read {name.en}, so I went by punctuation, emoji and names of music only. Add mood: to choose.",
        f"{name.ko}는 읽지 못해 문장 부호와 이모지, 음악 이름만 보았습니다. 분위기:를 더해 고를 수 있습니다.",
    )
