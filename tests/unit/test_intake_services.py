"""Reading service definitions, and finding the service that someone speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.intake.finding import find
from actions.intake.services import DATATYPES, Catalogue, Service, read_service
from actions.intake.told import address_in, describes
from bot.choices import read_choice
from bot.errors import ContentError

ROOT = Path(__file__).parents[2]
CATALOGUE = Catalogue.load(ROOT / "data/services")


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("There is a pothole on Main Street", ["pothole"]),
        ("potole", ["pothole"]),
        ("hay un BACHE en mi calle", ["pothole"]),
        ("the streetlight is out on 5th", ["street_light"]),
        ("la farola esta rota", ["street_light"]),
        ("my trash wasn't picked up", ["missed_collection"]),
        ("no pasaron a recoger la basura", ["missed_collection"]),
        ("somebody sprayed grafiti", ["graffiti"]),
        ("my neighbor's dog barks all night", ["noise"]),
        ("musica alta", ["noise"]),
        ("carro abandonado", ["abandoned_vehicle"]),
        ("graffiti and a pothole", ["graffiti", "pothole"]),
        ("sokağımızda büyük bir çukur var", ["pothole"]),
        ("yolda CUKURLAR var", ["pothole"]),
        ("sokak lambası yanmıyor", ["street_light"]),
        ("lambalar yanmiyor", ["street_light"]),
        ("çöpümüz alınmadı", ["missed_collection"]),
        ("çöp kamyonu bu hafta gelmedi", ["missed_collection"]),
        ("komşunun köpeği bütün gece havlıyor", ["noise"]),
        ("duvarıma yazı yazmışlar", ["graffiti"]),
        ("evimizin önünde terk edilmiş bir araba var", ["abandoned_vehicle"]),
        ("هناك حفرة كبيرة في شارعنا", ["pothole"]),
        ("يوجد حفره أمام البيت", ["pothole"]),
        ("عمود الإنارة لا يعمل", ["street_light"]),
        ("لم يأخذوا القمامة اليوم", ["missed_collection"]),
        ("الكلب ينبح طوال الليل", ["noise"]),
        ("كتابة على الجدران", ["graffiti"]),
        ("سيارة مهجورة أمام بيتي", ["abandoned_vehicle"]),
        ("I want to report a problem", []),
        ("bir sorun bildirmek istiyorum", []),
        ("أريد الإبلاغ عن مشكلة", []),
        ("hello", []),
        ("", []),
    ],
)
def test_a_service_is_found_by_what_citizens_say(said: str, codes: list[str]) -> None:
    assert sorted(service.service_code for service in find(CATALOGUE, said)) == codes


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("pothole at 12 Oak Street", "12 Oak Street"),
        ("the light at 1400 north lake ave. is out", "1400 north lake ave"),
        ("hay un bache en la Calle de los Robles 12", "Calle de los Robles 12"),
        ("Meşe Sokak 12'de çukur var", "Meşe Sokak 12"),
        ("Büyük bir çukur var, Meşe Sokağı No: 12", "Meşe Sokağı No: 12"),
        ("Meşe Sokak 3 gündür karanlık", None),
        ("meşe sokak 12", None),
        ("حفرة في شارع البلوط 12", "شارع البلوط 12"),
        ("شارع البلوط رقم ١٢ فيه حفرة", "شارع البلوط رقم ١٢"),
        ("شارع مكسور من 3 أيام", None),
        ("la calle Robles lleva 3 días", None),
        ("trash not picked up for 3 weeks on the street", None),
        ("between 12 Oak Street and 14 Elm Street", None),
        ("there is a pothole on Main Street", None),
        ("", None),
    ],
)
def test_an_address_is_taken_from_a_sentence_only_when_it_is_sure(said: str, address: str | None) -> None:
    assert address_in(said) == address


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("I want to report a pothole", False),
        ("the pothole swallowed my wheel", True),
        ("quiero reportar un bache", False),
        ("bir çukur bildirmek istiyorum", False),
        ("çukur tekerleğimi kırdı", True),
        ("أريد الإبلاغ عن حفرة", False),
        ("الحفرة كسرت عجلة سيارتي", True),
    ],
)
def test_a_sentence_describes_when_it_says_more_than_that_someone_reports(said: str, more: bool) -> None:
    assert describes(said) is more


def test_the_demo_town_asks_every_kind_of_question() -> None:
    attributes = [a for service in CATALOGUE.services.values() for a in service.attributes]
    assert {a.datatype for a in attributes} == set(DATATYPES)
    assert {a.format for a in attributes} == {"", "phone", "email"}
    assert any(a.when for a in attributes)
    assert any(not a.variable for a in attributes)


@pytest.mark.parametrize("language", ["es", "tr", "ar"])
@pytest.mark.parametrize("code", CATALOGUE.services)
def test_every_text_of_a_service_is_there_in_every_language(code: str, language: str) -> None:
    service = CATALOGUE.services[code]
    assert service.name(f"{language}-XX") == service.translations[language]["service_name"]
    assert {"description", "group", "keywords"} <= service.translations[language].keys()
    for attribute in service.attributes:
        there = attribute.translations[language]
        for name in ("description", "datatype_description", "label", "why"):
            assert bool(there.get(name)) is bool(getattr(attribute, name)), f"{code}: {attribute.code}: {name}"
        assert set(there.get("values", {})) == {value.key for value in attribute.values}


@pytest.mark.parametrize("language", ["en", "es", "tr", "ar"])
@pytest.mark.parametrize("code", CATALOGUE.services)
def test_no_two_choices_of_a_question_are_called_the_same(code: str, language: str) -> None:
    for attribute in CATALOGUE.services[code].attributes:
        titles = list(attribute.titles(language).values())
        assert [read_choice(title, titles) for title in titles] == list(range(len(titles))), attribute.code


@pytest.mark.parametrize(
    ("attributes", "says"),
    [
        ([{"code": "a", "description": "?", "datatype": "date"}], "a: datatype is 'date'; use one of string"),
        ([{"code": "a", "description": "?", "datatype": "singlevaluelist"}], "a: a singlevaluelist needs values"),
        ([{"code": "a"}], "a: description is missing"),
        ([{"description": "?"}], "an attribute has no code"),
        ([{"code": "a", "description": "?"}] * 2, "two attributes have the same code"),
        ([{"code": "a", "description": "?", "when": {"b": 1}}], "a: when names 'b'"),
        ([{"code": "a", "description": "?", "format": "fax"}], "a: format is 'fax'"),
    ],
)
def test_a_wrong_definition_says_what_to_put_right(attributes: list[dict[str, object]], says: str) -> None:
    with pytest.raises(ContentError, match=says.replace("?", r"\?")):
        read_service({"service_code": "x", "service_name": "X", "attributes": attributes})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"service_name": "X"}, "service_code is missing; add it"),
        ({"service_code": "x", "service_name": " "}, "service_name is missing; add it"),
        ({"service_code": "x", "service_name": "X", "type": "slow"}, "type is 'slow'; use one of realtime, batch"),
    ],
)
def test_a_wrong_service_says_what_to_put_right(content: dict[str, object], says: str) -> None:
    with pytest.raises(ContentError, match=says):
        read_service(content)


def test_an_endpoint_s_service_is_read_as_it_comes() -> None:
    service = read_service(
        {
            "service_code": 0,
            "service_name": "Trees",
            "description": None,
            "keywords": "tree, , limb ,",
            "group": "",
            "type": "batch",
            "metadata": False,
            "attributes": None,
        }
    )
    assert (service.service_code, service.keywords, service.type) == ("0", ("tree", "limb"), "batch")
    assert (service.description, service.group, service.attributes) == ("", "", ())


def test_a_service_answers_at_once_unless_it_says_otherwise() -> None:
    assert {service.type for service in CATALOGUE.services.values()} == {"realtime"}


def test_groups_keep_the_order_of_their_services() -> None:
    grouped = [("a", "Streets"), ("b", ""), ("c", "Trash"), ("d", "Streets")]
    catalogue = Catalogue.of(Service(service_code=code, service_name=code, group=group) for code, group in grouped)
    groups = {group: [service.service_code for service in services] for group, services in catalogue.groups().items()}
    assert list(groups.items()) == [("Streets", ["a", "d"]), ("", ["b"]), ("Trash", ["c"])]


def test_a_group_is_called_as_the_citizen_s_language_has_it() -> None:
    pothole = CATALOGUE.services["pothole"]
    assert [pothole.group_name(language) for language in ("en", "es-MX", "fr")] == ["Streets", "Calles", "Streets"]


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "noise.yml").write_text("service_code: nose\nservice_name: Noise\n")
    with pytest.raises(ContentError, match=r"noise\.yml: service_code is 'nose'; name the file after it"):
        Catalogue.load(tmp_path)


def test_without_a_translation_the_service_speaks_as_it_was_written() -> None:
    service = read_service(
        {"service_code": "x", "service_name": "X", "attributes": [{"code": "a", "description": "How?"}]}
    )
    assert service.name("es") == "X"
    assert service.attributes[0].text("description", "es") == "How?"
