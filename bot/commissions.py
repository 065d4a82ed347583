"""Commissions: what a person asked for becomes a request that an engine here can fulfil, with all that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.concepts import Concepts
from bot.derivation import Derived, new_seed
from bot.engines import EngineRules
from bot.intake import Intake
from bot.job import Request
from bot.people import Asker, Place
from bot.recordings import Recordings, SentRecording, needs_of
from bot.replies import ProgressReply
from bot.track import Track
from core.piece import AudioFormat, Order
from core.wish import NothingToBeLike


class Commissions:
    def __init__(
        self,
        intake: Intake,
        engines: EngineRules,
        concepts: Concepts,
        recordings: Recordings,
        audio_format: AudioFormat = "mp3",
    ) -> None:
        self._intake = intake
        self._engines = engines
        self._concepts = concepts
        self._recordings = recordings
        self._format = audio_format

    async def accept(
        self, asker: Asker, place: Place, derived: Derived, event: str | None, parent: Track | None = None
    ) -> ProgressReply:
        """Settle the engine and the seed, and store the request as a job.

        Raises:
            EngineUnavailable: no engine here can do it.
            ConceptError: a concept is not there for the asker.
            AlreadyHandled: this event made a job before.
            QuotaExceeded: the person or the community has asked for enough.
        """
        brief = derived.brief
        needs = needs_of([each.use for each in derived.recordings])
        if derived.kind != "learn" and brief.concepts:
            await self._concepts.check(asker, brief.concepts)
            needs |= {"concepts"}
        settled = {"engine": await self._engines.choose(asker, brief.engine, needs)}
        seed = {"seed": new_seed()} if brief.seed is None else {}
        request = Request(
            kind=derived.kind,
            asker=asker,
            place=place,
            brief=brief.model_copy(update=settled | seed),
            order=Order(
                format=self._format,
                max_bytes=place.upload_limit,
                stems=derived.parts,
                midi=derived.parts,
                parent=None if parent is None else parent.id,
            ),
            read=derived.read,
            parent=None if parent is None else parent.id,
            score=derived.score,
            edits=derived.edits,
            recordings=derived.recordings,
        )
        return await self._intake.accept(request, event)

    async def accept_with(
        self, asker: Asker, place: Place, derived: Derived, sent: Sequence[SentRecording], event: str | None
    ) -> ProgressReply:
        """Accept what needs recordings, which are fetched once it is clear that there is an engine for them.

        Raises:
            NothingToBeLike: it says how to follow a recording, and there is none.
        """
        uses = [each.use for each in sent]
        if "style" not in uses and {"likeness", "text_weight"} & derived.brief.model_fields_set:
            raise NothingToBeLike
        await self._engines.choose(asker, derived.brief.engine, needs_of(uses))
        return await self.accept(asker, place, replace(derived, recordings=await self._recordings.keep(sent)), event)

    async def accept_like(
        self, asker: Asker, place: Place, derived: Derived, event: str | None, parent: Track
    ) -> ProgressReply:
        """Accept what is made of a track, with the recordings that the track was made with."""
        kept = await self._recordings.of(parent)
        return await self.accept(asker, place, replace(derived, recordings=kept), event, parent)
