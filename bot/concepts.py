"""Concepts as people ask for them: which names mean what for whom, and what may be learned, shared and deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from bot.concept_folder import ConceptFolder, UnknownConcept, bad_name
from bot.job import Job
from bot.people import Asker
from bot.replies import Button, Entry, ListReply, TextReply
from bot.store.blobs import BlobMissing
from bot.store.concepts import KeptConcept
from bot.store.store import Store
from core.engines.engine import Concept
from core.engines.musicgen.concepts.card import Card
from core.errors import ConceptError
from core.wish.cleaning import shown
from core.wish.values import read_concept
from core.words import Language, Words

TEACHER: Final = "teacher"
"""The name of the engine that learns."""

MOST_OF_A_PERSON = 12
SAMPLE_SECONDS = 10.0

_NO_NAME = Words(
    "How shall the concept be called? For example: `/concept learn name:our-band`.",
    "콘셉트 이름을 적어 주세요. 예: `/concept learn name:우리-밴드`",
)
_NO_CONSENT = Words(
    "I only learn with the consent of those who made the recording. If you have it, add `consent:yes`.",
    "녹음을 만든 사람의 동의가 있어야 학습할 수 있습니다. 동의를 받았다면 `consent:yes`를 함께 적어 주세요.",
)
_NO_RECORDING = Words(
    "Attach a recording to learn from: at least half a minute of music, better two minutes.",
    "학습할 녹음을 첨부해 주세요. 음악이 30초 이상, 가능하면 2분쯤 필요합니다.",
)
_NOT_YOURS = Words("Only who learned a concept can do that.", "콘셉트를 학습한 사람만 할 수 있습니다.")
_GONE = Words("This concept is no longer here.", "이 콘셉트는 더 이상 없습니다.")
_NONE = Words(
    "No concept has been learned yet. Learn one with `/concept learn name:… audio:… consent:yes`.",
    "아직 학습한 콘셉트가 없습니다. `/concept learn name:… audio:… consent:yes`로 학습할 수 있습니다.",
)
_YOURS = Words("Concepts that you can use", "쓸 수 있는 콘셉트")
_SHARE = Words("Share", "공유")
_UNSHARE = Words("Stop sharing", "공유 그만두기")
_DELETE = Words("Delete", "삭제")


class Concepts:
    """Own concepts come before those that others share in a community, and those before the ones in the folder."""

    def __init__(self, store: Store, folder: ConceptFolder) -> None:
        self._store = store
        self._folder = folder

    async def names(self, asker: Asker) -> list[str]:
        """The names that a person may use."""
        kept = [concept.name for concept in await self._store.concepts.usable(asker)]
        return list(dict.fromkeys([*kept, *self._folder.names()]))

    async def check(self, asker: Asker, names: Sequence[str]) -> None:
        """Raises UnknownConcept: the person may use no concept of one of these names."""
        if names:
            known = await self.names(asker)
            for name in names:
                if name not in known:
                    raise UnknownConcept(name, known)

    async def take(self, asker: Asker, names: Sequence[str]) -> tuple[Concept, ...]:
        """The concepts with their weights.

        Raises:
            ConceptError: one is not there any more.
        """
        return tuple([await self._take(asker, name) for name in names])

    async def check_lesson(self, asker: Asker, name: str, *, consent: bool, heard: bool) -> str:
        """The name under which a lesson may be held.

        Raises:
            ConceptError: there is no name, consent or recording, the name is taken or cannot be one, or the person has
                learned enough.
        """
        if not name.strip():
            raise ConceptError(_NO_NAME)
        known = read_concept(name)
        if known is None:
            raise bad_name(name)
        if not consent:
            raise ConceptError(_NO_CONSENT)
        if not heard:
            raise ConceptError(_NO_RECORDING)
        own = [each for each in await self._store.concepts.usable(asker) if each.person == asker.person]
        learning = [job.request.brief.concepts for job in await self._store.jobs.of_person(asker)]
        if known in await self.names(asker) or (known,) in learning:
            raise taken(known)
        if len(own) >= MOST_OF_A_PERSON:
            raise ConceptError(
                Words(
                    f"You have {len(own)} concepts, as many as one may have. Delete one first.",
                    f"콘셉트를 {len(own)}개 가지고 있어 더 학습할 수 없습니다. 하나를 먼저 삭제해 주세요.",
                )
            )
        return known

    def learned(self, job: Job, card: Card, digest: str, size: int) -> KeptConcept:
        """What a lesson has left, for the store."""
        asker = job.request.asker
        recording = next(each.digest for each in job.request.recordings if each.use == "learn")
        return KeptConcept(
            id=job.id,
            platform=asker.platform,
            community=asker.community,
            person=asker.person,
            name=card.name,
            card=card.model_dump_json(),
            digest=digest,
            recording=recording,
            size=size,
            created=self._store.clock(),
        )

    async def list(self, asker: Asker) -> ListReply:
        entries = [_entry(asker, concept) for concept in await self._store.concepts.usable(asker)]
        kept = {entry.title for entry in entries}
        common = Words("for everybody here", "모두가 쓸 수 있음").to(asker.language)
        entries += [Entry(name, name, common) for name in self._folder.names() if name not in kept]
        title = _YOURS if entries else _NONE
        return ListReply(title.to(asker.language), asker.language, tuple(entries))

    async def show(self, asker: Asker, name: str) -> TextReply:
        """What is known of a concept: its card."""
        concept = await self._named(asker, name)
        card, language = Card.model_validate_json(concept.card), asker.language
        return TextReply(describe(card, concept, language), language, _buttons(asker, concept))

    async def share_named(self, asker: Asker, name: str, *, shared: bool) -> TextReply:
        return await self.share(asker, (await self._named(asker, name)).id, shared=shared)

    async def delete_named(self, asker: Asker, name: str) -> TextReply:
        return await self.delete(asker, (await self._named(asker, name)).id)

    async def share(self, asker: Asker, concept_id: str, *, shared: bool) -> TextReply:
        """Let everybody in its community use a concept, or its owner alone."""
        concept = await self._owned(asker, concept_id)
        if shared:
            others = await self._store.concepts.usable(asker)
            if any(each.name == concept.name and each.id != concept.id for each in others):
                raise taken(concept.name)
        await self._store.concepts.share(concept.id, shared=shared)
        words = (
            Words(
                f"Everybody here can now use `concept:{concept.name}`.",
                f"이제 이곳의 모두가 `콘셉트:{concept.name}`을(를) 쓸 수 있습니다.",
            )
            if shared
            else Words(f"“{concept.name}” is yours alone again.", f"“{concept.name}”은(는) 다시 나만 쓸 수 있습니다.")
        )
        return TextReply(words.to(asker.language), asker.language)

    async def delete(self, asker: Asker, concept_id: str) -> TextReply:
        """Delete a concept for good: its weights, and the recording that it was learned from."""
        concept = await self._owned(asker, concept_id)
        await self._store.blobs.sweep(await self._store.concepts.delete(concept))
        words = Words(
            f"The concept “{concept.name}” and its recording are deleted.",
            f"“{concept.name}” 콘셉트와 학습한 녹음을 삭제했습니다.",
        )
        return TextReply(words.to(asker.language), asker.language)

    async def _take(self, asker: Asker, name: str) -> Concept:
        usable = await self._store.concepts.usable(asker)
        kept = next((concept for concept in usable if concept.name == name), None)
        if kept is not None:
            try:
                return Concept(name, await self._store.blobs.get(kept.digest))
            except BlobMissing as error:
                raise ConceptError(_GONE) from error
        data = await asyncio.to_thread(self._folder.get, name)
        if data is None:
            raise ConceptError(_GONE)
        return Concept(name, data)

    async def _named(self, asker: Asker, name: str) -> KeptConcept:
        wanted = read_concept(name)
        usable = await self._store.concepts.usable(asker)
        found = next((concept for concept in usable if concept.name == wanted), None)
        if found is None:
            raise UnknownConcept(shown(name), [concept.name for concept in usable])
        return found

    async def _owned(self, asker: Asker, concept_id: str) -> KeptConcept:
        concept = await self._store.concepts.get(concept_id)
        if concept is None:
            raise ConceptError(_GONE)
        at_home = (asker.platform, asker.community) == (concept.platform, concept.community)
        if (asker.platform, asker.person) != (concept.platform, concept.person) and not (asker.admin and at_home):
            raise ConceptError(_NOT_YOURS if at_home and concept.shared else _GONE)
        return concept


def describe(card: Card, concept: KeptConcept, language: Language) -> str:
    """A card in words."""
    kinds = {
        "pivotal": Words("pivotal parameters", "핵심 파라미터"),
        "lora": Words("low-rank matrices", "저랭크 행렬"),
        "tokens": Words("identifier tokens only", "식별 토큰만"),
    }
    licence = card.licence or Words("not stated", "밝히지 않음").to(language)
    shared = Words("shared here", "공유 중") if concept.shared else Words("private", "나만 쓰기")
    lines = (
        Words(f"“{card.name}” ({shared.en})", f"“{card.name}” ({shared.ko})"),
        Words(f"Learned: {card.date}, {card.steps} steps", f"학습: {card.date}, {card.steps}단계"),
        Words(f"Kind: {kinds[card.kind].en}", f"종류: {kinds[card.kind].ko}"),
        Words(f"Model: {card.model}", f"모델: {card.model}"),
        Words(f"Source: {shown(card.source)}; licence: {licence}", f"출처: {shown(card.source)}, 라이선스: {licence}"),
        Words(f"Size: {concept.size / 1e6:.1f} MB", f"크기: {concept.size / 1e6:.1f}MB"),
    )
    return "\n".join(line.to(language) for line in lines)


def _entry(asker: Asker, concept: KeptConcept) -> Entry:
    mine = concept.person == asker.person
    state = Words("shared", "공유 중") if concept.shared else Words("private", "나만 쓰기")
    return Entry(concept.id, concept.name, state.to(asker.language), _buttons(asker, concept) if mine else ())


def _buttons(asker: Asker, concept: KeptConcept) -> tuple[Button, ...]:
    if concept.person != asker.person:
        return ()
    turned = Button("concept_unshare", concept.id, _UNSHARE) if concept.shared else None
    return (
        turned or Button("concept_share", concept.id, _SHARE),
        Button("concept_delete", concept.id, _DELETE, danger=True),
    )


def taken(name: str) -> ConceptError:
    return ConceptError(
        Words(
            f"There is a concept “{name}” already. Please choose another name.",
            f"“{name}” 콘셉트가 이미 있습니다. 다른 이름을 골라 주세요.",
        )
    )
