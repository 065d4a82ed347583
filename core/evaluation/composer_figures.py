"""Figures of an evaluation of the composer, each beside its target where there is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from core.engines.composer.style import Style
from core.evaluation.composer_findings import Findings, by_style, share
from core.evaluation.composer_pieces import Judged
from core.evaluation.melodies import WIDEST, overlap
from core.evaluation.mood import RESPONSES
from core.evaluation.report import Figure, Target
from core.evaluation.theory import LEAP

DENSE_CREST = 11.0
"""Styles that want at most this much from RMS to peak are judged as dance music; see `figures_of_mix`."""


def figures(found: Findings, styles: Sequence[Style]) -> Iterator[Figure]:
    yield from _hearing(found)
    yield from _moods(found)
    yield from _identity(found)
    yield from _theory(found, styles)
    yield from _loops(found.loops)
    yield from _mix([piece for piece in found.pieces if piece.balance])
    yield from _melodies(found)


def _hearing(found: Findings) -> Iterator[Figure]:
    agreed = found.keys["same"] + found.keys["relative"] + found.keys["parallel"]
    note = f"most often off: {most(found.off_tempo)}"
    yield Figure(name="tempo.octave", value=found.tempo, target=Target("at least", 0.98), note=note)
    yield Figure(
        name="tempo.metrical_level", value=found.tempo_by_level, note="also thirds, for triple and compound time"
    )
    yield Figure(
        name="tempo.librosa_tracker", value=found.tempo_tracked, target=Target("at least", 0.98),
        note="librosa's beat tracker, which loses its way in slow attacks",
    )  # fmt: skip
    note = f"most often off: {most(found.off_key)}"
    yield Figure(name="key.agreed", value=agreed, target=Target("at least", 0.90), note=note)
    for name, value in found.keys.items():
        yield Figure(name=f"key.{name}", value=value)


def _moods(found: Findings) -> Iterator[Figure]:
    for response in RESPONSES:
        styles = found.mood[response.name]
        values = np.array(list(styles.values()))
        weak = sorted(styles, key=lambda style: styles[style])[:3]
        note = f"median over styles; weakest: {', '.join(f'{style} {styles[style]:.2f}' for style in weak)}"
        yield Figure(
            name=f"mood.{response.name}", value=float(np.median(values)), target=Target("at least", 0.8), note=note
        )
        yield Figure(
            name=f"mood.{response.name}_styles", value=share(values >= 0.8), note="share of styles of 0.8 or more"
        )


def _identity(found: Findings) -> Iterator[Figure]:
    pairs = [f"{own} as {given} ({count})" for (own, given), count in list(found.recognition.confusions.items())[:4]]
    yield Figure(
        name="style.accuracy", value=found.recognition.accuracy, target=Target("at least", 0.95), note="; ".join(pairs)
    )
    twins = ", ".join(f"{one} and {other}" for one, other in found.twins[:4])
    yield Figure(name="style.twins", value=len(found.twins), target=Target("at most", 0), note=twins)
    alike = sorted(found.variety, key=lambda style: -found.variety[style])[:3]
    note = f"most alike: {', '.join(f'{style} {found.variety[style]:.2f}' for style in alike)}"
    value = float(np.nanmean(list(found.variety.values())))
    yield Figure(name="variety.self_similarity", value=value, target=Target("at most", 0.6), note=note)
    yield Figure(name="variety.between_styles", value=found.apart, note="the same measure between different styles")


def _theory(found: Findings, styles: Sequence[Style]) -> Iterator[Figure]:
    theories = [piece.theory for piece in found.pieces]
    yield Figure(
        name="theory.voice_leading",
        value=float(np.nanmean([each.voice_leading for each in theories])),
        unit="semitones",
        target=Target("at most", 2.0),
        note="per voice and change of chord",
    )
    yield Figure(
        name="theory.strong_chord_tones",
        value=float(np.nanmean([each.strong_chord_tones for each in theories])),
        target=Target("at least", 0.75),
        note="of the lead's notes on strong beats",
    )
    yield Figure(
        name="theory.leaps",
        value=float(np.nanmean([each.leaps for each in theories])),
        target=Target("at most", 0.12),
        note="of the lead's intervals over a fifth",
    )
    open_ends = [piece for piece in found.pieces if not piece.theory.cadence]
    yield Figure(
        name="theory.cadence", value=1 - len(open_ends) / len(found.pieces), target=Target("at least", 1.0),
        note=f"open: {most(count_styles(open_ends))}" if open_ends else "",
    )  # fmt: skip
    declared = {style.id: style.harmony.dissonance for style in styles}
    means = {
        style: float(np.mean([piece.theory.dissonance for piece in own]))
        for style, own in by_style(found.pieces).items()
    }
    outside = [
        f"{name} {mean:.2f}" for name, mean in means.items() if not declared[name][0] <= mean <= declared[name][1]
    ]
    yield Figure(
        name="theory.dissonance_in_range", value=1 - len(outside) / len(means), target=Target("at least", 1.0),
        note=f"outside: {', '.join(outside[:4])}" if outside else "",
    )  # fmt: skip


def _loops(loops: Sequence[Judged]) -> Iterator[Figure]:
    seams = [(piece.wish.style, piece.seam) for piece in loops if piece.seam]
    stepped = [style for style, each in seams if each.step > 0.999]
    yield Figure(
        name="loop.no_step",
        value=1 - len(stepped) / len(seams),
        target=Target("at least", 1.0),
        note=", ".join(stepped[:4]),
    )
    heard = [style for style, each in seams if each.flux_of_onsets > 0.95]
    yield Figure(
        name="loop.flux_inside_95", value=1 - len(heard) / len(seams), target=Target("at least", 1.0),
        note=f"of the piece's onsets; outside: {most(Counter(heard))}",
    )  # fmt: skip
    inside = share(each.flux <= 0.95 for _, each in seams)
    yield Figure(name="loop.flux_inside_95_of_all", value=inside, note="of all frames, most of which strike nothing")
    at_bars = float(np.mean([each.flux_of_bars for _, each in seams]))
    yield Figure(name="loop.flux_among_bar_lines", value=at_bars, note="mean rank; 0.5 is a bar line like any other")


def _mix(pieces: Sequence[Judged]) -> Iterator[Figure]:
    balances = [(piece, piece.balance) for piece in pieces if piece.balance]

    def worst(name: str, value: float, target: Target, unit: str = "") -> Figure:
        return Figure(name=f"mix.{name}", value=value, unit=unit, target=target)

    yield worst("loudness_error", max(abs(b.lufs + 14) for _, b in balances), Target("at most", 0.5), "LU")
    yield worst("true_peak", round(max(b.true_peak for _, b in balances), 2), Target("at most", -1.0), "dBTP")
    yield worst("mono_loss", max(b.mono_loss for _, b in balances), Target("at most", 3.0), "LU")
    yield worst("offset", max(b.offset for _, b in balances), Target("at most", 0.001))
    quiet = max(balances, key=lambda each: each[1].quietest_below)
    yield Figure(
        name="mix.quietest_stem_below", value=quiet[1].quietest_below, unit="LU", target=Target("at most", 25.0),
        note=quiet[0].wish.style,
    )  # fmt: skip
    loud = min(balances, key=lambda each: each[1].loudest_below)
    yield Figure(
        name="mix.loudest_stem_below", value=loud[1].loudest_below, unit="LU", target=Target("at least", 0.0),
        note=loud[0].wish.style,
    )  # fmt: skip
    for name, low, high, chosen in (
        ("dense", 9.0, 11.0, [each for each in balances if each[0].crest <= DENSE_CREST]),
        ("orchestral", 14.0, 18.0, [each for each in balances if each[0].wish.style.startswith("orchestral")]),
    ):
        if chosen:
            inside = share(low - 0.5 <= b.peak_to_rms <= high + 0.5 for _, b in chosen)
            mean = float(np.mean([b.peak_to_rms for _, b in chosen]))
            note = f"mean {mean:.1f} dB peak to RMS, wanted {low:g} to {high:g}"
            yield Figure(name=f"mix.crest_{name}", value=inside, target=Target("at least", 0.9), note=note)


def _melodies(found: Findings) -> Iterator[Figure]:
    ours, kept = found.melodies, found.kept
    yield Figure(
        name="melody.interval_overlap", value=overlap(ours.intervals, kept.intervals), note="1: as in real tunes"
    )
    yield Figure(
        name="melody.rhythm_overlap", value=overlap(ours.ratios, kept.ratios), note="of ratios of successive notes"
    )
    yield Figure(name="melody.repetition", value=ours.repetition, note=f"real tunes {kept.repetition:.2f}")
    far = abs(np.arange(-WIDEST, WIDEST + 1)) > LEAP
    yield Figure(
        name="melody.leaps", value=float(ours.intervals[far].sum()),
        note=f"of intervals over a fifth; real tunes {kept.intervals[far].sum():.3f}",
    )  # fmt: skip
    yield Figure(name="melody.span", value=ours.span, unit="semitones", note=f"real tunes {kept.span:.1f}")


def count_styles(pieces: Sequence[Judged]) -> dict[str, int]:
    return {style: len(own) for style, own in by_style(pieces).items()}


def most(counts: Mapping[str, int]) -> str:
    return (
        ", ".join(f"{name} ({counts[name]})" for name in sorted(counts, key=lambda name: -counts[name])[:4]) or "none"
    )
