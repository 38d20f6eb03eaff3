"""Words of danger are known in four languages, and what only sounds like danger is left alone."""

from pathlib import Path

import pytest

from bot.emergency import Emergencies
from bot.errors import ContentError

TOWN = Emergencies.load(Path("data/emergency.yml"))

DANGER = [
    ("FIRE!!", "fire"),
    ("there's a fire in the apartment next door", "fire"),
    ("my house is on fire", "fire"),
    ("Kitchen fire, please hurry", "fire"),
    ("there is a fire near the fire hydrant on Elm", "fire"),
    ("smoke is coming from the roof of the school", "fire"),
    ("there was an explosion on Oak street", "fire"),
    ("I smell gas in my basement", "gas"),
    ("i think we have a gas leak", "gas"),
    ("carbon monoxide alarm is going off", "gas"),
    ("my dad passed out", "medical"),
    ("he is not breathing", "medical"),
    ("I can’t breathe", "medical"),
    ("someone is bleeding badly at the park", "medical"),
    ("I think my husband is having a heart attack", "medical"),
    ("chest pains and left arm numb", "medical"),
    ("a man was hit by a car on Main", "medical"),
    ("my toddler swallowed some bleach", "poison"),
    ("my husband is hitting me", "violence_at_home"),
    ("someone is breaking into my house", "crime"),
    ("someone is trying to break in", "crime"),
    ("there's a man with a gun outside", "crime"),
    ("I just heard gunshots", "crime"),
    ("i just got robbed", "crime"),
    ("a man is following me", "crime"),
    ("I want to kill myself", "self_harm"),
    ("i just want to die", "self_harm"),
    ("thinking about suicide", "self_harm"),
    ("there's a power line down on Maple", "power_line"),
    ("downed wire sparking in the street", "power_line"),
    ("my son took too many pills", "poison"),
    ("my neighbor was stabbed", "crime"),
    ("call 911", "urgent"),
    ("It's an emergency!", "urgent"),
    ("¡Auxilio!", "urgent"),
    ("¡Fuego!", "fire"),
    ("hay un incendio en mi edificio", "fire"),
    ("se está quemando la casa de al lado", "fire"),
    ("la cocina está en llamas", "fire"),
    ("huele mucho a gas", "gas"),
    ("hay una fuga de gas en mi casa", "gas"),
    ("mi mamá se desmayó", "medical"),
    ("no puede respirar", "medical"),
    ("está sangrando mucho", "medical"),
    ("le está dando un infarto", "medical"),
    ("dolor fuerte en el pecho", "medical"),
    ("atropellaron a un niño", "medical"),
    ("mi hijo se tragó cloro, tomó cloro", "poison"),
    ("mi esposo me pega", "violence_at_home"),
    ("están robando en la casa de mi vecino", "crime"),
    ("me están siguiendo", "crime"),
    ("un hombre tiene una pistola", "crime"),
    ("se oyen disparos", "crime"),
    ("me quiero morir", "self_harm"),
    ("me voy a matar", "self_harm"),
    ("ya no quiero vivir", "self_harm"),
    ("hay un cable de luz caído", "power_line"),
    ("حريق في المبنى", "fire"),
    ("البيت يحترق", "fire"),
    ("أشم رائحة غاز", "gas"),
    ("أبي فاقد الوعي", "medical"),
    ("هو لا يتنفس", "medical"),
    ("زوجي يضربني", "violence_at_home"),
    ("هناك رجل معه سلاح", "crime"),
    ("أسمع إطلاق نار", "crime"),
    ("أريد أن أموت", "self_harm"),
    ("أفكر في الانتحار", "self_harm"),
    ("yangın var", "fire"),
    ("Evim yanıyor!", "fire"),
    ("gaz kokusu alıyorum", "gas"),
    ("babam bayıldı", "medical"),
    ("NEFES ALAMIYORUM", "medical"),
    ("kalp krizi geçiriyor", "medical"),
    ("kocam beni dövüyor", "violence_at_home"),
    ("evde hırsız var", "crime"),
    ("adamın elinde bıçak var", "crime"),
    ("intihar etmek istiyorum", "self_harm"),
    ("النجدة", "urgent"),
    ("imdat!", "urgent"),
    ("kendimi öldüreceğim", "self_harm"),
]

HARMLESS = [
    "someone parked in front of the fire hydrant",
    "what is the phone number of the fire department",
    "can i have a fire pit in my yard",
    "is it legal to light a fire in my backyard",
    "fireworks noise every night",
    "i got fired, help with rent",
    "burn permit",
    "snow emergency parking rules",
    "emergency contact for the water department",
    "how do i pay my gas bill",
    "there is a pothole by the gas station",
    "how do I kill the weeds on the sidewalk",
    "is the town going to kill the trees on oak",
    "my phone died",
    "there is a dead raccoon on the road",
    "the street lamp is dead",
    "I am drowning in bills",
    "is there a shooting range nearby",
    "cpr and heart attack class at the library",
    "a dog has been barking all night",
    "someone broke the window of an abandoned car",
    "the power is out on my street",
    "my water smells bad",
    "i am dying to know when the pool opens",
    "house fire insurance letter",
    "when do you collect trash",
    "fuegos artificiales toda la noche",
    "hay un hidrante de incendios roto",
    "dónde pago el recibo del gas",
    "cómo mato la maleza, quiero matar la hierba",
    "me muero de hambre",
    "quiero reportar un bache",
    "la música está muy alta",
    "murió mi perro, cómo cancelo la licencia",
    "كيف أدفع فاتورة الغاز",
    "متى تفتح المكتبة",
    "سيارة متروكة في شارعي",
    "gaz faturası nasıl ödenir",
    "yangın musluğunun önüne park etmişler",
    "çöp ne zaman toplanıyor",
    "havai fişek sesi",
    "",
    "1",
    "🔥",
]


@pytest.mark.parametrize(("text", "kind"), DANGER)
def test_danger_is_known(text: str, kind: str) -> None:
    found = TOWN.match(text)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_sounds_like_danger_is_left_alone(text: str) -> None:
    assert TOWN.match(text) is None


@pytest.mark.parametrize("language", ["en", "es", "ar", "tr"])
def test_every_answer_names_a_number_to_call_in_every_language(language: str) -> None:
    for emergency, _ in TOWN.kinds:
        assert language in emergency.answers
        assert "911" in emergency.text(language)


def test_self_harm_is_answered_with_the_lifeline() -> None:
    found = TOWN.match("me quiero morir")
    assert found is not None
    assert "988" in found.text("es")


def test_an_unknown_language_is_answered_in_english() -> None:
    found = TOWN.match("fire")
    assert found is not None
    assert found.text("fr") == found.text("en")


def test_no_citizen_text_is_slow_to_check() -> None:
    assert TOWN.match("there is the a " * 3000) is None


@pytest.mark.parametrize(
    "content", ["", "kinds: 3", "kinds: {a: {answer: {es: x}, phrases: {}}}\nharmless: {}", "a: ["]
)
def test_a_broken_file_says_where(tmp_path: Path, content: str) -> None:
    path = tmp_path / "emergency.yml"
    path.write_text(content)
    with pytest.raises(ContentError, match=r"emergency\.yml"):
        Emergencies.load(path)
