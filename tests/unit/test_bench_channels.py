"""The benchmark of channels: every vector is well made, and a cell says what happened."""

import pytest

from benchmarks.channels.__main__ import describe, outcome
from benchmarks.channels.subjects import ours
from benchmarks.channels.vectors import vectors


@pytest.mark.parametrize("name", ["sms", "telegram"])
def test_each_vector_has_a_name_of_its_own_and_posts_something(name: str) -> None:
    found = vectors(name)
    assert len({vector.name for vector in found}) == len(found)
    assert all(vector.posts for vector in found)


def test_a_cell_says_what_was_answered_and_what_came_through() -> None:
    assert describe(["200", "200"], ["hello"]) == "200, 200; `hello`"
    assert describe(["403"], []) == "403; nothing"


async def test_a_message_that_comes_twice_is_answered_once_by_ours() -> None:
    twice = next(vector for vector in vectors("sms") if "twice" in vector.name)
    assert await outcome(ours, "sms", twice) == "200, 200; `hello`"
