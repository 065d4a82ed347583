"""Parts of the documentation that are made from the code: `python -m adapters.terminal.reference FILE…`.

A part stands between `<!-- made: NAME -->` and `<!-- end -->` and is written anew in place.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from adapters.terminal.main import COMMANDS as TERMINAL_COMMANDS
from bot.commands import COMMANDS, CommandSpec
from bot.settings_reference import settings_table

PART = re.compile(r"(<!-- made: (?P<name>[a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def command_table() -> str:
    """What can be asked for in a chat."""
    rows = [f"| {_shown(spec)} | {spec.name.ko} | {spec.description.en} |" for spec in COMMANDS]
    return "\n".join(["| command | in Korean | what it does |", "| --- | --- | --- |", *rows]) + "\n"


def option_table() -> str:
    """The options of `/bgm`, which are those of a wish everywhere."""
    bgm = next(spec for spec in COMMANDS if spec.id == "bgm")
    rows = [f"| `{o.name.en}:` | `{o.name.ko}:` | {o.description.en} |" for o in bgm.options if o.kind != "text"]
    return "\n".join(["| option | in Korean | meaning |", "| --- | --- | --- |", *rows]) + "\n"


def terminal_table() -> str:
    rows = [f"| `textunes {name}` | {about} |" for name, about in TERMINAL_COMMANDS.items()]
    return "\n".join(["| command | what it does |", "| --- | --- |", *rows]) + "\n"


def _shown(spec: CommandSpec) -> str:
    if spec.kind == "message":
        return f"“{spec.name.en}” in a message's menu"
    return f"`/{spec.name.en}`"


PARTS: Mapping[str, Callable[[], str]] = {
    "chat commands": command_table,
    "wish options": option_table,
    "terminal commands": terminal_table,
    "settings": settings_table,
}


def rewritten(text: str) -> str:
    """The text with every part made anew.

    Raises:
        KeyError: a part that is not known.
    """
    return PART.sub(lambda found: found[1] + "\n" + PARTS[found["name"]]() + "\n" + found[3], text)


def main() -> None:
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(rewritten(path.read_text()))


if __name__ == "__main__":
    main()
