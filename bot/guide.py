"""Guide: explains the commands, and completes options while they are typed."""

from __future__ import annotations

from collections.abc import Iterable

from bot.commands import COMMANDS, ChoiceSpec, CommandSpec, OptionSpec, command
from bot.concepts import Concepts
from bot.engines import EngineRules
from bot.people import Asker
from bot.presentation import Presentation
from bot.store.jobs import Jobs
from core.catalog import Catalog
from core.wish import complete_option, find_field
from core.words import Language, Words

MOST_SUGGESTIONS = 25

_INTRODUCTION = Words(
    "TexTuneS makes background music for a wish, or music that follows a text.",
    "TexTuneS는 원하는 배경음악을, 또는 글을 따라가는 음악을 만듭니다.",
)
_OPTIONS = Words("Options", "옵션")


class Guide:
    def __init__(
        self, catalog: Catalog, engines: EngineRules, concepts: Concepts, jobs: Jobs, presentation: Presentation
    ) -> None:
        self._catalog = catalog
        self._engines = engines
        self._concepts = concepts
        self._jobs = jobs
        self._presentation = presentation

    def help(self, about: str, language: Language) -> str:
        """What one command does, or all of them."""
        spec = command(about.strip().lower()) if about.strip() else None
        if spec is not None and spec.id != "help":
            return _explain(spec, language)
        lines = [f"• {_heading(each, language)}: {each.description.to(language)}" for each in COMMANDS]
        return "\n".join([_INTRODUCTION.to(language), *lines])

    async def complete(self, asker: Asker, option: OptionSpec, typed: str) -> tuple[ChoiceSpec, ...]:
        """Suggestions for an option that is being typed."""
        match option.name.en:
            case "engine":
                found = _beginning(
                    typed, [ChoiceSpec(name, Words(name, name)) for name in self._engines.offered(asker)]
                )
            case "concept" | "name":
                *before, last = typed.split(",")
                names = [",".join([*before, name]) for name in await self._concepts.names(asker)]
                found = _beginning(",".join([*before, last.strip()]), [ChoiceSpec(n, Words(n, n)) for n in names])
            case "job":
                found = _beginning(typed, await self._jobs_of(asker))
            case "topic":
                topics = self._catalog.complete("topic", typed.strip(), asker.language, MOST_SUGGESTIONS)
                found = [ChoiceSpec(topic.name(asker.language), topic.words) for topic in topics]
            case name:
                field = find_field(name)
                values = complete_option(field.name, typed, self._catalog, asker.language) if field else []
                found = [ChoiceSpec(value, Words(value, value)) for value in values]
        return tuple(found[:MOST_SUGGESTIONS])

    async def _jobs_of(self, asker: Asker) -> list[ChoiceSpec]:
        title = self._presentation.title
        briefs = [(job.id, job.request.brief) for job in await self._jobs.of_person(asker)]
        return [ChoiceSpec(job, Words(title(brief, "en"), title(brief, "ko"))) for job, brief in briefs]


def _beginning(typed: str, choices: Iterable[ChoiceSpec]) -> list[ChoiceSpec]:
    start = typed.strip().casefold()
    return [
        choice
        for choice in choices
        if choice.value.casefold().startswith(start) or start in choice.label.en.casefold() or start in choice.label.ko
    ]


def _heading(spec: CommandSpec, language: Language) -> str:
    return f"`/{spec.name.en}`" if spec.kind == "slash" else f"“{spec.name.to(language)}”"


def _explain(spec: CommandSpec, language: Language) -> str:
    lines = [f"{_heading(spec, language)}: {spec.help.to(language)}"]
    if spec.options:
        lines.append(f"{_OPTIONS.to(language)}:")
        lines += [f"• `{option.name.to(language)}`: {option.description.to(language)}" for option in spec.options]
    return "\n".join(lines)
