"""Reads a directory from HSDS files: JSON, or the tabular data package's CSV in a folder or a .zip."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.backends.directory.places import Place
from actions.backends.directory.reading import ORIGIN, Reader, Row, origin
from bot.errors import ContentError

Tables = dict[str, list[dict[str, Any]]]

#: So many problems are named; more would hide the first.
MOST_PROBLEMS = 10
#: What hangs on what, by the column that names it; files and lists are called by the plural or the singular.
HANGING = {
    "service": (
        "service_at_locations",
        "phones",
        "schedules",
        "languages",
        "required_documents",
        "cost_options",
    ),
    "location": ("addresses", "phones", "schedules", "languages", "accessibility"),
    "service_at_location": ("phones", "schedules"),
    "organization": ("phones",),
}
PLURALS = {"addresses": "address", "accessibility": "accessibility"}
OLD_NAMES = {
    "physical_addresses": "addresses",
    "accessibility_for_disabilities": "accessibility",
    "costs": "cost_options",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What a directory's files had in them."""

    places: tuple[Place, ...]
    services: int
    locations: int


def read_directory(path: Path) -> Imported:
    """Read the directory in a .json file, a folder of .csv files, or a .zip of them.

    Raises ContentError that names file and row and says what to put right; then nothing was imported.
    """
    services = list(assemble(_tables(path)))
    reader = Reader()
    places = [place for service in services for place in reader.places(service)]
    if reader.problems:
        shown = reader.problems[:MOST_PROBLEMS]
        more = len(reader.problems) - len(shown)
        raise ContentError("\n".join([*shown, *([f"... and {more} more."] if more else [])]))
    if not places:
        raise ContentError(f"{path} has no services; give a file in HSDS 3.0 with at least one.")
    unique = {place.id: place for place in places}
    located = {place.location_id for place in unique.values() if place.location_id}
    return Imported(tuple(unique.values()), len(services), len(located))


def _tables(path: Path) -> Tables:
    try:
        if path.is_dir():
            return _from_csv((file.name, file.read_bytes()) for file in sorted(path.glob("*.csv")))
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
                return _from_csv((Path(name).name, archive.read(name)) for name in names)
        if path.suffix.lower() == ".csv":
            raise ContentError(f"{path} is one table of several; give the folder that it is in.")
        return _from_json(path)
    except FileNotFoundError as error:
        raise ContentError(f"{path} is not there; give a .json file, a folder of .csv files, or a .zip.") from error
    except (OSError, zipfile.BadZipFile) as error:
        raise ContentError(
            f"{path} cannot be read ({error}); give a .json file, a folder of .csv files, or a .zip."
        ) from error


def _from_json(path: Path) -> Tables:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as error:
        raise ContentError(f"{path.name} is not JSON in UTF-8 ({error}); export it again.") from error
    if isinstance(content, dict) and isinstance(content.get("contents"), list):
        content = content["contents"]
    if isinstance(content, list):
        content = {"services": content}
    if not isinstance(content, dict):
        raise ContentError(f"{path.name} is neither a list of services nor a package with `services`; see HSDS 3.0.")
    if _text(content.get("name")) and "services" not in content:
        content = {"services": [content]}
    lists = {name: rows for name, rows in content.items() if isinstance(rows, list)}
    return {
        OLD_NAMES.get(name, name): [
            {**row, ORIGIN: f"{path.name}, {name} {number}"}
            for number, row in enumerate(rows, 1)
            if isinstance(row, dict)
        ]
        for name, rows in lists.items()
    }


def _from_csv(files: Iterator[tuple[str, bytes]]) -> Tables:
    tables: Tables = {}
    for name, content in files:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ContentError(f"{name} is not in UTF-8; save it as CSV UTF-8.") from error
        try:
            # The heading is row 1, as a spreadsheet counts.
            rows = [
                {**{(key or "").strip(): value for key, value in row.items()}, ORIGIN: f"{name}, row {number}"}
                for number, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2)
            ]
        except csv.Error as error:
            raise ContentError(f"{name} is not CSV ({error}); save it as CSV UTF-8 with commas.") from error
        tables[_plural(name.rsplit(".", 1)[0].lower())] = rows
    if "services" not in tables:
        raise ContentError("There is no services.csv; HSDS's tabular data package has one.")
    return tables


def _plural(name: str) -> str:
    name = next((plural for plural, single in PLURALS.items() if name == single), name)
    name = name if name in PLURALS or name.endswith("s") else f"{name}s"
    return OLD_NAMES.get(name, name)


def assemble(tables: Mapping[str, Sequence[Row]]) -> Iterator[dict[str, Any]]:
    """Yield each service with everything that hangs on it, however much of that was nested before.

    Raises ContentError when a row names a service, location or organization that is not there.
    """
    for owner in ("service", "location", "organization"):
        _check(tables, owner)
    locations = _with_hanging(tables, "location")
    organizations = {row.get("id"): row for row in _with_hanging(tables, "organization").values()}
    links = _with_hanging(tables, "service_at_location")
    terms = {row.get("id"): row for row in tables.get("taxonomy_terms", ())}
    for service in _with_hanging(tables, "service").values():
        tied = [links.get(row.get("id"), row) for row in service.get("service_at_locations") or ()]
        service["service_at_locations"] = [_tie(row, locations) for row in tied]
        if not isinstance(service.get("organization"), dict):
            service["organization"] = organizations.get(service.get("organization_id"), {})
        service["attributes"] = [*(service.get("attributes") or ()), *_attributes(tables, service, terms)]
        yield service


def _with_hanging(tables: Mapping[str, Sequence[Row]], owner: str) -> dict[Any, dict[str, Any]]:
    """Return an owner's rows by id, each with its rows of other tables as lists."""
    table = f"{owner}s"
    # A row without an id is kept apart from others, so that it can be complained of.
    rows: dict[Any, dict[str, Any]] = {row.get("id") or origin(row): dict(row) for row in tables.get(table, ())}
    for name in HANGING[owner]:
        for row in tables.get(name, ()):
            if row.get(f"{owner}_id") in rows:
                mine = rows[row[f"{owner}_id"]]
                mine[name] = [*(mine.get(name) or ()), row]
    return rows


def _tie(link: Row, locations: Mapping[Any, Row]) -> dict[str, Any]:
    location = link.get("location")
    named = link.get("location_id") or (location.get("id") if isinstance(location, dict) else None)
    return {**link, "location": locations.get(named) or location or {}}


def _attributes(tables: Mapping[str, Sequence[Row]], service: Row, terms: Mapping[Any, Row]) -> list[dict[str, Any]]:
    rows = (row for row in tables.get("attributes", ()) if row.get("link_id") == service.get("id"))
    return [{**row, "taxonomy_term": terms.get(row.get("taxonomy_term_id"), {})} for row in rows]


def _check(tables: Mapping[str, Sequence[Row]], owner: str) -> None:
    """Complain of the first row that hangs on an owner that is not there."""
    known = {row.get("id") for row in tables.get(f"{owner}s", ())}
    if not known:
        return
    for name in ("service_at_locations", "addresses", "phones", "schedules", "languages", "services"):
        for row in tables.get(name, ()):
            named = row.get(f"{owner}_id")
            if named and named not in known:
                raise ContentError(
                    f"{origin(row)}: {owner}_id {named!r} is not among the {owner}s; add it, or correct the id."
                )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
