"""THE list of commands. Every platform's commands, forms, help and documentation are derived from it.

Names and descriptions keep within the tightest limits of our platforms: Discord's application commands (name 1..32
lower-case characters, description 1..100, 25 options, 25 choices, 8,000 characters a command; Discord API
documentation, "Application Commands") and Slack's shortcuts (name up to 24 characters; Slack API documentation,
"App manifest").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from core.brief import FASTEST_BPM, HEAVIEST_TEXT, LIGHTEST_TEXT, MAX_SEED, SLOWEST_BPM
from core.engines.engine import Use
from core.wish import FIELDS, LIKENESS, FieldName
from core.words import Words

CatalogKind = Literal["genre", "mood", "instrument", "topic"]
OptionKind = Literal["catalog", "choice", "suggestion", "text", "number", "flag", "recording"]
CommandKind = Literal["slash", "message"]
CommandName = Literal[
    "bgm", "score", "queue", "cancel", "library", "help", "concept", "score_message", "music_like", "edit", "edit_music"
]

LONGEST_TEXT = 200_000
"""The longest text that is read, in characters; a platform's own field may hold less."""
LONGEST_OPTION = 6_000
"""The longest text that an option may carry (Discord's limit for a string option)."""

LONGEST_WORDS = 1_000
LONGEST_NAMES = 200


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """A value that an option can have, and how it is shown."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One option of a command. `name.en` is its key in a mapping of options and, but for `words`, in a typed wish.

    Kinds: "catalog" takes catalog names, several with commas between them, completed while typing; "choice" exactly one
    of `choices`; "suggestion" free text for which `Service.complete` has suggestions; "number" a whole number from
    `lowest` to `highest`; "flag" yes or no; "text" up to `longest` characters; "recording" an audio file, for
    `use`.
    """

    name: Words
    description: Words
    kind: OptionKind
    catalog: CatalogKind | None = None
    choices: tuple[ChoiceSpec, ...] = ()
    required: bool = False
    lowest: int | None = None
    highest: int | None = None
    longest: int | None = None
    use: Use | None = None

    @property
    def completed(self) -> bool:
        """Whether `Service.complete` has something to offer while the person types."""
        return self.kind in ("catalog", "suggestion")


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A slash command, or a command on somebody's message (Discord's message command, Slack's message shortcut).

    `id` is what `Service.command` knows it by; `help` explains it with examples.
    """

    id: CommandName
    kind: CommandKind
    name: Words
    description: Words
    help: Words
    options: tuple[OptionSpec, ...] = ()

    def option(self, name: str) -> OptionSpec | None:
        """The option of this name, in either language."""
        return next((option for option in self.options if name in (option.name.en, option.name.ko)), None)


def _field(name: FieldName) -> tuple[Words, Words]:
    """Name and description of an option that fills a field of a wish."""
    return FIELDS[name].label, FIELDS[name].help


GENRE = OptionSpec(*_field("genre"), "catalog", catalog="genre", longest=LONGEST_NAMES)
MOOD = OptionSpec(*_field("mood"), "catalog", catalog="mood", longest=LONGEST_NAMES)
INSTRUMENT = OptionSpec(*_field("instrument"), "catalog", catalog="instrument", longest=LONGEST_NAMES)
WITHOUT = OptionSpec(*_field("no"), "catalog", catalog="instrument", longest=LONGEST_NAMES)
AVOID = OptionSpec(*_field("avoid"), "text", longest=LONGEST_NAMES)
TEMPO = OptionSpec(
    *_field("tempo"),
    "choice",
    choices=(
        ChoiceSpec("auto", Words("auto", "자동")),
        ChoiceSpec("slow", Words("slow", "느리게")),
        ChoiceSpec("medium", Words("medium", "보통")),
        ChoiceSpec("fast", Words("fast", "빠르게")),
    ),
)
BPM = OptionSpec(*_field("bpm"), "number", lowest=int(SLOWEST_BPM), highest=int(FASTEST_BPM))
DURATION = OptionSpec(*_field("duration"), "suggestion", longest=16)
KEY = OptionSpec(*_field("key"), "suggestion", longest=16)
SEED = OptionSpec(*_field("seed"), "number", lowest=0, highest=MAX_SEED)
LOOP = OptionSpec(*_field("loop"), "flag")
ENGINE = OptionSpec(*_field("engine"), "suggestion", longest=40)
STYLE = OptionSpec(
    name=Words("style", "스타일"),
    description=Words("A recording whose style the music should have", "음악의 스타일로 삼을 녹음"),
    kind="recording",
    use="style",
)
MELODY = OptionSpec(
    name=Words("melody", "선율"),
    description=Words("A recording whose tune the music should follow", "음악이 따라갈 선율이 담긴 녹음"),
    kind="recording",
    use="melody",
)
EXTEND = OptionSpec(
    name=Words("extend", "이어서"),
    description=Words("A recording that the music should go on from", "음악이 이어서 나아갈 녹음"),
    kind="recording",
    use="extend",
)
LIKENESS_OPTION = OptionSpec(
    *_field("likeness"),
    "choice",
    choices=tuple(ChoiceSpec(names[0], Words(*names)) for names in LIKENESS),
)
TEXT_WEIGHT = OptionSpec(*_field("text_weight"), "number", lowest=int(LIGHTEST_TEXT), highest=int(HEAVIEST_TEXT))
WORDS = OptionSpec(
    name=Words("words", "설명"),
    description=Words("Anything else, in your own words", "그 밖의 바람을 자유롭게"),
    kind="text",
    longest=LONGEST_WORDS,
)
TEXT = OptionSpec(
    name=Words("text", "글"),
    description=Words("The text that the music should follow", "음악이 따라갈 글"),
    kind="text",
    required=True,
    longest=LONGEST_OPTION,
)
TOPIC = OptionSpec(
    name=Words("topic", "주제"),
    description=Words("What the text is about, if you know better", "글의 주제를 직접 고를 때"),
    kind="catalog",
    catalog="topic",
    longest=LONGEST_NAMES,
)
JOB = OptionSpec(
    name=Words("job", "작업"),
    description=Words("Which one; without it, all that you wait for", "취소할 작업. 비우면 기다리는 것 모두"),
    kind="suggestion",
    longest=40,
)
CONCEPT = OptionSpec(*_field("concept"), "suggestion", longest=LONGEST_NAMES)
CONCEPT_ACTION = OptionSpec(
    name=Words("action", "할일"),
    description=Words("Learn, list, show, share, keep private or delete", "학습, 목록, 보기, 공유, 공유중지, 삭제"),
    kind="choice",
    choices=(
        ChoiceSpec("list", Words("list", "목록")),
        ChoiceSpec("learn", Words("learn", "학습")),
        ChoiceSpec("show", Words("show", "보기")),
        ChoiceSpec("share", Words("share", "공유")),
        ChoiceSpec("unshare", Words("unshare", "공유중지")),
        ChoiceSpec("delete", Words("delete", "삭제")),
    ),
)
CONCEPT_NAME = OptionSpec(
    name=Words("name", "이름"),
    description=Words("Name of the concept, such as our-band", "콘셉트 이름. 예: 우리-밴드"),
    kind="suggestion",
    longest=40,
)
CONCEPT_AUDIO = OptionSpec(
    name=Words("audio", "녹음"),
    description=Words("What to learn from: half a minute or more", "학습할 녹음. 30초 이상"),
    kind="recording",
    use="learn",
)
CONSENT = OptionSpec(
    name=Words("consent", "동의"),
    description=Words("Whether those who made the recording agree", "녹음을 만든 사람이 동의했는지"),
    kind="flag",
)
PAGE = OptionSpec(
    name=Words("page", "쪽"),
    description=Words("Which page of your tracks", "보고 싶은 쪽 번호"),
    kind="number",
    lowest=1,
    highest=10_000,
)
ABOUT = OptionSpec(
    name=Words("about", "명령"),
    description=Words("The command to explain", "설명이 필요한 명령"),
    kind="choice",
    choices=tuple(
        ChoiceSpec(name, Words(name, name)) for name in ("bgm", "score", "queue", "cancel", "library", "concept")
    ),
)

CHANGE = OptionSpec(
    name=Words("change", "변경"),
    description=Words(
        "What to change: Remove drums, Add bass, Only piano", "바꿀 것: 드럼 빼줘, 베이스 추가, 피아노만"
    ),
    kind="text",
    longest=300,
)
RECORDING = OptionSpec(
    name=Words("recording", "녹음"),
    description=Words("The audio file to change", "바꿀 소리 파일"),
    kind="recording",
    use="edit",
)

BGM_OPTIONS = (
    WORDS,
    GENRE,
    MOOD,
    INSTRUMENT,
    WITHOUT,
    AVOID,
    TEMPO,
    BPM,
    DURATION,
    KEY,
    LOOP,
    CONCEPT,
    STYLE,
    LIKENESS_OPTION,
    TEXT_WEIGHT,
    MELODY,
    EXTEND,
    SEED,
    ENGINE,
)
CONCEPT_OPTIONS = (CONCEPT_ACTION, CONCEPT_NAME, CONCEPT_AUDIO, CONSENT)
SCORE_OPTIONS = (GENRE, MOOD, INSTRUMENT, WITHOUT, TEMPO, DURATION, TOPIC)

COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec(
        id="bgm",
        kind="slash",
        name=Words("bgm", "배경음악"),
        description=Words("Make background music", "배경음악 만들기"),
        help=Words(
            "Makes a piece of background music. Say as much or as little as you like: "
            "`/bgm genre:jazz mood:calm`, `/bgm genre:lofi,jazz instrument:piano tempo:slow duration:1:00`, "
            "`/bgm key:Am bpm:84 loop:yes rainy night drive`. "
            "Attach a recording as `style`, and the music takes after it, as closely as `likeness` says. "
            "With the same wish and seed you get the same music again.",
            "배경음악을 만듭니다. 원하는 만큼만 적어 주세요. "
            "예: `/bgm 장르:재즈 분위기:차분한`, `/bgm genre:lofi,jazz instrument:piano tempo:slow duration:1:00`, "
            "`/bgm key:Am bpm:84 loop:yes 비 오는 밤`. "
            "녹음을 `스타일`로 첨부하면 `닮음`만큼 그 녹음을 닮은 음악을 만듭니다. "
            "같은 요청에 같은 시드를 쓰면 같은 음악이 다시 나옵니다.",
        ),
        options=BGM_OPTIONS,
    ),
    CommandSpec(
        id="score",
        kind="slash",
        name=Words("score", "글음악"),
        description=Words("Make music that follows a text", "글을 따라가는 음악 만들기"),
        help=Words(
            "Reads a text (a message, a story, a session log; English or Korean) and makes music that follows it. "
            "What you say beside the text wins over what it suggests: `/score text:… mood:dark duration:2:00`. "
            "The button “why this music?” shows what was found in the text.",
            "글(메시지, 이야기, 세션 기록. 한국어와 영어)을 읽고 그 흐름을 따라가는 음악을 만듭니다. "
            "글과 함께 적은 것은 글의 내용보다 우선합니다. 예: `/score text:… mood:dark duration:2:00`. "
            "‘왜 이 음악인가요?’ 단추를 누르면 글에서 찾은 것을 보여 줍니다.",
        ),
        options=(TEXT, *SCORE_OPTIONS),
    ),
    CommandSpec(
        id="edit",
        kind="slash",
        name=Words("edit", "편집"),
        description=Words("Add, remove or keep an instrument of a recording", "녹음에서 악기를 더하거나 빼거나 남기기"),
        help=Words(
            "Changes an attached recording: `/edit change:Remove drums`, “Add bass”, “Only piano”. "
            "Music that I composed is changed in its score, note for note; other recordings are edited by ear.",
            "첨부한 녹음을 바꿉니다. 예: `/edit change:드럼 빼줘`, ‘베이스 추가해 줘’, ‘피아노만’. "
            "제가 작곡한 음악은 악보에서 음 하나하나 그대로 바꾸고, 다른 녹음은 소리를 듣고 편집합니다.",
        ),
        options=(CHANGE, RECORDING),
    ),
    CommandSpec(
        id="queue",
        kind="slash",
        name=Words("queue", "대기열"),
        description=Words("What you are waiting for", "기다리는 작업 보기"),
        help=Words(
            "Lists what you are waiting for, how far each is, and lets you cancel it.",
            "기다리는 작업과 진행 상황을 보여 주고, 취소할 수 있게 합니다.",
        ),
    ),
    CommandSpec(
        id="cancel",
        kind="slash",
        name=Words("cancel", "취소"),
        description=Words("Cancel what you are waiting for", "기다리는 작업 취소하기"),
        help=Words(
            "Cancels the job you name, or all of yours that are not finished.",
            "지정한 작업을, 지정하지 않으면 아직 끝나지 않은 내 작업을 모두 취소합니다.",
        ),
        options=(JOB,),
    ),
    CommandSpec(
        id="library",
        kind="slash",
        name=Words("library", "보관함"),
        description=Words("Tracks made for you", "내가 만든 음악 보기"),
        help=Words(
            "Lists the tracks made for you, newest first: play, vary, share or delete them.",
            "내가 만든 음악을 최신순으로 보여 줍니다. 다시 듣고, 바꾸고, 공유하고, 지울 수 있습니다.",
        ),
        options=(PAGE,),
    ),
    CommandSpec(
        id="concept",
        kind="slash",
        name=Words("concept", "콘셉트"),
        description=Words("Learn a sound, and use it by its name", "소리를 학습해 이름으로 쓰기"),
        help=Words(
            "Learns a sound from a recording, with the consent of those who made it: "
            "`/concept learn name:our-band audio:… consent:yes`. It is yours alone until you share it, and is used as "
            "`/bgm concept:our-band`. `/concept list`, `show`, `share`, `unshare` and `delete` do what they say; "
            "deleting removes the recording too.",
            "만든 사람의 동의를 받은 녹음에서 소리를 학습합니다. "
            "예: `/concept learn name:우리-밴드 audio:… consent:yes`. 공유하기 전에는 나만 쓸 수 있고, "
            "`/bgm concept:우리-밴드`처럼 씁니다. `/concept list`, `show`, `share`, `unshare`, `delete`로 목록 보기, "
            "자세히 보기, 공유, 공유 중지, 삭제를 할 수 있으며, 삭제하면 녹음도 함께 지워집니다.",
        ),
        options=CONCEPT_OPTIONS,
    ),
    CommandSpec(
        id="help",
        kind="slash",
        name=Words("help", "도움말"),
        description=Words("What TexTuneS can do", "TexTuneS 사용법"),
        help=Words("Explains the commands.", "명령을 설명합니다."),
        options=(ABOUT,),
    ),
    CommandSpec(
        id="score_message",
        kind="message",
        name=Words("Score this message", "이 메시지에 음악 붙이기"),
        description=Words("Make music that follows this message", "이 메시지를 따라가는 음악 만들기"),
        help=Words(
            "Reads somebody's message and makes music that follows it. You find it in the message's own menu.",
            "메시지를 읽고 그 흐름을 따라가는 음악을 만듭니다. 메시지의 메뉴에서 고를 수 있습니다.",
        ),
    ),
    CommandSpec(
        id="music_like",
        kind="message",
        name=Words("Make music like this", "이런 음악 만들기"),
        description=Words("Make music in the style of this message's audio", "이 메시지의 소리와 비슷한 음악 만들기"),
        help=Words(
            "Makes music in the style of the audio in a message. You find it in the message's own menu.",
            "메시지에 담긴 소리와 비슷한 음악을 만듭니다. 메시지의 메뉴에서 고를 수 있습니다.",
        ),
    ),
    CommandSpec(
        id="edit_music",
        kind="message",
        name=Words("Edit this music", "이 음악 편집하기"),
        description=Words("Add, remove or keep an instrument of it", "악기를 더하거나 빼거나 남기기"),
        help=Words(
            "Asks what to change about the audio in a message, and changes it. You find it in the message's own menu.",
            "메시지에 담긴 소리에서 무엇을 바꿀지 묻고, 그대로 바꿉니다. 메시지의 메뉴에서 고를 수 있습니다.",
        ),
    ),
)


def command(name: str) -> CommandSpec | None:
    """The command of this id or name, in either language, with or without a slash before it."""
    name = name.removeprefix("/")
    return next((spec for spec in COMMANDS if name in (spec.id, spec.name.en, spec.name.ko)), None)


def slash_commands() -> Iterator[CommandSpec]:
    return (spec for spec in COMMANDS if spec.kind == "slash")


def message_commands() -> Iterator[CommandSpec]:
    return (spec for spec in COMMANDS if spec.kind == "message")


def split_line(line: str) -> tuple[CommandSpec, str] | None:
    """What a typed line such as `/bgm genre:jazz` asks for: the command and the rest; None if it is no command."""
    word, *rest = line.split(maxsplit=1)[:2] or ("",)
    spec = command(word) if word.startswith("/") else None
    if spec is None or spec.kind != "slash":
        return None
    return spec, rest[0].strip() if rest else ""
