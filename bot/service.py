"""Service: everything that a person can ask for, whatever the platform.

Every use case returns a Reply at once: an accepted job answers with its ProgressReply, which is the receipt, and its
result comes to the `place` through the platform's courier. What a person asks wrongly is raised as a PersonError.

`event` is the platform's id of the event that asked. It is stored together with the job, so that an event which the
platform sends twice makes one job; the second call raises AlreadyHandled.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from bot import derivation, typed
from bot.commands import ChoiceSpec, CommandName, command
from bot.commissions import Commissions
from bot.concepts import SAMPLE_SECONDS, TEACHER, Concepts
from bot.derivation import Derived
from bot.dispatcher import Dispatcher
from bot.engines import AUTO, EngineRules
from bot.given import ConceptOrder, Wish, concept_order, known_topic, only_option, page_number, read_wish, score_options
from bot.guide import Guide
from bot.intake import AlreadyHandled
from bot.pending import Pending
from bot.people import Asker, Place, Platform
from bot.recordings import NOTHING_TO_HEAR, SentRecording, needs_of, uploaded
from bot.replies import Action, FormReply, ListReply, ProgressReply, Reply, TextReply, TrackReply
from bot.shelf import Shelf
from bot.store.store import Store
from bot.track import Track
from bot.waiting import WaitingList
from core.brief import Amount, Brief
from core.catalog import Catalog
from core.errors import AudioError, PersonError
from core.fleet.fleet import ReadText
from core.piece import FileKind, PieceFile
from core.words import Words

__all__ = ["AlreadyHandled", "Service", "Wish"]

_UNKNOWN_ACTION = Words("This can no longer be done.", "더 이상 할 수 없는 동작입니다.")
_REMIX_TITLE = Words("Remix", "리믹스")
_REMIX_LABEL = Words("What should change?", "무엇을 바꿀까요?")
_REMIX_EXAMPLE = Words("Remove drums", "드럼 빼줘")
_EDIT_TITLE = Words("Edit this music", "이 음악 편집하기")
_NO_INSTRUCTION = Words(
    "Please say what to change: “Remove drums”, “Add bass”, “Only piano”.",
    "무엇을 바꿀지 적어 주세요. 예: “드럼 빼줘”, “베이스 추가해 줘”, “피아노만”.",
)


class Service:
    """Use cases. Those that accept a job store it before they return."""

    def __init__(
        self,
        *,
        store: Store,
        catalog: Catalog,
        dispatcher: Dispatcher,
        commissions: Commissions,
        engines: EngineRules,
        shelf: Shelf,
        waiting: WaitingList,
        guide: Guide,
        concepts: Concepts,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._dispatcher = dispatcher
        self._commissions = commissions
        self._engines = engines
        self._shelf = shelf
        self._waiting = waiting
        self._guide = guide
        self._pending = Pending()
        self._concepts = concepts

    async def command(
        self,
        asker: Asker,
        place: Place,
        name: CommandName,
        given: Wish,
        recordings: Sequence[SentRecording] = (),
        *,
        event: str | None = None,
    ) -> Reply:
        """Do what a command of `bot.commands` says, with its options as typed or by name, and recordings beside."""
        reply: Reply
        match name:
            case "bgm":
                reply = await self.bgm(asker, place, given, recordings, event=event)
            case "score" | "score_message":
                text, wish, topic = score_options(given)
                reply = await self.score(asker, place, text, wish, topic, event=event)
            case "music_like":
                reply = await self.music_like(asker, place, recordings, given, event=event)
            case "edit":
                reply = await self.edit(asker, place, recordings, only_option(given, "change"), event=event)
            case "edit_music":
                reply = await self.ask_for_edit(asker, recordings)
            case "queue":
                reply = await self.queue(asker)
            case "cancel":
                reply = await self.cancel(asker, only_option(given, "job") or None)
            case "library":
                reply = await self.library(asker, page_number(only_option(given, "page")))
            case "concept":
                reply = await self.concept(asker, place, concept_order(given), recordings, event=event)
            case "help":
                reply = await self.help(asker, only_option(given, "about"))
        return reply

    async def press(
        self,
        asker: Asker,
        place: Place,
        action: Action,
        target: str,
        value: str | None = None,
        *,
        event: str | None = None,
    ) -> Reply:
        """Do what a button, a select (`value`: the choice) or an answered form (`value`: the answer) says.

        An action that needs a value and has none answers with the FormReply that asks for it.
        """
        if action == "remix" and not value:
            return await self._ask_for_remix(asker, target)
        if action == "edit":
            sent = self._pending.find(asker, target)
            return await self.edit(asker, place, [sent], value or "", event=event)
        makers: dict[Action, Callable[..., Awaitable[Reply]]] = {
            "again": self.again,
            "more_like": self.more_like,
            "vary_small": partial(self.vary, amount="small"),
            "vary_large": partial(self.vary, amount="large"),
            "loop": self.loop,
            "extend": self.extend,
            "stems": self.stems,
            "remix": partial(self.remix, instruction=value or ""),
            "topic": partial(self.rescore, topic=value or ""),
        }
        if action in makers:
            return await makers[action](asker, place, target, event=event)
        if event is not None and not await self.first_time(asker.platform, event):
            raise AlreadyHandled(event)
        return await self._press_without_job(asker, place, action, target)

    async def _press_without_job(self, asker: Asker, place: Place, action: Action, target: str) -> Reply:
        plain: dict[Action, Callable[[Asker, str], Awaitable[Reply]]] = {
            "like": self.like,
            "share": self.share,
            "unshare": self.unshare,
            "delete": self.delete,
            "why": self.why,
            "cancel": self.cancel,
        }
        if action in plain:
            return await plain[action](asker, target)
        if action == "concept_delete":
            return await self._concepts.delete(asker, target)
        if action in ("concept_share", "concept_unshare"):
            return await self._concepts.share(asker, target, shared=action == "concept_share")
        if action == "play":
            return await self.play(asker, place, target)
        if action == "library":
            return await self.library(asker, page_number(target))
        if action == "queue":
            return await self.queue(asker)
        raise PersonError(_UNKNOWN_ACTION)

    async def complete(self, asker: Asker, name: CommandName, option: str, typed: str) -> tuple[ChoiceSpec, ...]:
        """Up to 25 suggestions for an option that is being typed; after a comma they complete the last name."""
        spec = command(name)
        found = None if spec is None else spec.option(option)
        return () if found is None else await self._guide.complete(asker, found, typed)

    async def bgm(
        self,
        asker: Asker,
        place: Place,
        wish: Wish,
        recordings: Sequence[SentRecording] = (),
        *,
        event: str | None = None,
    ) -> ProgressReply:
        """Make music for a wish; with recordings, for what each of them is given for, and the wish may be empty."""
        brief = read_wish(wish, self._catalog, may_be_empty=bool(recordings))
        return await self._commissions.accept_with(asker, place, Derived("bgm", brief), recordings, event)

    async def score(
        self,
        asker: Asker,
        place: Place,
        text: str,
        wish: Wish = "",
        topic: str | None = None,
        *,
        event: str | None = None,
    ) -> ProgressReply:
        """Make music that follows a text; what `wish` says wins over what the text suggests."""
        brief = read_wish(wish, self._catalog, may_be_empty=True)
        read = ReadText(typed.readable(text), asker.language, known_topic(topic, self._catalog) if topic else None)
        return await self._commissions.accept(asker, place, Derived("score", brief, read=read), event)

    async def music_like(
        self,
        asker: Asker,
        place: Place,
        recordings: Sequence[SentRecording],
        wish: Wish = "",
        *,
        event: str | None = None,
    ) -> ProgressReply:
        """Make music in the style of a recording.

        Raises:
            EngineUnavailable: no engine here can listen to a recording.
            AudioError: there is none.
        """
        brief = read_wish(wish, self._catalog, may_be_empty=True)
        await self._engines.choose(asker, brief.engine, needs_of(["style"]))
        if not recordings:
            raise AudioError(NOTHING_TO_HEAR)
        return await self._commissions.accept_with(asker, place, Derived("like", brief), recordings, event)

    async def more_like(self, asker: Asker, place: Place, track: str, *, event: str | None = None) -> ProgressReply:
        """Another piece in the style of a track: its wish and a new seed, with the track as the recording to follow."""
        parent = await self._shelf.visible(asker, track)
        return await self._commissions.accept(asker, place, derivation.more_like(parent), event, parent)

    async def edit(
        self,
        asker: Asker,
        place: Place,
        recordings: Sequence[SentRecording],
        instruction: str,
        *,
        event: str | None = None,
    ) -> ProgressReply:
        """Change a recording as an instruction says ("Remove drums"); a track of ours by its score where it has one.

        Raises:
            PersonError: nothing is said, there is no recording, or no engine here can edit it.
        """
        instruction = typed.instruction(instruction)
        if not instruction:
            raise PersonError(_NO_INSTRUCTION)
        if not recordings:
            raise AudioError(NOTHING_TO_HEAR)
        data = await recordings[0].fetch()
        parent = await self._shelf.recognised(asker, data)
        if parent is not None:
            return await self._commissions.accept(asker, place, derivation.remix(parent, instruction), event, parent)
        derived = Derived("edit", Brief(), edits=(instruction,))
        return await self._commissions.accept_with(asker, place, derived, [uploaded("edit", data)], event)

    async def ask_for_edit(self, asker: Asker, recordings: Sequence[SentRecording]) -> FormReply:
        """Ask what to change about a recording.

        Raises:
            AudioError: there is none.
        """
        if not recordings:
            raise AudioError(NOTHING_TO_HEAR)
        return FormReply(
            title=_EDIT_TITLE.to(asker.language),
            language=asker.language,
            action="edit",
            target=self._pending.hold(asker, recordings[0]),
            label=_REMIX_LABEL.to(asker.language),
            placeholder=_REMIX_EXAMPLE.to(asker.language),
            longest=typed.LONGEST_INSTRUCTION,
        )

    async def concept(
        self,
        asker: Asker,
        place: Place,
        order: ConceptOrder,
        recordings: Sequence[SentRecording] = (),
        *,
        event: str | None = None,
    ) -> Reply:
        """Learn, list, show, share or delete concepts.

        Raises:
            ConceptError: what is asked cannot be done with this concept.
        """
        match order.action:
            case "learn":
                return await self._learn(asker, place, order, recordings, event)
            case "show":
                return await self._concepts.show(asker, order.name)
            case "share" | "unshare":
                return await self._concepts.share_named(asker, order.name, shared=order.action == "share")
            case "delete":
                return await self._concepts.delete_named(asker, order.name)
            case "list":
                return await self._concepts.list(asker)
            case _:
                return await self.help(asker, "concept")

    async def _learn(
        self, asker: Asker, place: Place, order: ConceptOrder, sent: Sequence[SentRecording], event: str | None
    ) -> ProgressReply:
        heard = [replace(each, use="learn") for each in sent[:1]]
        name = await self._concepts.check_lesson(asker, order.name, consent=order.consent, heard=bool(heard))
        await self._engines.choose(asker, AUTO, needs_of(["learn"]))
        brief = Brief(concepts=(name,), duration=SAMPLE_SECONDS, engine=TEACHER)
        return await self._commissions.accept_with(asker, place, Derived("learn", brief), heard, event)

    async def again(self, asker: Asker, place: Place, track: str, *, event: str | None = None) -> ProgressReply:
        """The same wish with another seed."""
        parent = await self._shelf.visible(asker, track)
        return await self._commissions.accept_like(asker, place, derivation.again(parent), event, parent)

    async def vary(
        self, asker: Asker, place: Place, track: str, amount: Amount, *, event: str | None = None
    ) -> ProgressReply:
        """A small or a large step away from a track."""
        parent = await self._shelf.visible(asker, track)
        return await self._commissions.accept_like(asker, place, derivation.vary(parent, amount), event, parent)

    async def loop(self, asker: Asker, place: Place, track: str, *, event: str | None = None) -> ProgressReply:
        """The same piece, made to loop without a seam."""
        parent = await self._shelf.visible(asker, track)
        return await self._commissions.accept_like(asker, place, derivation.loop(parent), event, parent)

    async def extend(self, asker: Asker, place: Place, track: str, *, event: str | None = None) -> ProgressReply:
        """The same piece, and how it goes on: composed at greater length, or continued from its sound."""
        parent = await self._shelf.visible(asker, track)
        return await self._commissions.accept(asker, place, derivation.extend(parent), event, parent)

    async def stems(self, asker: Asker, place: Place, track: str, *, event: str | None = None) -> ProgressReply:
        """The same piece with its parts as separate files, and as MIDI."""
        parent = await self._shelf.visible(asker, track)
        return await self._commissions.accept(asker, place, derivation.stems(parent), event, parent)

    async def remix(
        self, asker: Asker, place: Place, track: str, instruction: str, *, event: str | None = None
    ) -> ProgressReply:
        """The same piece, edited: "Remove drums"."""
        parent = await self._shelf.visible(asker, track)
        derived = derivation.remix(parent, typed.instruction(instruction))
        return await self._commissions.accept(asker, place, derived, event, parent)

    async def rescore(
        self, asker: Asker, place: Place, track: str, topic: str, *, event: str | None = None
    ) -> ProgressReply:
        """Score the text of a track again, as being about another topic."""
        parent = await self._shelf.visible(asker, track)
        derived = derivation.rescore(parent, known_topic(topic, self._catalog), asker.language)
        return await self._commissions.accept(asker, place, derived, event, parent)

    async def cancel(self, asker: Asker, job: str | None = None) -> TextReply:
        """Cancel one job, or all that the asker waits for."""
        return await (self._waiting.cancel_all(asker) if job is None else self._waiting.cancel(asker, job))

    async def queue(self, asker: Asker) -> ListReply:
        """What the asker waits for."""
        return await self._waiting.show(asker)

    async def library(self, asker: Asker, page: int = 1) -> ListReply:
        """The asker's tracks, newest first."""
        return await self._shelf.page(asker, page)

    async def play(self, asker: Asker, place: Place, track: str) -> TrackReply:
        """A track of the library once more, with its files."""
        return await self._shelf.play(asker, place, track)

    async def like(self, asker: Asker, track: str) -> TextReply:
        """Like a track, or take that back."""
        return await self._shelf.like(asker, track)

    async def share(self, asker: Asker, track: str) -> TextReply:
        """Open a track to everyone who has its address, and tell the address."""
        return await self._shelf.share(asker, track)

    async def unshare(self, asker: Asker, track: str) -> TextReply:
        """Close a shared track; its address is good for nothing afterwards."""
        return await self._shelf.unshare(asker, track)

    async def delete(self, asker: Asker, track: str) -> TextReply:
        """Delete a track, its files and its text for good."""
        return await self._shelf.delete(asker, track)

    async def why(self, asker: Asker, track: str) -> TextReply:
        """What was found in the text that a track scores, with the evidence."""
        return await self._shelf.why(asker, track)

    async def help(self, asker: Asker, about: str = "") -> TextReply:
        """What the commands do, or one of them."""
        return TextReply(self._guide.help(about, asker.language), asker.language)

    async def move(self, job: str, place: Place) -> bool:
        """Tell where the answer goes, once the platform has posted the first reply and named it.

        False: the result is already on its way to the old place, so that the first reply must be taken back.
        """
        if not await self._store.jobs.move(job, place):
            return False
        self._dispatcher.moved(job, place)
        return True

    async def first_time(self, platform: Platform, event: str) -> bool:
        """Whether an event that makes no job is new; remembers it for a day."""
        return await self._store.events.first_time(platform, event)

    async def track(self, track: str) -> Track | None:
        """A track by its id, whoever asks."""
        return await self._store.library.get(track)

    async def tracks(self, asker: Asker, page: int = 1) -> tuple[Track, ...]:
        """The asker's tracks, newest first, a page at a time; empty past the end."""
        return await self._store.library.page(asker, page)

    async def shared(self, token: str) -> Track | None:
        """The track that is shared under this secret address."""
        return await self._store.library.shared(token)

    async def file(self, track: str, kind: FileKind) -> PieceFile | None:
        """A file of a track with its content."""
        return await self._shelf.file(track, kind)

    async def _ask_for_remix(self, asker: Asker, track: str) -> FormReply:
        parent = await self._shelf.visible(asker, track)
        derived = derivation.remix(parent, "")
        await self._engines.choose(asker, derived.brief.engine, needs_of([each.use for each in derived.recordings]))
        return FormReply(
            title=_REMIX_TITLE.to(asker.language),
            language=asker.language,
            action="remix",
            target=track,
            label=_REMIX_LABEL.to(asker.language),
            placeholder=_REMIX_EXAMPLE.to(asker.language),
            longest=typed.LONGEST_INSTRUCTION,
        )
