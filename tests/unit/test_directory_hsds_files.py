"""Importing HSDS files: JSON and CSV give the same places, and what is wrong is named with file and row."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from actions.backends.directory.files import read_directory
from actions.backends.directory.places import Place, from_record, to_record
from bot.errors import ContentError

DEMO = Path(__file__).parents[2] / "data" / "directory" / "demo.json"
#: A pantry at one location, in the tables of HSDS's tabular data package.
TABLES: dict[str, list[dict[str, str]]] = {
    "organizations": [{"id": "o1", "name": "Helping Hands", "description": "Neighbors"}],
    "services": [
        {
            "id": "s1",
            "organization_id": "o1",
            "name": "Pantry",
            "status": "active",
            "minimum_age": "18",
            "fees_description": "Free",
            "assured_date": "2026-03-03",
        }
    ],
    "locations": [
        {"id": "l1", "name": "Hall", "location_type": "physical", "latitude": "40.5", "longitude": "-88.25"},
    ],
    "service_at_locations": [{"id": "sl1", "service_id": "s1", "location_id": "l1"}],
    "addresses": [
        {
            "id": "a1",
            "location_id": "l1",
            "address_1": "1 Oak St",
            "city": "Town",
            "postal_code": "61899",
            "country": "us",
        }
    ],
    "phones": [
        {"id": "p0", "location_id": "l1", "number": "555-0100"},
        {"id": "p1", "service_at_location_id": "sl1", "number": "555-0101", "extension": "7"},
        {"id": "p2", "service_at_location_id": "sl1", "number": "555-0102", "type": "fax"},
    ],
    "schedules": [
        {
            "id": "h1",
            "service_at_location_id": "sl1",
            "freq": "WEEKLY",
            "byday": "MO,WE",
            "opens_at": "09:00",
            "closes_at": "24:00",
            "valid_from": "2026-01-01",
        }
    ],
    "languages": [{"id": "g1", "service_id": "s1", "name": "Spanish"}],
    "accessibility": [{"id": "x1", "location_id": "l1", "description": "Ramp", "details": "at the side"}],
    "required_documents": [{"id": "d1", "service_id": "s1", "document": "A bill"}],
    "taxonomy_terms": [{"id": "t1", "name": "Food Pantry"}],
    "attributes": [{"id": "y1", "link_id": "s1", "link_entity": "service", "taxonomy_term_id": "t1"}],
}


def tables(**changed: Sequence[Mapping[str, str]]) -> dict[str, list[dict[str, str]]]:
    return {**TABLES, **{name: [dict(row) for row in rows] for name, rows in changed.items()}}


def changed(table: str, **fields: str) -> dict[str, list[dict[str, str]]]:
    """Return the tables, with fields of a table's first row changed."""
    first, *others = TABLES[table]
    return tables(**{table: [{**first, **fields}, *others]})


def as_csv(folder: Path, content: Mapping[str, Sequence[Mapping[str, str]]]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in content.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def as_json(folder: Path, content: Any) -> Path:
    path = folder / "directory.json"
    path.write_text(json.dumps(content))
    return path


def nested() -> list[dict[str, Any]]:
    """The same pantry as HSDS's API nests it."""
    location = {**TABLES["locations"][0], "addresses": TABLES["addresses"], "accessibility": TABLES["accessibility"]}
    link = {"id": "sl1", "location": location, "phones": TABLES["phones"][1:], "schedules": TABLES["schedules"]}
    service: dict[str, Any] = {
        **TABLES["services"][0],
        "organization": TABLES["organizations"][0],
        "languages": TABLES["languages"],
        "required_documents": TABLES["required_documents"],
        "attributes": [{"id": "y1", "taxonomy_term": TABLES["taxonomy_terms"][0]}],
        "service_at_locations": [link],
    }
    return [service]


def zipped(folder: Path) -> Path:
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(as_csv(folder / "csv", TABLES).glob("*.csv")):
            archive.write(file, f"data/{file.name}")
    return path


def only(path: Path) -> Place:
    [place] = read_directory(path).places
    return place


def test_tables_become_a_place_with_all_that_hangs_on_it(tmp_path: Path) -> None:
    place = only(as_csv(tmp_path / "csv", TABLES))
    [schedule] = place.schedules
    assert (schedule.byday, schedule.opens_at, schedule.closes_at) == ("MO,WE", time(9), time(0))
    assert (place.name, place.location_name, place.organization_name) == ("Pantry", "Hall", "Helping Hands")
    assert (place.address_1, place.postal_code, place.country) == ("1 Oak St", "61899", "US")
    assert (place.latitude, place.longitude) == (40.5, -88.25)
    assert place.phones == ("555-0101 ext. 7",)
    assert (place.languages, place.accessibility) == (("Spanish",), ("Ramp: at the side",))
    assert (place.required_documents, place.taxonomy_terms) == (("A bill",), ("Food Pantry",))
    assert (place.minimum_age, place.assured_date) == (18, date(2026, 3, 3))


def test_every_form_of_the_same_directory_gives_the_same_places(tmp_path: Path) -> None:
    expected = only(as_csv(tmp_path / "csv", TABLES))
    assert only(zipped(tmp_path)) == expected
    assert only(as_json(tmp_path, TABLES)) == expected
    assert only(as_json(tmp_path, nested())) == expected
    assert only(as_json(tmp_path, nested()[0])) == expected
    assert only(as_json(tmp_path, {"total_items": 1, "contents": nested()})) == expected
    singular = as_csv(
        tmp_path / "one",
        {name.removesuffix("es") if name == "addresses" else name: rows for name, rows in TABLES.items()},
    )
    assert only(singular) == expected


def test_a_place_survives_being_kept_as_a_record() -> None:
    places = read_directory(DEMO).places
    assert [from_record(json.loads(json.dumps(to_record(place)))) for place in places] == list(places)


def test_a_service_at_two_locations_is_two_places_and_one_without_is_one(tmp_path: Path) -> None:
    content = tables(
        services=[*TABLES["services"], {"id": "s2", "name": "Helpline", "status": "active"}],
        locations=[*TABLES["locations"], {"id": "l2", "name": "Annex", "location_type": "physical"}],
        service_at_locations=[*TABLES["service_at_locations"], {"id": "sl2", "service_id": "s1", "location_id": "l2"}],
    )
    found = read_directory(as_csv(tmp_path / "csv", content))
    assert sorted((place.name, place.location_name) for place in found.places) == [
        ("Helpline", ""),
        ("Pantry", "Annex"),
        ("Pantry", "Hall"),
    ]
    assert (found.services, found.locations) == (2, 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            changed("schedules", opens_at="9 o'clock"),
            'schedules.csv, row 2: opens_at is "9 o\'clock"; write a time as in',
        ),
        (changed("schedules", byday="Monday"), "schedules.csv, row 2: byday is 'Monday'; write it as in MO,WE"),
        (changed("schedules", valid_from="1/2/26"), "schedules.csv, row 2: valid_from is '1/2/26'; write a date"),
        (changed("locations", latitude="north"), "locations.csv, row 2: latitude is 'north'; write a number"),
        (changed("locations", latitude="4050"), "locations.csv, row 2: latitude and longitude are not degrees"),
        (changed("services", status="maybe"), "services.csv, row 2: status is 'maybe'; write one of active"),
        (changed("services", name=""), "services.csv, row 2: a service needs an id and a name; fill in name"),
        (changed("addresses", location_id="l9"), "addresses.csv, row 2: location_id 'l9' is not among the locations"),
        (changed("service_at_locations", service_id="s9"), "row 2: service_id 's9' is not among the services"),
        (changed("services", organization_id="o9"), "services.csv, row 2: organization_id 'o9' is not among"),
        ({"phones": TABLES["phones"]}, "There is no services.csv"),
        (
            tables(services=[{"id": "", "name": ""}], service_at_locations=[], languages=[], required_documents=[]),
            "needs an id",
        ),
    ],
)
def test_what_is_wrong_is_named_with_file_row_and_fix(tmp_path: Path, content: Any, sentence: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_directory(as_csv(tmp_path / "csv", content))
    assert sentence in str(caught.value)


def test_a_mistake_in_json_is_named_by_its_service(tmp_path: Path) -> None:
    [service] = nested()
    service["service_at_locations"][0]["schedules"] = [{"id": "h1", "byday": "XX"}]
    with pytest.raises(ContentError, match=r"directory\.json, services 1: byday is 'XX'"):
        read_directory(as_json(tmp_path, [service]))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.json", None, "is not there; give a .json file"),
        ("broken.json", b"{", "is not JSON in UTF-8"),
        ("latin.json", '["é"]'.encode("latin-1"), "is not JSON in UTF-8"),
        ("number.json", b"7", "neither a list of services"),
        ("empty.json", b"[]", "has no services"),
        ("broken.zip", b"PK", "cannot be read"),
        ("services.csv", b"id,name\n1,x\n", "give the folder that it is in"),
    ],
)
def test_a_file_of_no_use_is_named_with_the_fix(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ContentError, match=sentence):
        read_directory(path)


def test_a_table_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_bytes("id,name\n1,Café\n".encode("latin-1"))
    with pytest.raises(ContentError, match=r"services\.csv is not in UTF-8"):
        read_directory(tmp_path)


def test_the_demo_town_has_places_with_all_that_citizens_ask_for() -> None:
    found = read_directory(DEMO)
    assert found.services >= 30
    assert found.locations >= 20
    for place in found.places:
        assert place.latitude, place.name
        assert place.address_1, place.name
        assert place.phones[0].startswith("555-01"), place.name
        assert place.schedules, place.name
