"""Sparse features of sentences."""

import numpy as np
import pytest

from bot.nlu.features import MANY, Features, learn

TEXTS = ["when is bin day", "bin day", "pay the water bill", "water bill"]


@pytest.fixture(scope="module")
def known() -> Features:
    return learn(TEXTS)


def likeness(known: Features, one: str, other: str) -> float:
    rows = known.rows([one, other])
    return float((rows[0] @ rows[1].T).toarray()[0, 0])


def test_words_pairs_of_words_and_groups_of_letters_are_features(known: Features) -> None:
    assert {"bin", "bin day", "water bill"} <= set(known.words)
    assert {" b", "bi", "in ", " bin", "bin "} <= set(known.letters)
    assert "n d" not in known.letters
    assert len(known.idf) == len(known.words) + len(known.letters)


def test_a_sentence_is_a_row_of_length_one(known: Features) -> None:
    rows = known.rows(TEXTS)
    assert rows.shape == (len(TEXTS), len(known.idf))
    assert rows.dtype == np.float32
    assert np.asarray(rows.multiply(rows).sum(axis=1)).ravel() == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_words_and_letters_weigh_the_same(known: Features) -> None:
    row = known.rows(["bin day"]).toarray()[0]
    words, letters = row[: len(known.words)], row[len(known.words) :]
    assert words @ words == pytest.approx(0.5, abs=1e-5)
    assert letters @ letters == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize("text", ["", " ", "漢字", "777"])
def test_what_is_unknown_is_an_empty_row(known: Features, text: str) -> None:
    assert known.rows([text]).nnz == 0


def test_no_sentences_are_no_rows(known: Features) -> None:
    assert known.rows([]).shape == (0, len(known.idf))


def test_a_typing_error_leaves_most_letters_whole(known: Features) -> None:
    assert likeness(known, "watr bill", "water bill") > 0.4 > likeness(known, "watr bill", "bin day")


def test_what_is_rare_tells_more_than_what_is_common(known: Features) -> None:
    assert known.idf[known.words["when"]] > known.idf[known.words["bin"]]


def test_a_word_said_again_counts_little_more(known: Features) -> None:
    assert likeness(known, "bin bin bin bin", "bin") > 0.8 * likeness(known, "bin", "bin") / 2
    assert likeness(known, "bin bin bin bin", "bin") <= 1


def test_among_many_sentences_what_most_of_them_have_is_left_out() -> None:
    many = [f"the word{number}" for number in range(MANY)]
    assert "the" not in learn(many).words
    assert "the" in learn(many[:-1]).words
    assert "word7" in learn(many).words


def test_the_order_of_the_sentences_does_not_matter(known: Features) -> None:
    again = learn(TEXTS[::-1])
    assert (again.words, again.letters) == (known.words, known.letters)
    assert (again.idf == known.idf).all()
