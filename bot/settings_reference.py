"""The table of settings in the documentation, made from the settings themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.settings import Limits, Settings, variable


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting: its environment variable, its default as people write it, and what it is for."""

    variable: str
    default: str
    description: str


def setting_rows() -> list[SettingRow]:
    """Every setting, in the order of the class."""
    return list(_rows(Settings, (), None))


def settings_table() -> str:
    """All settings as a Markdown table."""
    lines = ["| variable | default | what it is for |", "| --- | --- | --- |"]
    lines += [f"| `{row.variable}` | {row.default} | {row.description} |" for row in setting_rows()]
    return "\n".join(lines) + "\n"


def _rows(model: type[BaseModel], path: tuple[str, ...], values: BaseModel | None) -> Iterator[SettingRow]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            default = getattr(values, name) if values is not None else field.default
            about = _rows(inner, (*path, name), default)
            yield from _limits(about, field) if inner is Limits else about
        else:
            default = getattr(values, name) if values is not None else field.default
            shown = "the system's data folder" if field.default_factory else _written(default)
            yield SettingRow(variable((*path, name)), shown, field.description or "")


def _limits(rows: Iterator[SettingRow], field: FieldInfo) -> Iterator[SettingRow]:
    """Limits are described once for everybody whom they concern."""
    for row in rows:
        yield SettingRow(row.variable, row.default, f"{row.description.rstrip('.')}: {field.description}")


def _written(value: Any) -> str:  # noqa: ANN401 - the default of any field
    if value is None or value in ("", (), {}):
        return ""
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
