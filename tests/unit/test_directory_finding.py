"""What is looked for and where, in citizens' words, against the demo town's directory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from actions.backends.directory.embedded import EmbeddedDirectory, Snapshot, load_when_empty, replace
from actions.backends.directory.files import read_directory
from actions.backends.directory.kinds import Kinds
from actions.backends.directory.places import Place
from actions.backends.directory.whereabouts import Whereabouts, kilometres, read_gazetteer
from bot.errors import ContentError
from bot.messages import Location
from store.tables import metadata

FOLDER = Path(__file__).parents[2] / "data" / "directory"
PLACES = read_directory(FOLDER / "demo.json").places
DEMO = Snapshot(PLACES, FOLDER)
LANGUAGES = {"en", "es", "tr", "ar"}


def found(text: str) -> list[str]:
    """Return the names of what fits a question, nearest first."""
    spot = DEMO.locate(text)
    return [match.place.name for match in DEMO.search(DEMO.understand(text), spot.location if spot else None)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("nearest food pantry", "Springdale Food Pantry"),
        ("where can i get food near 5th street", "Springdale Food Pantry"),
        ("closest phramacy near 40 mill rd", "Mill Road Pharmacy"),
        ("closest pharmacy near 1 main st", "Corner Pharmacy"),
        ("libary near me", "Public Library"),
        ("where can i drop off old paint near me", "Hazardous waste drop-off"),
        ("animal shelter hours", "Animal Shelter"),
        ("homeless shelter near downtown", "Springdale Shelter"),
        ("tornado shelter", "Storm shelter"),
        ("is the police station open now", "Police front desk"),
        ("dump near 61898", "Hazardous waste drop-off"),
        ("closest polling place", "Early voting and ballot drop box"),
        ("dentist close to me", "Health Clinic"),
        ("flu shot near me", "Vaccinations"),
        ("lawyer near birch ln", "Legal advice for renters"),
        ("dog park near me", "Dog park"),
        ("where do i take my sandbags", "Free sand and sandbags"),
        ("farmacia más cercana a mill road", "Mill Road Pharmacy"),
        ("dónde hay un albergue cerca de la calle Oak", "Springdale Shelter"),
        ("refugio de animales más cercano", "Animal Shelter"),
        ("comedor más cercano", "Free hot meals"),
        ("en yakın kütüphane nerede", "Public Library"),
        ("kliniğe gitmem lazım", "Health Clinic"),
        ("hayvan barınağı", "Animal Shelter"),
        ("وين أقرب مكتبة", "Public Library"),
        ("بدي دكتور أسنان", "Health Clinic"),
        ("أقرب بنك طعام", "Springdale Food Pantry"),
    ],
)
def test_the_place_is_found_by_the_citizens_words(text: str, first: str) -> None:
    assert found(text)[0] == first


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mill road pharmacy", ["Mill Road Pharmacy"]),
        ("is the north branch library open", ["Public Library"]),
        ("hours of the mill park pool", ["Mill Park Pool"]),
    ],
)
def test_a_place_that_is_called_by_its_name_is_the_only_one(text: str, names: list[str]) -> None:
    assert [DEMO.by_id[one].name for one in DEMO.understand(text).named] == names


def test_a_street_in_a_name_is_not_where_it_is_to_be_near() -> None:
    assert DEMO.locate("mill road pharmacy") is None
    assert DEMO.locate("pharmacy on mill road") is not None
    assert DEMO.understand("library near main street").named == ()


def test_a_kind_that_the_town_has_none_of_is_known_and_something_else_is_not() -> None:
    assert DEMO.understand("nearest hospital").kinds == ("hospital",)
    assert found("nearest hospital") == []
    assert DEMO.understand("nearest bowling alley").unknown
    assert not DEMO.understand("find a place near me, please").unknown


def test_how_it_is_meant_is_heard_too() -> None:
    assert DEMO.understand("closest pharmacy open now").hints == {"near", "open_now"}
    assert DEMO.understand("farmacia más cercana abierta ahora").hints >= {"near", "open_now"}
    assert DEMO.understand("şu an açık en yakın eczane").hints == {"near", "open_now"}
    assert DEMO.understand("أقرب صيدلية مفتوحة الآن").hints == {"near", "open_now"}


def test_a_street_that_is_called_like_a_kind_is_no_kind() -> None:
    assert DEMO.understand("library near park street").kinds == ("library",)
    assert DEMO.understand("pharmacy on school street").kinds == ("pharmacy",)


HALL = (40.4998, -88.5)


@pytest.mark.parametrize(
    ("text", "alone", "near"),
    [
        ("near 12 oak street", False, "Main Library"),
        ("12 Oak St", False, "Main Library"),
        ("by 13 oak", False, "Main Library"),
        ("oak", True, "Main Library"),
        ("oak", False, None),
        ("calle oak", False, "Main Library"),
        ("oak caddesi", False, "Main Library"),
        ("شارع oak", False, "Main Library"),
        ("40 depot rd", False, "Animal Shelter"),
        ("40 depot street", False, "Springdale Shelter"),
        ("40 depot rd", True, "Animal Shelter"),
        ("i am near the town hall", False, "Town Hall"),
        ("town hall", False, None),
        ("town hall", True, "Town Hall"),
        ("cerca de town hall", False, "Town Hall"),
        ("town hall yakınında", False, "Town Hall"),
        ("500 nowhere lane", True, None),
        ("where is the nearest pharmacy", False, None),
    ],
)
def test_where_is_read_from_the_directorys_own_addresses(text: str, alone: bool, near: str | None) -> None:
    spot = DEMO.whereabouts.find(text, alone=alone)
    if near is None:
        assert spot is None
        return
    assert spot is not None
    place = next(place for place in PLACES if place.location_name == near)
    assert place.latitude is not None
    assert place.longitude is not None
    # A street without a number is in its middle.
    assert kilometres(spot.location, Location(latitude=place.latitude, longitude=place.longitude)) < 0.2


@pytest.mark.parametrize(
    "text", ["near fifth street", "5th st", "in the mill district", "61898", "61898-1234", "pnie street"]
)
def test_names_that_the_town_gave_and_postal_codes_are_places(text: str) -> None:
    assert (DEMO.whereabouts.find(text) is not None) is (text != "pnie street")


def test_distance_is_that_of_a_great_circle() -> None:
    chicago, new_york = Location(latitude=41.8781, longitude=-87.6298), Location(latitude=40.7128, longitude=-74.0060)
    assert kilometres(chicago, new_york) == pytest.approx(1144, abs=2)
    assert kilometres(chicago, chicago) == 0


def test_what_is_nearer_comes_first_and_what_is_nowhere_last() -> None:
    def place(name: str, latitude: float | None, status: str = "active") -> Place:
        longitude = None if latitude is None else 0.0
        return Place(
            id=name, service_id=name, name=f"{name} Clinic", latitude=latitude, longitude=longitude, status=status
        )

    snapshot = Snapshot(
        [place("Nowhere", None), place("Far", 2), place("Near", 1), place("Gone", 0, "defunct")], FOLDER
    )
    matches = snapshot.search(snapshot.understand("clinic"), Location(latitude=0.0, longitude=0.0))
    assert [match.place.id for match in matches] == ["Near", "Far", "Nowhere"]


async def test_the_directory_is_read_again_when_it_changed(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/town.db")
    metadata.create_all(engine)
    clock = iter(range(1, 9))

    def now() -> object:
        from datetime import UTC, datetime

        return datetime(2026, 3, next(clock), tzinfo=UTC)

    directory = EmbeddedDirectory(engine, FOLDER)
    assert not await directory.search(await directory.understand("library"), None)
    assert load_when_empty(engine, FOLDER / "demo.json", now) == len(PLACES)
    assert load_when_empty(engine, FOLDER / "demo.json", now) == 0
    assert len(await directory.search(await directory.understand("library"), None)) == 2
    replace(engine, [Place(id="x", service_id="x", name="Town Library")], now())
    assert [one.place.id for one in await directory.search(await directory.understand("library"), None)] == ["x"]
    assert await directory.places(["x", "gone"]) == [Place(id="x", service_id="x", name="Town Library")]
    engine.dispose()


def test_every_kind_and_hint_is_told_in_every_language() -> None:
    kinds = Kinds.load(FOLDER)
    assert len(kinds.titles) >= 25
    assert {kind: LANGUAGES - set(titles) for kind, titles in kinds.titles.items() if LANGUAGES - set(titles)} == {}


def lacking(names: Sequence[str]) -> list[str]:
    return [name for name in names if DEMO.kinds.words.read(DEMO.kinds.title(name, "en")).names[:1] != (name,)]


def test_a_kind_is_found_by_its_own_title() -> None:
    # "Help with rent and bills" is a description more than a name.
    assert lacking([name for name in DEMO.kinds.titles if name not in {"assistance", "shower", "shelter"}]) == []


def test_files_that_are_wrong_are_named(tmp_path: Path) -> None:
    assert read_gazetteer(tmp_path / "gazetteer.yml") == {}
    (tmp_path / "gazetteer.yml").write_text("Old Mill: here\n")
    with pytest.raises(ContentError, match=r"write each name as `Old Mill: \[41\.50, -72\.10\]`"):
        read_gazetteer(tmp_path / "gazetteer.yml")
    with pytest.raises(ContentError, match=r"kinds\.yml cannot be read"):
        Kinds.load(tmp_path)
    (tmp_path / "kinds.yml").write_text("kinds: {food: {title: {en: food}}}\n")
    (tmp_path / "words.yml").write_text("hints: {}\nfillers: {}\n")
    with pytest.raises(ContentError, match="`title` and `words`"):
        Kinds.load(tmp_path)


def test_a_town_without_addresses_knows_no_place() -> None:
    assert Whereabouts([], {}).find("12 Oak Street", alone=True) is None
