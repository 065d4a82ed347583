"""What can be wrong with a wish, each with a sentence that says how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from core.catalog import KIND_NAMES, Entry, Kind
from core.errors import WishError
from core.wish.cleaning import shown
from core.wish.fields import FIELDS, Field
from core.words import Language, Words


class EmptyWish(WishError):
    """Nothing in the wish says anything about music."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "Say something about the music: for example `genre:jazz mood:calm`, or just `calm jazz with piano`.",
                "어떤 음악을 원하는지 적어 주세요. 예: `장르:재즈 분위기:차분한` 또는 `피아노가 나오는 차분한 재즈`",
            )
        )


class WishTooLong(WishError):
    """More characters than a wish may have."""

    def __init__(self, most: int) -> None:
        super().__init__(
            Words(
                f"A wish may have at most {most:,} characters. To make music from a longer text, use `score`.",
                f"요청은 {most:,}자까지 쓸 수 있습니다. 더 긴 글로 음악을 만들려면 `score`를 사용해 주세요.",
            )
        )


class UnknownName(WishError):
    """A genre, mood, instrument or tempo that the catalog does not know; `suggestions` are what may be meant."""

    def __init__(self, kind: Kind, text: str, suggestions: Sequence[Entry]) -> None:
        self.kind = kind
        self.text = text
        self.suggestions = tuple(suggestions)
        quoted, what = shown(text), KIND_NAMES[kind]
        super().__init__(
            Words(
                f"I know no {what.en} called “{quoted}”. Did you mean {_choice(suggestions, 'en')}?",
                f"“{quoted}”: 모르는 {what.ko} 이름입니다. 혹시 이 가운데 있나요? {_choice(suggestions, 'ko')}",
            )
        )


class UnknownOption(WishError):
    """An option that a wish does not have."""

    def __init__(self, text: str) -> None:
        quoted = shown(text)
        super().__init__(
            Words(
                f"There is no option “{quoted}”. Options: {', '.join(f.label.en for f in FIELDS.values())}.",
                f"“{quoted}”: 없는 옵션입니다. 쓸 수 있는 옵션: {', '.join(f.label.ko for f in FIELDS.values())}",
            )
        )


class MissingValue(WishError):
    """An option without a value."""

    def __init__(self, field: Field) -> None:
        super().__init__(
            Words(
                f"`{field.label.en}:` needs a value. {field.help.en}.",
                f"`{field.label.ko}:` 뒤에 값을 적어 주세요. {field.help.ko}",
            )
        )


class BadValue(WishError):
    """A value that its option cannot take: not readable, or out of range."""

    def __init__(self, field: Field, text: str) -> None:
        self.field = field
        quoted = shown(text)
        super().__init__(
            Words(
                f"“{quoted}” does not work for `{field.label.en}`. {field.help.en}.",
                f"`{field.label.ko}`에 “{quoted}” 값은 쓸 수 없습니다. {field.help.ko}",
            )
        )


class RepeatedOption(WishError):
    """An option that takes one value was given more than one."""

    def __init__(self, field: Field) -> None:
        self.field = field
        super().__init__(
            Words(
                f"`{field.label.en}` can be given only once.",
                f"`{field.label.ko}` 옵션은 한 번만 쓸 수 있습니다.",
            )
        )


class TooManyValues(WishError):
    """More values than an option takes."""

    def __init__(self, field: Field) -> None:
        self.field = field
        super().__init__(
            Words(
                f"`{field.label.en}` takes at most {field.most} values.",
                f"`{field.label.ko}` 옵션에는 값을 {field.most}개까지 쓸 수 있습니다.",
            )
        )


class Contradiction(WishError):
    """An instrument is both asked for and left out."""

    def __init__(self, instrument: Entry) -> None:
        super().__init__(
            Words(
                f"{instrument.en} is both asked for and left out. Please choose one.",
                f"{instrument.ko}: 넣어 달라는 요청과 빼 달라는 요청이 함께 있습니다. 하나만 골라 주세요.",
            )
        )


class NothingToBeLike(WishError):
    """How closely to follow a recording is said, but there is none."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                "`likeness` and `text_weight` need a recording for `style` to follow. Attach one, or leave them out.",
                "`닮음`과 `글비중`은 `스타일`로 따를 녹음이 있어야 합니다. 녹음을 첨부하거나 이 옵션을 빼 주세요.",
            )
        )


class OpenQuote(WishError):
    """A quotation mark that is never closed."""

    def __init__(self) -> None:
        super().__init__(
            Words("A quotation mark is not closed.", "따옴표가 닫히지 않았습니다. 닫는 따옴표를 넣어 주세요.")
        )


def _choice(entries: Sequence[Entry], language: Language) -> str:
    names = [entry.name(language) for entry in entries]
    if language == "ko" or len(names) < 2:
        return ", ".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"
