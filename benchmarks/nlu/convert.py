"""Turns the files of public intent sets into folders of Rasa's format: train.yml, test.yml, out_of_scope.txt."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.nlu.sets import write_nlu


@dataclass(slots=True)
class Parts:
    """Pairs of text and intent, and texts that belong nowhere."""

    train: list[tuple[str, str]] = field(default_factory=list)
    test: list[tuple[str, str]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def clinc150(files: Iterable[Path]) -> Parts:
    """Read data_full.json; its validation parts, and the out-of-scope texts meant for training, are left aside."""
    (file,) = files
    data = json.loads(file.read_text(encoding="utf-8"))
    return Parts(
        train=[(text, intent) for text, intent in data["train"]],
        test=[(text, intent) for text, intent in data["test"]],
        foreign=[text for text, _ in data["oos_test"]],
    )


def tables(files: Iterable[Path]) -> Parts:
    """Read CSV files; those named test.csv, or in a folder named testset, are asked, the others train.

    Columns are `text` and `category` (BANKING77, and HWU64 as others pass it on), or HWU64's own between semicolons.
    """
    parts = Parts()
    for file in sorted(files):
        asked = file.stem == "test" or "testset" in file.parts
        (parts.test if asked else parts.train).extend(_pairs(file))
    return parts


def _pairs(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        delimiter = ";" if ";" in lines.readline() else ","
        lines.seek(0)
        rows = list(csv.DictReader(lines, delimiter=delimiter))
    if rows and "category" in rows[0]:
        return [(row["text"], row["category"]) for row in rows]
    return [(row["answer_from_anno"], f"{row['scenario']}_{row['intent']}") for row in rows]


#: How to read the files of each set.
READERS: dict[str, Callable[[Iterable[Path]], Parts]] = {"banking77": tables, "clinc150": clinc150, "hwu64": tables}


def clean(text: str) -> str:
    """Return a text as one line that YAML can hold and Rasa takes for a text: nothing in it looks like an entity."""
    line = " ".join("".join(c if unicodedata.category(c) != "Cc" else " " for c in text).split())
    return line.replace("](", "] (").replace("]{", "] {")


def convert(name: str, files: Iterable[Path], folder: Path) -> None:
    """Write the set into the folder; raises ValueError when the files leave nothing to train or to ask."""
    parts = READERS[name](files)
    if not parts.train or not parts.test:
        missing = "test" if parts.train else "training"
        raise ValueError(f"{name} needs its training and its test files; nothing of the {missing} files is in yours.")
    folder.mkdir(parents=True, exist_ok=True)
    write_nlu(grouped(parts.train), folder / "train.yml")
    write_nlu(grouped(parts.test), folder / "test.yml")
    if parts.foreign:
        texts = "".join(f"{clean(text)}\n" for text in parts.foreign)
        (folder / "out_of_scope.txt").write_text(texts, encoding="utf-8")


def grouped(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return one NLU block an intent; what is empty is left out."""
    texts: dict[str, list[str]] = {}
    for text, intent in pairs:
        if clean(text):
            texts.setdefault(intent, []).append(clean(text))
    return [{"intent": intent, "examples": "".join(f"- {t}\n" for t in those)} for intent, those in texts.items()]
