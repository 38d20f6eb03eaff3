"""What each word is to a date, in English, Spanish, Turkish and Arabic: one letter of the alphabet that
`bot.nlu.date_entities` reads dates in."""

from __future__ import annotations

from collections.abc import Iterator

from bot.choices import NUMBER_WORDS
from bot.fold import alike

#: Words by their letter; a later line wins over an earlier one where languages share a word.
KINDS: dict[str, str] = {
    # Numbers; "once" is eleven in Spanish and "ago" in Turkish, "on" ten in Turkish and a preposition in English.
    "N": """ten eleven twelve fifteen twenty thirty un diez doce quince veinte treinta cuarenta cinco yirmi otuz
        العاشرة عشرة عشر عشرين ثلاثين الحادية""",
    "1": "once içinde içerisinde",
    "v": "on",
    "a": "a an",
    "Q": "couple few several some unos unas varios varias birkaç كم عدة كام",
    "H": "half media cuarto yarım buçuk buçukta نصف نص ربع ثلث والنصف والربع ونص ونصف",
    # Days that are told by today, and what they are told with.
    "R": """today tonight tonite tomorrow tmrw tmr tomorow tommorow tommorrow yesterday yday hoy ayer anoche anteayer
        antier bugünkü haftaya امس اليوم غدا غد بكرة بكرا باكر امبارح مبارح البارحة الليلة""",
    "q": "mañana",
    "e": "en في",
    "i": "in within",
    "g": "hace dentro",
    "b": "منذ قبل بعد خلال",
    "9": "أول",
    "G": "ago atrás evvel sonra later earlier",
    # Days, months, parts.
    "W": """monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays
        saturdays sundays tue tues thu thur thurs fri weekdays weekday lunes martes miércoles jueves viernes sábado
        sábados domingo domingos الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت الاحد الاتنين التلات الثلاثا الاربعا""",
    "w": "mon wed sat sun salı احد اثنين خميس جمعة سبت ثلاثاء اربعاء",
    "M": """january february april june july august september october november december sept enero febrero marzo abril
        mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
        يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر شباط اذار نيسان ايار حزيران تموز
        ايلول""",
    "m": "march may jan feb mar apr jun jul aug sep oct nov dec ene abr dic mart ocak aralık اب كانون تشرين",
    "P": "morning afternoon evening night noon mornings afternoons evenings nights noche tarde madrugada noches tardes",
    "2": "صباحا صباح ليلة الصبح الصباح مساء المساء المسا ليلا ليل بالليل ظهرا الظهر عصرا العصر فجرا الفجر ص م",
    "Z": "noon midnight mediodía medianoche",
    "S": "spring summer fall autumn winter verano invierno otoño primavera",
    "U": """week weeks month months year years weekend weekends semana semanas finde mes meses año años
        اسبوع الاسبوع اسابيع شهر الشهر شهور اشهر سنة السنة سنوات سنين عام العام""",
    "u": """day days hour hours hr hrs minute minutes min mins hora horas minuto minutos días
        ساعة ساعات دقيقة دقايق دقائق ايام""",
    "Y": "día يوم",
    "V": "يومين اسبوعين شهرين ساعتين سنتين دقيقتين",
    "D": "gündür haftadır aydır yıldır saattir senedir dakikadır",
    "j": "günü günleri gününe gününden günkü",
    "A": "الساعة",
    # What tells which one.
    "B": """next last this past coming previous upcoming este esta próximos próximas último última últimos
        últimas bu geçen gelecek önümüzdeki geçtiğimiz هذا هذه""",
    "3": "every each cada her",
    "K": """pasado pasada próximo próxima siguiente entrante evvelki evvelsi önceki öbür
        الماضي الماضية القادم القادمة المقبل المقبلة الجاي الجاية الفائت الفائتة""",
    "E": "early late mid fin fines finales mediados principios inicios نهاية بداية",
    "8": "middle end beginning start",
    "5": "sonu sonunda sonuna başı başında",
    "L": "todos todas كل",
    # What stands between.
    "t": "the la los las lo",
    "=": "el",
    "O": "de del",
    "s": "of",
    "6": "من",
    "7": "ayın",
    "F": "from desde",
    "X": "between entre بين",
    "T": "to through thru until till al hasta الى حتى لحد لغاية ile ila",
    "&": "and y و",
    "@": "at around about by approximately sobre como tipo hacia على حوالي تقريبا نحو",
    "r": "por",
    "p": "quarter past",
    "I": "since before after during antes",
    "~": "for para",
    "h": "que اللي",
    "k": "viene فات جاي",
    "z": "arası arasında kadar",
}
#: Turkish hangs endings on its words: pazartesiden, cumaya, martın.
TURKISH: dict[str, str] = {
    "R": "bugün yarın dün",
    "W": "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "M": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "J": "sabah akşam gece öğle öğlen öğleden öğleyin ikindi sabahleyin akşamleyin akşamüstü",
    "U": "hafta ay yıl sene",
    "Y": "gün",
    "u": "dakika dk",
    "A": "saat",
}
ENDINGS = """ya ye yi yu a e i u si su da de ta te dan den tan ten nda nde ndan nden in un inda unda nin nun ki ku
    leri lari lar ler""".split()
#: Endings make these of them: English, Spanish, or another Turkish word.
NOT_THESE = frozenset("marta marti martin saati saatler saatleri aya ayda dune dunya salida pazarlar gunler".split())
#: What Arabic writes into the next word: and, by, for, so.
ARABIC_PREFIXES = "وبلف"


def _turkish() -> Iterator[tuple[str, str]]:
    for kind, words in TURKISH.items():
        for stem in alike(words).split():
            yield from ((stem + ending, kind) for ending in ENDINGS if stem + ending not in NOT_THESE)
            yield stem, kind


WORDS: dict[str, str] = {
    **dict.fromkeys(NUMBER_WORDS, "N"),
    **dict(_turkish()),
    **{alike(word): kind for kind, words in KINDS.items() for word in words.split()},
}


def kind_of(word: str) -> tuple[str, int]:
    """Return what a folded word is to a date, "x" for nothing, and how many letters before it are another word."""
    kind = WORDS.get(word)
    if kind is not None:
        return kind, 0
    if word[0] in ARABIC_PREFIXES and len(word) > 3:
        if word.startswith("لل") and "ال" + word[2:] in WORDS:
            return WORDS["ال" + word[2:]], 0
        return WORDS.get(word[1:], "x"), 1
    return "x", 0
