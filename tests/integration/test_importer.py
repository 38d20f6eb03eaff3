"""The town's content is read for a training as Rasa reads it, only faster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.importers.importer import TrainingDataImporter
from small_town import ROOT, town

from bot.importer import TownImporter


def data_of(importer: TrainingDataImporter) -> dict[str, Any]:
    """Everything that a training asks an importer for, to compare."""
    nlu, domain = importer.get_nlu_data(), importer.get_domain()
    return {
        "examples": [example.data for example in nlu.training_examples],
        "responses": list(nlu.responses.items()),
        "synonyms": nlu.entity_synonyms,
        "regexes": nlu.regex_features,
        "lookups": nlu.lookup_tables,
        "domain": domain.as_dict(),
        "actions": domain.action_names_or_texts,
        "stories": importer.get_stories().fingerprint(),
        "config": importer.get_config(),
    }


def assert_read_as_by_rasa(root: Path) -> None:
    files = str(root / "config.yml"), str(root / "domain.yml"), [str(root / "data")]
    ours, theirs = data_of(TownImporter(root)), data_of(TrainingDataImporter.load_from_config(*files))
    for key, value in theirs.items():
        assert ours[key] == value, key


@pytest.mark.slow
def test_the_town_s_content_is_read_as_rasa_reads_it() -> None:
    assert_read_as_by_rasa(ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hello\n    -   hi   there \n\n    - -- hey\n",
        "nlu:\n- intent: greet\n  examples: |\n    - in [Springdale](city)\n    - [nyc](city:New York) calling\n",
        'nlu:\n- intent: greet\n  examples: |\n    - from [LA]{"entity": "city", "value": "Los Angeles"} [sic]\n',
        "nlu:\n- synonym: New York\n  examples: |\n    - nyc\n    - big apple\n",
        "nlu:\n- regex: zip\n  examples: |\n    - \\d{5}\n- lookup: city\n  examples: |\n    - Springdale\n",
        "nlu:\n- intent: greet\n  metadata: {tone: 1}\n  examples:\n  - text: |\n      ahoy\n    metadata: 2\n",
        # An answer in two files' topics is none of ours, but a topic's examples may stand in several.
        "nlu:\n- intent: faq/bins\n  examples: |\n    - when is bin day\n    - rubbish\n",
        'responses:\n  utter_b:\n  - text: "Yes?"\n    buttons: [{title: "Yes", payload: /affirm}]\n',
        "responses:\n  utter_b: [{text: 5 to 6, channel: sms}, {text: no}]\n",
        "responses:\n  utter_b: [{text: b, condition: [{type: slot, name: seen, value: false}]}]\n",
        "responses:\n  utter_b: [{text: b, condition: [{type: slot, name: seen, value: 017}]}]\n",
        'responses:\n  utter_b: [{text: "${TOWN}, \\u00e9", metadata: {a: 17}}]\n',
        "responses:\n  utter_b: [{text: \\u00e9}]\n",
        "stories:\n- story: said\n  steps: [{user: who}, {action: utter_greet}, {slot_was_set: [{seen: true}]}]\n",
        "kinds:\n  fire:\n    responses: nothing of Rasa's\n",
    ],
)
def test_whatever_rasa_understands_is_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TOWN", "Springdale")
    assert_read_as_by_rasa(town(tmp_path, more=text))


@pytest.mark.parametrize("text", ["no", "a\nb: c", "é \u2028 \U0001f600", "é \x07", "é \x85", '"{x}" # [y] \t'])
def test_the_domain_is_read_back_as_it_was_written(tmp_path: Path, text: str) -> None:
    root = town(tmp_path, more=yaml.safe_dump({"responses": {"utter_b": [{"text": text}]}}, allow_unicode=True))
    domain = TownImporter(root).get_domain()
    assert domain.responses["utter_b"] == [{"text": text}]
    assert Domain.from_yaml(domain.as_yaml()).as_dict() == domain.as_dict()
