"""Finding the right service of any catalogue, by letters and by meaning; the floors are promises to citizens."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from finding_exam import NONE, TOWNS, Result, catalogue, exam, sit

from actions.intake.finding import MOST, find, parts, prepare, ranked
from actions.intake.letters import Letters
from actions.intake.matters import FOLDER, NOTHING, matters, named_in
from actions.intake.services import Catalogue, Service
from actions.intake.text import plain

CITY = catalogue("us_city")


def keeps(found: Result, promised: Result) -> bool:
    """Whether what was measured is at least as good as what is promised."""
    good = found.clear >= promised.clear and found.offered >= promised.offered
    return good and found.wrong <= promised.wrong and found.invented <= promised.invented


#: By letters alone, on all messages and on those that nothing was tuned to.
LETTERS, LETTERS_HELD = Result(0.65, 0.92, 0.03, 0.02), Result(0.62, 0.87, 0.06, 0.02)
#: The same with the encoder.
MEANING, MEANING_HELD = Result(0.79, 0.95, 0.02, 0.02), Result(0.75, 0.92, 0.03, 0.02)


def test_services_are_found_by_letters_alone() -> None:
    found, held = sit(exam(), None), sit([question for question in exam() if question.held], None)
    assert keeps(found, LETTERS), found
    assert keeps(held, LETTERS_HELD), held


@pytest.mark.slow
def test_services_are_found_by_what_is_meant() -> None:
    # Here, so that the other tests do without Rasa.
    from bot.nlu.sentence_encoder import encode

    found, held = sit(exam(), encode), sit([question for question in exam() if question.held], encode)
    assert keeps(found, MEANING), found
    assert keeps(held, MEANING_HELD), held


@pytest.mark.parametrize(
    ("town", "said", "service_code"),
    [
        ("us_city", "there's a huge hole in front of my house and my tyre burst", "SVC006"),
        ("council", "there's a huge hole in front of my house and my tyre burst", "potholes"),
        ("bilingual", "there's a huge hole in front of my house and my tyre burst", "pothole"),
        ("us_city", "no sirve el foco del poste de la esquina", "SVC002"),
        ("council", "رموا أثاثا قديما على جانب الطريق", "fly-tipping"),
        (
            "us_city",
            "Hello, I am Ann and live on Elm. The lamp at the corner does not work. Thanks for your help!",
            "SVC002",
        ),
    ],
)
def test_stories_and_languages_that_the_catalogue_does_not_have_are_understood(
    town: str, said: str, service_code: str
) -> None:
    from bot.nlu.sentence_encoder import encode

    assert service_code in [service.service_code for service in find(catalogue(town), said, encode)][:2]


@pytest.mark.parametrize(
    ("said", "service_code"),
    [
        ("GRAFFITI REMOVAL", "SVC010"),
        ("grafitti on a wall", "SVC010"),
        ("abandonned vehicel", "SVC001"),
        ("arbol: hay que podar las ramas que tocan los cables", "SVC024"),
        ("restaurant", "SVC036"),
    ],
)
def test_case_accents_and_typos_do_not_matter(said: str, service_code: str) -> None:
    assert service_code in [service.service_code for service in find(CITY, said)]


@pytest.mark.parametrize("said", ["", "...", "?!", "hello", "🙂", "a", "12", "12 Oak Avenue"])
def test_what_says_nothing_finds_nothing(said: str) -> None:
    assert find(CITY, said) == []


def test_an_empty_catalogue_has_nothing() -> None:
    assert find(Catalogue.of([]), "pothole") == []


def test_chances_are_shares() -> None:
    likely = ranked(CITY, "the street light is out")
    assert sorted(found.service.service_code for found in likely) == sorted(CITY.services)
    assert [found.chance for found in likely] == sorted((found.chance for found in likely), reverse=True)
    assert 0 < sum(found.chance for found in likely) <= 1


def test_what_is_close_is_offered_and_not_more_than_a_screen_holds() -> None:
    same = Catalogue.of(Service(service_code=str(n), service_name="Tree care") for n in range(20))
    assert len(find(same, "tree care")) == MOST


def test_what_the_town_does_not_take_is_not_found_as_something_else() -> None:
    said = "a dog without a collar runs loose around the school"
    assert [service.service_name for service in find(CITY, said)][:1] == ["Stray Animal Complaint"]
    without = Catalogue.of(s for s in CITY.services.values() if "Animal" not in s.service_name)
    assert find(without, said) == []


def test_a_service_that_no_matter_knows_is_found_by_its_own_words() -> None:
    chair = Service(service_code="c", service_name="Beach wheelchair", keywords=("amphibious chair",))
    beach = Catalogue.of([*CITY.services.values(), chair])
    assert find(beach, "I would like to borrow a beach wheelchair") == [chair]
    assert find(beach, "amphibious chair for my dad") == [chair]


def test_words_in_every_language_of_the_catalogue_count() -> None:
    words = {"es": {"service_name": "Silla anfibia", "keywords": ["silla de playa"]}}
    chair = Service(service_code="c", service_name="Beach wheelchair", translations=words)
    assert find(Catalogue.of([chair]), "necesito una silla de playa") == [chair]


class Counting:
    """An encoder that knows nothing, and counts what it is asked."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def __call__(self, texts: list[str]) -> np.ndarray:
        self.calls.append(len(texts))
        return np.zeros((len(texts), 4))


def test_a_catalogue_is_encoded_once_and_what_is_said_once_a_time() -> None:
    encoder = Counting()
    town = Catalogue.of(CITY.services.values())
    prepare(town, encoder)
    assert sum(encoder.calls) > len(town.services)
    prepared = len(encoder.calls)
    find(town, "a pothole", encoder)
    find(town, "a pothole. It is deep, and a truck hit it.", encoder)
    assert encoder.calls[prepared:] == [1, 3]
    prepare(Catalogue.of(CITY.services.values()), encoder)
    assert len(encoder.calls) == prepared + 3  # not the matters' sentences again


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("a deep hole", 1),
        ("a deep hole and my tire burst", 3),
        ("Hello. My name is Ann. The light by the church is out", 3),
        ("yes. no. " * 5000, 1),
        ("one more sentence here. " * 5000, 2),
    ],
)
def test_a_story_is_read_by_its_parts_but_not_for_ever(said: str, count: int) -> None:
    assert len(parts(said)) == count


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Potholes and highways", {"pothole"}),
        ("Snow or Ice on Sidewalk", {"snow_sidewalk"}),
        ("Request for Pothole Repair", {"pothole"}),
        ("Luminarias", {"street_light"}),
        ("Pest control", {"rats", "wasps", "insects_indoors"}),
        ("Beach wheelchair", set()),
        ("", set()),
    ],
)
def test_a_service_is_about_the_matters_that_its_name_has(name: str, keys: set[str]) -> None:
    assert set(named_in([(name, 1.0)])) == keys


def test_a_name_that_is_all_there_is_says_most() -> None:
    assert named_in([("Noise", 1.0)])["noise"] == 1.0
    assert named_in([("Noise and other things", 1.0)])["noise"] < named_in([("Noise and things", 1.0)])["noise"] < 1.0
    assert named_in([("Noise", 0.5)])["noise"] == 0.5


def test_letters_are_most_alike_where_words_are_the_same() -> None:
    letters = Letters(["broken street light", "dead animal", "street"])
    alike = letters.likeness("the street light")
    assert alike.argmax() == 0
    assert letters.likeness("dead animl").argmax() == letters.likeness("dead animal").argmax() == 1
    assert letters.likeness("quux").max() == 0


def test_matters_are_written_once_and_as_texts() -> None:
    keys = [key for path in FOLDER.glob("*.yml") for key in yaml.safe_load(path.read_text())]
    assert len(keys) == len(set(keys)) == len(matters())
    said = Counter(plain(text) for matter in matters() for text in matter.said)
    assert [text for text, count in said.items() if count > 1] == []
    unquoted = [
        text for path in FOLDER.glob("*.yml") for m in yaml.safe_load(path.read_text()).values() for text in m["said"]
    ]
    assert [text for text in unquoted if not isinstance(text, str)] == []
    assert [matter.key for matter in matters() if not matter.names] == [NOTHING]


def test_the_exam_is_apart_from_the_matters() -> None:
    learnt = {plain(text) for matter in matters() for text in matter.said}
    assert [question.text for question in exam() if plain(question.text) in learnt] == []


@pytest.mark.parametrize("town", TOWNS)
def test_the_exam_asks_for_every_service(town: str) -> None:
    content = yaml.safe_load((Path(__file__).parents[1] / "catalogues" / "exam.yml").read_text())[town]
    assert set(content) == {*catalogue(town).services, NONE}
