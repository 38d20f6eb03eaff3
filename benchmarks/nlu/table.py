"""Shows the figures as tables in Markdown: one a data set, one row a pipeline."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.nlu.measure import Figures

#: Heading, field, and how it is written; of a share, the percent.
COLUMNS = (
    ("right (%)", "accuracy", "{:.1%}"),
    ("right, SMS noise (%)", "accuracy_noisy", "{:.1%}"),
    ("out of scope, noticed (%)", "foreign_recall", "{:.1%}"),
    ("in scope, rejected (%)", "false_rejection", "{:.1%}"),
    ("training (s)", "train_wall_s", "{:.0f}"),
    ("training, CPU (s)", "train_cpu_s", "{:.0f}"),
    ("training, peak (MB)", "train_peak_mb", "{:.0f}"),
    ("loaded (MB)", "loaded_mb", "{:.0f}"),
    ("p50 (ms)", "p50_ms", "{:.1f}"),
    ("p95 (ms)", "p95_ms", "{:.1f}"),
)


def table(rows: Sequence[Figures]) -> str:
    """Return a heading and a table for each data set, in the order of the rows."""
    names = dict.fromkeys(row.data for row in rows)
    return "\n\n".join(_of_one_set([row for row in rows if row.data == name]) for name in names)


def _of_one_set(rows: Sequence[Figures]) -> str:
    first = rows[0]
    foreign = f", {first.foreign} out of scope" if first.foreign else ""
    lines = [
        f"**{first.data}**: {first.examples} examples to train, {first.asked} messages asked{foreign}",
        "",
        "| | " + " | ".join(title for title, _, _ in COLUMNS) + " |",
        "|---|" + "---:|" * len(COLUMNS),
    ]
    lines += [f"| {row.name} | " + " | ".join(_cell(row, *column[1:]) for column in COLUMNS) + " |" for row in rows]
    return "\n".join(lines)


def _cell(row: Figures, field: str, form: str) -> str:
    value = getattr(row, field)
    return "–" if value is None else form.format(value).rstrip("%")
