"""The interview as a citizen has it: what is said, what is asked, what is sent."""

from __future__ import annotations

from intake_citizen import REFERENCE, Citizen


def test_a_report_is_taken_question_by_question_corrected_and_confirmed() -> None:
    citizen = Citizen("There is a pothole near the library")
    assert "A report about: Pothole" in citizen.hears()
    conversation = [
        ("12 Oak Street", "How big is the hole?\n1 Like a plate"),
        ("the second one", "How deep is it, in inches?"),
        ("about 4", "Which part of the street is it in?"),
        ("1 and 3", "#5 Part of the street: Car lane, Parking lane\n#6 What happened: There is a pothole near the lib"),
        ("3", "Which line do you want to change?\n1 Kind of report\n2 Where"),
        ("2", "Where is it?"),
        ("14 Oak Street", "#2 Where: 14 Oak Street"),
        ("change size", "How big is the hole?"),
        ("bigger than a tyre", "#3 Size: Bigger than a tire"),
        ("1", "Your reference is K7QX-2M9D-4HTR."),
    ]
    for say, expect in conversation:
        citizen.says(say)
        assert expect in citizen.hears()
    assert citizen.reply.outcome == "confirmed"
    submit = citizen.reply.submit
    assert submit is not None
    assert submit.attributes == {"size": "large", "depth_inches": 4, "lane": ["traffic", "parking"]}
    assert (submit.service_code, submit.address_string, submit.reference) == ("pothole", "14 Oak Street", REFERENCE)
    assert submit.description == "There is a pothole near the library"


def test_a_spanish_report_reads_spanish_all_the_way() -> None:
    citizen = Citizen("hay un bache enorme frente a la escuela", language="es")
    conversation = [
        ("Calle Roble 12", "¿Qué tan grande es el hoyo?\n1 Como un plato"),
        ("la segunda", "¿Cuántas pulgadas"),
        ("saltar", "¿En qué parte"),
        ("todas", "#4 Profundidad en pulgadas: sin respuesta"),
        ("cambiar 3", "¿Qué tan grande"),
        ("Como un plato", "#3 Tamaño: Como un plato"),
        ("enviar", "Su referencia es K7QX-2M9D-4HTR."),
    ]
    for say, expect in conversation:
        citizen.says(say)
        assert expect in citizen.hears()
    assert citizen.reply.submit is not None
    assert citizen.reply.submit.language == "es"
    assert "depth_inches" not in citizen.reply.submit.attributes


def test_a_turkish_report_reads_turkish_all_the_way() -> None:
    citizen = Citizen("okulun önünde büyük bir çukur var", language="tr")
    assert "Bildirim: Yolda çukur." in citizen.hears()
    conversation = [
        ("Meşe Sokağı 12", "Çukur ne kadar büyük?\n1 Tabak kadar"),
        ("neden?", "Neden soruyoruz: Büyük çukurlar önce kapatılır."),
        ("ikincisi", "Kaç inç derinliğinde? Tahmin yeterli. (bilmiyorsanız GEC)"),
        ("GERI", "Çukur ne kadar büyük?"),
        ("LASTIKTEN BUYUK", "Kaç inç"),
        ("GEC", "Yolun hangi bölümünde?"),
        ("mor", "Üzgünüm, anlamadım."),
        ("1 ve 3", "#4 Derinlik (inç): yanıt yok\n#5 Yolun bölümü: Araba şeridi, Park şeridi"),
        ("hayır", "Hangi satırı değiştirmek istiyorsunuz?\n1 Bildirim türü\n2 Yer"),
        ("yer", "Nerede?"),
        ("Meşe Sokağı 14", "#2 Yer: Meşe Sokağı 14"),
        ("değiştir 3", "Çukur ne kadar"),
        ("lastikten büyük", "#3 Boyut: Lastikten büyük"),
        ("3. satırı değiştir", "Çukur ne kadar"),
        ("tabak kadar", "#3 Boyut: Tabak kadar"),
        ("yeri değiştirmek istiyorum", "Nerede?"),
        ("Meşe Sokağı 14", "#2 Yer: Meşe Sokağı 14"),
        ("3'ü değiştir", "Çukur ne kadar"),
        ("tabak kadar", "#3 Boyut: Tabak kadar"),
        ("evet", "Referansınız K7QX-2M9D-4HTR."),
    ]
    for say, expect in conversation:
        citizen.says(say)
        assert expect in citizen.hears()
    submit = citizen.reply.submit
    assert submit is not None
    assert submit.attributes == {"size": "small", "lane": ["traffic", "parking"]}
    assert (submit.language, submit.address_string) == ("tr", "Meşe Sokağı 14")


def test_an_arabic_report_reads_arabic_all_the_way() -> None:
    citizen = Citizen("لم يأخذوا القمامة من أمام بيتنا", language="ar")
    assert "بلاغ: قمامة لم تجمع." in citizen.hears()
    conversation = [
        ("شارع البلوط ١٢", "ما الذي لم يجمع؟ يمكنك اختيار أكثر من واحد، مثل 1 و 3.\n1 قمامة"),
        ("لماذا؟", "لماذا نسأل: لكل نوع شاحنة خاصة."),
        ("١ و٣", "في أي يوم كان يجب جمعها؟"),
        ("«رجوع»", "ما الذي لم يجمع؟"),
        ("الأول والثاني", "في أي يوم"),
        ("بنفسجي", "عذرا، لم أفهم."),
        ("أمس الساعة ٥ مساء", "كم عدد الحاويات والأكياس؟ («تخطي» إن كنت لا تعرف)"),
        ("تخطي", "#3 ما لم يجمع: قمامة, مواد تدوير\n#4 يوم الجمع: 2026-03-03 17:00"),
        ("لا", "أي سطر تريد تغييره؟\n1 نوع البلاغ\n2 المكان"),
        ("٢", "أين المكان؟"),
        ("شارع البلوط ١٤", "#2 المكان: شارع البلوط 14"),
        ("غيّر ٥", "كم عدد الحاويات"),
        ("ثلاثة أكياس", "#5 الحاويات والأكياس: 3"),
        ("نعم", "K7QX-2M9D-4HTR"),
    ]
    for say, expect in conversation:
        citizen.says(say)
        assert expect in citizen.hears()
    submit = citizen.reply.submit
    assert submit is not None
    assert submit.attributes["waste"] == ["trash", "recycling"]
    assert (submit.attributes["containers"], submit.language) == (3, "ar")


def test_the_language_may_change_in_the_middle() -> None:
    citizen = Citizen("There is a pothole near the library")
    citizen.language = "es"
    citizen.says("Calle Roble 12")
    assert "¿Qué tan grande" in citizen.hears()


def test_an_unclear_first_sentence_is_answered_with_the_services_to_choose_from() -> None:
    citizen = Citizen("I want to report a problem")
    assert citizen.responses() == ["service"]
    assert len(citizen.reply.says[0].choices) == 6
    citizen.says("street light")
    assert citizen.reply.state["answers"]["service"] == "street_light"


def test_when_several_services_fit_only_those_are_offered_and_the_words_are_kept() -> None:
    citizen = Citizen("graffiti and a pothole")
    assert set(citizen.titles()) == {"Graffiti", "Pothole"}
    citizen.presses("Pothole")
    assert citizen.answers["service"] == "pothole"
    assert citizen.answers["description"] == "graffiti and a pothole"


def test_a_sentence_that_says_no_more_than_the_service_is_no_description() -> None:
    citizen = Citizen("report a pothole", service_code="pothole")
    for text in ("12 Oak Street", "1", "skip", "1"):
        citizen.says(text)
    assert citizen.asked == "description"


def test_an_address_in_the_first_sentence_is_not_asked_again() -> None:
    citizen = Citizen("There is a pothole at 12 Oak Street")
    assert citizen.asked == "attr.size"
    assert citizen.reply.state["answers"]["location"] == {"address": "12 Oak Street"}


def test_a_service_can_be_given_by_its_code() -> None:
    assert Citizen("", service_code="noise").reply.state["answers"] == {"service": "noise"}


def test_a_question_that_does_not_apply_is_not_asked() -> None:
    citizen = Citizen("They did not empty the recycling on Elm Street", service_code="missed_collection")
    for text in ("3 Elm Street", "recycling", "yesterday", "2"):
        citizen.says(text)
    assert citizen.asked == "#summary"
    assert citizen.responses() == ["note", "summary"]


def test_changing_an_answer_brings_the_question_that_now_applies() -> None:
    citizen = Citizen("They did not empty the recycling on Elm Street", service_code="missed_collection")
    for text in ("3 Elm Street", "recycling", "yesterday", "2", "change what was missed", "bulky items"):
        citizen.says(text)
    assert citizen.asked == "attr.bulky_items"
    citizen.says("a sofa")
    assert citizen.asked == "#summary"
    for text in ("change what was missed", "trash", "1"):
        citizen.says(text)
    assert citizen.reply.submit is not None
    assert "bulky_items" not in citizen.reply.submit.attributes


def test_a_note_is_said_once() -> None:
    citizen = Citizen("street light pole hit by a car", service_code="street_light")
    citizen.says("3 Elm Street")
    citizen.says("it is damaged")
    assert citizen.responses() == ["note", "question_optional"]
    citizen.says("back")
    citizen.says("4")
    assert citizen.responses() == ["question_optional"]


def test_what_is_told_beside_the_service_is_not_asked_again() -> None:
    citizen = Citizen("I want to report a problem")
    citizen.says("a very deep pothole in front of the school, 12 Oak Street")
    assert citizen.answers["service"] == "pothole"
    assert citizen.answers["location"] == {"address": "12 Oak Street"}
    assert citizen.answers["description"] == "a very deep pothole in front of the school, 12 Oak Street"


def test_an_address_is_no_service_but_it_is_kept() -> None:
    citizen = Citizen("I want to report a problem")
    citizen.says("12 Oak Street")
    assert (citizen.responses(), citizen.answers) == (
        ["place_kept", "service"],
        {"location": {"address": "12 Oak Street"}},
    )


def test_what_the_first_sentence_answers_of_the_services_questions_is_not_asked() -> None:
    citizen = Citizen("There is a pothole in the bike lane at 12 Oak Street", service_code="pothole")
    assert citizen.answers["attr.lane"] == ["bike"]
    assert citizen.asked == "attr.size"
