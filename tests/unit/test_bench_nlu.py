"""The comparison of pipelines: public files become Rasa's format, readings become figures, figures become a table."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.nlu.training_data.loading import load_data

from benchmarks.nlu import sets
from benchmarks.nlu.convert import clean, convert
from benchmarks.nlu.measure import Figures, first_reading, rejected, shares
from benchmarks.nlu.sets import Message
from benchmarks.nlu.table import table

BANKING = 'text,category\n"Where is it,\nmy card?",card_arrival\nHow do I link it?,card_linking\n'
HWU = "answerid;scenario;intent;answer_annotation;answer_from_anno;answer_from_user\n"
HWU_TRAIN = HWU + '1;alarm;query;"any alarms for [date : today]";"any alarms for today";"Any alarms for today?"\n'
HWU_TEST = HWU + '2;alarm;query;"show alarms";"show alarms";"Show alarms"\n'
CLINC = {
    "train": [["how do i say hello in italian", "translate"]],
    "val": [["left aside", "translate"]],
    "test": [["say cat in french", "translate"]],
    "oos_train": [["left aside", "oos"]],
    "oos_test": [["how much is an overdraft\nfee", "oos"]],
}

Pair = tuple[str, str]


def converted(name: str, files: dict[str, str], folder: Path) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")
    convert(name, [folder / path for path in files], folder / "out")
    return folder / "out"


@pytest.mark.parametrize(
    ("name", "files", "train", "test"),
    [
        (
            "banking77",
            {"train.csv": BANKING, "test.csv": "text,category\nlink it,card_linking\n"},
            [("card_arrival", "Where is it, my card?"), ("card_linking", "How do I link it?")],
            [("card_linking", "link it")],
        ),
        (
            "clinc150",
            {"data_full.json": json.dumps(CLINC)},
            [("translate", "how do i say hello in italian")],
            [("translate", "say cat in french")],
        ),
        (
            "hwu64",
            {"trainset/alarm_query.csv": HWU_TRAIN, "testset/csv/alarm_query.csv": HWU_TEST},
            [("alarm_query", "any alarms for today")],
            [("alarm_query", "show alarms")],
        ),
    ],
)
def test_public_files_become_training_and_test(
    tmp_path: Path, name: str, files: dict[str, str], train: list[Pair], test: list[Pair]
) -> None:
    folder = converted(name, files, tmp_path)
    assert list(sets.examples(folder / "train.yml")) == train
    assert list(sets.examples(folder / "test.yml")) == test


def test_what_belongs_nowhere_is_one_text_a_line(tmp_path: Path) -> None:
    data = sets.public("clinc", converted("clinc150", {"data_full.json": json.dumps(CLINC)}, tmp_path))
    assert [(m.text, m.intent) for m in data.messages] == [
        ("say cat in french", "translate"),
        ("how much is an overdraft fee", None),
    ]


def test_files_without_a_test_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="training and its test files"):
        converted("banking77", {"train.csv": BANKING}, tmp_path)


@pytest.mark.parametrize(
    "text",
    ["- a dash", "# a hash: and a colon", '"quoted"', "key: value", "[oak](x) street", "a\u2028b", "çöp 🙂", "'"],
)
def test_rasa_reads_the_very_text_that_was_converted(tmp_path: Path, text: str) -> None:
    rows = "text,category\n" + '"' + text.replace('"', '""') + '",a\n'
    folder = converted("banking77", {"train.csv": rows, "test.csv": rows}, tmp_path)
    (message,) = load_data(str(folder / "train.yml")).training_examples
    assert message.get("text") == clean(text)
    assert not message.get("entities")
    assert list(sets.examples(folder / "train.yml")) == [("a", clean(text))]


def test_entities_are_asked_without_their_marks(tmp_path: Path) -> None:
    (tmp_path / "train.yml").write_text(
        'nlu:\n- intent: report\n  examples: |\n    - hole in [Oak Street](street) [today]{"entity": "time"}\n'
    )
    assert list(sets.examples(tmp_path)) == [("report", "hole in Oak Street today")]


def test_flat_data_has_no_retrieval_intents_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "train.yml").write_text(
        "nlu:\n- intent: faq/bins\n  examples: |\n    - bin day\n- synonym: bins\n  examples: |\n    - cans\n"
    )
    flat = sets.write_flat(tmp_path / "train.yml", tmp_path / "flat.yml")
    assert list(sets.blocks(flat)) == [
        {"intent": "faq::bins", "examples": "- bin day\n"},
        {"synonym": "bins", "examples": "- cans\n"},
    ]
    assert sets.unflatten("faq::bins") == "faq/bins"


def test_only_what_is_in_scope_is_spoilt_and_always_the_same_way() -> None:
    messages = (
        Message("When is the garbage collected?", "faq/bins", "en", "en"),
        Message("Sing me a song.", None, "en", "en far"),
    )
    once, again = sets.spoilt(messages, 1), sets.spoilt(messages, 1)
    assert once == again
    assert [(m.intent, m.group, m.noisy) for m in once] == [("faq/bins", "en", True)]
    assert once[0].text != messages[0].text


def parsed(intent: str | None, *ranking: str, keys: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"ms": 1.0, "intent": intent, "ranking": list(ranking), "keys": list(keys)}


@pytest.mark.parametrize(
    ("read", "reading", "foreign"),
    [
        (parsed("greet", "greet", "faq"), "greet", False),
        # The selector ranks the keys of all retrieval intents; only those of the intent count.
        (parsed("faq", "faq", keys=("out_of_scope/mail", "faq/bins")), "faq/bins", False),
        (parsed("nlu_fallback", "nlu_fallback", "faq", keys=("faq/bins",)), "faq/bins", True),
        (parsed("out_of_scope", "out_of_scope", keys=("out_of_scope/mail",)), "out_of_scope/mail", True),
        # Flat names, of a pipeline without a selector.
        (parsed("faq::bins", "faq::bins"), "faq/bins", False),
        (parsed("out_of_scope::mail", "out_of_scope::mail"), "out_of_scope/mail", True),
        # A text in which the pipeline sees nothing.
        (parsed(None), "", True),
    ],
)
def test_a_reading_and_a_rejection(read: dict[str, Any], reading: str, foreign: bool) -> None:
    assert first_reading(read) == reading
    assert rejected(read) is foreign


def test_shares_are_of_what_was_asked() -> None:
    asked = [
        (Message("a", "greet", "en", "en"), parsed("greet", "greet")),
        (Message("b", "greet", "es", "es"), parsed("nlu_fallback", "nlu_fallback", "greet")),
        (Message("a", "greet", "en", "en", noisy=True), parsed("thanks", "thanks")),
        (Message("c", None, "en", "en far"), parsed("nlu_fallback", "nlu_fallback", "greet")),
        (Message("d", None, "en", "en far"), parsed("greet", "greet")),
    ]
    assert shares([m for m, _ in asked], [p for _, p in asked]) == {
        "asked": 2,
        "foreign": 2,
        "accuracy": 1.0,
        "accuracy_noisy": 0.0,
        "accuracy_as_set": 0.5,
        "foreign_recall": 0.5,
        "false_rejection": 0.5,
        "groups": {"en": 1.0, "es": 1.0, "en, noisy": 0.0, "en far": 0.5},
    }


def row(**changed: Any) -> Figures:
    numbers = {field.name: 0.5 for field in fields(Figures) if field.type == "float"}
    named = {"data": "own", "pipeline": "ours", "name": "Townclerk", "examples": 9, "asked": 4, "foreign": 2}
    return Figures(**{**numbers, **named, "foreign_recall": 0.25, "groups": {}, **changed})


def test_a_table_a_set_and_a_row_a_pipeline() -> None:
    rows = [row(), row(data="tiny", foreign=0, foreign_recall=None), row(name="Rasa", p95_ms=12.34)]
    own, tiny = table(rows).split("\n\n**tiny**")
    assert own.startswith("**own**: 9 examples to train, 4 messages asked, 2 out of scope\n\n| | right (%) |")
    assert [line.split(" | ")[0] for line in own.splitlines()[4:]] == ["| Townclerk", "| Rasa"]
    assert own.splitlines()[4] == "| Townclerk | 50.0 | 50.0 | 25.0 | 50.0 | 0 | 0 | 0 | 0 | 0.5 | 0.5 |"
    assert own.endswith("| 12.3 |")
    assert "out of scope, noticed" in tiny
    assert "| – |" in tiny


def test_a_thinned_set_has_examples_from_all_of_each_block(tmp_path: Path) -> None:
    train = tmp_path / "data.yml"
    blocks = [
        {"intent": "faq/bins", "examples": "- one\n- two\n- three\n- four\n"},
        {"synonym": "bin", "examples": "- can\n"},
    ]
    sets.write_nlu(blocks, train)
    copy = sets.kept(sets.DataSet("own", train, ()), tmp_path, each=2)
    assert list(sets.examples(copy)) == [("faq/bins", "one"), ("faq/bins", "three")]
    assert list(sets.blocks(copy))[1] == blocks[1]
