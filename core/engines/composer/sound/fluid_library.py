"""FluidSynth's library as Python functions."""

from __future__ import annotations

import ctypes
from ctypes import util as lookup
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import Any

import structlog

from core.errors import EngineUnavailable
from core.words import Words

log = structlog.get_logger()

LOG_LEVELS = {0: "critical", 1: "error", 2: "warning", 3: "info", 4: "debug"}
LogFunction = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)


@cache
def fluidsynth_over(library: str) -> Any:  # noqa: ANN401
    """pyfluidsynth, bound to a given library.

    pyfluidsynth binds whatever `lookup.find_library` names at its import. It is kept rather than replaced by
    bindings of our own because it knows the differences between FluidSynth's versions. A private copy of the module
    is loaded, and the look-up is answered for it during that load only, so nothing is left changed in the process.
    A dynamic library is a thing of the process, hence the cache.
    """
    spec = find_spec("fluidsynth")
    if spec is None or spec.loader is None:
        raise EngineUnavailable(
            Words(
                en="The composer needs the Python package pyfluidsynth: `pip install pyfluidsynth`.",
                ko="작곡 엔진에 pyfluidsynth 패키지가 필요합니다. `pip install pyfluidsynth`를 실행해 주세요.",
            )
        )
    module = module_from_spec(spec)
    searched = lookup.find_library
    lookup.find_library = lambda name: library  # noqa: ARG005
    try:
        spec.loader.exec_module(module)
    finally:
        lookup.find_library = searched
    _complete(module)
    return module


def _complete(fluidsynth: Any) -> None:  # noqa: ANN401
    """Declare the functions that pyfluidsynth leaves out, and send FluidSynth's messages to our log."""
    library = fluidsynth._fl  # noqa: SLF001
    pointer, number = ctypes.c_void_p, ctypes.c_int
    library.fluid_synth_process.argtypes = [pointer, number, number, pointer, number, pointer]
    library.fluid_synth_pin_preset.argtypes = [pointer, number, number, number]
    library.fluid_synth_unpin_preset.argtypes = [pointer, number, number, number]
    library.fluid_synth_pitch_wheel_sens.argtypes = [pointer, number, number]

    def heard(level: int, message: bytes, _data: object) -> None:
        write = getattr(log, LOG_LEVELS.get(level, "warning"))
        write("fluidsynth.message", message=message.decode(errors="replace").strip())

    fluidsynth.heard = LogFunction(heard)
    for level in (0, 1, 2):
        library.fluid_set_log_function(level, fluidsynth.heard, None)
    for level in (3, 4):
        library.fluid_set_log_function(level, LogFunction(), None)
