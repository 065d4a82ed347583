"""Fetching published checkpoints: size and licence are known first, what was interrupted goes on, all is verified."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from core.errors import EngineUnavailable
from core.words import Words

HUB = "https://huggingface.co"
BLOCK = 2**20
TIMEOUT = 30.0
UNSTATED = "no licence stated"
WEIGHTS = (".safetensors", ".bin")
OnBytes = Callable[[int, int], None]
"""Called with the bytes that are there and those that there will be."""


class DownloadFailed(EngineUnavailable):
    """Weights that could not be fetched; the sentence says how to place them by hand."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file on the hub. `sha256` is empty for small files, whose size alone is checked."""

    name: str
    size: int
    sha256: str


def is_plain(name: str) -> bool:
    """A file of the model that stands directly in its folder: weights, configuration or tokenizer."""
    foreign = ("state_dict.bin", "compression_state_dict.bin")
    return "/" not in name and name not in foreign and name.endswith((*WEIGHTS, ".json", ".model"))


@dataclass(frozen=True, slots=True)
class Downloadable:
    """A published checkpoint: its name here, its repository, about how many bytes it has, and its licence.

    `wanted` chooses files by their names in the repository.
    """

    name: str
    repository: str
    size: int
    licence: str
    folder: Path
    hub: str = HUB
    wanted: Callable[[str], bool] = is_plain

    @property
    def present(self) -> bool:
        """Whether a complete download is there."""
        return (self.folder / "complete").exists()

    def looked_up(self) -> Self:
        """The same with the size and the licence that the hub tells.

        Raises:
            DownloadFailed: the hub cannot be reached, or does not have it.
        """
        try:
            licence = (self._listing().get("cardData") or {}).get("license") or UNSTATED
            return replace(self, size=sum(file.size for file in self._files()), licence=str(licence))
        except (OSError, ValueError, KeyError) as error:
            raise self._unreachable(error) from error

    def fetch(self, on_progress: OnBytes = lambda _there, _all: None) -> Path:
        """Download what is missing and return the folder.

        Raises:
            DownloadFailed: the hub cannot be reached, the disk is full, or a file is not what the hub says it is.
        """
        try:
            files = self._files()
            self._make_room(files)
            total = sum(file.size for file in files)
            there = 0
            for file in files:
                for grown in self._fetch(file):
                    on_progress(there + grown, total)
                there += file.size
            (self.folder / "complete").touch()
        except (HTTPError, URLError, TimeoutError, ConnectionError, ValueError, KeyError) as error:
            raise self._unreachable(error) from error
        except OSError as error:
            raise self._failed(f"the files cannot be written ({error})", "파일을 저장할 수 없습니다") from error
        return self.folder

    def _files(self) -> Sequence[RemoteFile]:
        """Of the formats in which weights are published, the one that is data by design."""
        listed = self._listing()["siblings"]
        files = [
            RemoteFile(each["rfilename"], int(each["size"]), (each.get("lfs") or {}).get("sha256", ""))
            for each in listed
            if self.wanted(each["rfilename"])
        ]
        safe = any(file.name.endswith(".safetensors") for file in files)
        refused = (".bin", ".bin.index.json") if safe else ()
        return [file for file in files if not file.name.endswith(refused)]

    def _listing(self) -> dict[str, Any]:
        """What the hub tells about the repository."""
        with urlopen(f"{self.hub}/api/models/{self.repository}?blobs=true", timeout=TIMEOUT) as answer:  # noqa: S310
            listing: dict[str, Any] = json.loads(answer.read())
        return listing

    def _make_room(self, files: Sequence[RemoteFile]) -> None:
        for file in files:
            (self.folder / file.name).parent.mkdir(parents=True, exist_ok=True)
        needed = sum(file.size for file in files) - sum(path.stat().st_size for path in self.folder.rglob("*"))
        free = shutil.disk_usage(self.folder).free
        if needed > free:
            raise self._failed(
                f"{needed / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free",
                f"{needed / 1e9:.1f} GB가 필요한데 {free / 1e9:.1f} GB만 남았습니다",
            )

    def _fetch(self, file: RemoteFile) -> Iterator[int]:
        """Download one file; yields how much of it is there."""
        path = self.folder / file.name
        if path.exists() and path.stat().st_size == file.size:
            yield file.size
            return
        part = path.with_name(path.name + ".part")
        there = part.stat().st_size if part.exists() else 0
        if there < file.size:
            yield from self._append(file, part, there)
        if part.stat().st_size != file.size or (file.sha256 and digest(part) != file.sha256):
            part.unlink()
            raise self._failed(
                f"{file.name} is not what the hub says it is; it has been removed, please try again",
                f"{file.name} 파일이 손상되어 삭제했습니다. 다시 시도해 주세요",
            )
        part.replace(path)

    def _append(self, file: RemoteFile, part: Path, there: int) -> Iterator[int]:
        request = Request(f"{self.hub}/{self.repository}/resolve/main/{quote(file.name)}")  # noqa: S310
        if there:
            request.add_header("Range", f"bytes={there}-")
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            # A server that does not know ranges sends everything again.
            goes_on = answer.status == 206
            there = there if goes_on else 0
            with part.open("ab" if goes_on else "wb") as sink:
                while there < file.size and (block := answer.read(min(BLOCK, file.size - there))):
                    sink.write(block)
                    there += len(block)
                    yield there

    def _unreachable(self, error: Exception) -> DownloadFailed:
        return self._failed(f"the hub cannot be reached ({error})", "허브에 연결할 수 없습니다")

    def _failed(self, problem: str, problem_ko: str) -> DownloadFailed:
        place = f"{self.hub}/{self.repository}"
        return DownloadFailed(
            Words(
                f"{self.name}: {problem}. By hand: download the files of {place} into {self.folder}.",
                f"{self.name}: {problem_ko}. 직접 받으려면 {place}의 파일을 {self.folder}에 넣어 주세요.",
            )
        )


def hub_address(hub: str | None = None) -> str:
    """Where models come from: `hub`, or what HF_ENDPOINT names, or the public hub."""
    return (hub or os.environ.get("HF_ENDPOINT", HUB)).rstrip("/")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
