"""Every topic file has what clerks and citizens need: both languages, titles, dates, and an official source."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

TOPICS = sorted(Path("data/nlu/topics").glob("*.yml"))


def topic(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def variants(path: Path) -> list[dict[str, Any]]:
    (answers,) = topic(path)["responses"].values()
    return list(answers)


def language(variant: dict[str, Any]) -> str:
    return next((c["value"] for c in variant.get("condition", [])), "en")


@pytest.mark.parametrize("path", TOPICS, ids=lambda p: p.stem)
class TestTopic:
    def test_intent_response_and_file_have_one_name(self, path: Path) -> None:
        assert [block["intent"] for block in topic(path)["nlu"]] == [f"faq/{path.stem}"]
        assert list(topic(path)["responses"]) == [f"utter_faq/{path.stem}"]

    def test_metadata_is_complete(self, path: Path) -> None:
        metadata = topic(path)["metadata"]
        assert set(metadata) == {"title", "owner", "source", "reviewed", "expires"}
        assert date.fromisoformat(metadata["reviewed"]) < date.fromisoformat(metadata["expires"])

    def test_every_answer_ends_with_its_source(self, path: Path) -> None:
        source = topic(path)["metadata"]["source"]
        for variant in variants(path):
            word = {"en": "Source", "es": "Fuente"}[language(variant)]
            assert variant["text"].splitlines()[-1] == f"{word}: {source}"

    def test_a_variant_for_a_channel_is_in_every_language(self, path: Path) -> None:
        """Rasa prefers an English variant of the channel to a Spanish one without channel."""
        by_channel: dict[str | None, set[str]] = {}
        for variant in variants(path):
            by_channel.setdefault(variant.get("channel"), set()).add(language(variant))
        assert set(map(frozenset, by_channel.values())) == {frozenset({"en", "es"})}

    def test_what_goes_out_by_sms_is_short(self, path: Path) -> None:
        """Four segments of GSM-7 at most."""
        by_sms = [v for v in variants(path) if v.get("channel") == "sms"] or variants(path)
        assert all(len(v["text"]) <= 4 * 153 for v in by_sms)

    def test_sentences_are_short(self, path: Path) -> None:
        for variant in variants(path):
            for sentence in re.split(r"[.!?:]\s", variant["text"]):
                assert len(sentence.split()) <= 25, sentence
