"""What the extractor finds in a message, and what it leaves alone."""

from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.errors import ConfigurationError
from bot.nlu.entities import FINDERS, EntityExtractor, find


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for _, span in find(text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("pothole at 120 N Main St apt 4", "120 N Main St apt 4"),
        ("i live at 45 mill way", "45 mill way"),
        ("742 Evergreen Terrace, Springfield, IL 62704", "742 Evergreen Terrace, Springfield, IL 62704"),
        ("at 1200 East 42nd Street.", "1200 East 42nd Street"),
        ("12 Martin Luther King Jr Blvd is dark", "12 Martin Luther King Jr Blvd"),
        ("the 1200 block of Oak Ave", "1200 block of Oak Ave"),
        ("the dog at 12 march street", "12 march street"),
        ("en la Avenida Juárez 120 hay un bache", "Avenida Juárez 120"),
        ("vivo en calle 5 de Mayo #34", "calle 5 de Mayo #34"),
        ("120 Calle Oak", "120 Calle Oak"),
        ("Atatürk Caddesi No: 12'de çukur var", "Atatürk Caddesi No: 12"),
        ("evim Gül Sokak 7", "Gül Sokak 7"),
        ("حفرة في شارع الجامعة رقم ١٢", "شارع الجامعة رقم ١٢"),
        ("Main and 5th", "Main and 5th"),
        ("the light at main and 4th is stuck on red", "main and 4th"),
        ("tree down at Main St & 4th Ave!", "Main St & 4th Ave"),
        ("Martin Luther King Blvd and 5th St", "Martin Luther King Blvd and 5th St"),
        ("at the corner of Elm and Oak", "the corner of Elm and Oak"),
        ("corner of main st and route 12", "corner of main st and route 12"),
        ("Route 9 and Mill Road", "Route 9 and Mill Road"),
        ("a hole on Oak St between 4th and 5th", "Oak St between 4th and 5th"),
        ("en la esquina de Main y 4th", "la esquina de Main y 4th"),
        ("calle Juárez esquina con Hidalgo", "calle Juárez esquina con Hidalgo"),
        ("Main ve 4th köşesinde", "Main ve 4th"),
    ],
)
def test_addresses_and_crossings(text: str, address: str) -> None:
    assert [(text[s.start : s.end], kind) for kind, s in find(text)] == [(address, "address")]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("my bill was $84.20", "$84.20"),
        ("a fine of 40 dollars and 50 cents", "40 dollars and 50 cents"),
        ("fifteen bucks", "fifteen bucks"),
        ("i owe a hundred and fifty dollars", "a hundred and fifty dollars"),
        ("US$ 1,200.00", "US$ 1,200.00"),
        ("me cobraron veinte dolares", "veinte dolares"),
        ("treinta y cinco dólares con 50 centavos", "treinta y cinco dólares con 50 centavos"),
        ("1.200,50 pesos", "1.200,50 pesos"),
        ("kırk lira ödedim", "kırk lira"),
        ("40$'lık ceza", "40$"),
        ("دفعت ٤٠ دولار", "٤٠ دولار"),
        ("خمسة وعشرين دولار", "خمسة وعشرين دولار"),
    ],
)
def test_amounts(text: str, amount: str) -> None:
    assert [(text[s.start : s.end], kind) for kind, s in find(text)] == [(amount, "amount")]


@pytest.mark.parametrize(
    ("text", "number", "normal"),
    [
        ("call me at 555-0100", "555-0100", None),
        ("call (217) 555-0100 ext 12 please", "(217) 555-0100 ext 12", "+12175550100"),
        ("2175550100", "2175550100", "+12175550100"),
        ("+90 532 123 45 67", "+90 532 123 45 67", "+905321234567"),
        ("رقمي ٢١٧-٥٥٥-٠١٠٠", "٢١٧-٥٥٥-٠١٠٠", "+12175550100"),
        ("5550100", "5550100", None),
        ("you can call 5550100", "5550100", None),
    ],
)
def test_phone_numbers(text: str, number: str, normal: str | None) -> None:
    ((kind, span),) = find(text)
    assert (kind, text[span.start : span.end], span.normal) == ("phone", number, normal)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("write to jo@springdale.example.", "jo@springdale.example"),
        ("<Jo.Doe+town@mail.example>", "Jo.Doe+town@mail.example"),
        ("correo: niño@dominio.es, gracias", "niño@dominio.es"),
        ("ali@ornek.com.tr'ye yazın", "ali@ornek.com.tr"),
    ],
)
def test_email_addresses(text: str, address: str) -> None:
    assert found(text) == [address]


@pytest.mark.parametrize(
    ("text", "reference", "normal"),
    [
        ("status of K7QX-2M9D-4HTR?", "K7QX-2M9D-4HTR", "K7QX-2M9D-4HTR"),
        ("k7qx 2m9d 4htr please", "k7qx 2m9d 4htr", "K7QX-2M9D-4HTR"),
        ("K7QX2M9D4HTR", "K7QX2M9D4HTR", "K7QX-2M9D-4HTR"),
        ("K 7 Q X 2 M 9 D 4 H T R", "K 7 Q X 2 M 9 D 4 H T R", "K7QX-2M9D-4HTR"),
        ("KQXM–TRWD–HHTR", "KQXM–TRWD–HHTR", "KQXM-TRWD-HHTR"),
        ("k7qz-2m9d-4htr: typed with a Z", "k7qz-2m9d-4htr", "K7Q2-2M9D-4HTR"),
        ("A7QX-2M9D-4HTR is mistyped", "A7QX-2M9D-4HTR", None),
    ],
)
def test_case_references(text: str, reference: str, normal: str | None) -> None:
    ((kind, span),) = find(text)
    assert (kind, text[span.start : span.end], span.normal) == ("case_reference", reference, normal)


@pytest.mark.parametrize(
    "text",
    [
        "555 people",
        "route 12",
        "room 4",
        "may i ask",
        "march down the street",
        "account 1234567",
        "case 2026-000123",
        "card 4111-1111-1111-1111",
        "zip 62704-1234",
        "5 people blocking main street",
        "2 cars drive fast",
        "they took 3 weeks way too long",
        "la calle Roble tiene 3 baches",
        "calle Roble 3 baches",
        "my daughter and 5th grade",
        "my 2nd and 3rd request",
        "AT&T",
        "parks and recreation",
        "the corner store and gas station",
        "crossing guard and ride along",
        "pass the buck",
        "psst psst psst",
        "the 22nd 23rd 24th floor",
        "this that more",
        "me@home",
        "🔥🔥",
        "",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_several_in_a_message_come_in_its_order() -> None:
    text = "K7QX-2M9D-4HTR: $30 at 120 main st on monday, call 217-555-0100 or jo@mail.example"
    kinds = ["case_reference", "amount", "address", "date", "phone", "email"]
    assert [kind for kind, _ in find(text)] == kinds


def test_places_are_those_of_the_citizens_text_whatever_its_letters() -> None:
    for text in ("ﬁﬁ straße, mañana", "🙂 man\u0303ana", "ﷺ غَدًا", "İİ yarın"):
        ((_, span),) = find(text)
        assert span.end == len(text)
        assert span.start == text.rindex(" ") + 1


HOSTILE = (
    st.text(max_size=200)
    | st.text("12 5٣/-:.,'’@#$&+()aeptmkqxsdTAİıßñ\u0303ﬁﷺوال🙂\n\t", max_size=200)
    | st.lists(
        st.sampled_from(
            "5 pm main street and 5th of may el de la 2 weeks ago saat önce الساعة من @ $ 120 - , ' + corner".split()
        )
    ).map(" ".join)
)


@settings(deadline=None)
@given(HOSTILE)
def test_no_text_breaks_it_and_nothing_overlaps(text: str) -> None:
    after = 0
    for kind, span in find(text):
        assert kind in FINDERS
        assert after <= span.start < span.end <= len(text)
        after = span.end


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "a@",
        "a.",
        "1",
        "(1",
        "5th and ",
        "main and ",
        "120 oak ",
        "calle 5 de ",
        "K7 ",
        "ten ",
        "monday ",
        "555-0100 ",
    ],
)
def test_a_long_text_costs_no_more_than_its_length(piece: str) -> None:
    text = (piece * 1600)[:1600] + " dollars st"
    start = perf_counter()
    find(text)
    assert perf_counter() - start < 1  # seconds; it takes hundredths


def extractor(tmp_path: Path, **config: Any) -> EntityExtractor:
    context = ExecutionContext(GraphSchema({}), node_name="extract")
    return EntityExtractor.create(config, LocalModelStorage(tmp_path), Resource("extract"), context)


def test_rasa_gets_entities_in_its_own_shape(tmp_path: Path) -> None:
    (message,) = extractor(tmp_path).process([Message({"text": "Is K7QX-2M9D-4HTR done tomorrow?"})])
    assert message.as_dict(only_output_properties=True)["entities"] == [
        {
            "entity": "case_reference",
            "start": 3,
            "end": 17,
            "value": "K7QX-2M9D-4HTR",
            "text": "K7QX-2M9D-4HTR",
            "normal": "K7QX-2M9D-4HTR",
            "extractor": "EntityExtractor",
        },
        {
            "entity": "date",
            "start": 23,
            "end": 31,
            "value": "tomorrow",
            "text": "tomorrow",
            "extractor": "EntityExtractor",
        },
    ]


def test_entities_of_other_extractors_stay_and_messages_without_text_are_left_alone(tmp_path: Path) -> None:
    theirs = {"entity": "name", "value": "Jo"}
    messages = [Message({"text": "Jo, tomorrow", "entities": [theirs]}), Message({"action_name": "action_listen"})]
    first, second = extractor(tmp_path).process(messages)
    assert [entity["value"] for entity in first.get("entities")] == ["Jo", "tomorrow"]
    assert second.get("entities") is None


def test_a_town_chooses_what_is_looked_for_and_where_numbers_are_from(tmp_path: Path) -> None:
    text = "tomorrow, 0532 123 45 67"
    component = extractor(tmp_path, dimensions=["phone"], region="TR")
    (message,) = component.process([Message({"text": text})])
    assert [entity["value"] for entity in message.get("entities")] == ["0532 123 45 67"]


def test_a_dimension_that_nobody_can_find_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no dimension colour"):
        extractor(tmp_path, dimensions=["date", "colour"])
