"""The audiocraft library: whether it is here, and its models.

It is imported no earlier than it is asked for, and everything that may go wrong on the way is said in words.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.errors import EngineUnavailable
from core.words import Words

RECIPE = "docs/audiocraft.md"
FAMILIES = {"magnet": "MAGNeT", "audiogen": "AudioGen", "jasco": "JASCO"}
"""The class for a model in whose name the word occurs; every other name is of a MusicGen."""


def installed() -> str:
    """The version of the library, which has been imported.

    Raises:
        EngineUnavailable: it is not installed, or something that it needs is missing or does not load.
    """
    if find_spec("audiocraft") is None:
        raise EngineUnavailable(
            Words(
                f"audiocraft is not installed: install the extra `audiocraft` by the recipe in {RECIPE}.",
                f"audiocraft가 설치되어 있지 않습니다. {RECIPE}의 방법대로 `audiocraft` 추가 구성을 설치해 주세요.",
            )
        )
    # The library imports torchaudio in any case; alone it shows which of the two is broken.
    for package in ("torchaudio", "audiocraft.models"):
        try:
            import_module(package)
        except ModuleNotFoundError as error:
            raise incomplete(error) from error
        except Exception as error:
            raise broken(package.partition(".")[0], error) from error
    try:
        return version("audiocraft")
    except PackageNotFoundError:
        return str(getattr(import_module("audiocraft"), "__version__", "?"))


def family(model: str) -> str:
    """The name of the library's class for a model, told by the model's name or that of its folder."""
    name = model.rstrip("/").rpartition("/")[2].lower()
    return next((family for word, family in FAMILIES.items() if word in name), "MusicGen")


def load(model: str, device: str | None = None) -> Any:  # noqa: ANN401  (an object of the library's classes)
    """A model by its name or folder, on the device; without one, on a GPU if there is one.

    Raises:
        EngineUnavailable: the library cannot be used, does not have the model's class, or cannot load it.
    """
    found = installed()
    kind = getattr(import_module("audiocraft.models"), family(model), None)
    if kind is None:
        raise EngineUnavailable(
            Words(
                f"audiocraft {found} has no {family(model)}; a newer version has.",
                f"설치된 audiocraft {found}에는 {family(model)} 모델이 없습니다. 더 새로운 버전이 필요합니다.",
            )
        )
    try:
        return kind.get_pretrained(model, device=device)
    except ModuleNotFoundError as error:
        raise incomplete(error) from error
    except Exception as error:
        name = Path(model).name
        raise EngineUnavailable(
            Words(
                f"audiocraft {found} cannot load the model “{name}” ({type(error).__name__}). "
                "Please check its name or folder.",
                f"audiocraft {found}에서 “{name}” 모델을 불러올 수 없습니다({type(error).__name__}). "
                "모델 이름이나 폴더를 확인해 주세요.",
            )
        ) from error


def incomplete(error: ModuleNotFoundError) -> EngineUnavailable:
    return EngineUnavailable(
        Words(
            f"audiocraft is installed, but it needs “{error.name}”, which is not. The recipe is in {RECIPE}.",
            f"audiocraft는 설치되어 있지만 필요한 “{error.name}” 패키지가 없습니다. {RECIPE}의 방법을 따라 주세요.",
        )
    )


def broken(package: str, error: Exception) -> EngineUnavailable:
    """What is installed and does not load; torchaudio is built for CUDA and needs help beside a torch without it."""
    reason = str(error).partition("\n")[0][:120] or type(error).__name__
    return EngineUnavailable(
        Words(
            f"audiocraft is installed, but {package} does not load ({reason}). The remedy is in {RECIPE}.",
            f"audiocraft는 설치되어 있지만 {package} 패키지를 불러올 수 없습니다({reason}). "
            f"해결 방법은 {RECIPE}에 있습니다.",
        )
    )
