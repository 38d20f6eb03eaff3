"""The directory's records are kept, replaced whole, and read again only when they changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from store import places
from store.engine import reading

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLINIC = {"id": "b", "name": "Clinic", "latitude": 40.5, "longitude": -88.5}
PANTRY = {"id": "a", "name": "Gıda Bankası", "schedules": [{"byday": "MO"}]}


def every(engine: Engine) -> list[places.Record]:
    with reading(engine) as conn:
        return places.every(conn)


def test_records_come_back_as_they_were_given_in_the_order_of_their_ids(engine: Engine) -> None:
    with engine.begin() as conn:
        places.put(conn, [CLINIC, PANTRY], now=NOW)
    assert every(engine) == [PANTRY, CLINIC]


def test_a_record_with_a_known_id_takes_the_others_place(engine: Engine) -> None:
    with engine.begin() as conn:
        places.put(conn, [CLINIC, PANTRY], now=NOW)
        places.put(conn, [{**CLINIC, "name": "New Clinic"}], now=NOW)
        assert places.count(conn) == 2
    assert every(engine)[1]["name"] == "New Clinic"


def test_a_replacement_that_fails_leaves_the_directory_as_it_was(engine: Engine) -> None:
    with engine.begin() as conn:
        places.put(conn, [CLINIC], now=NOW)
    with pytest.raises(IntegrityError), engine.begin() as conn:
        places.replace_all(conn, [PANTRY, PANTRY], now=NOW)
    assert every(engine) == [CLINIC]
    with engine.begin() as conn:
        places.replace_all(conn, [PANTRY], now=NOW)
    assert every(engine) == [PANTRY]


def test_the_version_changes_with_the_directory(engine: Engine) -> None:
    with engine.begin() as conn:
        empty = places.version(conn)
        places.replace_all(conn, [CLINIC], now=NOW)
        first = places.version(conn)
        assert places.version(conn) == first
        places.replace_all(conn, [CLINIC], now=NOW + timedelta(seconds=1))
        assert len({empty, first, places.version(conn)}) == 3


def test_of_two_processes_one_fills_an_empty_directory(engine: Engine) -> None:
    def fill(name: str) -> bool:
        with engine.begin() as conn:
            return places.fill(conn, [{**CLINIC, "name": name}], now=NOW)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(fill, ["one", "two"])) == [False, True]
    assert len(every(engine)) == 1
