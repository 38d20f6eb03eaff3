"""When a message holds a second request."""

import pytest

from bot.nlu.model import NOTHING, Reading
from bot.nlu.requests import SURE, other_request


def read(label: str, chance: float = 0.9, inside: bool = True) -> Reading:
    return Reading(((label, chance), ("faq/other", 1 - chance)), inside)


BINS, WATER = read("faq/bin_days"), read("faq/water_bill")


@pytest.mark.parametrize("whole", [BINS, WATER])
def test_the_request_that_was_not_answered_is_the_other_one(whole: Reading) -> None:
    (other,) = {"faq/bin_days", "faq/water_bill"} - {whole.ranking[0][0]}
    assert other_request(whole, [BINS, WATER]) == other
    assert other_request(whole, [WATER, BINS]) == other


@pytest.mark.parametrize("errand", ["report", "check_status"])
def test_an_errand_is_a_request(errand: str) -> None:
    assert other_request(BINS, [BINS, read(errand)]) == errand
    assert other_request(read(errand), [BINS, read(errand)]) == "faq/bin_days"


@pytest.mark.parametrize(
    "part",
    [
        read("greet"),
        read("thanks"),
        read("out_of_scope/passport"),
        read("faq/water_bill", chance=SURE - 0.01),
        read("faq/water_bill", inside=False),
        BINS,
        NOTHING,
    ],
)
def test_what_asks_for_nothing_else_is_no_request(part: Reading) -> None:
    assert other_request(BINS, [BINS, part]) is None


def test_a_request_that_is_just_sure_enough_counts() -> None:
    assert other_request(BINS, [BINS, read("faq/water_bill", chance=SURE)]) == "faq/water_bill"


@pytest.mark.parametrize("whole", [NOTHING, Reading((("faq/bin_days", 0.9),), inside=False)])
def test_a_message_outside_has_no_second_request(whole: Reading) -> None:
    assert other_request(whole, [BINS, WATER]) is None


def test_one_thing_has_no_parts_and_no_second_request() -> None:
    assert other_request(BINS, []) is None


def test_parts_that_contradict_the_whole_or_ask_for_several_things_offer_nothing() -> None:
    assert other_request(read("faq/recycling"), [BINS, WATER]) is None
    assert other_request(BINS, [BINS, WATER, read("report")]) is None


def test_the_same_request_twice_is_one() -> None:
    assert other_request(BINS, [BINS, WATER, WATER]) == "faq/water_bill"
