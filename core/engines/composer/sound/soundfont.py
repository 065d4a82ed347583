"""Where FluidSynth's library and a General MIDI soundfont are on this machine."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from core.errors import EngineUnavailable
from core.words import Words

LIBRARY_NAMES = ("libfluidsynth.so.3", "libfluidsynth.so.2", "libfluidsynth.3.dylib", "libfluidsynth-3.dll")
HOMEBREW = (Path("/opt/homebrew/lib/libfluidsynth.dylib"), Path("/usr/local/lib/libfluidsynth.dylib"))

SHARED_SOUNDFONTS = (
    Path("/usr/share/sounds/sf3/MuseScore_General_Lite.sf3"),
    Path("/usr/share/sounds/sf3/MuseScore_General.sf3"),
    Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),
    Path("/usr/share/sounds/sf3/FluidR3Mono_GM.sf3"),
    Path("/usr/share/sounds/sf2/TimGM6mb.sf2"),
)

NO_LIBRARY = Words(
    en="The composer needs FluidSynth, which is not on this machine. Install it with `apt install libfluidsynth3` or "
    "`brew install fluid-synth`, or `pip install pygame-ce`, which carries it.",
    ko="작곡 엔진에 필요한 FluidSynth가 이 컴퓨터에 없습니다. `apt install libfluidsynth3` 또는 "
    "`brew install fluid-synth`로 설치하거나, FluidSynth가 들어 있는 `pip install pygame-ce`를 실행해 주세요.",
)
NO_SOUNDFONT = Words(
    en="The composer needs a General MIDI soundfont. Install one with `apt install musescore-general-soundfont-small`, "
    "or `pip install pretty_midi`, which carries one, or name a file in the settings.",
    ko="작곡 엔진에 필요한 General MIDI 사운드폰트가 없습니다. `apt install musescore-general-soundfont-small`로 "
    "설치하거나, 사운드폰트가 들어 있는 `pip install pretty_midi`를 실행하거나, 설정에서 파일을 지정해 주세요.",
)


@dataclass(frozen=True, slots=True)
class SoundFiles:
    """FluidSynth's library, by path or by the name the loader knows it under, and a soundfont file."""

    library: str
    soundfont: Path

    @classmethod
    def find(cls, library: Path | None = None, soundfont: Path | None = None) -> SoundFiles:
        """Look in the order: as set, the system's own, carried by installed packages.

        Raises:
            EngineUnavailable: either is nowhere to be found, or what was set cannot be used.
        """
        return cls(library=_library(library), soundfont=_soundfont(soundfont))


def _library(chosen: Path | None) -> str:
    if chosen is not None:
        if not _loads(str(chosen)):
            raise EngineUnavailable(
                Words(
                    en=f"“{chosen}” is not a FluidSynth library that can be loaded.",
                    ko=f"“{chosen}”은(는) 불러올 수 있는 FluidSynth 라이브러리가 아닙니다.",
                )
            )
        return str(chosen)
    found = next((name for name in _library_places() if _loads(name)), None)
    if found is None:
        raise EngineUnavailable(NO_LIBRARY)
    return found


def _library_places() -> Iterator[str]:
    """The system's library, then the one inside the pygame-ce wheel (Linux keeps it beside, macOS in the package)."""
    yield from LIBRARY_NAMES
    yield from (str(path) for path in HOMEBREW)
    pygame = _package_folder("pygame")
    if pygame is not None:
        yield from (str(path) for path in sorted((pygame.parent / "pygame_ce.libs").glob("libfluidsynth*")))
        yield from (str(path) for path in sorted((pygame / ".dylibs").glob("libfluidsynth*")))
    by_loader = find_library("fluidsynth")
    if by_loader is not None:
        yield by_loader


def _loads(library: str) -> bool:
    try:
        return hasattr(ctypes.CDLL(library), "new_fluid_synth")
    except OSError:
        return False


def _soundfont(chosen: Path | None) -> Path:
    if chosen is not None:
        if not _is_soundfont(chosen):
            raise EngineUnavailable(
                Words(
                    en=f"“{chosen}” is not a soundfont file (.sf2 or .sf3).",
                    ko=f"“{chosen}”은(는) 사운드폰트 파일(.sf2, .sf3)이 아닙니다.",
                )
            )
        return chosen
    found = next((path for path in _soundfont_places() if _is_soundfont(path)), None)
    if found is None:
        raise EngineUnavailable(NO_SOUNDFONT)
    return found


def _soundfont_places() -> Iterator[Path]:
    yield from SHARED_SOUNDFONTS
    pretty_midi = _package_folder("pretty_midi")
    if pretty_midi is not None:
        yield pretty_midi / "TimGM6mb.sf2"


def _is_soundfont(path: Path) -> bool:
    """A RIFF file of form `sfbk` (SoundFont 2.04, section 4)."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == b"RIFF" and head[8:] == b"sfbk"


def _package_folder(name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    spec = find_spec(name)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent
