"""Which messages are about being written to at all, and which only sound like it."""

import pytest

from bot.messages import Wish
from channels.sms.consent import wish_of


@pytest.mark.parametrize(
    ("body", "wish"),
    [
        *(
            (word, Wish.STOP)
            for word in ("STOP", " stop ", "StopAll", "unsubscribe", "CANCEL", "End", "quit", "REVOKE")
        ),
        ("optout", Wish.STOP),
        ("START", Wish.START),
        ("unstop", Wish.START),
        ("HELP", Wish.HELP),
        ("info", Wish.HELP),
        ("Yes", Wish.YES),
        ("back", Wish.YES),
        ("Volver.", Wish.YES),
        ("رجوع", Wish.YES),
    ],
)
def test_single_words_mean_what_they_mean_to_the_carrier_and_to_us(body: str, wish: Wish) -> None:
    assert wish_of(body) is wish


@pytest.mark.parametrize(
    "body",
    [
        "stop please",
        "STOP!!",
        "please stop texting me",
        "Stop sending me messages",
        "stop the texts",
        "don't text me anymore",
        "Do not contact me again",
        "no more messages please",
        "I want to opt out",
        "take me off your list",
        "remove my number",
        "leave me alone",
        "ALTO",
        "Baja",
        "no me escriban más",
        "por favor no me manden más mensajes",
        "Dejen de enviarme mensajes",
        "no quiero recibir más mensajes",
        "bórrenme de la lista",
        "bana mesaj atmayın",
        "lütfen artık yazmayın",
        "لا ترسلوا لي رسائل",
        "توقف",
    ],
)
def test_other_words_for_stop_are_understood(body: str) -> None:
    assert wish_of(body) is Wish.QUIET


@pytest.mark.parametrize(
    "body",
    [
        "",
        "please stop the noise next door",
        "the stop sign on Oak Street is down",
        "there is no bus stop here",
        "how do I cancel my appointment",
        "stop the water leak on Main Street",
        "can you text me when it is done",
        "don't send the truck on Monday",
        "no more trash pickup on holidays?",
        "quiero dar de baja el agua",
        "cancelar mi cita",
        "para el permiso de construcción",
        "no me mandaron la factura del agua de mayo",
        "basura",
        "yes please",
        "help me find a shelter",
        "1",
        "durak nerede",
        "لا ترسل الشاحنة يوم الاثنين",
    ],
)
def test_what_only_sounds_like_it_is_an_ordinary_message(body: str) -> None:
    assert wish_of(body) is None


@pytest.mark.parametrize(
    ("kind", "wish"), [("STOP", Wish.STOP), ("START", Wish.START), ("HELP", Wish.HELP), ("", None)]
)
def test_words_that_a_town_gave_the_provider_arrive_by_their_kind(kind: str, wish: Wish | None) -> None:
    assert wish_of("llega ya", kind) is wish
