"""Every topic has what clerks and citizens need: wordings, titles, dates, and short, plain answers with a source."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml
from reading import grade

from bot.language import guess
from bot.nlu.text import normalise
from channels.text import segments

DATA = Path(__file__).parents[2] / "data"
TOPICS = sorted((DATA / "nlu" / "topics").glob("*.yml"))
FOREIGN = sorted((DATA / "nlu" / "out_of_scope").glob("*.yml"))
SOURCE_WORD = {"en": "Source", "es": "Fuente", "tr": "Kaynak", "ar": "المصدر"}
LANGUAGES = frozenset(SOURCE_WORD)
#: What a citizen may be asked to read at most: words in a sentence, segments in an SMS, school grades.
LONGEST_SENTENCE, MOST_SEGMENTS, HARDEST, USUAL = 25, 4, 8, 6
LEAST_TOPICS, LEAST_WORDINGS, TOPICS_IN_ALL = 60, 12, 15
SENTENCE_END = re.compile(r"[.!?:؟](?:\s|$)|\n")


@cache
def content(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return read


def variants(path: Path) -> list[dict[str, Any]]:
    (answers,) = content(path)["responses"].values()
    return list(answers)


def language(variant: dict[str, Any]) -> str:
    return next((c["value"] for c in variant.get("condition", []) if c["name"] == "language"), "en")


def wordings(path: Path) -> list[str]:
    lines = [line for block in content(path)["nlu"] for line in block["examples"].splitlines()]
    return [line.removeprefix("- ").strip() for line in lines if line.startswith("- ")]


def by_channel(path: Path) -> dict[str | None, set[str]]:
    found: dict[str | None, set[str]] = {}
    for variant in variants(path):
        found.setdefault(variant.get("channel"), set()).add(language(variant))
    return found


@pytest.mark.parametrize("path", [*TOPICS, *FOREIGN], ids=lambda path: path.stem)
class TestEveryFile:
    def test_intent_response_and_file_have_one_name(self, path: Path) -> None:
        kind = "faq" if path in TOPICS else "out_of_scope"
        assert [block["intent"] for block in content(path)["nlu"]] == [f"{kind}/{path.stem}"]
        assert list(content(path)["responses"]) == [f"utter_{kind}/{path.stem}"]

    def test_metadata_is_complete(self, path: Path) -> None:
        metadata = content(path)["metadata"]
        assert set(metadata) == {"title", "owner", "source", "reviewed", "expires"}
        assert set(metadata["title"]) == LANGUAGES
        assert all(title.strip() for title in metadata["title"].values())
        assert date.fromisoformat(metadata["reviewed"]) < date.fromisoformat(metadata["expires"])

    def test_every_answer_ends_with_its_source(self, path: Path) -> None:
        source = content(path)["metadata"]["source"]
        for variant in variants(path):
            assert variant["text"].splitlines()[-1] == f"{SOURCE_WORD[language(variant)]}: {source}"

    def test_what_goes_out_by_sms_is_short(self, path: Path) -> None:
        channel = "sms" if "sms" in by_channel(path) else None
        texts = [variant["text"] for variant in variants(path) if variant.get("channel") == channel]
        assert {text: count for text in texts if (count := segments(text).count) > MOST_SEGMENTS} == {}

    def test_sentences_are_short(self, path: Path) -> None:
        sentences = [sentence for variant in variants(path) for sentence in SENTENCE_END.split(variant["text"])]
        assert [sentence for sentence in sentences if len(sentence.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
class TestTopic:
    def test_there_are_wordings_in_english_and_in_spanish(self, path: Path) -> None:
        told = [guess(wording, None) for wording in wordings(path)]
        assert {one: told.count(one) for one in ("en", "es") if told.count(one) < LEAST_WORDINGS} == {}

    def test_a_variant_for_a_channel_is_in_every_language(self, path: Path) -> None:
        """Rasa prefers an English variant of the channel to a Spanish one without channel."""
        (spoken,) = set(map(frozenset, by_channel(path).values()))
        assert spoken in ({"en", "es"}, LANGUAGES)


def test_there_are_enough_topics() -> None:
    assert len(TOPICS) >= LEAST_TOPICS


def test_the_topics_asked_for_most_are_answered_in_all_languages() -> None:
    in_all = [path.stem for path in TOPICS if {language(variant) for variant in variants(path)} == LANGUAGES]
    assert len(in_all) == TOPICS_IN_ALL


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.stem)
def test_what_is_not_ours_is_said_in_all_languages(path: Path) -> None:
    assert set(map(frozenset, by_channel(path).values())) == {LANGUAGES}


def test_no_wording_stands_in_two_topics() -> None:
    where: dict[str, set[str]] = {}
    for path in [*TOPICS, *FOREIGN]:
        for wording in wordings(path):
            where.setdefault(normalise(wording), set()).add(path.stem)
    assert {wording: stems for wording, stems in where.items() if len(stems) > 1} == {}


def answers_in_english() -> Iterator[tuple[str, str]]:
    for path in [*TOPICS, *FOREIGN]:
        for variant in variants(path):
            if language(variant) == "en":
                yield f"{path.stem} {variant.get('channel', '')}", variant["text"].rsplit("\n", 1)[0]


def responses_in_english() -> Iterator[tuple[str, str]]:
    for path in sorted((DATA / "responses").glob("*.yml")):
        for name, said in content(path)["responses"].items():
            yield from ((name, variant["text"]) for variant in said if language(variant) == "en")


@pytest.mark.parametrize("texts", [answers_in_english, responses_in_english], ids=["answers", "responses"])
def test_english_is_plain(texts: Any) -> None:
    grades = {name: round(grade(text), 1) for name, text in texts()}
    assert {name: found for name, found in grades.items() if found > HARDEST} == {}
    assert median(grades.values()) <= USUAL


@pytest.mark.parametrize(
    ("place", "street"),
    [
        (r"[Pp]olice [Ss]tation,|la [Pp]olicía,|the station,|la estación,", "20 Main Street"),
        (r"Town Hall,|Ayuntamiento,", "1 Main Street"),
        (r"Human Services,|Servicios Humanos,", "3 Mill Road"),
        (r"Health Clinic,|Clínica,", "15 Mill Road"),
        (r"[Mm]ain library,|[Bb]iblioteca(?: principal)?,", "12 Oak Street"),
        (r"the garage at|el garaje de", "20 Oak Street"),
    ],
)
def test_a_place_has_one_address_everywhere(place: str, street: str) -> None:
    named = re.compile(rf"(?:{place}) (\d+ [A-Z]\w+ (?:Street|Road))")
    told = {
        (path.stem, found) for path in TOPICS for variant in variants(path) for found in named.findall(variant["text"])
    }
    assert told
    assert {entry for entry in told if entry[1] != street} == set()
