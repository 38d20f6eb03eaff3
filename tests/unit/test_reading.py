"""The measure of how hard a text is to read, which the rules of the content use."""

import pytest
from reading import grade, syllables


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "time closed the clerk trees were town leaves place you've"),
        (2, "table needed people license pickup boxes houses dollars"),
        (3, "recycling insurance violation holiday"),
        (4, "immigration certificate"),
    ],
)
def test_syllables_are_counted_about_right(count: int, words: str) -> None:
    assert {word: syllables(word) for word in words.split()} == dict.fromkeys(words.split(), count)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        ("The cat sat on the mat.", -2, 0),
        ("Put the cart at the curb by 7 a.m. on your day. If you can't, call us.", -1, 3),
        (
            "Four score and seven years ago our fathers brought forth a new nation, conceived in Liberty.",
            6,
            10,
        ),
        ("Residents are required to submit documentation demonstrating municipal residency.", 18, 30),
    ],
)
def test_grades_are_about_those_of_the_formula(text: str, least: float, most: float) -> None:
    assert least <= grade(text) <= most


def test_addresses_and_placeholders_are_not_read() -> None:
    assert grade("See springdale.example/recreation-programs.") == grade("See.")
    assert grade("Write to information@springdale.example now.") == grade("Write to now.")
    assert grade("Your report {reference} is here.") == grade("Your report is here.")
