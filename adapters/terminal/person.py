"""The person at the terminal: their language, and how errors reach them."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from core.errors import PersonError
from core.words import Language


def language() -> Language:
    """Korean where the environment's locale is Korean, English everywhere else."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not name:
        name = locale.getlocale()[0] or ""
    return "ko" if name.lower().startswith("ko") else "en"


class Refused(click.ClickException):
    """What was asked for cannot be done as asked: one sentence on standard error, exit code 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:  # noqa: ARG002
        click.echo(self.message, err=True)


@contextmanager
def complaints() -> Iterator[None]:
    """Say what a person can mend, and go on."""
    try:
        yield
    except PersonError as error:
        click.echo(error.words.to(language()), err=True)


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Turn every error that a person can mend into a sentence in their language."""
    try:
        yield
    except PersonError as error:
        raise Refused(error.words.to(language())) from error
