"""The interview's few own words: what citizens may command, and the titles of choices, in every language."""

from __future__ import annotations

from actions.intake.text import plain


def _phrases(*lists: str) -> frozenset[str]:
    """Return the phrases of lists with commas, as they are compared."""
    return frozenset(plain(phrase) for listed in lists for phrase in listed.split(","))


#: What a citizen may write at any question, in any language. Carriers' words are understood, never asked for.
PHRASES_OF_COMMANDS: dict[str, frozenset[str]] = {
    command: _phrases(*lists)
    for command, lists in {
        "back": (
            "back, go back, previous",
            "atrás, volver, regresar, anterior",
            "geri, geri dön, geriye, önceki, bir önceki, önceki soru",
            "رجوع, الرجوع, ارجع, عودة, العودة, السابق, السؤال السابق",
        ),
        "restart": (
            "restart, start over, start again",
            "reiniciar, empezar de nuevo, volver a empezar",
            "baştan, baştan başla, en baştan, yeniden başla, tekrar başla",
            "من جديد, ابدأ من جديد, البدء من جديد, من البداية, نبدأ من جديد",
        ),
        "menu": (
            "menu, 0, zero, main menu, exit, leave, cancel, quit, never mind, forget it",
            "menú, salir, cancelar, dejarlo, olvídalo",
            "menü, ana menü, sıfır, çık, çıkış, iptal, iptal et, vazgeç, vazgeçtim, boş ver, gönderme",
            "القائمة, قائمة, القائمة الرئيسية, صفر, خروج, اخرج, إلغاء, الغاء, ألغ, لا ترسل, انس الأمر",
        ),
        "save": (
            "save, save it, save for later, later, continue later, finish later, go on later, not now, code, a code",
            "continue on another channel, continue on another phone, continue on another computer, on another device",
            "continue on my phone, continue on my computer, continue on the web, switch channel, switch device",
            "guardar, guárdalo, guardarlo, más tarde, luego, después, seguir más tarde, seguir luego, ahora no, código",
            "continuar más tarde, continuar luego, terminar luego, en otro teléfono, en otro canal, en la computadora",
            "seguir en otro teléfono, continuar en otro teléfono, continuar en otro canal, seguir en otro canal",
            "kaydet, sakla, sonra, daha sonra, sonra devam, sonra devam et, sonra devam ederim, sonra devam edeceğim",
            "şimdi değil, kod, başka telefonda, başka telefondan, başka kanalda, bilgisayarda, bilgisayardan devam",
            "başka telefondan devam, başka kanaldan devam, başka bir telefondan devam, telefondan devam",
            "احفظ, حفظ, احفظه, لاحقا, فيما بعد, بعدين, أكمل لاحقا, المتابعة لاحقا, أتابع لاحقا, رمز, الرمز, كود",
            "على هاتف آخر, على جهاز آخر, من هاتف آخر, في قناة أخرى, على الكمبيوتر, على الحاسوب",
        ),
        "more": (
            "more, next, next page, more choices, show more, show me more, more options, other choices",
            "más, siguiente, página siguiente, siguiente página, más opciones, ver más, mostrar más, otras opciones",
            "daha fazla, daha, devamı, devamını göster, sonraki, sonraki sayfa, diğerleri, diğer seçenekler",
            "المزيد, مزيد, أكثر, التالي, الصفحة التالية, خيارات أخرى, خيارات أكثر, غيرها",
        ),
        "repeat": (
            "repeat, repeat that, repeat the question, say that again, what was the question, which question, question",
            "what was the question again, what did you ask, what did you ask me, continue, go on, carry on, resume",
            "repetir, repite, repita, repita la pregunta, cuál era la pregunta, qué me preguntó, pregunta",
            "qué preguntó, continuar, continúe, seguir, siga, sigamos",
            "tekrar, tekrarla, tekrar et, tekrar eder misin, soruyu tekrarla, soruyu tekrar et, soru neydi, soru",
            "ne sordunuz, ne sormuştunuz, devam, devam et, devam edelim",
            "كرر, أعد, أعد السؤال, كرر السؤال, ما السؤال, ما هو السؤال, ما كان السؤال, ماذا سألت, شو السؤال, السؤال",
            "تابع, استمر, أكمل, نكمل, لنكمل",
        ),
        "skip": (
            "skip, skip it",
            "saltar, omitir, pasar",
            "geç, bunu geç, geçelim, atla, bunu atla, pas",
            "تخطي, تخطى, تخط, تجاوز, تجاوزه",
        ),
        "why": (
            "why, why do you ask, why do you need that",
            "por qué, para qué, por qué pregunta",
            "neden, niye, niçin, neden soruyorsunuz, niye soruyorsunuz, neden gerekli, bu neden gerekli",
            "لماذا, لم, ليش, ليه, لماذا تسأل, لماذا تسألون, ليش تسأل",
        ),
        "person": (
            "a person, person, human, agent, talk to a person, talk to someone, speak to a person",
            "una persona, persona, agente, hablar con una persona, hablar con alguien",
            "kişi, bir kişi, insan, bir insan, görevli, bir görevli, yetkili, temsilci",
            "biriyle konuşmak istiyorum, bir insanla konuşmak istiyorum, bir kişiyle konuşmak istiyorum",
            "موظف, الموظف, شخص, إنسان, ممثل, أريد موظفا, أريد موظف, التحدث مع موظف, أريد التحدث مع موظف",
            "أريد التحدث إلى موظف, أريد التحدث مع شخص, أريد التحدث إلى شخص",
        ),
    }.items()
}
COMMANDS: dict[str, str] = {phrase: command for command, phrases in PHRASES_OF_COMMANDS.items() for phrase in phrases}
#: What says "I can't tell": skips a question that may be skipped, and is no answer to one that may not.
NOT_KNOWN = _phrases(
    "i don't know, don't know, dont know, idk, dunno, not sure, no idea, no, nope, none, nothing, n/a",
    "no sé, no lo sé, ni idea, no estoy seguro, no estoy segura, nada, ninguno, ninguna",
    "bilmiyorum, bilmem, emin değilim, fikrim yok, hayır, yok, hiçbiri, hiçbir şey, hiç",
    "لا أعرف, لا أدري, لا أعلم, ما أعرف, ما بعرف, مش عارف, لست متأكدا, غير متأكد, لا, لا يوجد, لا شيء, كلا",
)
ALL = _phrases(
    "all, all of them, everything",
    "todo, todos, todas, todos ellos, todas ellas",
    "hepsi, hepsini, tümü, tümünü, tamamı",
    "الكل, كل شيء, كلها, كلهم, جميعها, جميعهم, الجميع",
)
YES = _phrases(
    "yes, ok, okay, sure, yes please",
    "sí, vale, claro, de acuerdo, sí por favor",
    "evet, tamam, olur, peki, tabii, tabi, elbette, evet lütfen",
    "نعم, أجل, إي, أيوه, أيوا, موافق, حسنا, طيب, تمام, أكيد, نعم من فضلك, نعم لو سمحت",
)
NO = _phrases(
    "no, nope, not yet, no thanks",
    "todavía no, no gracias",
    "hayır, yok, olmaz, istemiyorum, daha değil, henüz değil, hayır teşekkürler",
    "لا, كلا, ليس بعد, لا شكرا, لا أريد, مش الآن, ليس الآن",
)
#: What is said to the offer of a case that somebody else reported: follow it, or report all the same.
FOLLOW = _phrases(
    "follow, follow it, follow that, follow that case, follow the case, the same, it is the same",
    "seguir, seguirlo, seguir ese caso, seguir el caso, es el mismo, es lo mismo",
    "takip, takip et, takip edelim, takip etmek istiyorum, aynısı, aynı",
    "متابعة, تابع, تابعه, أتابع, أريد المتابعة, نفسه, نفس الشيء",
)
MINE = _phrases(
    "mine, mine too, report mine, report mine too, report it, report anyway, it is another one, another one",
    "el mío, reportar el mío, reportar también, es otro, otro, otra",
    "benimki, benimkini de bildir, benimkini bildir, yine de bildir, bu başka, başka",
    "بلاغي, أبلغ أيضا, بلاغي أيضا, أريد الإبلاغ, هذا غيره, غيره, شيء آخر",
)
#: Other words for the summary's choices.
SEND_AND_FOLLOW = _phrases(
    "send and follow, follow, follow it, send it and follow, keep me posted, keep me updated, tell me what happens",
    "enviar y avisar, enviar y avisarme, avísame, avíseme, enviar y seguir, manténgame informado",
    "gönder ve haber ver, haber ver, bana haber ver, gönder ve takip et, takip et",
    "أرسل وأخبرني, أخبرني, أرسل وتابع, أعلمني, أرسله وأخبرني",
)
SEND = YES | _phrases(
    "send, send it, yes send it",
    "enviar, envíalo, enviarlo, sí enviar",
    "gönder, gönderin, evet gönder, evet gönderin, gönderelim, yolla, yollayın",
    "أرسل, أرسله, أرسلها, أرسلوه, إرسال, نعم أرسل, نعم أرسله",
)
CHANGE = NO | _phrases(
    "change, change something, correct, edit",
    "cambiar, corregir, cambiar algo",
    "değiştir, düzelt, bir şeyi değiştir, değiştirmek istiyorum, düzeltmek istiyorum",
    "غير, تغيير, تعديل, عدل, غير شيئا, تغيير شيء, أريد التغيير, أريد التعديل",
)
#: What stands before or after a line's number or name: "change 3", "change the place", "3'ü değiştir".
CHANGE_VERBS = tuple(
    plain(verb)
    for verb in (
        "change correct edit fix cambiar cambia corregir modificar değiştir düzelt غير تغيير عدل تعديل صحح تصحيح بدل"
    ).split()
)
#: What may stand beside the verb: "quiero cambiar 3", "yeri değiştirmek istiyorum".
WISHES = frozenset(
    plain(word) for word in "please por favor quiero quisiera lütfen istiyorum isterim أريد اريد رجاء".split()
)
#: What a number of the summary may be a number of: "change line 3".
LINES = frozenset(plain(word) for word in "line línea renglón satır satırı السطر سطر".split())

TITLES: dict[str, dict[str, str]] = {
    "en": {
        "service": "Kind of report",
        "location": "Where",
        "description": "What happened",
        "photos": "Photos",
        "skipped": "no answer",
        "pin": "place on the map",
        "more": "More",
        "no_group": "Other",
        "follow_case": "Follow",
        "mine": "Report mine too",
        "follow": "Send it and keep me posted",
        "send": "Send it",
        "change": "Change something",
        "leave": "Leave, do not send",
        "person": "A person",
        "go_on": "Try again",
        "why_service": "It tells us which team to send.",
        "why_location": "The crew needs it to find the place.",
        "why_description": "Your own words often tell us more than our questions.",
        "why": "It lets us send the right people the first time.",
    },
    "es": {
        "service": "Tipo de reporte",
        "location": "Dónde",
        "description": "Qué pasó",
        "photos": "Fotos",
        "skipped": "sin respuesta",
        "pin": "lugar en el mapa",
        "more": "Más",
        "no_group": "Otros",
        "follow_case": "Seguir",
        "mine": "Reportar también",
        "follow": "Enviarlo y avisarme",
        "send": "Enviarlo",
        "change": "Cambiar algo",
        "leave": "Salir sin enviar",
        "person": "Una persona",
        "go_on": "Probar otra vez",
        "why_service": "Así sabemos a qué equipo enviar.",
        "why_location": "El equipo lo necesita para encontrar el lugar.",
        "why_description": "Sus palabras a menudo dicen más que nuestras preguntas.",
        "why": "Así enviamos a las personas adecuadas a la primera.",
    },
    "tr": {
        "service": "Bildirim türü",
        "location": "Yer",
        "description": "Ne oldu",
        "photos": "Fotoğraflar",
        "skipped": "yanıt yok",
        "pin": "haritadaki yer",
        "more": "Daha fazla",
        "no_group": "Diğer",
        "follow_case": "Takip et:",
        "mine": "Benimkini de bildir",
        "follow": "Gönder ve bana haber ver",
        "send": "Gönder",
        "change": "Bir şeyi değiştir",
        "leave": "Göndermeden çık",
        "person": "Bir görevli",
        "go_on": "Yeniden dene",
        "why_service": "Hangi ekibi göndereceğimizi gösterir.",
        "why_location": "Ekip yeri bulmak için buna ihtiyaç duyar.",
        "why_description": "Sizin sözleriniz çoğu zaman sorularımızdan fazlasını anlatır.",
        "why": "Böylece doğru ekibi ilk seferde göndeririz.",
    },
    "ar": {
        "service": "نوع البلاغ",
        "location": "المكان",
        "description": "ماذا حدث",
        "photos": "الصور",
        "skipped": "بلا جواب",
        "pin": "مكان على الخريطة",
        "more": "المزيد",
        "no_group": "أخرى",
        "follow_case": "متابعة",
        "mine": "الإبلاغ أيضا",
        "follow": "إرسال وإعلامي بما يحدث",
        "send": "إرسال",
        "change": "تغيير شيء",
        "leave": "خروج دون إرسال",
        "person": "موظف",
        "go_on": "محاولة أخرى",
        "why_service": "لنعرف أي فريق نرسل.",
        "why_location": "يحتاجه الفريق ليجد المكان.",
        "why_description": "كلماتك تخبرنا أحيانا أكثر من أسئلتنا.",
        "why": "لنرسل الفريق المناسب من أول مرة.",
    },
}


def command(text: str) -> str | None:
    return COMMANDS.get(plain(text))


def title(name: str, language: str) -> str:
    """Return one of our words in `language`, else in English."""
    return TITLES.get(language.split("-")[0], TITLES["en"])[name]
