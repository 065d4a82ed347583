"""`textunes bench [PART…]`"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from adapters.terminal.reporting import run_parts

FOLDER = click.Path(path_type=Path, file_okay=False)
PARTS = {
    "audio": "core.evaluation.bench_audio:bench_audio",
    "composer": "core.evaluation.bench_composer:bench_composer",
    "text": "core.evaluation.bench_text:bench_text",
    "ack": "adapters.discord.bench:bench_ack",
    "idle": "adapters.terminal.bench_idle:bench_idle",
    "musicgen": "core.evaluation.bench_musicgen:bench_musicgen",
}
NEEDS = {"musicgen": "torch"}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--device", default="auto", type=click.Choice(["auto", "cuda", "mps", "cpu"]), help="For musicgen.")
@click.option(
    "--peers/--no-peers",
    default=True,
    help="For musicgen: measure transformers, and audiocraft where it is installed, in the same rounds.",
)
@click.option("--plots", type=FOLDER, help="For musicgen: folder for the plot of its steps.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def bench(parts: tuple[str, ...], *, device: str, peers: bool, plots: Path | None, as_json: bool) -> None:
    """Measure speed and memory: the parts that are named, or all whose packages are installed."""
    chosen = parts or tuple(name for name in PARTS if name not in NEEDS or find_spec(NEEDS[name]))
    run_parts(
        {name: PARTS[name] for name in chosen},
        as_json=as_json,
        arguments={"musicgen": {"device": device, "peers": peers, "plots": plots}},
    )
