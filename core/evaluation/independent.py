"""Independent tools for judging music: librosa, scikit-learn, matplotlib and music21, none of which a bot needs."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from core.errors import EngineUnavailable
from core.words import Words


def tool(name: str) -> ModuleType:
    """An imported module of the `dev` extra.

    Raises:
        EngineUnavailable: it is not installed; says what to install.
    """
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise EngineUnavailable(
            Words(
                en=f"Evaluating needs {package}: `pip install 'textunes[dev]'`.",
                ko=f"평가에는 {package}이(가) 필요합니다. `pip install 'textunes[dev]'`를 실행해 주세요.",
            )
        ) from error
