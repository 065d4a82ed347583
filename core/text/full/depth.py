"""Opens the full depth: every model from its folder, or none of it."""

from __future__ import annotations

from pathlib import Path

from core.catalog import Catalog
from core.text.affect_words import AffectWords
from core.text.depth import Depth
from core.text.full.emotion import FEWEST_LABELS, LabelledEmotions, known_columns
from core.text.full.encoder import SentenceEncoder
from core.text.full.loading import Loaded, load
from core.text.full.models import ROLES, FullModels, Role, folder_of, unusable
from core.text.full.summariser import Abstractive
from core.text.full.topic import topics_of
from core.text.full.translator import KoreanTranslator
from core.text.mood import MoodPrototypes
from core.text.summary import Extractive


def full(catalog: Catalog, chosen: FullModels, models: Path) -> Depth:
    """Load the full depth from the folders below `models`.

    Raises:
        ModelsUnusable: a model is missing or damaged, or does not do what it was named for.
    """
    named = dict(chosen.named())

    def loaded(role: Role) -> Loaded:
        return load(role, named[role], folder_of(named[role], models))

    def refuse(role: Role, flaw: str) -> Exception:
        return unusable(role, named[role], folder_of(named[role], models), flaw)

    found = {role: loaded(role) for role in ROLES}
    encoder = SentenceEncoder(found["encoder"])
    topics = topics_of(found["topic_classifier"], catalog)
    if topics is None:
        raise refuse("topic_classifier", "its labels name no topics and no entailment")
    if len(known_columns(found["emotion_classifier"].labels())) < FEWEST_LABELS:
        raise refuse("emotion_classifier", "its labels name no emotions")
    summarisers = {"en": found["english_summariser"], "ko": found["korean_summariser"]}
    return Depth(
        name="full",
        explanation=f"{', '.join(named.values())} on {found['encoder'].model.device}",
        encoder=encoder,
        translator=KoreanTranslator(found["translator"]),
        topics=topics,
        emotions=LabelledEmotions(
            found["emotion_classifier"], AffectWords.load(), MoodPrototypes.load(catalog, encoder)
        ),
        summariser=Abstractive(summarisers, encoder, Extractive()),
    )
