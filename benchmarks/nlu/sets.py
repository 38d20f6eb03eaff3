"""The data sets: what is trained, and what is asked afterwards; our own, and public ones in Rasa's format."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import yaml

from benchmarks.environments import ROOT
from bot.evaluation.noise import sms

#: Stands for the slash of a retrieval intent where a pipeline has no ResponseSelector to choose its key.
FLAT = "::"
#: The languages of our own exam that count here; the training data has more.
LANGUAGES = ("en", "es")
#: How Rasa's format marks an entity: [Oak Street](address) or [Oak Street]{"entity": "address"}.
ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True, slots=True)
class Message:
    """What is asked: its full intent, or none when it is out of scope; `group` says which part of the exam it is."""

    text: str
    intent: str | None
    language: str
    group: str
    noisy: bool = False


@dataclass(frozen=True, slots=True)
class DataSet:
    """`train` is a file or a folder in Rasa's NLU format."""

    name: str
    train: Path
    messages: tuple[Message, ...]


def own(root: Path = ROOT) -> DataSet:
    """Return the town's data and its exam; messages with two requests are left out, since Rasa's readings have one."""
    messages: list[Message] = []
    for language in LANGUAGES:
        for path in sorted((root / "tests" / "nlu" / language).glob("*.yml")):
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            if isinstance(content, dict):
                messages += [Message(t, intent, language, language) for intent, texts in content.items() for t in texts]
        foreign = yaml.safe_load((root / "tests/nlu/out_of_scope" / f"{language}.yml").read_text(encoding="utf-8"))
        messages += [Message(t, None, language, f"{language} {kind}") for kind, texts in foreign.items() for t in texts]
    return DataSet("own", root / "data" / "nlu", tuple(messages))


def public(name: str, folder: Path) -> DataSet:
    """Return the set of a folder: train.yml, test.yml, and out_of_scope.txt if there is one; all of it English."""
    messages = [Message(text, intent, "en", "test") for intent, text in examples(folder / "test.yml")]
    foreign = folder / "out_of_scope.txt"
    if foreign.exists():
        lines = foreign.read_text(encoding="utf-8").splitlines()
        messages += [Message(line.strip(), None, "en", "out of scope") for line in lines if line.strip()]
    return DataSet(name, folder / "train.yml", tuple(messages))


def blocks(train: Path) -> Iterator[dict[str, Any]]:
    """Yield all NLU blocks of a file or folder: intents, synonyms, regexes, lookups."""
    for path in [train] if train.is_file() else sorted(train.rglob("*.yml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", [])


def examples(train: Path) -> Iterator[tuple[str, str]]:
    """Yield full intent and text of all examples, without the marks of entities."""
    for block in blocks(train):
        if "intent" in block:
            for line in block["examples"].splitlines():
                yield block["intent"], ENTITY.sub(r"\1", line.removeprefix("-").strip())


def spoilt(messages: tuple[Message, ...], seed: int) -> tuple[Message, ...]:
    """Return the messages in scope as they come by SMS; the same seed spoils them the same way."""
    random = Random(seed)
    return tuple(replace(m, text=sms(m.text, m.language, random), noisy=True) for m in messages if m.intent is not None)


def kept(data: DataSet, work: Path, each: int | None = None) -> Path:
    """Return a copy of the training data, so that all pipelines learn the same, whoever writes meanwhile.

    Of each block's examples only `each`, if a number is given.
    """
    if each is not None:
        copy = work / "train.yml"
        write_nlu([thinned(block, each) for block in blocks(data.train)], copy)
        return copy
    copy = work / ("train.yml" if data.train.is_file() else "train")
    if data.train.is_file():
        shutil.copyfile(data.train, copy)
    else:
        shutil.copytree(data.train, copy)
    return copy


def thinned(block: dict[str, Any], each: int) -> dict[str, Any]:
    """Return an intent's block with so many of its examples, evenly spread: one language follows another there."""
    if "intent" not in block:
        return block
    lines = block["examples"].splitlines(keepends=True)
    chosen = sorted({number * len(lines) // each for number in range(each)})
    return block | {"examples": "".join(lines[number] for number in chosen)}


def write_flat(train: Path, file: Path) -> Path:
    """Write the training data with plain intents in place of retrieval intents, and return that file."""
    flat = [block | {"intent": flatten(block["intent"])} if "intent" in block else block for block in blocks(train)]
    write_nlu(flat, file)
    return file


def write_nlu(nlu: list[dict[str, Any]], file: Path) -> None:
    """Write NLU blocks in Rasa's format."""
    content = {"version": "3.1", "nlu": nlu}
    file.write_text(yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False), encoding="utf-8")


def flatten(intent: str) -> str:
    """Return a full intent as a name in which Rasa sees no retrieval intent."""
    return intent.replace("/", FLAT, 1)


def unflatten(intent: str) -> str:
    """Return the full intent of a flat name."""
    return intent.replace(FLAT, "/", 1)


class _Dumper(yaml.SafeDumper):
    """Writes examples as people do: one a line."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)
