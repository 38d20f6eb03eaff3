"""A small town's files, to train and to break."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIG = "recipe: default.v1\nassistant_id: test\nlanguage: en\npipeline: [{name: bot.nlu.normaliser.Normaliser}]\n"
POLICIES = "policies: [{name: RulePolicy}]\n"
FILES = {
    "config.yml": CONFIG + POLICIES,
    "domain.yml": 'version: "3.1"\nintents: [faq, greet]\nentities: [city]\nslots:\n'
    "  seen: {type: bool, influence_conversation: false, mappings: [{type: custom}]}\n",
    "data/rules/rules.yml": 'version: "3.1"\nrules:\n- rule: answer\n  steps: [{intent: faq}, {action: utter_faq}]\n'
    "- rule: greet\n  steps: [{intent: greet}, {action: utter_greet}]\n",
    "data/responses/greet.yml": 'responses:\n  utter_greet: [{text: "Hello"}]\n',
    "data/nlu/greet.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - good morning\n",
    "data/nlu/topics/bins.yml": 'version: "3.1"\nmetadata: {owner: Works, reviewed: "2026-09-16"}\n'
    "nlu:\n- intent: faq/bins\n  examples: |\n    - bin day\n    - when is bin day\nresponses:\n  utter_faq/bins:\n"
    "  - text: |-\n      Monday\n      Source: x\n"
    "  - {condition: [{type: slot, name: language, value: no}], text: Mandag}\n",
}


def town(folder: Path, **changed: str) -> Path:
    """Write a small town's files; `changed` are files below data/ by name, without .yml."""
    for name, text in {**FILES, **{f"data/{name}.yml": text for name, text in changed.items()}}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def released(root: Path) -> Path:
    """Add to a town what a release is made of besides its content."""
    for name in ("bot", "actions"):
        (root / name).symlink_to(ROOT / name)
    return root
