"""Seating: who plays which part — the style's palette, the instruments asked for, and those that must stay away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.brief import Brief
from core.catalog import Catalog, Instrument
from core.engines.composer.dice import Dice, pick_near
from core.engines.composer.instrument import Timbre, Timbres, fits
from core.engines.composer.pattern import parse
from core.engines.composer.plan import Chair
from core.engines.composer.score import Role
from core.engines.composer.style import PartStyle, Style

_RHYTHM: frozenset[Role] = frozenset({"drums", "percussion"})
_DRUMS = frozenset({"drum", "percussion"})
_HAND_GROOVES = (
    {"conga": (parse("x... .... x... ...."), parse("x..o ..x. x..o ..x."), parse("x.ox ..xo x.ox .xxo"))},
    {"conga": (parse(".... x... .... x..."), parse("..o. x..o ..o. x..x"), parse("x.o. x.xo x.o. xoxx"))},
)


class Seating:
    """Seats the band of a style for a brief."""

    def __init__(self, catalog: Catalog, timbres: Timbres, brief: Brief, dice: Dice) -> None:
        self._catalog = catalog
        self._timbres = timbres
        self._brief = brief
        self._random = dice.layer("palette")
        self._excluded = frozenset(brief.excluded_instruments)
        self._brightness = 0.5

    def seat(self, style: Style, brightness: float) -> tuple[Chair, ...]:
        """The band: one chair per part that plays, every asked instrument among them, none that was excluded.

        Of several sounds that suit a part, those near `brightness` (0..1) are more likely.
        """
        self._brightness = brightness
        chairs: list[Chair] = []
        for part in style.part:
            absent = self._random.random() >= part.chance
            options = [timbre for voice in part.voices if self._allowed(timbre := self._timbres[voice])]
            if self._silenced(part.role) or not options:
                continue
            timbre = self._choose(options, chairs)
            if not absent or any(asked in timbre.answers for asked in self._brief.instruments):
                chairs.append(Chair("", part, timbre))
        for asked in self._brief.instruments:
            self._invite(asked, chairs, style)
        return _named(chairs)

    def newcomer(self, asked: str, style: Style, seated: Sequence[tuple[str, Role]]) -> Chair:
        """A chair for an instrument that joins a band, given the names and roles of the parts there are.

        It takes a role that nobody has if it can, else doubles one.
        """
        entry = self._catalog.instruments[asked]
        timbre = self._sound(asked, style)
        taken = {role for _, role in seated}
        free = [role for role in self._roles(entry, timbre) if role not in taken]
        part = next((part for role in free for part in style.part if part.role == role), None)
        part = _open_to(part, timbre) if part is not None else self._extra(entry, timbre, style)
        names = [name for name, _ in seated]
        number = next(n for n in range(1, len(names) + 2) if _numbered(timbre.name, n) not in names)
        return Chair(_numbered(timbre.name, number), part, timbre, asked=True)

    def _allowed(self, timbre: Timbre) -> bool:
        return timbre.instrument not in self._excluded and timbre.id not in self._excluded

    def _silenced(self, role: Role) -> bool:
        return role in _RHYTHM and bool(self._excluded & _DRUMS)

    def _choose(self, options: Sequence[Timbre], chairs: Iterable[Chair]) -> Timbre:
        """A sound near the wanted brightness, if possible one that nobody else plays."""
        taken = {chair.timbre.id for chair in chairs}
        fresh = [timbre for timbre in options if timbre.id not in taken] or list(options)
        ordered = sorted(fresh, key=lambda timbre: (timbre.bright, timbre.id))
        return pick_near(self._random, ordered, self._brightness, spread=2.4)

    def _invite(self, asked: str, chairs: list[Chair], style: Style) -> None:
        """Make sure that an instrument is heard: where it sits already, in place of another player, or beside them."""
        entry = self._catalog.instruments[asked]
        alone = len(self._brief.instruments) == 1
        seated = [index for index, chair in enumerate(chairs) if asked in chair.timbre.answers and not chair.asked]
        wants_lead = alone and "lead" in entry.roles
        if seated and (not wants_lead or any(chairs[index].part.role == "lead" for index in seated)):
            for index in seated:
                chairs[index] = _asked(chairs[index], chairs[index].timbre)
            return
        timbre = self._sound(asked, style)
        for role in self._roles(entry, timbre):
            for index, chair in enumerate(chairs):
                if chair.part.role == role and not chair.asked and (role not in _RHYTHM or not timbre.keys):
                    chairs[index] = _asked(chair, timbre)
                    return
        chairs.append(Chair("", self._extra(entry, timbre, style), timbre, asked=True))

    def _sound(self, asked: str, style: Style) -> Timbre:
        """The sound for an asked instrument: one that the style knows, else the plain one."""
        palette = (self._timbres[voice] for part in style.part for voice in part.voices)
        return next((timbre for timbre in palette if asked in timbre.answers), self._timbres[asked])

    def _roles(self, entry: Instrument, timbre: Timbre) -> list[Role]:
        return [role for role in entry.roles if fits(timbre, role)]

    def _extra(self, entry: Instrument, timbre: Timbre, style: Style) -> PartStyle:
        """A part for somebody who found no free chair."""
        roles = self._roles(entry, timbre) or list(entry.roles)
        for role in roles:
            for part in style.part:
                if part.role == role and role not in ("lead", "drums", "percussion"):
                    return _open_to(part, timbre)
        if timbre.kit or timbre.keys:
            raw = {"role": "percussion", "voices": (timbre.id,), "grooves": _HAND_GROOVES}
            return PartStyle.model_validate(raw)
        writer = self._random.choice(("answer", "guide")) if not timbre.slow else "guide"
        return PartStyle.model_validate({"role": "counter", "voices": (timbre.id,), "writer": writer, "swell": 0.4})


def _asked(chair: Chair, timbre: Timbre) -> Chair:
    return Chair("", _open_to(chair.part, timbre), timbre, asked=True)


def _open_to(part: PartStyle, timbre: Timbre) -> PartStyle:
    """The part as an asked instrument plays it: from the first bar that it is written for, however calm the music."""
    changed = {"enters": 0.0, "leaves": 1.0, "chance": 1.0, "voices": (timbre.id,)}
    return part.model_copy(update=changed)


def _named(chairs: Sequence[Chair]) -> tuple[Chair, ...]:
    """Give every part a name of its own."""
    result: list[Chair] = []
    counts: dict[str, int] = {}
    for chair in chairs:
        base = chair.part.name or chair.timbre.name
        counts[base] = counts.get(base, 0) + 1
        result.append(Chair(_numbered(base, counts[base]), chair.part, chair.timbre, chair.asked))
    return tuple(result)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"
