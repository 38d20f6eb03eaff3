"""Which values of a list a sentence names for sure: in full, not denied, not doubted, not as part of an address.

"Not the trash, the recycling" names none: whether the question asks for what was denied cannot be told.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence

from actions.intake.answers import ARABIC_THE, ARTICLES
from actions.intake.text import is_question, plain
from actions.intake.words import ALL, NO, NOT_KNOWN, YES

#: Before a value (in Turkish after it) these deny or doubt it.
DOUBTS = frozenset(
    plain(
        """not no isnt arent wasnt werent dont doesnt didnt cant never neither nor without nothing maybe perhaps
        possibly if probably unsure almost
        nunca ni sin tampoco quizas quiza talvez tal vez acaso si casi
        belki eğer galiba sanki
        ليس ليست لا لم لن غير بدون مش مو ما ربما يمكن اذا لو تقريبا"""
    ).split()
)
DOUBTS_AFTER = frozenset(plain("değil değildi değiller yok yoktu olmayan hiç mi mı mu mü olabilir").split())
#: So many words before or after a value are looked at.
NEARBY = 3
#: Names of values that say nothing in a sentence: "other" is said of much, and a weekday may be any other date.
TELLS_NOTHING = (
    YES
    | NO
    | NOT_KNOWN
    | ALL
    | frozenset(
        plain(word)
        for word in (
            "other,others,something else,unknown,not applicable,na,otro,otra,otros,otra cosa,desconocido,diğer,başka"
            ",başka bir şey,bilinmiyor,أخرى,آخر,شيء آخر,غير معروف,morning,afternoon,evening,night,today,yesterday"
            ",monday,tuesday,wednesday,thursday,friday,saturday,sunday,lunes,martes,miércoles,jueves,viernes,sábado"
            ",domingo,pazartesi,salı,çarşamba,perşembe,cuma,cumartesi,pazar,الاثنين,الثلاثاء,الأربعاء,الخميس,الجمعة"
            ",السبت,الأحد"
        ).split(",")
    )
)
#: What separates the names of one value: "Music or a party", "Cars / trucks".
OR = re.compile(r"\s*[,;/()|]\s*|\s+(?:or|o|u|veya|ya da|أو)\s+", re.IGNORECASE)
#: A street's name: "Brown Street", "12 red lane", "Calle Blanco", "Kızıl Sokak".
STREET = re.compile(
    r"\b(?:[^\W_]+ ){1,2}(?i:street|st|avenue|ave|road|rd|boulevard|blvd|sokak|sokağı|cadde|caddesi|bulvarı)\b"
    r"|\b(?:\d+[a-z]? (?:[^\W_]+ ){1,2}|(?:[A-Z][a-z]\w* ){1,2})(?i:lane|ln|drive|dr|court|ct|way)\b"
    r"|\b(?i:calle|avenida|av|paseo|camino|plaza|شارع|طريق) (?:[^\W_]+ ?){1,2}"
)
#: Numbers that are no whole ones: ranges, fractions, decimals.
BROKEN = re.compile(r"\d+(?:\s*[.,/–-]\s*\d+)+")
#: Holds the place of what was left out, so that nothing joins across it.
GAP = "\N{SYMBOL FOR NULL}"
SENTENCE = re.compile(r"(?<=[.!?؟])\s+|\n+")
#: These set values apart, so that naming two does not mean both.
CONTRASTS = frozenset(
    plain(
        "but except only instead rather or pero excepto solo sino o ama fakat sadece yalnız veya hariç "
        "لكن فقط الا عدا او"
    ).split()
)
#: Say where or how something goes, and are said of everything.
PARTICLES = frozenset("out on off in up down over all back away open".split())
#: Said of anything: they count only beside a word of what the service is about, "large pothole", "the dog is calm".
QUALITIES = frozenset(
    plain(
        """small medium large big huge tiny high low tall short wide narrow deep shallow old new light dark red blue
        green white black grey gray brown yellow orange silver minor major severe moderate mild dangerous safe hazardous
        aggressive calm friendly loud quiet dirty clean damaged broken missing wet dry alive dead full empty
        pequeño pequeña mediano mediana grande enorme alto alta bajo baja viejo vieja nuevo nueva rojo roja azul verde
        blanco blanca negro negra gris marrón café amarillo amarilla leve grave peligroso peligrosa agresivo agresiva
        tranquilo tranquila roto rota dañado dañada sucio sucia lleno llena vacío vacía
        küçük orta büyük kocaman yüksek alçak eski yeni kırmızı mavi yeşil beyaz siyah gri kahverengi sarı hafif ağır
        tehlikeli saldırgan sakin kırık bozuk kirli dolu boş
        صغير صغيرة متوسط متوسطة كبير كبيرة عالي عالية منخفض قديم قديمة جديد جديدة أحمر أزرق أخضر أبيض أسود رمادي بني
        خطير خطيرة عدواني هادئ مكسور مكسورة متسخ ممتلئ فارغ"""
    ).split()
)
COPULAS = frozenset(plain("is was looks seems es está era estaba parece").split())
#: Turkish endings are written into the word; of a shorter word they could make another.
ENDING_FROM, LONGEST_ENDING = 4, 5

Words = tuple[str, ...]


def named(titles: Mapping[str, str], text: str, about: Container[str] = ()) -> list[str]:
    """Return the values (keys of `titles`) that are named, in their order; `about` are words of the service itself."""
    names = {value: list(_names(title)) for value, title in titles.items()}
    if any(plain(title).partition(" ")[0] in YES | NO for title in titles.values()):
        return []
    found: set[str] = set()
    for said in statements(text):
        spans = list(_spans(names, said))
        for start, end, value in spans:
            if any(a <= start and end <= b and b - a > end - start for a, b, _ in spans):
                continue
            if _is_doubted(said, start, end):
                return []
            if end - start > 1 or said[start] not in QUALITIES or _is_beside(said, start, about):
                found.add(value)
        if len(found) > 1 and CONTRASTS.intersection(said):
            return []
    return [value for value in titles if value in found]


def statements(text: str) -> Iterator[Words]:
    """Yield the words of each sentence that asks nothing, without the names of streets."""
    for sentence in SENTENCE.split(text):
        if sentence.strip() and not is_question(sentence):
            yield _words(BROKEN.sub(f" {GAP} ", STREET.sub(f" {GAP} ", sentence)))


def _names(title: str) -> Iterator[Words]:
    for name in (title, *OR.split(title)):
        words = _words(name)
        if len(words) == 1 and words[0] in PARTICLES:
            # "It is out" is said with its verb.
            words = tuple(word for word in plain(name).split() if word not in ("it", "the"))
        if plain(name) not in TELLS_NOTHING and any(len(w) > 2 and not w.isdecimal() for w in words):
            yield words


def _words(text: str) -> Words:
    """Return the words as they are compared."""
    return tuple(
        word
        for piece in re.split(f"({GAP})", text)
        for word in ([GAP] if piece == GAP else [ARABIC_THE.sub("", one) for one in plain(piece).split()])
        if word not in ARTICLES - {"is"}
    )


def _spans(names: Mapping[str, Sequence[Words]], said: Words) -> Iterator[tuple[int, int, str]]:
    """Yield where each value is named: from, to (excluded), value."""
    for value, alternatives in names.items():
        for name in alternatives:
            for start in range(len(said) - len(name) + 1):
                if all(_is_same(wanted, word) for wanted, word in zip(name, said[start:], strict=False)):
                    yield start, start + len(name), value


def _is_same(wanted: str, word: str) -> bool:
    if word == wanted or word in (f"{wanted}s", f"{wanted}es") or wanted in (f"{word}s", f"{word}es"):
        return True
    longer = len(word) - len(wanted)
    return len(wanted) >= ENDING_FROM and 0 < longer <= LONGEST_ENDING and _is_turkish_ending(word, wanted)


#: A last vowel or consonant that changes is not followed: such a word is asked for.
TURKISH_ENDING = re.compile(r"(?:l[ae]r)?(?:[iu]|y[iu]|s[iu]|[iu]n|n[iu]n)?(?:n?[dt][ae]n?|y?[ae]|y?l[ae])?")


def _is_turkish_ending(word: str, wanted: str) -> bool:
    return word.startswith(wanted) and TURKISH_ENDING.fullmatch(word[len(wanted) :]) is not None


def _is_beside(said: Words, start: int, about: Container[str]) -> bool:
    """Tell whether a quality is one of what the service is about: "large hole", "bache grande", "the hole is large"."""
    if start > 1 and said[start - 1] in COPULAS:
        # Further on it may be something else that is: "the car that hit the hole was large".
        return start == 2 and said[0] in about
    return any(word in about for word in (*said[max(0, start - 1) : start], *said[start + 1 : start + 2]))


def _is_doubted(said: Words, start: int, end: int) -> bool:
    before, after = said[max(0, start - NEARBY) : start], said[end : end + NEARBY - 1]
    return bool(DOUBTS.intersection(before) or DOUBTS_AFTER.intersection(after))
