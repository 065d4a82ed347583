"""Why a text became this music: every finding, with the words of the text that it rests on."""

from __future__ import annotations

from core.text.reading import Finding, Reading
from core.words import Language

MOST_QUOTES = 3
LONGEST_QUOTE = 80


def explain(reading: Reading, language: Language) -> str:
    """One line for each finding; empty when nothing was found."""
    return "\n".join(_line(finding, language) for finding in reading.findings)


def _line(finding: Finding, language: Language) -> str:
    says = finding.says.to(language)
    quotes = [f"“{shortened(piece.quote)}”" for piece in finding.evidence[:MOST_QUOTES]]
    return f"• {says} ({', '.join(quotes)})" if quotes else f"• {says}"


def shortened(quote: str) -> str:
    """A quotation on one line, of at most `LONGEST_QUOTE` characters."""
    line = " ".join(quote.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1].rstrip() + "…"
