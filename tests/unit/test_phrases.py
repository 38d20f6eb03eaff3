"""Phrases: the variant that fits language and channel, and errors that name the response."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.phrases import Phrases

SPANISH = {"type": "slot", "name": "language", "value": "es"}
ENGLISH = {"type": "slot", "name": "language", "value": "en"}


def phrases(*variants: dict[str, object]) -> Phrases:
    return Phrases({"utter_x": variants})


@pytest.mark.parametrize(
    ("language", "channel", "said"),
    [
        ("en", "web", "plain"),
        ("en", "sms", "short"),
        ("es", "web", "llano"),
        # The language matters more than the channel.
        ("es", "sms", "llano"),
        # A language nobody wrote falls back to the variant without a condition.
        ("fr", "web", "plain"),
        ("fr", "sms", "short"),
    ],
)
def test_the_best_variant_is_said(language: str, channel: str, said: str) -> None:
    told = phrases({"text": "plain"}, {"text": "short", "channel": "sms"}, {"text": "llano", "condition": [SPANISH]})
    assert told.say("utter_x", language, channel) == said


def test_language_and_channel_together_win() -> None:
    told = phrases(
        {"text": "largo", "condition": [SPANISH]}, {"text": "corto", "condition": [SPANISH], "channel": "sms"}
    )
    assert told.say("utter_x", "es", "sms") == "corto"
    assert told.say("utter_x", "es", "web") == "largo"


def test_when_nothing_fits_something_is_said() -> None:
    told = phrases({"text": "hello", "condition": [ENGLISH]})
    assert told.say("utter_x", "es", "web") == "hello"


def test_values_are_filled_in_as_they_are() -> None:
    told = phrases({"text": "Case {case}."})
    assert told.say("utter_x", "en", "web", case="{not a placeholder}") == "Case {not a placeholder}."


def test_a_missing_value_or_response_is_an_error_with_its_name() -> None:
    with pytest.raises(ContentError, match=r"utter_x.*'case'"):
        phrases({"text": "Case {case}."}).say("utter_x", "en", "web")
    with pytest.raises(ContentError, match="utter_y"):
        phrases().say("utter_y", "en", "web")


def test_loading_reads_every_file_below(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "one.yml").write_text("responses:\n  utter_one:\n  - text: one\n")
    (tmp_path / "deep" / "two.yml").write_text("responses:\n  utter_two:\n  - text: two\n")
    (tmp_path / "empty.yml").write_text("")
    loaded = Phrases.load(tmp_path)
    assert sorted(loaded.responses) == ["utter_one", "utter_two"]


def test_a_name_in_two_files_stops_the_load(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yml").write_text("responses:\n  utter_same:\n  - text: hello\n")
    with pytest.raises(ContentError, match=r"two\.yml.*utter_same"):
        Phrases.load(tmp_path)


def test_broken_yaml_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("responses: [")
    with pytest.raises(ContentError, match=r"broken\.yml"):
        Phrases.load(tmp_path)
