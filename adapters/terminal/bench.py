"""`textunes bench [PART…]`"""

from __future__ import annotations

import click

from adapters.terminal.reporting import parts_of, run_parts

PARTS = {
    "audio": "core.evaluation.bench_audio:bench_audio",
    "composer": "core.evaluation.bench_composer:bench_composer",
    "text": "core.evaluation.bench_text:bench_text",
    "ack": "adapters.discord.bench:bench_ack",
    "idle": "adapters.terminal.bench_idle:bench_idle",
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def bench(parts: tuple[str, ...], *, as_json: bool) -> None:
    """Measure speed and memory: all parts, or those named."""
    run_parts(parts_of(PARTS, parts), as_json=as_json)
