"""Arranger: from a brief to a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.brief import Brief, Key, Mode
from core.catalog import Catalog
from core.engines.composer.bass import BassPlayer
from core.engines.composer.comping import Comper
from core.engines.composer.counterpoint import Counterpoint
from core.engines.composer.dice import Dice
from core.engines.composer.drums import play_drums
from core.engines.composer.effects import play_effects
from core.engines.composer.form import Movement, Stretch, lay_out, overall
from core.engines.composer.harmony import harmonise
from core.engines.composer.instrument import Timbres
from core.engines.composer.melody import Melodist
from core.engines.composer.mood import Feeling, mode_for, tempo_at
from core.engines.composer.performance import Performer
from core.engines.composer.plan import Chair, Plan
from core.engines.composer.revision import plan_of
from core.engines.composer.score import ChordMark, Effects, Master, Part, Score, SectionMark
from core.engines.composer.seating import Seating
from core.engines.composer.style import Style, StyleBook, StyleError
from core.engines.composer.theory import family
from core.engines.composer.tone import Tone

_WITHOUT_GENRE = ("pop", "lofi", "orchestral", "acoustic", "new_age", "rock", "edm", "jazz", "folk")
_ORDER = ("lead", "counter", "chords", "pad", "bass", "drums", "percussion", "effect")


class Arranger:
    """Writes scores. The same brief with the same seed gives the same notes, on every platform."""

    def __init__(self, catalog: Catalog, styles: StyleBook, timbres: Timbres) -> None:
        """Raises StyleError when a style names a voice or a genre that doesn't exist."""
        for style in styles:
            _check(style, catalog, timbres)
        self._catalog = catalog
        self._styles = styles
        self._timbres = timbres

    def compose(self, brief: Brief) -> Score:
        """A score for a brief. Its length is exactly `brief.duration`, or in a loop the nearest number of whole bars.

        Raises:
            KeyError: the brief names something that the catalog doesn't know.
        """
        plan = self._plan(brief)
        return _score(plan, _written(plan))

    def added_part(self, score: Score, brief: Brief, instrument: str) -> Part:
        """A new part for a score, for a catalog instrument, that fits its chords, its sections and its tune."""
        style = self._styles[score.style]
        plan = plan_of(score, brief, style, Feeling(*self._catalog.feel(brief)))
        seated = [(part.name, part.role) for part in score.parts]
        chair = Seating(self._catalog, self._timbres, brief, plan.dice).newcomer(instrument, style, seated)
        lead = next((part for part in score.parts if part.role == "lead"), None)
        tune = [Tone(n.start, n.length, n.pitch, n.velocity) for n in lead.notes] if lead else []
        return _part(plan, chair, _playing(plan, chair), tune) or _insisting(plan, chair, tune)

    def answers(self, instrument: str) -> frozenset[str]:
        """The catalog instruments for which the sounds of an instrument may stand."""
        return frozenset(a for t in self._timbres if t.instrument == instrument for a in t.answers)

    def style_for(self, brief: Brief) -> Style:
        """The style of the first genre, or of what that genre resembles; without a genre, one that suits the mood."""
        genres = brief.genres or self._genre_of_mood(brief)
        for genre in self._catalog.lineage(genres[0]):
            style = self._styles.for_genre(genre.id)
            if style is not None:
                return style
        raise KeyError(f"no style serves {genres[0]}")

    def _genre_of_mood(self, brief: Brief) -> tuple[str, ...]:
        """The genre, among the common ones, that suits mood and instruments; the seed decides between near ones."""
        valence, arousal = self._catalog.feel(brief)
        random = Dice(brief).layer("palette", "genre")

        def distance(genre_id: str) -> float:
            genre = self._catalog.genres[genre_id]
            style = self._styles.for_genre(genre_id)
            voices = [self._timbres[v] for part in style.part for v in part.voices] if style else []
            known = sum(any(asked in timbre.answers for timbre in voices) for asked in brief.instruments)
            away = abs(genre.valence - valence) * 0.6 + abs(genre.arousal - arousal)
            return away - 0.5 * known + 0.5 * random.random()

        return (min(_WITHOUT_GENRE, key=distance),)

    def _plan(self, brief: Brief) -> Plan:
        dice = Dice(brief)
        style = self.style_for(brief)
        valence, arousal = self._catalog.feel(brief)
        feeling = Feeling(valence, arousal)
        movements = self._movements(brief, style, feeling, dice)
        layout = lay_out(style, movements, brief.duration, dice, loop=brief.loop)
        harmony = harmonise(style, layout, dice)
        expression = overall(layout)
        chairs = Seating(self._catalog, self._timbres, brief, dice).seat(style, expression.brightness)
        return Plan(brief, style, layout, harmony, chairs, expression, dice)

    def _movements(self, brief: Brief, style: Style, feeling: Feeling, dice: Dice) -> tuple[Movement, ...]:
        asked = brief.key.mode if brief.key else None
        scale, shade = mode_for(style, feeling, asked)
        tonic = brief.key.tonic if brief.key else _tonic(dice, family(scale))
        key = brief.key or Key(tonic=tonic, mode=family(scale))
        if not brief.sections or brief.loop:
            bpm = self._bpm(brief, style, feeling.arousal, dice)
            return (Movement("", 1.0, feeling, key, scale, shade, bpm),)
        mean = sum(section.arousal * section.share for section in brief.sections)
        base = self._bpm(brief, style, mean, dice)
        movements = []
        for section in brief.sections:
            own = Feeling(section.valence, section.arousal)
            scale, shade = mode_for(style, own, asked)
            bpm = base if brief.bpm else float(round(base * (1 + 0.08 * (section.arousal - mean))))
            home = _related(key, family(scale))
            movements.append(Movement(section.title, section.share, own, home, scale, shade, bpm))
        return tuple(movements)

    def _bpm(self, brief: Brief, style: Style, arousal: float, dice: Dice) -> float:
        """The asked tempo, or one that suits the mood inside the range of the genre."""
        if brief.bpm is not None:
            return brief.bpm
        if brief.genres:
            low, high = self._catalog.bpm_range(brief.genres, brief.tempo)
        else:
            low, high = style.tempo
            third = (high - low) / 3
            step = {"auto": (low, high), "slow": (low, low + third), "medium": (low + third, high - third)}
            low, high = step.get(brief.tempo, (high - third, high))
        bpm = tempo_at(low, high, arousal) * (1 + 0.06 * (dice.layer("tempo").random() * 2 - 1))
        return float(round(min(high, max(low, bpm))))


def _check(style: Style, catalog: Catalog, timbres: Timbres) -> None:
    for index, part in enumerate(style.part):
        for voice in part.voices:
            if voice not in timbres:
                raise StyleError(
                    style.id, f"part.{index}.voices", f"neither the catalog nor timbres.toml has {voice!r}"
                )
    for genre in style.genres:
        if genre not in catalog.genres:
            raise StyleError(style.id, "genres", f"the catalog has no genre {genre!r}")


def _tonic(dice: Dice, mode: Mode) -> int:
    """A key that players like, by seed."""
    common = (0, 7, 2, 5, 9, 4, 10, 3) if mode == "major" else (9, 4, 2, 11, 7, 0, 5, 6)
    return dice.layer("key").choice(common)


def _related(home: Key, mode: Mode) -> Key:
    """The home key, or its relative key when the mode differs: the two share all their chords."""
    if mode == home.mode:
        return home
    return Key(tonic=(home.tonic + (9 if mode == "minor" else 3)) % 12, mode=mode)


def _written(plan: Plan) -> list[Part]:
    """Every part that has something to play, the tune first."""
    tune: list[Tone] = []
    parts: list[Part] = []
    for chair in sorted(plan.chairs, key=lambda chair: _ORDER.index(chair.part.role)):
        stretches = _playing(plan, chair)
        tones = _tones(plan, chair, stretches, tune)
        if chair.part.role == "lead" and chair.part.writer == "melody":
            tune = tune or tones
        part = _performed(plan, chair, tones)
        if part is None and chair.asked:
            part = _insisting(plan, chair, tune)
        if part is not None:
            parts.append(part)
    return parts


def _part(plan: Plan, chair: Chair, stretches: Sequence[Stretch], tune: Sequence[Tone]) -> Part | None:
    return _performed(plan, chair, _tones(plan, chair, stretches, tune))


def _insisting(plan: Plan, chair: Chair, tune: Sequence[Tone]) -> Part:
    """A part that must be heard although it found nothing to play in its sections: anywhere, or as guide tones."""
    everywhere = list(plan.layout.stretches)
    part = _part(plan, chair, everywhere, tune)
    if part is None:
        guide = chair.part.model_copy(update={"writer": "guide", "role": "counter"})
        part = _part(plan, replace(chair, part=guide), everywhere, tune)
    assert part is not None  # noqa: S101 - guide tones sound wherever there are chords
    return part


def _performed(plan: Plan, chair: Chair, tones: Sequence[Tone]) -> Part | None:
    """A part as played; None when there is nothing to play."""
    performer = Performer(plan, chair)
    notes = performer.perform(tones)
    if not notes:
        return None
    return Part(
        name=chair.name, role=chair.part.role, instrument=chair.timbre.instrument, voice=chair.timbre.voice,
        effects=_effects(plan, chair), notes=notes, controls=performer.controls(notes),
    )  # fmt: skip


def _playing(plan: Plan, chair: Chair) -> list[Stretch]:
    """The sections in which a part plays. An asked instrument always has some; no section stays empty."""
    chosen = [s for s in plan.layout.stretches if chair.plays(s)]
    if not chosen and chair.asked:
        chosen = list(plan.layout.stretches)
    keeper = next((c for c in plan.chairs if c.part.role in ("chords", "pad")), chair)
    if chair is keeper:
        silent = [s for s in plan.layout.stretches if not any(other.plays(s) for other in plan.chairs)]
        chosen = [s for s in plan.layout.stretches if s in chosen or s in silent]
    return chosen


def _tones(plan: Plan, chair: Chair, stretches: Sequence[Stretch], tune: Sequence[Tone]) -> list[Tone]:
    """What a part plays, by its role and the writer that its style names."""
    part = chair.part
    match part.role, part.writer:
        case (("drums" | "percussion"), _):
            tones = play_drums(plan, chair, stretches)
        case "bass", _:
            tones = BassPlayer(plan, chair).play(stretches)
        case _, "melody":
            tones = Melodist(plan, chair).play(stretches)
        case _, "pattern":
            tones = Comper(plan, chair).play(stretches)
        case "effect", writer:
            tones = play_effects(writer, stretches, plan.layout)
        case _, writer:
            tones = Counterpoint(plan, chair, tune).play(writer, stretches)
    return tones


def _effects(plan: Plan, chair: Chair) -> Effects:
    """How the part sits in the mix: darker and wetter when the mood is calm or low, open and dry when it is high."""
    expression = plan.expression
    effects = chair.part.effects
    corner = 2000.0 * 2 ** (4.0 * expression.brightness + 1.2 * (plan.style.brightness - 0.5))
    # A style that is dark by its own filters still opens and closes with the mood.
    lowpass = min(corner, (effects.lowpass or 20000.0) * 2 ** (2.2 * (expression.brightness - 0.5)))
    reverb = min(1.0, max(0.0, effects.reverb + 0.14 * (0.5 - expression.activity)))
    return effects.model_copy(update={"lowpass": round(lowpass), "reverb": round(reverb, 3)})


def _score(plan: Plan, parts: Sequence[Part]) -> Score:
    layout, longest = plan.layout, max(plan.layout.stretches, key=lambda stretch: stretch.beats)
    chords = tuple(
        ChordMark(
            at=span.start, symbol=span.chord.spelled(span.key), root=span.chord.root,
            pitch_classes=span.chord.pitch_classes,
        )
        for span in plan.harmony.spans
    )  # fmt: skip
    return Score(
        style=plan.style.id, seed=plan.brief.seed or 0, seconds=layout.seconds,
        key=str(plan.brief.key or longest.movement.key), meter=plan.style.meter, tempo=layout.tempo, chords=chords,
        sections=tuple(SectionMark(at=s.start, name=s.name, title=s.title) for s in layout.stretches),
        parts=tuple(parts), master=_master(plan), loop=layout.loop,
    )  # fmt: skip


def _master(plan: Plan) -> Master:
    """The bus of the style: denser when the music is excited."""
    master = plan.style.master
    activity = plan.expression.activity
    return master.model_copy(
        update={
            "crest": round(master.crest + 2.0 * (0.5 - activity), 2),
            "glue": round(min(1.0, max(0.0, master.glue + 0.2 * (activity - 0.5))), 3),
        }
    )
