"""Reads the adapter tensors out of a Lightning checkpoint, as a program of its own that imports nothing else of ours.

A Lightning checkpoint is a pickle, and a pickle is a program: to load it is to run it. This reader runs it with almost
nothing to call. Containers and descriptions of tensors are made; classes that only settings need become empty shells;
everything else is refused. Tensors are never loaded: the bytes of those that are wanted are copied from the archive.

    python -I lightning_file.py CHECKPOINT TARGET

writes TARGET as safetensors and prints one JSON object: {"tensors": …} or {"problem": …, "detail": …}.
"""

from __future__ import annotations

import collections
import json
import pickle
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

LARGEST_PICKLE = 64 * 1024 * 1024
LARGEST_TENSORS = 8 * 1024**3
MEMORY = 2 * 1024**3
SECONDS = 1_800
BLOCK = 1024 * 1024

STORAGES = {
    "FloatStorage": ("F32", 4), "HalfStorage": ("F16", 2), "BFloat16Storage": ("BF16", 2), "DoubleStorage": ("F64", 8),
    "LongStorage": ("I64", 8), "IntStorage": ("I32", 4), "ShortStorage": ("I16", 2), "CharStorage": ("I8", 1),
    "ByteStorage": ("U8", 1), "BoolStorage": ("BOOL", 1),
}  # fmt: skip
"""Kinds of torch's storages: their names in safetensors, and bytes of an element."""

SHELLS = ("src.", "lightning.", "pytorch_lightning.", "lightning_fabric.", "omegaconf.", "hydra.", "torch.optim.")
"""Packages whose classes stand in the settings of such a checkpoint. Nothing of them is imported."""
SHELL_NAMES = {
    "functools.partial", "pathlib.PosixPath", "typing.Any", "torch.device", "copyreg._reconstructor",
    "builtins.object", "builtins.dict", "builtins.list", "builtins.set", "builtins.str", "builtins.int",
    "builtins.float", "builtins.bool",
}  # fmt: skip

OLD_NAMES = {"__builtin__": "builtins", "copy_reg": "copyreg"}
"""Modules as pickles of protocol 2 call them."""

WANTED = (
    (re.compile(r".*\bcp_transformer\.pos_emb"), "positions"),
    (re.compile(r".*\bcp_transformer\.gates"), "gates"),
    (re.compile(r".*\bcp_transformer\.merge_linear\.(\d+)\.weight"), "merge.{0}"),
    (re.compile(r".*\blayers\.(\d+)\.cross_attention\.q_proj\.lora_A\.default\.weight"), "query.{0}.down"),
    (re.compile(r".*\blayers\.(\d+)\.cross_attention\.q_proj\.lora_B\.default\.weight"), "query.{0}.up"),
    (re.compile(r".*\blayers\.(\d+)\.cross_attention\.v_proj\.lora_A\.default\.weight"), "value.{0}.down"),
    (re.compile(r".*\blayers\.(\d+)\.cross_attention\.v_proj\.lora_B\.default\.weight"), "value.{0}.up"),
)
"""Names in the published checkpoint, and ours."""


class Problem(Exception):
    """Why the file cannot be read: "refused", "damaged", "missing" or "too large", and what it is about."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


class Storage(NamedTuple):
    """Where elements lie in the archive."""

    kind: str
    width: int
    key: str
    elements: int


class Place(NamedTuple):
    """Where a tensor lies in a storage; only tensors without gaps can be copied."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def elements(self) -> int:
        count = 1
        for length in self.shape:
            count *= length
        return count

    @property
    def is_whole(self) -> bool:
        """Row after row without gaps."""
        step = 1
        for length, stride in zip(reversed(self.shape), reversed(self.stride), strict=True):
            if length > 1 and stride != step:
                return False
            step *= length
        return True


class Shell:
    """What stands for an object of settings: it takes whatever is done to it and keeps nothing."""

    def __init__(self, *_args: object, **_named: object) -> None: ...

    def __call__(self, *_args: object, **_named: object) -> Shell:
        return self

    def __setstate__(self, _state: object) -> None: ...

    def __setitem__(self, _key: object, _value: object) -> None: ...

    def append(self, _value: object) -> None: ...

    def extend(self, _values: object) -> None: ...

    def __hash__(self) -> int:
        return 0


class Reader(pickle.Unpickler):
    """An unpickler that can make containers, descriptions of tensors, and shells."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401  (what pickle expects)
        module = OLD_NAMES.get(module, module)
        full = f"{module}.{name}"
        allowed: dict[str, Callable[..., Any]] = {
            "collections.OrderedDict": collections.OrderedDict,
            "collections.defaultdict": _mapping,
            "torch._utils._rebuild_tensor_v2": _tensor,
            "torch._utils._rebuild_parameter": _parameter,
        }
        if full in allowed:
            return allowed[full]
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        if full in SHELL_NAMES or module.startswith(SHELLS) or f"{module}." in SHELLS:
            return Shell
        raise Problem("refused", full)

    def persistent_load(self, pid: Any) -> Storage:  # noqa: ANN401  (what pickle expects)
        match pid:
            case ("storage", (str(kind), int(width)), str(key), _, int(elements)) if elements >= 0:
                return Storage(kind, width, key, elements)
        raise Problem("damaged", "storage")


def _tensor(storage: object, offset: object, shape: object, stride: object, *_rest: object) -> Place:
    if not (isinstance(storage, Storage) and isinstance(offset, int) and _are_sizes(shape) and _are_sizes(stride)):
        raise Problem("damaged", "tensor")
    place = Place(storage, offset, tuple(shape), tuple(stride))  # type: ignore[arg-type]  # checked above
    if offset < 0 or len(place.shape) != len(place.stride):
        raise Problem("damaged", "tensor")
    return place


def _mapping(*_args: object) -> dict[object, object]:
    return {}


def _parameter(tensor: object, *_rest: object) -> object:
    return tensor


def _are_sizes(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, int) and each >= 0 for each in value)


def wanted(state: object) -> Iterator[tuple[str, Place]]:
    """The tensors of the adapters under our names, each once."""
    if not isinstance(state, dict) or not isinstance(state.get("state_dict"), dict):
        raise Problem("missing", "state_dict")
    found: dict[str, Place] = {}
    for key, value in state["state_dict"].items():
        for pattern, name in WANTED:
            match = pattern.fullmatch(key) if isinstance(key, str) else None
            if match is not None and isinstance(value, Place):
                found.setdefault(name.format(*match.groups()), value)
    for needed in ("positions", "gates", "merge.0"):
        if needed not in found:
            raise Problem("missing", needed)
    yield from sorted(found.items())


def convert(source: Path, target: Path) -> int:
    """Copy the adapters of a checkpoint; returns how many tensors there are.

    Raises:
        Problem: the file is no such checkpoint, is damaged, or wants to call something.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            root = _root(archive)
            info = archive.getinfo(f"{root}data.pkl")
            if info.file_size > LARGEST_PICKLE:
                raise Problem("too large", "data.pkl")
            with archive.open(info) as file:
                places = list(wanted(Reader(file).load()))
            _write(archive, root, places, target)
    except Problem:
        raise
    except Exception as error:
        raise Problem("damaged", type(error).__name__) from error
    return len(places)


def _root(archive: zipfile.ZipFile) -> str:
    """The folder in the archive that holds everything."""
    names = [name for name in archive.namelist() if name.endswith("/data.pkl") and name.count("/") == 1]
    if len(names) != 1:
        raise Problem("damaged", "data.pkl")
    return names[0].removesuffix("data.pkl")


def _write(archive: zipfile.ZipFile, root: str, places: list[tuple[str, Place]], target: Path) -> None:
    header: dict[str, object] = {"__metadata__": {"kind": "editing"}}
    end = 0
    for name, place in places:
        size = place.elements * place.storage.width
        if not place.is_whole or place.offset + place.elements > place.storage.elements:
            raise Problem("damaged", name)
        header[name] = {"dtype": place.storage.kind, "shape": place.shape, "data_offsets": [end, end + size]}
        end += size
    if end > LARGEST_TENSORS:
        raise Problem("too large", "tensors")
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with target.open("wb") as sink:
        sink.write(len(text).to_bytes(8, "little") + text)
        for name, place in places:
            _copy(archive, f"{root}data/{place.storage.key}", name, place, sink)


def _copy(archive: zipfile.ZipFile, entry: str, name: str, place: Place, sink: BinaryIO) -> None:
    info = archive.getinfo(entry)
    if info.compress_type != zipfile.ZIP_STORED or info.file_size != place.storage.elements * place.storage.width:
        raise Problem("damaged", name)
    left = place.elements * place.storage.width
    with archive.open(info) as stored:
        stored.seek(place.offset * place.storage.width)
        while left:
            block = stored.read(min(BLOCK, left))
            if not block:
                raise Problem("damaged", name)
            sink.write(block)
            left -= len(block)


def keep_within_bounds() -> None:
    """Bound this process's memory, time and files, where the system can."""
    try:
        import resource  # noqa: PLC0415  (Windows has none)
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_TENSORS + BLOCK),
    ):
        resource.setrlimit(limit, (most, most))


def main(arguments: list[str]) -> int:
    keep_within_bounds()
    source, target = map(Path, arguments)
    try:
        print(json.dumps({"tensors": convert(source, target)}))  # noqa: T201  (this is what the caller reads)
    except Problem as problem:
        print(json.dumps({"problem": problem.kind, "detail": problem.detail[:200]}))  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
