"""An edit under way: instruction after instruction, window after window, over a recording of any length.

The editor was taught with excerpts of 5 s. A longer recording is edited in windows of 5 s; each goes on from the last
second of the one before it, which both hear, so no frame is left out and none is joined to a stranger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from core.audio.clip import Clip, Samples
from core.catalog import Catalog
from core.engines.engine import Composition
from core.engines.musicgen.codec import Codec
from core.engines.musicgen.decoder import Condition, Decoder
from core.engines.musicgen.editing.canvas import Canvas
from core.engines.musicgen.editing.fusion import AudioFusion
from core.engines.musicgen.editing.instructions import KOREAN, Instructions, literal
from core.engines.musicgen.editing.text_fusion import TextFusion
from core.engines.musicgen.editing.weights import EditingWeights
from core.engines.musicgen.sampling import Sampling
from core.engines.musicgen.windows import Window, schedule
from core.errors import PersonError
from core.instruction.instruction import Action
from core.words import Words

SECONDS = 5.0
CARRIED_SHARE = 0.2
"""The part of a window that is carried over: 1 s of 5 s."""

SAMPLING = Sampling(top_k=100, guidance=3.0)
"""As published."""

NOTHING_LEFT = -40.0
"""dB below the recording, at which an extracted instrument counts as not there."""

BY_EAR = Words(
    "Edited by ear, by a model: what was to stay may sound a little different.",
    "모델이 소리를 듣고 편집했습니다. 그대로 두려던 부분도 조금 달라질 수 있습니다.",
)

Encode = Callable[[str], Tensor]


class Editor:
    """Edits recordings on a decoder that others share, with one set of weights."""

    def __init__(
        self, decoder: Decoder, codec: Codec, weights: EditingWeights, encode: Encode, catalog: Catalog
    ) -> None:
        """`encode` gives the states of a text."""
        self.decoder = decoder
        self.codec = codec
        self._encode = encode
        self._hears = AudioFusion(decoder, weights)
        self._reads = TextFusion.of(decoder, weights)
        self._instructions = Instructions(catalog, weights.instruments)
        self._longest = min(weights.longest, round(SECONDS * decoder.config.frame_rate), decoder.config.max_frames)

    def begin(self, instructions: tuple[str, ...], recording: Clip) -> Edit:
        """Raises PersonError: there is no instruction, or one that cannot be followed on a recording."""
        steps = tuple(step for text in instructions for step in self._instructions.read(text))
        if not steps:
            raise PersonError(
                Words(
                    "Please say how the recording should be changed, such as “Remove drums”.",
                    "녹음을 어떻게 바꿀지 적어 주세요. 예: “드럼 빼 줘”.",
                )
            )
        canvas = Canvas(recording, self.decoder.config.sample_rate)
        frames = -(-len(canvas.heard) // self.codec.hop)
        return Edit(self, steps, canvas, schedule(frames, self._longest, share=CARRIED_SHARE), frames)

    def condition(self, text: str, codes: Tensor) -> Condition:
        """What a window is conditioned on: an instruction, and the codes of the recording there."""
        plain = self.decoder.condition(self._encode(text), reading=self._reads)
        return replace(plain, hearing=self._hears.of(codes))


@dataclass(slots=True)
class Edit:
    """The steps of an edit: `step` is under way; what the ones before it made is heard in place of the recording."""

    editor: Editor
    steps: tuple[tuple[Action, str], ...]
    canvas: Canvas
    windows: tuple[Window, ...]
    frames: int
    step: int = 0
    before: Tensor | None = None

    @property
    def is_last(self) -> bool:
        return self.step + 1 == len(self.steps)

    def condition(self, window: Window) -> Condition:
        first, last = window.start - window.prompt, window.end
        codes = self._recorded(first, last) if self.before is None else self.before[:, first:last]
        return self.editor.condition(literal(*self.steps[self.step]), codes)

    def go_on(self, codes: Tensor) -> None:
        """The next step, on the codes that this one made."""
        self.before = codes
        self.step += 1

    def composition(self, sound: Samples) -> Composition:
        """What came of it.

        Raises:
            PersonError: the instrument that was to be kept is not there.
        """
        action, instrument = self.steps[-1]
        if action == "extract" and self.canvas.level_of(sound) < NOTHING_LEFT:
            korean = KOREAN.get(instrument, instrument)
            raise PersonError(
                Words(
                    f"I hear no {instrument.lower()} in this recording, so nothing would be left.",
                    f"이 녹음에서는 {korean} 소리를 찾지 못했습니다. 그대로 하면 아무 소리도 남지 않습니다.",
                )
            )
        return Composition(self.canvas.finished(sound), note=BY_EAR)

    def _recorded(self, first: int, last: int) -> Tensor:
        """The codes of a stretch of the recording, encoded by itself as the editor was taught."""
        hop = self.editor.codec.hop
        heard = self.canvas.heard[first * hop : last * hop]
        padded = np.pad(heard, (0, (last - first) * hop - len(heard)))
        return self.editor.codec.encode(torch.from_numpy(padded)[None])[:, : last - first]
