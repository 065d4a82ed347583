"""What is wrong with a setting, in words. Values are never repeated, because they may be secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from tomllib import TOMLDecodeError
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core.errors import PersonError
from core.words import Words

_WORDS: Final[Mapping[str, Words]] = {
    "missing": Words("is needed", "값이 필요합니다"),
    "extra_forbidden": Words("there is no such setting", "그런 설정은 없습니다"),
    "bool_parsing": Words("must be true or false", "true 또는 false여야 합니다"),
    "int_parsing": Words("must be a whole number", "정수여야 합니다"),
    "int_from_float": Words("must be a whole number", "정수여야 합니다"),
    "float_parsing": Words("must be a number", "숫자여야 합니다"),
    "greater_than": Words("must be more than {gt}", "{gt}보다 커야 합니다"),
    "greater_than_equal": Words("must be at least {ge}", "{ge} 이상이어야 합니다"),
    "less_than": Words("must be less than {lt}", "{lt}보다 작아야 합니다"),
    "less_than_equal": Words("must be at most {le}", "{le} 이하여야 합니다"),
    "literal_error": Words("must be one of: {expected}", "다음 중 하나여야 합니다: {expected}"),
    "url_parsing": Words("must be a web address", "웹 주소여야 합니다"),
    "url_scheme": Words("must begin with {expected_schemes}", "{expected_schemes}(으)로 시작해야 합니다"),
}
_ANYTHING_ELSE: Final = Words("cannot be used", "사용할 수 없는 값입니다")
"""For kinds of mistakes that no setting of today can make."""


class SettingsError(PersonError):
    """Settings that cannot be used."""


def values_refused(error: ValidationError, variable: Callable[[tuple[int | str, ...]], str]) -> Words:
    """Every value that is wrong, each by the name of its `variable`."""
    found = [(variable(problem["loc"]), _words(problem)) for problem in error.errors()]
    english = "; ".join(f"{name} {words.en}" for name, words in found)
    korean = "; ".join(f"{name}: {words.ko}" for name, words in found)
    return Words(f"These settings cannot be used: {english}.", f"사용할 수 없는 설정이 있습니다. {korean}.")


def source_refused(error: Exception) -> Words:
    """A file or a variable that could not even be read."""
    match error:
        case TOMLDecodeError():
            return Words(
                f"textunes.toml is not valid TOML: {error}.", f"textunes.toml 파일이 올바른 TOML이 아닙니다: {error}."
            )
        case UnicodeDecodeError():
            return Words(
                "A settings file (.env, textunes.toml or one named by a variable) is not UTF-8 text.",
                "설정 파일(.env, textunes.toml 또는 변수가 가리키는 파일)이 UTF-8 텍스트가 아닙니다.",
            )
        case OSError():
            return Words(
                f"The settings file {error.filename} cannot be read.",
                f"설정 파일 {error.filename}을(를) 읽을 수 없습니다.",
            )
        case _:
            return Words(
                "A setting with several parts is not valid JSON; look at those that are written in braces or brackets.",
                "여러 부분으로 된 설정이 올바른 JSON이 아닙니다. 괄호로 적은 설정을 확인해 주세요.",
            )


def _words(problem: ErrorDetails) -> Words:
    words = _WORDS.get(problem["type"], _ANYTHING_ELSE)
    context = problem.get("ctx", {})
    return Words(_filled(words.en, context), _filled(words.ko, context).replace(" or ", ", "))


def _filled(text: str, context: Mapping[str, Any]) -> str:
    return text.format_map({name: str(value) for name, value in context.items()})
