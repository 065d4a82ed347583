"""`textunes convert instruct FILE`"""

from __future__ import annotations

from pathlib import Path

import click

from adapters.terminal.person import errors_in_words
from bot.settings import load_settings
from core.errors import EngineUnavailable
from core.words import Words

LARGE = "musicgen-large"
"""The model that the published editor was trained on."""


@click.group()
def convert() -> None:
    """Bring published weights into the form that is used here."""


@convert.command()
@click.argument("checkpoint", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the model that the editor belongs to. Default: that of the downloaded musicgen-large.",
)
def instruct(checkpoint: Path, *, to: Path | None) -> None:
    """Convert CHECKPOINT, an Instruct-MusicGen checkpoint such as `finetuned.ckpt`, to safetensors.

    Such a file is a program. It is opened in a process of its own that runs nothing of it.
    """
    with errors_in_words():
        try:
            from core.engines.musicgen.editing.conversion import convert as converted  # noqa: PLC0415  (needs torch)
        except ModuleNotFoundError as missing:
            raise EngineUnavailable(
                Words(
                    f"Converting needs {missing.name}: `pip install 'textunes[musicgen]'`.",
                    f"변환에는 {missing.name}이(가) 필요합니다. `pip install 'textunes[musicgen]'`를 실행해 주세요.",
                )
            ) from missing
        path, weights = converted(checkpoint, to or load_settings().data_dir / "models" / LARGE)
    count = sum(tensor.numel() for tensor in weights.tensors.values())
    click.echo(f"{path}: {count / 1e6:.1f} million weights.")
    if not weights.reads_instructions:
        click.echo("It holds no text fusion: instructions are read as the model itself reads them.")
