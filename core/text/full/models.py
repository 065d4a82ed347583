"""Which published models the full depth reads with, where they lie, and whether they can be used. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from pydantic import Field

from core.brief import Frozen
from core.download import UNSTATED, Downloadable, hub_address, is_plain
from core.words import Words

Role = Literal[
    "encoder", "english_summariser", "korean_summariser", "topic_classifier", "emotion_classifier", "translator"
]

ModelSet = Literal["embedded", "full"]

PACKAGES = ("torch", "transformers", "sentencepiece")
FOLDER = "text"
POOLING = "1_Pooling/config.json"
"""How a sentence encoder of the sentence-transformers library makes one vector of many tokens."""

_TOKENIZER_ENDINGS = (".txt", ".spm", ".model")
_TOKENIZERS = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "sentencepiece.bpe.model",
    "spm.model",
    "source.spm",
)
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class Published:
    """About how many bytes a model has, and under which licence it was published."""

    size: int
    licence: str


class FullModels(Frozen):
    """One model for each role: a repository of the hub, or a folder (absolute, or beginning with `.` or `~`)."""

    encoder: str = Field(
        "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", description="Encoder of sentences, multilingual."
    )
    english_summariser: str = Field("philschmid/bart-large-cnn-samsum", description="Writes summaries in English.")
    korean_summariser: str = Field("gogamza/kobart-summarization", description="Writes summaries in Korean.")
    topic_classifier: str = Field(
        "MoritzLaurer/mDeBERTa-v3-base-mnli-xnli",
        description="Classifier whose labels are names of the 32 topics, or one of entailment.",
    )
    emotion_classifier: str = Field(
        "SamLowe/roberta-base-go_emotions", description="Classifier whose labels are names of emotions, for English."
    )
    translator: str = Field("Helsinki-NLP/opus-mt-ko-en", description="Translates Korean into English.")

    def named(self) -> Iterator[tuple[Role, str]]:
        """Each role and what was named for it."""
        for role in ROLES:
            yield role, getattr(self, role)


ROLES: tuple[Role, ...] = (
    "encoder",
    "english_summariser",
    "korean_summariser",
    "topic_classifier",
    "emotion_classifier",
    "translator",
)

PUBLISHED: Mapping[str, Published] = {
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2": Published(480_000_000, "Apache-2.0"),
    "philschmid/bart-large-cnn-samsum": Published(1_630_000_000, "MIT"),
    "gogamza/kobart-summarization": Published(500_000_000, "MIT"),
    "MoritzLaurer/mDeBERTa-v3-base-mnli-xnli": Published(575_000_000, "MIT"),
    "SamLowe/roberta-base-go_emotions": Published(500_000_000, "MIT"),
    "Helsinki-NLP/opus-mt-ko-en": Published(315_000_000, "Apache-2.0"),
}
"""The models that are read with unless others are named, as their cards state them (sizes rounded)."""


class ModelsUnusable(Exception):
    """The full depth cannot be used; `words` says what is missing."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def folder_of(named: str, models: Path) -> Path:
    """Where a model lies: the folder that was named, or the repository's below `models`, the folder of all models."""
    if _is_folder(named):
        return Path(named).expanduser()
    return models / FOLDER / named.replace("/", "--")


def text_downloads(chosen: FullModels, models: Path, hub: str | None = None) -> list[Downloadable]:
    """The models that come from a hub, each once. The size is 0 where only the hub knows it."""
    repositories = dict.fromkeys(named for _, named in chosen.named() if not _is_folder(named))
    unknown = Published(0, UNSTATED)
    return [
        Downloadable(
            name=repository,
            repository=repository,
            size=PUBLISHED.get(repository, unknown).size,
            licence=PUBLISHED.get(repository, unknown).licence,
            folder=folder_of(repository, models),
            hub=hub_address(hub),
            wanted=is_wanted,
        )
        for repository in repositories
    ]


def is_wanted(name: str) -> bool:
    """Files of a repository that reading needs: weights, configuration, tokenizer."""
    if name == POOLING:
        return True
    if name.endswith((".bin", ".bin.index.json")):
        return is_plain(name) and name.startswith("pytorch_model")
    return is_plain(name) or ("/" not in name and name.endswith(_TOKENIZER_ENDINGS))


def check(chosen: FullModels, models: Path, installed: Callable[[str], bool] | None = None) -> None:
    """Look whether the full depth has all that it needs, without loading any of it.

    Raises:
        ModelsUnusable: a package or a file is missing, or a file has been cut short.
    """
    is_installed = installed or (lambda package: find_spec(package) is not None)
    absent = [package for package in PACKAGES if not is_installed(package)]
    if absent:
        names = ", ".join(absent)
        raise ModelsUnusable(
            Words(
                f"{names} missing: install the extra musicgen",
                f"{names} 패키지가 없습니다. musicgen 추가 구성을 설치해 주세요",
            )
        )
    for role, named in chosen.named():
        folder = folder_of(named, models)
        flaw = _flaw(folder)
        if flaw:
            raise unusable(role, named, folder, flaw)


def unusable(role: Role, named: str, folder: Path, flaw: str) -> ModelsUnusable:
    """What is wrong with a model, and what to do."""
    name = role.replace("_", " ")
    return ModelsUnusable(
        Words(
            f"the {name} {named} cannot be used ({flaw} in {folder}): run `textunes download text`",
            f"{named} 모델({name})을 쓸 수 없습니다({folder}: {flaw}). `textunes download text`를 실행해 주세요",
        )
    )


def _flaw(folder: Path) -> str:
    """What is wrong with the files of a model, empty for nothing."""
    if not folder.is_dir():
        return "no folder"
    if not (folder / "config.json").is_file():
        return "no config.json"
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        return "no tokenizer"
    shards = _shards(folder)
    missing = [name for name in shards if not (folder / name).is_file()]
    if not shards or missing:
        return f"no {missing[0] if missing else 'weights'}"
    short = [name for name in shards if name.endswith(".safetensors") and not _is_whole(folder / name)]
    return f"{short[0]} is damaged" if short else ""


def _shards(folder: Path) -> list[str]:
    """The files that hold the weights, whether they are there or not."""
    for name in _WEIGHTS:
        if (folder / name).is_file():
            return [name]
        index = folder / f"{name}.index.json"
        if index.is_file():
            try:
                return sorted(set(json.loads(index.read_bytes())["weight_map"].values()))
            except (ValueError, KeyError, AttributeError):
                return []
    return []


def _is_whole(path: Path) -> bool:
    """Whether a safetensors file is as long as its header says (8 bytes of length, a JSON header, then the data)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= size - 8:
            return False
        try:
            header = json.loads(file.read(length))
            ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
        except (ValueError, KeyError, TypeError, IndexError):
            return False
    return size == 8 + length + max(ends, default=0)


def _is_folder(named: str) -> bool:
    return named.startswith((".", "~")) or Path(named).is_absolute()
