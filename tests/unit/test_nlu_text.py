"""What the classifier sees of a sentence."""

import pytest

from bot.fold import fold
from bot.nlu.text import normalise


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("¿Qué DÍA recogen la basura?", "que dia recogen la basura"),
        ("I can't, can’t wait", "i cant cant wait"),
        ("  two\n\tlines  ", "two lines"),
        ("under_score", "under score"),
        ("🔥🔥", ""),
        ("", ""),
        ("çöp Iğdır İZMİR", "cop igdir izmir"),
        ("أين المكتبة", "اين المكتبه"),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text: str, seen: str) -> None:
    assert normalise(text) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("status of K7QX-2M9D-4HTR?", "status of casereference"),
        ("k7qx2m9d4htr", "casereference"),
        ("k7qx 2m9d 4htr please", "casereference please"),
        ("A7QX-2M9D-4HTR", "casereference"),
        ("pothole near 1200 main street", "pothole near 1200 main street"),
        ("help fire 1234 here", "help fire 1234 here"),
        ("call 555-0100-1", "call 555 0100 1"),
        ("this that more", "this that more"),
    ],
)
def test_case_references_are_all_the_same_word_and_addresses_are_none(text: str, seen: str) -> None:
    assert normalise(text) == seen


def test_folding_keeps_the_words_apart() -> None:
    assert fold("Ünlü, Straße") == "unlu, strasse"
