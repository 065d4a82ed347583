"""`textunes …`: the command line, and the root that wires everything together."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="textunes")
def textunes() -> None:
    """Background music for a wish or for a text."""
