"""Feature extractors: what the conditioner hears of an excerpt. MERT in the released model, EnCodec in its variant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import soxr
import torch
from torch import Tensor
from transformers import HubertConfig, HubertModel

from core.audio.clip import Samples
from core.engines.musicgen.codec import Codec, modern
from core.engines.musicgen.config import MERT
from core.engines.musicgen.tensors import CheckpointError, read_tensors
from core.errors import EngineUnavailable
from core.words import Words

MERT_RATE = 24_000

UNLIKE_HUBERT = ("feature_extractor_cqt", "deepnorm")
"""Settings with which a MERT is built otherwise than HuBERT."""


class Extractor(Protocol):
    """Hears mono samples at a rate: features (frames, width), or codes (codebooks, frames)."""

    def __call__(self, samples: Samples, sample_rate: int) -> Tensor: ...


class CodecFeatures:
    """The first codebooks of EnCodec, 50 times a second."""

    def __init__(self, codec: Codec, sample_rate: int, books: int) -> None:
        self._codec = codec
        self._rate = sample_rate
        self._books = books

    def __call__(self, samples: Samples, sample_rate: int) -> Tensor:
        return self._codec.encode(resampled(samples, sample_rate, self._rate)[None])[: self._books]


class MertFeatures:
    """The last states of MERT, 75 times a second. It is built as HuBERT is, so no code comes with the weights."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        """Raises EngineUnavailable: it is not there, damaged, or of a kind that is built otherwise."""
        self._device = device
        self._model: Any = _load(folder).eval().to(device)

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def __call__(self, samples: Samples, sample_rate: int) -> Tensor:
        heard = resampled(samples, sample_rate, MERT_RATE).to(self._device)
        states: Tensor = self._model(heard[None]).last_hidden_state[0]
        return states.clone()


def resampled(samples: Samples, source: int, target: int) -> Tensor:
    return torch.from_numpy(soxr.resample(samples, source, target) if source != target else samples.copy())


def _load(folder: Path) -> Any:  # noqa: ANN401  (transformers is untyped here)
    file = folder / "config.json"
    if not file.exists():
        raise EngineUnavailable(
            Words(
                f"This style model listens through {MERT}, which is not at hand. `textunes download musicgen-style` "
                f"fetches it; by hand, put the files of m-a-p/{MERT} (CC-BY-NC-4.0) into {folder}. "
                "A style model that listens through EnCodec needs none.",
                f"이 스타일 모델은 {MERT}로 소리를 듣는데 그 가중치가 없습니다. `textunes download musicgen-style`로 "
                f"받거나, m-a-p/{MERT}(CC-BY-NC-4.0)의 파일을 {folder}에 넣어 주세요. "
                "EnCodec으로 듣는 스타일 모델에는 필요하지 않습니다.",
            )
        )
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
        unlike = any(settings.get(name) for name in UNLIKE_HUBERT) or settings.get("attention_relax", -1) > 0
        known = HubertConfig().to_dict().keys() - {"model_type", "architectures", "auto_map"}
        config = HubertConfig(**{name: value for name, value in settings.items() if name in known})
    except (ValueError, AttributeError, TypeError) as error:
        raise CheckpointError(file, "it does not describe a MERT", "MERT 설정이 아닙니다") from error
    if unlike:
        raise CheckpointError(file, "it describes another MERT than the one with 95M", "95M이 아닌 MERT입니다")
    model: Any = HubertModel(config)
    tensors = {modern(name): tensor.float() for name, tensor in read_tensors(folder).under("").items()}
    wanted = model.state_dict().keys()
    try:
        model.load_state_dict({name: tensor for name, tensor in tensors.items() if name in wanted}, strict=True)
    except RuntimeError as error:
        reason = str(error).replace("\n", " ")
        raise CheckpointError(folder, f"it cannot be loaded ({reason})", "MERT를 불러올 수 없습니다") from error
    return model
