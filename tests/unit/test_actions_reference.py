"""References and codes: made unguessable, and found however people write them."""

from __future__ import annotations

import itertools
import math
import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.reference import (
    ALPHABET,
    CODE_ALPHABET,
    EXAMPLE,
    LENGTH,
    find_code,
    find_reference,
    new_code,
    new_reference,
    show_code,
)


def test_a_reference_has_three_groups_of_four_and_at_least_53_bits() -> None:
    assert re.fullmatch(r"(\w{4}-){2}\w{4}", new_reference())
    assert LENGTH * math.log2(len(ALPHABET)) >= 53


def test_no_two_symbols_look_alike_and_no_word_appears() -> None:
    for pair in ("0O", "1I", "IL", "2Z", "5S", "8B", "UV"):
        assert len(set(pair) & set(ALPHABET)) < 2
    assert not set("AEIOUY") & set(ALPHABET)


def test_the_randomness_is_an_argument() -> None:
    numbers = itertools.cycle(range(len(ALPHABET)))
    assert new_reference(lambda below: next(numbers)) == "2345-6789-CDFG"


@pytest.mark.parametrize(
    "text",
    [
        "K7QX-2M9D-4HTR",
        "k7qx2m9d4htr",
        "what about k7qx 2m9d 4htr?",
        "my reference is K7QX–2M9D–4HTR.",
        "K 7 Q X 2 M 9 D 4 H T R",
        "K7QX-ZM9D-4HTR",
        "K7QX\n2M9D\n4HTR",
    ],
)
def test_a_reference_is_found_however_it_is_written(text: str) -> None:
    assert find_reference(text) == EXAMPLE


@pytest.mark.parametrize(
    "text",
    ["", "where is my case", "2026-000123", "K7QX-2M9D", "K7QX-2M9D-4HTR7", "call +1 415 555 2671", "A7QX-2M9D-4HTR"],
)
def test_other_texts_hold_none(text: str) -> None:
    assert find_reference(text) is None


@given(st.lists(st.integers(0, len(ALPHABET) - 1), min_size=LENGTH, max_size=LENGTH), st.booleans(), st.booleans())
def test_what_is_made_is_found(numbers: list[int], lower: bool, bare: bool) -> None:
    left = iter(numbers)
    made = new_reference(lambda below: next(left))
    written = made.replace("-", "") if bare else made
    assert find_reference(f"ref {written.lower() if lower else written} please") == made


def test_a_code_is_short_and_shown_in_two_groups() -> None:
    assert show_code("K7QX2M") == "K7Q-X2M"
    assert all(re.fullmatch(f"[{CODE_ALPHABET}]{{6}}", new_code()) for _ in range(50))


def test_a_code_has_a_digit_between_letters_so_that_no_word_or_address_is_one() -> None:
    drawn = iter([CODE_ALPHABET.index(symbol) for symbol in "STREET5THAVEABC234K7QX2M"])
    assert new_code(lambda below: next(drawn)) == "K7QX2M"


@pytest.mark.parametrize(
    "text",
    ["K7Q-X2M", "k7qx2m", "k7q x2m", "K 7 Q X 2 M", " k7q\u2013x2m. ", "my code is K7Q-X2M please", "kodum k7qx2m"],
)
def test_a_code_is_found_however_it_is_written(text: str) -> None:
    assert find_code(text) == "K7QX2M"


@pytest.mark.parametrize(
    "text",
    [
        *("", "repeat", "street", "5th Ave", "42nd St", "ABC 234", "12 Oak Street", "K7Q-X2", "K7Q-X2MM", "KOQ-X2M"),
        *("the code k7q x2m", "K7Q-X2M or B5D-7FG", EXAMPLE, "K7QX2M-9D4HTR", "2026-000123", "415 555 2671"),
    ],
)
def test_no_other_text_is_taken_for_a_code(text: str) -> None:
    assert find_code(text) is None


@given(st.integers(0, 2**64), st.booleans(), st.sampled_from(["", "-", " "]))
def test_a_code_that_is_made_is_found(seed: int, lower: bool, between: str) -> None:
    code = new_code(Random(seed).randrange)
    written = show_code(code).replace("-", between)
    assert find_code(written.lower() if lower else written) == code
