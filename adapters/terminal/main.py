"""`textunes …`: the command line, and the root that wires everything together."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "bgm": "Make background music for a wish, such as genre:jazz mood:calm.",
    "score": "Make music for a text, a file or standard input.",
    "edit": "Change the parts of a track: “Remove drums”, “Add strings”.",
    "serve": "Start every platform that has a token; the web playground without any.",
    "catalog": "List and search genres, moods, instruments, tempos and topics.",
    "manifest": "Print what a platform needs to know of the app.",
    "download": "Fetch models, after showing their size and licence.",
    "learn": "Learn a concept from a folder of recordings.",
    "doctor": "Say what works on this machine, what does not, and why.",
    "bench": "Measure speed and memory.",
    "convert": "Bring published weights into the form that is used here.",
    "evaluate": "Measure the quality of the music and of the reading.",
}


class LazyGroup(click.Group):
    """Knows its commands by name and imports one only when it is called, so that `--help` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"adapters.terminal.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="textunes")
def textunes() -> None:
    """Background music for a wish or for a text."""
    from bot.logging import configure_logging  # noqa: PLC0415 - not needed for --help
    from bot.settings import LogSettings  # noqa: PLC0415

    configure_logging(LogSettings(level="warning"))
