"""What citizens say and what must stand in the answer, through the whole town: store, model, dialogue, interview."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from town import Town

#: Needs the trained model of the whole content.
pytestmark = pytest.mark.slow

#: What one citizen says, and what must stand in the answer; several things are separated by "|".
Dialog = Sequence[tuple[str, str]]

TRASH = "https://springdale.example/trash"
LIBRARY = "https://springdale.example/library"
TICKETS = "https://springdale.example/tickets"
DOGS = "https://springdale.example/dogs"


async def verify_dialog(town: Town, dialog: Dialog, sender: str = "+15550001") -> None:
    """Hold a conversation; every answer must contain what is expected of it."""
    for said, expected in dialog:
        answer = await town.say(said, sender=sender)
        for part in expected.split("|"):
            assert part in answer, f"{said!r} was answered {answer!r}"


#: Each could be about several topics.
VAGUE = (
    "permit or license",
    "license",
    "certificate",
    "card",
    "permit",
    "how much is the fee",
    "registration form",
    "where do i pay",
    "appointment for my kid",
    "a bill i got",
    "water or trash",
    "license or registration for my dog or my shop",
)


async def make_it_ask(town: Town, wordings: Sequence[str]) -> tuple[str, list[str]]:
    """Say the wordings in conversations of their own until one is asked back; return its sender and what is offered.

    Which of several vague words is vague to the model depends on the examples that clerks write.
    """
    for number, wording in enumerate(wordings):
        sender = f"+1555100{number}"
        await town.say(wording, sender=sender)
        titles = [choice.title for choice in town.choices(sender)]
        if len(titles) > 2:
            return sender, titles
    raise AssertionError(f"none of {wordings} was asked back")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("which day do they pick up the garbage on my block", f"Source: {TRASH}"),
        ("¿cuándo pasan a recoger la basura?", f"Fuente: {TRASH}"),
        ("çöp hangi gün toplanıyor", f"Kaynak: {TRASH}"),
        ("متى يجمعون القمامة", f"المصدر: {TRASH}"),
    ],
)
async def test_a_topic_is_answered_with_its_source(town: Town, said: str, expected: str) -> None:
    await verify_dialog(town, [(said, expected)])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("wen do thay pik up teh trahs", TRASH),
        ("que dia recojen la vasura", TRASH),
        ("cuando pasa el camion de basura", TRASH),
        ("cop ne zaman toplaniyor", TRASH),
        ("WHEN IS TRASH PICKUP DAY", TRASH),
        ("QUE DIA PASA LA BASURA", TRASH),
        ("when is trash pickup day pls thx", TRASH),
        ("hw do i pay my prkng ticket 2day", TICKETS),
        ("hola when is my trash picked up por favor", TRASH),
        ("hello, cuándo abre la library", LIBRARY),
    ],
)
async def test_what_is_written_in_a_hurry_is_understood(town: Town, said: str, expected: str) -> None:
    await verify_dialog(town, [(said, expected)])


MOVED = (
    "hello, we moved here last month from Ohio with two kids and a dog, everything is nice so far, the neighbors are "
    "kind, but the dog has no tag yet. how do i get a dog license"
)
PAPER = (
    "buenas tardes, vivo en esta ciudad desde hace diez años y nunca tuve problemas, pero ayer encontré un papel en el "
    "parabrisas de mi carro. ¿cómo pago la multa de estacionamiento?"
)


@pytest.mark.parametrize(("said", "expected"), [(MOVED, f"Source: {DOGS}"), (PAPER, f"Fuente: {TICKETS}")])
async def test_a_long_story_is_understood_by_its_request(town: Town, said: str, expected: str) -> None:
    await verify_dialog(town, [(said, expected)])


@pytest.mark.parametrize("accepted", ["1", "yes please"])
async def test_of_two_requests_one_is_answered_and_the_other_offered(town: Town, accepted: str) -> None:
    both = "how do i get a dog license and when is the library open"
    await verify_dialog(town, [(both, "Source: |You also asked about something else")])
    [offered] = town.choices()
    source = {"Library hours and branches": LIBRARY}.get(offered.title, DOGS)
    await verify_dialog(town, [(accepted, f"Source: {source}")])


async def test_of_two_requests_in_spanish_one_is_answered_and_the_other_offered(town: Town) -> None:
    both = "¿cuándo abre la biblioteca? y también ¿cómo pago una multa de estacionamiento?"
    await verify_dialog(town, [(both, "Fuente: |También preguntó por otra cosa")])
    [offered] = town.choices()
    await verify_dialog(town, [("1", LIBRARY if "biblioteca" in offered.title else TICKETS)])


async def test_an_offer_can_be_declined(town: Town) -> None:
    await town.say("how do i get a dog license and when is the library open")
    await verify_dialog(town, [("no", "You're welcome")])


@pytest.mark.parametrize(
    ("wordings", "person"),
    [
        (VAGUE, "Talk to a person"),
        (["permiso", "escuela", "certificado", "perros"], "Hablar con una persona"),
        (["etkinlik", "ev", "bahçe", "köpek", "randevu"], "Bir görevliyle görüşmek"),
        (["بطاقة", "ماء", "وثيقة", "كلب"], "التحدث مع موظف"),
    ],
)
async def test_two_close_readings_are_offered_and_chosen_by_number(
    town: Town, wordings: list[str], person: str
) -> None:
    sender, titles = await make_it_ask(town, wordings)
    assert titles[-1] == person
    heard = await town.say("1", sender=sender)
    assert heard
    assert town.choices(sender) == [], "a choice is not asked back"


async def test_choosing_the_person_calls_one(town: Town) -> None:
    sender, titles = await make_it_ask(town, VAGUE)
    assert "I have asked a person" in await town.say(str(len(titles)), sender=sender)


async def test_after_two_misses_a_person_is_offered(town: Town) -> None:
    sender, _ = await make_it_ask(town, VAGUE)
    await verify_dialog(town, [("no", "I did not understand that|I can answer questions|555-0100|211")], sender)
    assert town.choices(sender) == []
    for vague in VAGUE:
        heard = await town.say(vague, sender=sender)
        if "Shall I ask a person" in heard:
            break
    assert "555-0100" in heard
    assert [choice.title for choice in town.choices(sender)] == ["Talk to a person"]
    assert "I have asked a person" in await town.say("yes", sender=sender)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("what is the capital of France", "I only know the town's services|211|555-0100"),
        ("cuál es la capital de francia", "solo conozco los servicios|211|555-0100"),
        ("can you write me a poem about love", "I only know the town's services"),
        ("where do i get a passport", "State Department|travel.state.gov"),
        ("¿dónde saco el pasaporte?", "Departamento de Estado|travel.state.gov"),
        ("pasaportumu nereden alabilirim", "travel.state.gov"),
        ("من أين أحصل على جواز سفر", "travel.state.gov"),
    ],
)
async def test_what_the_town_does_not_do_is_said_with_where_to_go(town: Town, said: str, expected: str) -> None:
    await verify_dialog(town, [(said, expected)])


@pytest.mark.parametrize(
    "dialog",
    [
        [
            ("hi", "What can I do for you"),
            ("how are you", "Fine, thank you"),
            ("who are you", "automated assistant of the town"),
            ("are you human", "I am a robot"),
            ("what can you do", "I answer questions about town services"),
            ("this is useless, you never help", "I am sorry this is not going well"),
            ("you are an idiot", "A person can help you"),
            ("thanks a lot", "You're welcome"),
            ("stop texting me", "I will be quiet now"),
            ("bye", "Goodbye"),
        ],
        [
            ("hola", "¿En qué puedo servirle?"),
            ("¿cómo está usted?", "¡Bien, gracias!"),
            ("¿quién eres?", "asistente automático del municipio"),
            ("¿eres un robot?", "Sí, soy un robot"),
            ("¿qué puedes hacer?", "Respondo preguntas"),
            ("esto no sirve para nada", "Siento que esto no vaya bien"),
            ("eres un idiota", "Entiendo su enojo"),
            ("muchas gracias", "De nada"),
            ("ya no me escriba", "Ahora me callo"),
        ],
        [("merhaba", "Merhaba!"), ("teşekkürler", "Rica ederim"), ("neler yapabilirsin", "Belediye hizmetlerini")],
        [("مرحبا", "كيف أساعدك"), ("شكرا", "على الرحب والسعة"), ("ماذا تستطيع أن تفعل", "أجيب عن خدمات البلدية")],
    ],
    ids=["en", "es", "tr", "ar"],
)
async def test_small_talk_is_answered(town: Town, dialog: Dialog) -> None:
    await verify_dialog(town, dialog)


@pytest.mark.parametrize(
    "said",
    [
        "bonjour madame, je voudrais savoir si vous pouvez m'aider avec mes voisins",
        "guten Tag, ich habe leider meine Brille verloren und weiß nicht weiter",
    ],
)
async def test_another_language_is_told_which_we_speak(town: Town, said: str) -> None:
    await verify_dialog(town, [(said, "I speak English, Spanish, Turkish and Arabic"), ("when is trash day", TRASH)])


async def test_the_language_changes_with_the_citizen(town: Town) -> None:
    await verify_dialog(
        town,
        [
            ("when is trash pickup", "Source:"),
            ("en español por favor", "Seguimos en español"),
            ("¿qué día recogen la basura?", "Fuente:"),
            ("çöp hangi gün toplanıyor", "Kaynak:"),
            ("can we speak English please", "We go on in English"),
        ],
    )


@pytest.mark.parametrize(
    "dialog",
    [
        [
            ("there is a pothole", "Where is it?"),
            ("12 Oak Street", "How big is the hole?"),
            ("when is my trash collected?", f"Source: {TRASH}|How big is the hole?"),
            ("who are you?", "automated assistant of the town|How big is the hole?"),
            ("where do i get a passport?", "travel.state.gov|How big is the hole?"),
            ("you are so stupid and useless", "A person can help you|How big is the hole?"),
            ("on the sidewalk", "Sorry, I did not get that.|How big is the hole?"),
            ("2", "How deep is it"),
            ("stop texting me", "nothing was sent"),
            ("hi", "What can I do for you"),
        ],
        [
            ("hay un bache", "¿Dónde"),
            ("Calle Robles 14", "¿Qué tan grande es el hoyo?"),
            ("¿cuándo recogen la basura?", f"Fuente: {TRASH}|¿Qué tan grande es el hoyo?"),
            ("2", "pulgadas"),
        ],
    ],
    ids=["en", "es"],
)
async def test_a_side_question_is_answered_and_the_interview_resumes(town: Town, dialog: Dialog) -> None:
    await verify_dialog(town, dialog)


@pytest.mark.parametrize(
    "dialog",
    [
        [
            ("yolda çukur var", "Yolda çukur|Nerede?"),
            ("Meşe Sokak 12", "Çukur ne kadar büyük?"),
            ("çöp hangi gün toplanıyor?", f"{TRASH}|Çukur ne kadar büyük?"),
            ("1", "Kaç inç"),
            ("bilmiyorum", "Yolun hangi bölümünde?"),
            ("1 ve 3", "Bildiriminiz|Meşe Sokak 12|Araba şeridi, Park şeridi|Gönderelim mi?"),
            ("3'ü değiştir", "Çukur ne kadar büyük?"),
            ("lastikten büyük", "Lastikten büyük|Gönderelim mi?"),
            ("gönder", "Referansınız"),
        ],
        [
            ("في شارعنا حفرة كبيرة", "حفرة في الشارع|أين المكان"),
            ("شارع البلوط 12", "ما حجم الحفرة؟"),
            ("متى يجمعون القمامة من شارعنا؟", f"{TRASH}|ما حجم الحفرة؟"),
            ("٢", "كم بوصة"),
            ("٣", "في أي جزء"),
            ("١ و ٣", "شارع البلوط 12|هل نرسله؟"),
            ("غير 3", "ما حجم الحفرة؟"),
            ("1", "مثل صحن|هل نرسله؟"),
            ("نعم", "مرجعك"),
        ],
    ],
    ids=["tr", "ar"],
)
async def test_a_whole_report_is_taken_in_the_citizens_language(town: Town, dialog: Dialog) -> None:
    await verify_dialog(town, dialog)
