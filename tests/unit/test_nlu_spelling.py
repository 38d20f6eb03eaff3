"""Single words are repaired towards what was taught, then towards what is common."""

import pytest

from bot.nlu.spelling import COMMON_ENOUGH, LONG, Lexicon, lexicon, repairable

TAUGHT = {
    "garbage": 9,
    "library": 5,
    "recycling": 4,
    "registration": 3,
    "water": 8,
    "later": 2,
    "rarely": 1,
    "council": 2,
}
COMMON = {"house": 0, "horse": 1, "mouse": 2, "extraordinary": 3}
WORDS = lexicon(TAUGHT, COMMON)


@pytest.mark.parametrize(
    ("kind", "said", "meant"),
    [
        ("a letter left out", "garbge", "garbage"),
        ("a letter too many", "garbbage", "garbage"),
        ("a wrong letter", "garbaje", "garbage"),
        ("two letters swapped", "grabage", "garbage"),
        ("the first letter", "ibrary", "library"),
        ("the last letter", "librar", "library"),
        ("a letter before", "xlibrary", "library"),
    ],
)
def test_one_error_of_each_kind_is_repaired(kind: str, said: str, meant: str) -> None:
    assert WORDS.suggest(said) == meant, kind


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("recyclnigg", "recycling"),
        ("regsitraton", "registration"),
        ("watrer", "water"),
        ("grbge", None),
        ("librray", "library"),
        ("lbirrry", None),
        ("extrordinry", None),
    ],
)
def test_two_errors_are_repaired_in_long_words_and_towards_what_was_taught(said: str, meant: str | None) -> None:
    assert WORDS.suggest(said) == meant


def test_three_errors_are_too_many() -> None:
    assert WORDS.suggest("regsitratnn") is None
    assert WORDS.suggest("x" * LONG) is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("wlater", "water"),  # taught more often than "later"
        ("hoose", "house"),  # not known: the commonest of its neighbours
        ("housey", "house"),
        ("rarelyy", None),  # a word taught once may be an error itself
    ],
)
def test_among_neighbours_the_likeliest_wins(said: str, meant: str | None) -> None:
    assert WORDS.suggest(said) == meant


def test_what_was_taught_goes_before_what_is_common() -> None:
    words = lexicon({"hours": 2}, {"hour": 0})
    assert words.suggest("houra") == "hours"


def test_words_that_were_taught_or_are_common_are_known() -> None:
    assert [WORDS.knows(word) for word in ("garbage", "rarely", "horse", "garbge", "")] == [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    ("word", "touched"),
    [("garbge", True), ("basra", True), ("st", False), ("", False), ("k7qx", False), ("2026", False)],
)
def test_numbers_references_and_short_words_are_not_touched(word: str, touched: bool) -> None:
    assert repairable(word) is touched


@pytest.mark.parametrize(("word", "meant"), [("teh", "the"), ("wehn", "when")])
def test_short_words_that_are_seldom_said_are_swapped_letters(word: str, meant: str) -> None:
    rank = COMMON_ENOUGH[len(word)]
    assert not lexicon({}, {word: rank}).knows(word)
    assert lexicon({}, {word: rank - 1}).knows(word)
    assert lexicon({word: 1}, {word: rank}).knows(word)
    assert lexicon({meant: 9}, {word: rank}).suggest(word) == meant


@pytest.mark.parametrize(("word", "near"), [("owl", "own"), ("ant", "and"), ("moth", "month")])
def test_seldom_words_are_not_taken_for_common_ones(word: str, near: str) -> None:
    assert lexicon({near: 90}, {word: COMMON_ENOUGH[3] + 9999}).suggest(word) is None


def test_a_lexicon_of_nothing_suggests_nothing() -> None:
    empty: Lexicon = lexicon({}, {})
    assert empty.suggest("garbge") is None
    assert empty.suggest("registratoin") is None
