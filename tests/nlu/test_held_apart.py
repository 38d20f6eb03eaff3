"""How well the town's own questions are read in words that no training file has.

The floors stand a little below what was measured (96 first, all among three, 2 sure and wrong, 8 asked back), so that
a loss shows. The wordings were written by those who wrote the training examples: real citizens will be read less well.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.model import SentenceModel, train

HELD_APART: dict[str, Any] = yaml.safe_load(Path("tests/nlu/held_apart.yml").read_text(encoding="utf-8"))
ASKED = [(text, intent) for intent, texts in HELD_APART["understood"].items() for text in texts]
SETTINGS = yaml.safe_load(Path("config.yml").read_text())["pipeline"][0]


def examples() -> Iterator[tuple[str, str]]:
    for path in sorted(Path("data/nlu").rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                yield line.removeprefix("- "), block["intent"]


@pytest.fixture(scope="module")
def model() -> SentenceModel:
    texts, intents = zip(*examples(), strict=True)
    return train(texts, intents, SETTINGS["rejected"])


def test_no_wording_stands_in_the_training_files() -> None:
    assert not {text.lower() for text, _ in examples()} & {text.lower() for text, _ in ASKED}


def test_every_topic_is_asked_for() -> None:
    topics = {f"faq/{path.stem}" for path in Path("data/nlu/topics").glob("*.yml")}
    assert topics <= HELD_APART["understood"].keys()


def test_the_first_reading_is_right_in_94_of_100(model: SentenceModel) -> None:
    right = [model.read(text).ranking[0][0] == intent for text, intent in ASKED]
    assert sum(right) / len(right) >= 0.94


def test_the_right_reading_is_among_three_in_98_of_100(model: SentenceModel) -> None:
    among = [intent in [label for label, _ in model.read(text).ranking[:3]] for text, intent in ASKED]
    assert sum(among) / len(among) >= 0.98


def test_a_sure_and_wrong_answer_is_rarer_than_3_in_100(model: SentenceModel) -> None:
    readings = [(model.read(text, SETTINGS["margin"]), intent) for text, intent in ASKED]
    wrong = [r.sure and r.ranking[0][0] != intent for r, intent in readings]
    asked_back = [not r.sure for r, _ in readings]
    assert sum(wrong) / len(wrong) < 0.03
    assert sum(asked_back) / len(asked_back) < 0.1


def test_half_of_what_is_foreign_is_asked_back(model: SentenceModel) -> None:
    sure = [model.read(text, SETTINGS["margin"]).sure for text in HELD_APART["foreign"]]
    assert sum(sure) / len(sure) <= 0.5
