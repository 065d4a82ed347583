"""Behind `textunes evaluate concepts`: twenty concepts, learned in four ways, compared in one table."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir

import torch

from core.engines.lesson import Method
from core.engines.musicgen.learning.material import Example
from core.engines.musicgen.learning.model import TrainedModel
from core.evaluation.concepts.spectral import Spectra, spectra
from core.evaluation.concepts.subjects import GENRES, INSTRUMENTS, Captioned, Subject, Subjects
from core.evaluation.concepts.trial import CONCEPT_CAPTION, Learned, Wanted, learn, lesson_for, make, pair
from core.evaluation.concepts.world import CONFIG, CPU, World, build_world
from core.evaluation.report import Figure, OnProgress, Report, Target

METHODS: tuple[Method, ...] = ("pivotal", "lora", "tokens", "full")
FORGETTING: tuple[Method, ...] = ("pivotal", "full")
PLAIN = "unrehearsed"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is trained and made: base clips and steps, concepts of each kind, steps of a lesson, pieces of each.

    So many concepts of each kind are learned without rehearsal besides.
    """

    base_clips: int = 150
    held_out: int = 24
    base_steps: int = 400
    concepts: int = 10
    unrehearsed: int = 2
    steps: int = 60
    pieces: int = 3
    described: int = 3


@dataclass(slots=True)
class Scores:
    """What was measured of one way of learning, a value for each concept."""

    audio: list[float] = field(default_factory=list)
    text: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)
    kinds: dict[str, list[float]] = field(default_factory=lambda: {"instrument": [], "genre": []})


def evaluate_concepts(
    on_progress: OnProgress = lambda _fraction, _what: None,
    *,
    folder: Path | None = None,
    extent: Extent = Extent(),
    seed: int = 1,
) -> Report:
    """Train a small base on the composer's music, learn the concepts on it, and report alignment with baselines.

    Composed music is kept in `folder`; by itself one among the temporary files.

    Raises:
        EngineUnavailable: FluidSynth or a soundfont is missing.
    """
    torch.manual_seed(seed)
    subjects = Subjects(folder or Path(gettempdir()) / "textunes-evaluation")
    names = (*INSTRUMENTS[: extent.concepts], *GENRES[: extent.concepts])
    training, held_out, taught = _composed(subjects, names, extent, on_progress)
    world = build_world(
        training, held_out, extent.base_steps, seed, lambda done: on_progress(0.2 + 0.25 * done, "train the base")
    )
    rehearsal = _rehearsal(world, [clip.caption for clip in training], seed)
    model = TrainedModel(CONFIG, world.tensors, CPU)
    scores = {name: Scores() for name in ("base", *METHODS, *(f"{method} {PLAIN}" for method in FORGETTING))}
    pivotal: dict[str, Learned] = {}
    for number, subject in enumerate(taught):
        on_progress(0.45 + 0.5 * number / len(taught), f"learn {subject.name}")
        learned: dict[str, Learned] = {
            method: _learn(world, model, subject, method, steps=extent.steps, rehearsal=rehearsal) for method in METHODS
        }
        if subject.name in (*INSTRUMENTS[: extent.unrehearsed], *GENRES[: extent.unrehearsed]):
            for method in FORGETTING:
                alone = _learn(world, model, subject, method, steps=extent.steps, rehearsal=())
                learned[f"{method} {PLAIN}"] = alone
        pivotal[subject.name] = learned["pivotal"]
        _score(world, subject, learned, extent, scores)
    on_progress(0.96, "two concepts at once")
    pairs = _pairs(world, taught, pivotal, extent)
    return Report(
        "concepts",
        tuple(_figures(world, scores, pairs, held_out)),
        conditions=(
            f"base: {extent.base_clips} clips of 12 s, {extent.base_steps} steps, {_millions(world)} M weights",
            f"{len(taught)} concepts, {extent.steps} steps of 4 windows of 6 s each, seed {seed}",
        ),
    )


def _composed(
    subjects: Subjects, names: Sequence[str], extent: Extent, on_progress: OnProgress
) -> tuple[list[Captioned], list[Captioned], list[Subject]]:
    def told(items: Iterator[Captioned], count: int, start: float) -> list[Captioned]:
        found = []
        for item in items:
            found.append(item)
            on_progress(start + 0.08 * len(found) / count, "compose")
        return found

    try:
        training = told(subjects.base(extent.base_clips, 1), extent.base_clips, 0.0)
        held_out = told(subjects.base(extent.held_out, 2), extent.held_out, 0.08)
        taught = []
        for name in names:
            taught.append(subjects.subject(name))
            on_progress(0.16 + 0.04 * len(taught) / len(names), "compose")
    finally:
        subjects.close()
    return training, held_out, taught


def _rehearsal(world: World, captions: Sequence[str], seed: int) -> tuple[Example, ...]:
    """The base's own music to some of the captions that it knows."""
    chosen = captions[:: max(1, len(captions) // 16)][:16]
    wanted = [Wanted(str(index), caption, {}, seed + index) for index, caption in enumerate(chosen)]
    made = make(world, wanted)
    return tuple(Example(made[each.id], each.caption, concept=False) for each in wanted)


def _learn(
    world: World,
    model: TrainedModel,
    subject: Subject,
    method: Method,
    *,
    steps: int,
    rehearsal: Sequence[Example],
) -> Learned:
    lesson = lesson_for(subject.name, method, steps, rehearsal=0.5 if rehearsal else 0.0)
    return learn(world, model, subject, lesson, rehearsal)


def _score(
    world: World, subject: Subject, learned: dict[str, Learned], extent: Extent, scores: dict[str, Scores]
) -> None:
    """Make pieces with the concept alone, and pieces that a caption describes besides."""
    reference = _reference(world, subject)
    alone = CONCEPT_CAPTION.format("music")
    bare = [Wanted(f"base {n}", alone, {}, n) for n in range(extent.pieces)]
    described = [caption for _, caption in world.held_out[: extent.described]]
    bare += [Wanted(f"base text {n}", text, {}, n) for n, text in enumerate(described)]
    own: dict[str, dict[str, torch.Tensor]] = {}
    for name, each in learned.items():
        wanted = _wanted(name, each, described, extent)
        if each.tensors is None:
            bare += wanted
        else:
            own[name] = make(world, wanted, world.decoder(each.tensors))
    shared = make(world, bare)
    for name in ("base", *learned):
        made, kind = own.get(name, shared), subject.kind
        _note(world, scores[name], made, name=name, reference=reference, described=described, kind=kind)
    for name, each in learned.items():
        scores[name].loss.append(each.outcome.before - each.outcome.after)
        scores[name].other.append(each.other_music - world.losses[0])


def _wanted(name: str, each: Learned, described: Sequence[str], extent: Extent) -> list[Wanted]:
    concepts = {"it": each.concept}
    alone = CONCEPT_CAPTION.format("<it>")
    pieces = [Wanted(f"{name} {n}", alone, concepts, n) for n in range(extent.pieces)]
    return pieces + [
        Wanted(f"{name} text {n}", f"{text}, in the style of <it>", concepts, n) for n, text in enumerate(described)
    ]


def _note(
    world: World,
    scores: Scores,
    made: dict[str, torch.Tensor],
    *,
    name: str,
    reference: Spectra,
    described: Sequence[str],
    kind: str,
) -> None:
    pieces = [world.heard(codes) for key, codes in made.items() if key.rsplit(" ", 1)[0] == name]
    audio = statistics.fmean(world.ears.alike(piece, reference) for piece in pieces)
    scores.audio.append(audio)
    scores.kinds[kind].append(audio)
    texts = [world.ears.fits(world.heard(made[f"{name} text {n}"]), text) for n, text in enumerate(described)]
    scores.text.append(statistics.fmean(texts))


def _pairs(
    world: World, taught: Sequence[Subject], pivotal: dict[str, Learned], extent: Extent
) -> dict[bool, list[tuple[float, float]]]:
    """An instrument and a genre in one piece: how much it is like each, without enhancement and with it."""
    solos = [subject for subject in taught if subject.kind == "instrument"]
    genres = [subject for subject in taught if subject.kind == "genre"]
    found: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    caption = CONCEPT_CAPTION.format("<a> and <b>")
    for first, second in zip(solos, genres, strict=True):
        references = _reference(world, first), _reference(world, second)
        learned = pivotal[first.name].concept, pivotal[second.name].concept
        wanted = [
            Wanted(f"{enhance} {n}", caption, pair(*learned, enhance=enhance), n)
            for enhance in (False, True)
            for n in range(2 * extent.pieces)
        ]
        made = make(world, wanted)
        for enhance, likes in found.items():
            pieces = [world.heard(codes) for key, codes in made.items() if key.startswith(str(enhance))]
            one, two = (statistics.fmean(world.ears.alike(piece, each) for piece in pieces) for each in references)
            likes.append((one, two))
    return found


def _reference(world: World, subject: Subject) -> Spectra:
    """What was not learned from, through the codec, as everything that is compared with it."""
    return world.codec.decode(world.codec.encode(spectra(subject.compared_with)))


def _figures(
    world: World,
    scores: dict[str, Scores],
    pairs: dict[bool, list[tuple[float, float]]],
    held_out: Sequence[Captioned],
) -> Iterator[Figure]:
    real = [world.heard(codes) for codes, _ in world.held_out]
    said = [clip.caption for clip in held_out]
    yield Figure(name="base.loss", value=world.losses[0], unit="nats", note="held-out music, with its captions")
    yield Figure(name="base.loss_without_captions", value=world.losses[1], unit="nats")
    fits = [world.ears.fits(sound, caption) for sound, caption in zip(real, said, strict=True)]
    other = [world.ears.fits(sound, caption) for sound, caption in zip(real, (*said[1:], said[0]), strict=True)]
    yield Figure(name="text.real_music", value=statistics.fmean(fits), note="real held-out clips: the ears' ceiling")
    yield Figure(name="text.wrong_captions", value=statistics.fmean(other), note="the same clips: the ears' floor")
    base, full = statistics.fmean(scores["base"].audio), statistics.fmean(scores["full"].text)
    for name, score in scores.items():
        if not score.audio:
            continue
        path = name.replace(" ", "_")
        target = None if name == "base" else Target("at least", round(base, 4))
        kinds = ", ".join(f"{kind}s {statistics.fmean(values):.3f}" for kind, values in score.kinds.items() if values)
        yield Figure(name=f"{path}.audio", value=statistics.fmean(score.audio), target=target, note=kinds)
        wanted = Target("at least", round(full, 4)) if name in ("pivotal", "lora", "tokens") else None
        yield Figure(name=f"{path}.text", value=statistics.fmean(score.text), target=wanted)
        if score.loss:
            note = "fall of the concept's held-out loss"
            yield Figure(name=f"{path}.learned", value=statistics.fmean(score.loss), unit="nats", note=note)
            note = "rise of the loss on other music"
            yield Figure(name=f"{path}.forgotten", value=statistics.fmean(score.other), unit="nats", note=note)
    for enhance, likes in pairs.items():
        path = "two.enhanced" if enhance else "two.plain"
        weaker = statistics.fmean(min(each) for each in likes)
        target = Target("at least", round(statistics.fmean(min(each) for each in pairs[False]), 4)) if enhance else None
        yield Figure(name=f"{path}.weaker", value=weaker, target=target, note="alignment with the concept heard less")
        gap = statistics.fmean(abs(one - two) for one, two in likes)
        yield Figure(name=f"{path}.gap", value=gap, note="how far one dominates the other")


def _millions(world: World) -> str:
    return f"{sum(tensor.numel() for tensor in world.tensors.values()) / 1e6:.1f}"
