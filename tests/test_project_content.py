"""The rules of the content: every answer in every language, no carrier's word asked for, nothing said twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
#: English is the variant without a condition; each other language that the assistant speaks has its own.
DEFAULT_LANGUAGE = "en"
LANGUAGES = {DEFAULT_LANGUAGE, "es", "tr", "ar"}
#: A topic's answers come in these always; in the other languages together or not at all: then in English.
TOPIC_LANGUAGES = {DEFAULT_LANGUAGE, "es"}
#: Words that a carrier acts on by itself: a citizen who is told to reply with one is cut off.
CARRIER_WORDS = "STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT|START|YES|UNSTOP|HELP|INFO"
IN_CAPITALS = re.compile(rf"\b(?:{CARRIER_WORDS})\b")
ASKED_FOR = re.compile(
    rf"\b(?:reply|text|write|type|send|say|answer|responda|conteste|escriba|env[ií]e|mande|diga)\W{{1,3}}(?:with\W+|con\W+)?"
    rf"(?:{CARRIER_WORDS})\b"
    # Arabic with "and" or "then" before the verb; in Turkish the verb comes last.
    rf"|\b[وف]?(?:اكتب|أرسل|أجب)\W{{1,3}}(?:بـ?\W*)?(?:{CARRIER_WORDS})\b"
    rf"|\b(?:{CARRIER_WORDS})\W{{1,3}}(?:yaz|gönder|yanıtla|cevapla)",
    re.IGNORECASE,
)
#: What citizens say to us, and what never leaves the house: not our words.
NOT_OUR_WORDS = {"nlu", "rules", "stories", "metadata", "source"}


def asks_for_a_carriers_word(text: str) -> bool:
    """Whether a text of ours tells a citizen to write what their carrier would act on."""
    return bool(IN_CAPITALS.search(text) or ASKED_FOR.search(text))


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ("Reply STOP to end messages.", True),
        ("Reply 'stop' and we go quiet.", True),
        ("Write yes to confirm.", True),
        ("Responda YES para confirmar.", True),
        ("Reply with \u201chelp\u201d for more.", True),
        ("Durdurmak için stop yazın.", True),
        ("للمساعدة اكتب «help».", True),
        ("Bilgi için help masasını arayın.", False),
        ("Is that right? YES or NO", True),
        ("The bus stop on Main Street starts at the end of the road.", False),
        ("We can help. Write to us, or start again with 0.", False),
        ("1) Yes, send it", False),
        ("Write MENU or BACK.", False),
        ("Send information to the town.", False),
    ],
)
def test_the_check_tells_a_carriers_word_from_a_word(text: str, breach: bool) -> None:
    assert asks_for_a_carriers_word(text) is breach


@cache
def documents() -> list[tuple[Path, dict[str, Any]]]:
    """Every content file, and the domain."""
    paths = [*sorted(DATA.rglob("*.yml")), ROOT / "domain.yml"]
    return [(path, yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}) for path in paths]


def responses() -> Iterator[tuple[Path, str, list[dict[str, Any]]]]:
    """Every response: its file, its name, its variants."""
    for path, content in documents():
        for name, variants in content.get("responses", {}).items():
            yield path, name, variants


def words_of_ours(value: Any) -> Iterator[str]:
    """Every text below a YAML value that a citizen may come to read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from words_of_ours(entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            if key not in NOT_OUR_WORDS:
                yield from words_of_ours(entry)


def language_of(variant: dict[str, Any]) -> str:
    wanted = {c["name"]: c["value"] for c in variant.get("condition", ())}
    return str(wanted.get("language", DEFAULT_LANGUAGE))


def missing_in(name: str, spoken: set[str]) -> set[str]:
    """Return the languages that a response must still be given, of a topic at least some."""
    of_a_topic = name.startswith("utter_faq/") and spoken <= TOPIC_LANGUAGES
    return (TOPIC_LANGUAGES if of_a_topic else LANGUAGES) - spoken


@pytest.mark.parametrize(
    ("name", "spoken", "missing"),
    [
        ("utter_greet", "en es", "tr ar"),
        ("utter_greet", "en es tr ar", ""),
        ("utter_out_of_scope/mail", "en es tr", "ar"),
        ("utter_faq/mail", "en es", ""),
        ("utter_faq/mail", "en", "es"),
        ("utter_faq/mail", "en es tr", "ar"),
        ("utter_faq/mail", "en tr ar", "es"),
    ],
)
def test_the_check_knows_which_languages_are_needed(name: str, spoken: str, missing: str) -> None:
    assert missing_in(name, set(spoken.split())) == set(missing.split())


def test_every_response_has_every_language() -> None:
    lacking = [
        f"{path.relative_to(ROOT)}: {name} lacks {', '.join(sorted(missing))}"
        for path, name, variants in responses()
        if (missing := missing_in(name, {language_of(variant) for variant in variants}))
    ]
    assert lacking == []


def test_every_language_keeps_the_placeholders() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name} in {language_of(variant)}"
        for path, name, variants in responses()
        for variant in variants
        if not name.startswith(("utter_faq/", "utter_out_of_scope/"))
        and set(re.findall(r"\{\w+\}", variant["text"])) != set(re.findall(r"\{\w+\}", variants[0]["text"]))
    ]
    assert wrong == []


def test_a_response_stands_in_one_file() -> None:
    where: dict[str, list[str]] = {}
    for path, name, _ in responses():
        where.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}


def test_no_file_says_a_key_twice() -> None:
    class Strict(yaml.SafeLoader):
        """Refuses what PyYAML lets pass in silence: a key that stands twice in one mapping."""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            twice = {key for key in keys if keys.count(key) > 1}
            assert not twice, f"{node.start_mark}: {twice} stands twice"
            return super().construct_mapping(node, deep)

    for path, _ in documents():
        yaml.load(path.read_text(encoding="utf-8"), Strict)  # noqa: S506 - a safe loader, made stricter


def test_no_text_asks_for_a_carriers_word() -> None:
    breaches = [
        f"{path.relative_to(ROOT)}: {text}"
        for path, content in documents()
        for text in words_of_ours(content)
        if asks_for_a_carriers_word(text)
    ]
    assert breaches == []


def names_of_responses(text: str) -> list[str]:
    """Every `utter_...` in a text, but the two that Rasa itself uses for other things."""
    return [
        name
        for name in re.findall(r"\butter_[a-z0-9_]+(?:/[a-z0-9_]+)?", text)
        if name not in ("utter_message", "utter_action")
    ]


def test_every_response_that_is_named_exists() -> None:
    known = {name for _, name, _ in responses()}
    places = sorted((DATA / "rules").rglob("*.yml"))
    places += [path for folder in ("actions", "bot") for path in sorted((ROOT / folder).rglob("*.py"))]
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in places
        for name in names_of_responses(path.read_text(encoding="utf-8"))
        # "utter_faq" stands for all topics; "utter_ask_" + code for all that begin so.
        if not any(name == one or (name.endswith("_") and one.startswith(name)) for one in known)
        and not any(one.startswith(f"{name}/") for one in known)
    ]
    assert missing == []


@pytest.mark.parametrize("path", sorted((DATA / "nlu" / "topics").glob("*.yml")), ids=lambda path: path.stem)
def test_a_topic_says_where_it_comes_from(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    metadata = content["metadata"]
    assert {"title", "owner", "source", "reviewed", "expires"} <= set(metadata)
    assert set(metadata["title"]) >= LANGUAGES
    assert date.fromisoformat(metadata["reviewed"]) < date.fromisoformat(metadata["expires"])
    assert [entry["intent"] for entry in content["nlu"]] == [f"faq/{path.stem}"]
    answers = content["responses"]
    assert list(answers) == [f"utter_faq/{path.stem}"]
    # The citizen can check the answer where the town itself says it.
    assert all(metadata["source"] in variant["text"] for variant in answers[f"utter_faq/{path.stem}"])
