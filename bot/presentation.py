"""Presentation: what people are told about jobs and tracks, in their language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.derivation import can_extend, is_edited
from bot.job import Job
from bot.replies import Button, Choice, ProgressReply, Select, Sketch, TrackReply
from bot.track import Track, TrackFile
from core.brief import Brief
from core.catalog import Catalog
from core.engines.engine import Use
from core.fleet.fleet import Preview
from core.piece import FileKind, PieceFile
from core.text.explain import explain
from core.wish import describe, describe_track
from core.wish.cleaning import shown
from core.words import Language, Words

_LONGEST_TITLE = 80

_ATTACHED: tuple[FileKind, ...] = ("audio", "waveform", "curve", "stems")
_FOR_MUSICIANS: tuple[FileKind, ...] = ("midi", "chart")

_STAGES = {
    "read": Words("Reading the text", "글을 읽는 중"),
    "load": Words("Waking the engine", "엔진을 깨우는 중"),
    "listen": Words("Listening", "녹음을 듣는 중"),
    "rehearse": Words("Rehearsing", "원래 음악을 복습하는 중"),
    "probe": Words("Finding what matters", "핵심 파라미터를 찾는 중"),
    "train": Words("Learning", "학습하는 중"),
    "compose": Words("Composing", "작곡하는 중"),
    "render": Words("Playing", "연주하는 중"),
    "mix": Words("Mixing", "믹싱하는 중"),
    "master": Words("Mastering", "마스터링하는 중"),
    "encode": Words("Writing the file", "파일을 만드는 중"),
    "measure": Words("Measuring", "음량을 재는 중"),
    "draw": Words("Drawing the waveform", "파형을 그리는 중"),
    "stems": Words("Packing the parts", "파트별 파일을 묶는 중"),
}
_MADE_WITH: dict[Use, Words] = {
    "style": Words("In the style of the recording that was given.", "받은 녹음의 스타일로 만들었습니다."),
    "melody": Words("On the tune of the recording that was given.", "받은 녹음의 선율을 따라 만들었습니다."),
    "extend": Words("Going on from the recording that was given.", "받은 녹음에 이어서 만들었습니다."),
}
_SKETCH = Words(
    "To listen to meanwhile: a short sketch by the composer. The finished piece will be another one.",
    "기다리는 동안 들어 보세요. 작곡 엔진이 짧게 만든 스케치이며, 완성된 곡은 이와 다릅니다.",
)
_WORKING = Words("Making music", "음악을 만드는 중")

_CANCEL = Words("Cancel", "취소")
_AGAIN = Words("Again", "다시")
_MORE_LIKE = Words("More like this", "이런 음악 더")
_VARY_SMALL = Words("Vary a little", "조금 바꾸기")
_VARY_LARGE = Words("Vary a lot", "많이 바꾸기")
_REMIX = Words("Remix", "리믹스")
_LOOP = Words("Loop", "반복 만들기")
_EXTEND = Words("Extend", "이어서 만들기")
_STEMS = Words("Stems", "파트별 파일")
_LIKE = Words("Like", "좋아요")
_SHARE = Words("Share", "공유")
_UNSHARE = Words("Stop sharing", "공유 그만두기")
_DELETE = Words("Delete", "삭제")
_WHY = Words("Why this music?", "왜 이 음악인가요?")
_PLAY = Words("Play", "듣기")
_MOST_TOPICS = 25
"""What a select takes on the platform that takes least."""
_TOPIC = Words("The text is about…", "글의 주제는…")


class Presentation:
    """Speaks about music with the names of the catalog."""

    def __init__(self, catalog: Catalog, has: Callable[[str], bool] = lambda _feature: False) -> None:
        """`has` tells whether an engine here has a feature: what nobody can do is not offered."""
        self._catalog = catalog
        self._has = has

    def progress(self, job: Job, position: int | None = None) -> ProgressReply:
        """How far a job is; `position` is its place in the queue (1 = next) while it waits."""
        language = job.request.asker.language
        return ProgressReply(
            job=job.id,
            language=language,
            position=position,
            fraction=job.fraction,
            stage=job.stage,
            text=progress_words(job, position).to(language),
            buttons=(Button("cancel", job.id, _CANCEL),),
        )

    def sketch(self, file: PieceFile, language: Language) -> Sketch:
        return Sketch(file, _SKETCH.to(language))

    def beginning(self, preview: Preview, language: Language) -> Sketch:
        """What there is of a piece so far."""
        file = PieceFile(kind="audio", name="beginning.mp3", media_type=preview.media_type, data=preview.data)
        words = Words(
            f"To listen to meanwhile: the first {preview.seconds:.0f} seconds.",
            f"기다리는 동안 들어 보세요. 앞부분 {preview.seconds:.0f}초입니다.",
        )
        return Sketch(file, words.to(language))

    def attached(self, track: Track) -> list[TrackFile]:
        """The files of a track that are shown with it, audio first; what is written for musicians only if asked for."""
        kinds = _ATTACHED if track.file("midi") is None else (*_ATTACHED, *_FOR_MUSICIANS)
        return sorted((file for file in track.files if file.kind in kinds), key=lambda file: kinds.index(file.kind))

    def track(
        self, track: Track, files: Sequence[PieceFile], language: Language, upload_limit: int | None = None
    ) -> TrackReply:
        """A track with the files that fit the place where it is shown; notes name those that do not."""
        fitting = tuple(file for file in files if upload_limit is None or len(file.data) <= upload_limit)
        too_large = [file for file in files if file not in fitting]
        return TrackReply(
            track=track.id,
            language=language,
            line=self.line(track, language),
            notes=tuple(note.to(language) for note in [*self._notes(track), *map(_too_large, too_large)]),
            facts=track.facts,
            files=fitting,
            peaks=track.peaks,
            buttons=self._buttons(track),
            selects=self._selects(track),
        )

    def line(self, track: Track, language: Language) -> str:
        """One line that says what was made: genre, mood, tempo, key, length, engine and seed."""
        return describe_track(track.facts, self._catalog, language)

    def title(self, brief: Brief, language: Language) -> str:
        """A short name for a piece or a job in a list."""
        return _shorten(describe(brief, self._catalog, language), _LONGEST_TITLE)

    def list_buttons(self, track: Track) -> tuple[Button, ...]:
        """What can be done with a track from a list."""
        share = Button("unshare", track.id, _UNSHARE) if track.share else Button("share", track.id, _SHARE)
        return (
            Button("play", track.id, _PLAY),
            Button("again", track.id, _AGAIN),
            share,
            Button("delete", track.id, _DELETE, danger=True),
        )

    def why(self, track: Track, language: Language) -> str:
        """What was found in the text that a track scores, with its evidence; empty without a reading."""
        return "" if track.reading is None else explain(track.reading, language)

    def _notes(self, track: Track) -> list[Words]:
        facts = track.facts
        notes = [_MADE_WITH[use] for use in facts.recordings if use in _MADE_WITH]
        notes += [] if track.note is None else [track.note]
        if facts.edits:
            edits = ", ".join(f"“{shown(edit)}”" for edit in facts.edits)
            notes.append(Words(f"Changed: {edits}.", f"바꾼 점: {edits}"))
        if track.reading is not None:
            notes += track.reading.notes
        if not facts.commercial:
            notes.append(
                Words(
                    f"Made with {facts.model} ({facts.licence}): not for commercial use.",
                    f"{facts.model}({facts.licence})로 만들어 상업적으로 쓸 수 없습니다.",
                )
            )
        return notes

    def _buttons(self, track: Track) -> tuple[Button, ...]:
        if is_edited(track):
            return self._buttons_of_edited(track)
        from_score = track.file("score") is not None
        share = Button("unshare", track.id, _UNSHARE) if track.share else Button("share", track.id, _SHARE)
        buttons = [Button("again", track.id, _AGAIN)]
        if self._has("style"):
            buttons.append(Button("more_like", track.id, _MORE_LIKE))
        buttons += [Button("vary_small", track.id, _VARY_SMALL), Button("vary_large", track.id, _VARY_LARGE)]
        buttons.append(Button("remix", track.id, _REMIX))
        if not track.facts.brief.loop:
            buttons.append(Button("loop", track.id, _LOOP))
        if can_extend(track) and (from_score or self._has("extend")):
            buttons.append(Button("extend", track.id, _EXTEND))
        if from_score and track.file("stems") is None:
            buttons.append(Button("stems", track.id, _STEMS))
        buttons += [Button("like", track.id, _LIKE), share]
        if track.reading is not None:
            buttons.append(Button("why", track.id, _WHY))
        buttons.append(Button("delete", track.id, _DELETE, danger=True))
        return tuple(buttons)

    def _buttons_of_edited(self, track: Track) -> tuple[Button, ...]:
        """What can be done with an edited recording: there is no wish to vary or to loop."""
        share = Button("unshare", track.id, _UNSHARE) if track.share else Button("share", track.id, _SHARE)
        again, remix = Button("again", track.id, _AGAIN), Button("remix", track.id, _REMIX)
        return (again, remix, Button("like", track.id, _LIKE), share, Button("delete", track.id, _DELETE, danger=True))

    def _selects(self, track: Track) -> tuple[Select, ...]:
        """The topics of a scored text, likeliest first, and others after them, so that a wrong guess can be mended."""
        if track.reading is None or track.text is None:
            return ()
        guessed = [guess.topic for guess in track.reading.topics if guess.topic in self._catalog.topics]
        offered = list(dict.fromkeys((*guessed, *self._catalog.topics)))[:_MOST_TOPICS]
        topics = [self._catalog.topics[topic] for topic in offered]
        choices = [Choice(topic.id, topic.words, chosen=[topic.id] == guessed[:1]) for topic in topics]
        return (Select("topic", track.id, _TOPIC, tuple(choices)),)


def progress_words(job: Job, position: int | None) -> Words:
    """How far a job is, as a sentence; `position` is its place in the queue while it waits."""
    if position is not None:
        if position <= 1:
            return Words("Next in the queue.", "다음 차례입니다.")
        return Words(f"Number {position} in the queue.", f"대기 순서 {position}번째입니다.")
    stage = _STAGES.get(job.stage, _WORKING)
    percent = round(100 * job.fraction)
    return Words(f"{stage.en}… {percent} %", f"{stage.ko}… {percent}%")


def _too_large(file: PieceFile) -> Words:
    megabytes = len(file.data) / 2**20
    return Words(
        f"{file.name} ({megabytes:.0f} MB) is larger than a file may be here; it is kept in your library.",
        f"{file.name}({megabytes:.0f}MB)은 이곳에 올릴 수 있는 크기보다 커서 보관함에만 있습니다.",
    )


def _shorten(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
