"""Each score of the evaluation on an example that can be reckoned by hand."""

from __future__ import annotations

import pytest

from bot.evaluation.scores import (
    F1,
    Bin,
    Pair,
    Rate,
    calibration_bins,
    calibration_error,
    confused,
    confusion,
    macro_f1,
    match,
    percentiles,
    rate,
)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (950, 1000, 0.9347, 0.9619),
    ],
)
def test_wilsons_interval(hits: int, count: int, low: float, high: float) -> None:
    assert Rate(hits, count).interval == pytest.approx((low, high), abs=1e-4)


def test_a_rate_of_nothing_is_unknown_and_not_perfect() -> None:
    assert rate([]) == Rate(0, 0)
    assert rate([]).share is None
    assert rate([]).interval is None


def test_a_rate_counts_what_is_true() -> None:
    assert rate([True, False, True, True]) == Rate(3, 4)
    assert Rate(3, 4).share == 0.75


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "b"), ("b", "a")], 0.0),
        # a: precision 1, recall 1/2; b: precision 1/2, recall 1. Each 2/3.
        ([("a", "a"), ("a", "b"), ("b", "b")], 2 / 3),
        # A reading that is nobody's truth counts against the truth alone.
        ([("a", "a"), ("a", "nlu_fallback")], 2 / 3),
        ([("a", "a"), ("a", None)], 2 / 3),
        ([], None),
    ],
)
def test_macro_f1(pairs: list[Pair], expected: float | None) -> None:
    assert macro_f1(pairs) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("truth", "found", "expected"),
    [
        ([("date", "tomorrow")], [("date", " Tomorrow ")], {"date": F1(right=1)}),
        ([("date", "tomorrow")], [("date", "tomorrow at 5")], {"date": F1(wrong=1, missed=1)}),
        ([("date", "tomorrow")], [("amount", "tomorrow")], {"date": F1(missed=1), "amount": F1(wrong=1)}),
        ([("date", "today")], [("date", "today"), ("date", "today")], {"date": F1(right=1, wrong=1)}),
        ([("date", "today"), ("date", "friday")], [("date", "friday")], {"date": F1(right=1, missed=1)}),
        ([], [], {}),
    ],
)
def test_entities_match_by_type_and_value(
    truth: list[tuple[str, str]], found: list[tuple[str, str]], expected: dict[str, F1]
) -> None:
    assert match(truth, found) == expected


def test_f1_is_made_of_precision_and_recall() -> None:
    score = F1(right=2, wrong=1) + F1(right=1, missed=3)
    assert (score.precision, score.recall, score.value) == (0.75, 0.5, 0.6)
    assert (F1().precision, F1().recall, F1().value) == (None, None, None)


def test_calibration_error_is_the_distance_between_sureness_and_accuracy() -> None:
    # Ten at 0.9 of which 7 are right (0.2 apart), ten at 0.5 of which 5 are right (0 apart).
    bins = calibration_bins([0.9] * 10 + [0.5] * 10, [True] * 7 + [False] * 3 + [True] * 5 + [False] * 5)
    assert len(bins) == 15
    assert sum(b.count for b in bins) == 20
    assert calibration_error(bins) == pytest.approx(0.1)


def test_a_confidence_on_a_border_falls_into_the_lower_bin() -> None:
    bins = calibration_bins([0.0, 0.5, 1.0], [False, True, True], bins=2)
    assert bins == [Bin(2, 0.25, 0.5), Bin(1, 1.0, 1.0)]


def test_calibration_of_nothing_is_unknown() -> None:
    assert calibration_error(calibration_bins([], [])) is None


def test_the_most_confused_come_first() -> None:
    pairs: list[Pair] = [("a", "b"), ("a", "a"), ("c", "a"), ("a", "b"), ("b", None)]
    assert confused(pairs, most=2) == [("a", "b", 2), ("b", None, 1)]


def test_the_confusion_matrix_leaves_out_what_is_always_read_right() -> None:
    pairs: list[Pair] = [("a", "a"), ("a", "b"), ("b", "b"), ("c", "c"), ("d", None)]
    rows, columns, matrix = confusion(pairs)
    assert (rows, columns) == (["a"], ["a", "b"])
    assert matrix.tolist() == [[0.5, 0.5]]


def test_a_perfect_reading_has_no_confusion() -> None:
    rows, columns, matrix = confusion([("a", "a")])
    assert (rows, columns, matrix.size) == ([], [], 0)


def test_percentiles() -> None:
    assert percentiles([1.0, 2.0, 3.0]) == {50: 2.0, 95: pytest.approx(2.9)}
    assert percentiles([]) == {}
