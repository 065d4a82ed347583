"""The embedded depth: runs on any machine, without torch and without a download."""

from __future__ import annotations

from core.catalog import Catalog
from core.text.depth import Depth
from core.text.emotion import EmbeddedEmotions
from core.text.gloss import Glosser
from core.text.minilm import MiniLM, WeightsMissing
from core.text.summary import Extractive
from core.text.tables import read_model
from core.text.topic import TopicHead, WordTopics


def embedded(catalog: Catalog) -> Depth:
    """Load the embedded depth; without the encoder's weights it goes by words alone, and says so."""
    encoder: MiniLM | None
    try:
        encoder = MiniLM.installed(read_model("adapter_en.safetensors"))
        explanation = "sentence vectors by all-MiniLM-L6-v2, checked by hash"
    except WeightsMissing as missing:
        encoder, explanation = None, f"word lists only: {missing}"
    return Depth(
        name="embedded",
        explanation=explanation,
        encoder=encoder,
        translator=Glosser.load(),
        topics=WordTopics() if encoder is None else TopicHead.load(),
        emotions=EmbeddedEmotions.load(catalog, encoder),
        summariser=Extractive(),
    )
