"""Reports that take a turn: put aside and taken up elsewhere, followed instead, asked again, corrected."""

from __future__ import annotations

import re

import pytest
from test_conversations import Dialog, verify_dialog
from town import Town

#: Needs the trained model of the whole content.
pytestmark = pytest.mark.slow

CODE = re.compile(r"\b[A-Z2-9]{3}-[A-Z2-9]{3}\b")


async def code_after(town: Town, dialog: Dialog, word: str) -> str:
    """Hold a conversation, put the report aside with `word`, and return its code."""
    await verify_dialog(town, dialog)
    said = await town.say(word)
    found = CODE.search(said)
    assert found, said
    return found[0]


@pytest.mark.parametrize(
    ("dialog", "word", "welcome"),
    [
        ([("there is a pothole", "Where"), ("12 Oak Street", "How big")], "later", "Welcome back.|Pothole|How big"),
        ([("hay un bache", "Dónde"), ("Calle Roble 12", "Qué tan")], "guardar", "volvió|Bache|Qué tan grande"),
        (
            [("yolda çukur var", "Nerede"), ("Meşe Sokak 12", "ne kadar")],
            "sonra",
            "Yeniden hoş geldiniz|Çukur ne kadar",
        ),
        ([("في شارعنا حفرة كبيرة", "أين"), ("شارع البلوط 12", "ما حجم")], "لاحقا", "أهلا بعودتك|ما حجم الحفرة"),
    ],
    ids=["en", "es", "tr", "ar"],
)
async def test_a_report_is_put_aside_and_goes_on_on_another_channel(
    town: Town, dialog: Dialog, word: str, welcome: str
) -> None:
    code = await code_after(town, dialog, word)
    heard = await town.say(code.lower(), sender="visitor", channel="web")
    for part in welcome.split("|"):
        assert part in heard, heard
    assert town.choices("visitor", "web")


async def test_a_code_is_good_for_one_taking_up(town: Town) -> None:
    code = await code_after(town, [("there is a pothole", "Where"), ("12 Oak Street", "How big")], "save")
    await verify_dialog(town, [("continue", "Welcome back."), ("menu", "nothing was sent"), (code, "can't find")])


async def test_who_has_nothing_put_aside_is_told_so(town: Town) -> None:
    await verify_dialog(town, [("i want to continue the report i saved", "I can't find a saved report")])


async def test_a_person_who_takes_over_leaves_the_answers_kept(town: Town) -> None:
    code = await code_after(town, [("there is a pothole", "Where"), ("12 Oak Street", "How big")], "talk to a person")
    await verify_dialog(town, [(code, "Welcome back.|How big is the hole?")])


async def test_what_somebody_reported_before_can_be_followed(town: Town) -> None:
    await verify_dialog(
        town,
        [
            ("there is a pothole at 12 Oak Street", "How big"),
            ("2", "How deep"),
            ("skip", "Which part"),
            ("1", "Shall we send it?"),
            ("2", "Your reference is"),
        ],
    )
    await town.submitter.run_once()
    other = "+15550002"
    heard = await town.say("a pothole at 12 Oak Street", sender=other)
    assert "Somebody has reported this there before." in heard
    assert [choice.title for choice in town.choices(other)][-1] == "Report mine too"
    assert "You now follow case" in await town.say("1", sender=other)


@pytest.mark.parametrize(
    "dialog",
    [
        [
            ("there is a pothole", "Where is it?"),
            ("what was the question?", "Where is it?"),
            ("corner of Oak and 5th", "How big"),
            ("when is my trash collected?", "Source:|How big"),
            ("2", "How deep"),
            ("why do you ask", "Why we ask:|How deep"),
            ("skip", "Which part"),
            ("1 and 3", "Is there more"),
            ("skip", "corner of Oak and 5th|Shall we send it?"),
            ("change 1", "What is your report about?"),
            ("graffiti", "What is the graffiti on?"),
        ],
        [
            ("hay un bache", "¿Dónde"),
            ("¿cuál era la pregunta?", "¿Dónde"),
            ("esquina de Roble y Olmo", "¿Qué tan grande"),
            ("2", "pulgadas"),
            ("saltar", "¿En qué parte"),
            ("1 y 3", "¿Hay algo más"),
            ("saltar", "¿Lo enviamos?"),
            ("avísame", "cuando haya noticias"),
        ],
        [
            ("yolda çukur var", "Nerede?"),
            ("soru neydi", "Nerede?"),
            ("Meşe ile Çınar köşesi", "Çukur ne kadar"),
            ("1", "Kaç inç"),
            ("geç", "Yolun hangi"),
            ("hepsi", "Gönderelim mi?"),
            ("gönder ve bana haber ver", "gelişmeleri size yazacağız"),
        ],
        [
            ("في شارعنا حفرة كبيرة", "أين المكان"),
            ("ما هو السؤال؟", "أين المكان"),
            ("تقاطع البلوط والدردار", "ما حجم"),
            ("١", "كم بوصة"),
            ("تخطي", "في أي جزء"),
            ("الكل", "هل نرسله؟"),
            ("أخبرني", "وكل جديد عنه"),
        ],
    ],
    ids=["en", "es", "tr", "ar"],
)
async def test_a_report_with_detours_comes_to_its_end(town: Town, dialog: Dialog) -> None:
    await verify_dialog(town, dialog)
