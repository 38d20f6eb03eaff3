"""The figures of an evaluation as plain text. No message of the exam is shown: who sees it will teach to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evaluation.figures import WEAKEST, Figures, Group, Told
from bot.evaluation.scores import Rate

NOTHING = "-"


def report(figures: Figures) -> str:
    """Return everything that is reported, in tables of at most 120 columns."""
    sections = [
        _head(figures),
        _intents(figures.groups),
        _gate(figures.groups),
        _languages(figures),
        _entities(figures),
        _two_requests(figures),
        _weak(figures),
        _confused(figures),
    ]
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _head(figures: Figures) -> list[str]:
    speed = ", ".join(f"p{p} {ms:.1f}" for p, ms in figures.milliseconds.items())
    lines = [
        f"Model {figures.model}, {figures.messages} messages through the whole pipeline, one by one",
        f"Milliseconds a message: {speed}",
        "Percent, with 95% intervals (Wilson) in brackets",
    ]
    return [*lines, "QUICK: a fifth of the exam; don't quote these figures"] if figures.quick else lines


def _intents(groups: Sequence[Group]) -> list[str]:
    rows = [
        [
            *_named(g),
            _count(g.answered),
            *map(_rate, (g.answered, g.first, g.three, g.topic)),
            *map(_percent, (g.macro_f1, g.calibration_error)),
        ]
        for g in groups
        if g.answered.count
    ]
    head = ["language", "kind", "n", "answered right", "first reading", "among three", "retrieval", "macro F1", "ECE"]
    return ["In scope", *_table(head, rows)]


def _gate(groups: Sequence[Group]) -> list[str]:
    rows = [
        [*_named(g), _rate(g.refused), _count(g.foreign), _rate(g.foreign), _rate(g.near), _rate(g.far)] for g in groups
    ]
    head = ["language", "kind", "false rejection", "foreign", "recall", "near", "far"]
    return ["Out of scope", *_table(head, rows)]


def _languages(figures: Figures) -> list[str]:
    rows = [[*_named(g), *_told(g.told)] for g in figures.groups]
    rows.append(["other", "clean", *_told(figures.other_language)])
    return ["Language identification", *_table(["language", "kind", "n", "right", "none", "wrong"], rows)]


def _entities(figures: Figures) -> list[str]:
    scores = {**figures.entities, "all (micro)": figures.every_entity}
    rows = [
        [name, str(f.right), str(f.wrong), str(f.missed), _percent(f.precision), _percent(f.recall), _percent(f.value)]
        for name, f in scores.items()
    ]
    return ["Entities", *_table(["type", "right", "wrong", "missed", "precision", "recall", "F1"], rows)]


def _two_requests(figures: Figures) -> list[str]:
    rows = [[language, _count(r), _rate(r)] for language, r in figures.two_requests.items()]
    return ["Two requests in one message", *_table(["language", "n", "both found"], rows)]


def _weak(figures: Figures) -> list[str]:
    rows = [
        [w.intent, _count(w.answered), _percent(w.answered.share), _percent(w.first.share)] for w in figures.intents
    ]
    head = ["intent", "n", "answered right", "first reading"]
    return [f"The {WEAKEST} weakest intents, of {len(rows)}; without noise", *_table(head, rows[:WEAKEST])]


def _confused(figures: Figures) -> list[str]:
    rows = [[truth, reading or NOTHING, str(count)] for truth, reading, count in figures.confused]
    return ["Most confused (first reading); without noise", *_table(["meant", "read", "times"], rows)]


def _named(group: Group) -> list[str]:
    return [group.language, group.kind]


def _told(told: Told) -> list[str]:
    return [_count(told.right), _rate(told.right), _percent(told.none.share), _percent(told.wrong.share)]


def _count(rate: Rate) -> str:
    return str(rate.count)


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:.1f}"


def _rate(rate: Rate) -> str:
    if not rate.interval:
        return NOTHING
    low, high = rate.interval
    return f"{_percent(rate.share)} ({100 * low:.0f}-{100 * high:.0f})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines with columns as wide as they need to be: words left, figures right."""
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    is_text = [not any(row[column][:1].isdigit() for row in rows) for column in range(len(head))]
    for row in table:
        cells = (
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(row, widths, is_text, strict=True)
        )
        yield "  " + "  ".join(cells).rstrip()
