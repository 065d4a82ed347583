"""Opens the reader of texts where it runs, and says which depth that is without opening it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import structlog

from core.catalog import Catalog
from core.text.depth import Depth
from core.text.embedded import embedded
from core.text.full.models import FullModels, ModelSet, ModelsUnusable, check
from core.text.minilm import MiniLM, WeightsMissing
from core.text.reader import Reader
from core.words import Words

log = structlog.get_logger()


def open_reader(
    help_line: str = "",
    model_set: ModelSet = "embedded",
    models: Mapping[str, str] | None = None,
    folder: str | None = None,
) -> Reader:
    """A reader with the models that ship with the package, or with the published ones that `models` names by role.

    These lie below `folder`. Where one of them cannot be used the models of the package take over, and every reading
    says so.
    """
    catalog = Catalog.load()
    if model_set == "embedded" or folder is None:
        return Reader(catalog, embedded(catalog), help_line=help_line)
    return Reader(
        catalog, _deepest(catalog, FullModels.model_validate(models or {}), Path(folder)), help_line=help_line
    )


def _deepest(catalog: Catalog, chosen: FullModels, folder: Path) -> Depth:
    try:
        check(chosen, folder)
        from core.text.full.depth import full  # noqa: PLC0415 - needs torch

        return full(catalog, chosen, folder)
    except ModelsUnusable as reason:
        log.warning("full_depth_unusable", reason=reason.words.en)
        depth = embedded(catalog)
        return replace(depth, explanation=f"{depth.explanation}; not full: {reason.words.en}", note=INSTEAD)


INSTEAD = Words(
    "The full models cannot be used here, so I read this with the smaller ones.",
    "전체 모델을 쓸 수 없어 작은 모델로 읽었습니다.",
)


def depth_in_use(
    model_set: ModelSet,
    chosen: FullModels,
    folder: Path,
    installed: Callable[[str], bool] | None = None,
) -> tuple[bool, Words]:
    """Whether the depth that was chosen can be used, and which one is active and why; loads no model."""
    try:
        MiniLM.check_installed()
        small = Words("sentence vectors by all-MiniLM-L6-v2", "all-MiniLM-L6-v2 문장 벡터 사용")
        works = True
    except WeightsMissing as missing:
        small = Words(f"word lists only: {missing}", f"낱말 목록만 사용: {missing}")
        works = False
    if model_set == "embedded":
        return works, Words(f"embedded: {small.en}", f"내장: {small.ko}")
    try:
        check(chosen, folder, installed)
    except ModelsUnusable as reason:
        return False, Words(
            f"embedded ({small.en}), not full: {reason.words.en}",
            f"내장({small.ko}), 전체 모델을 쓰지 않는 까닭: {reason.words.ko}",
        )
    names = ", ".join(named for _, named in chosen.named())
    return True, Words(f"full: {names}", f"전체: {names}")
