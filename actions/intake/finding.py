"""Which service a citizen means in their own words: keywords and names, in any language, accents and typos forgiven."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from actions.intake.services import Catalogue, Service
from actions.intake.text import plain

#: Words of this length and longer may have a typo or another ending.
FUZZY_FROM = 5
LEAST_LIKENESS = 84
#: Words that may well be part of a street's name.
ARTICLES = frozenset("de la las los el del".split())
#: Words that only say that someone wants to report something, and so describe nothing.
GENERIC = frozenset(
    plain(
        """a an the i we my me it is are was am be to of in on at for and or with this that there here want need would
        like id have has got can could please hi hello hey report reporting problem issue complaint complain make file
        new something someone somebody thing tell town city help about some
        un una el la los las yo mi me es son esta hay de del en con por para y o que quiero quisiera necesito puedo
        puede favor hola reportar informar denunciar avisar reporte problema queja hacer nuevo nueva algo alguien
        ayuda sobre ciudad pueblo buenos dias buenas tardes gracias
        bir bu şu o ve veya ile de da ki için çok var yok ben biz benim bizim bana bize istiyorum istiyoruz isterim
        lazım gerek bildirmek bildirim bildireceğim şikayet şikayetim şikayetçiyim etmek ihbar başvuru yapmak sorun
        problem yeni bir şey biri birisi merhaba selam lütfen yardım edin belediye şehir hakkında günaydın günler
        teşekkürler misiniz mısınız
        في من على إلى الى عن مع منذ هذا هذه هناك هنا يوجد توجد فيه انا أنا نحن أريد اريد بدي نريد أود عندي لدي
        الإبلاغ ابلاغ بلاغ أبلغ التبليغ تبليغ شكوى مشكلة مشكله جديد جديدة شيء أحد احد و أو يا ممكن لو سمحت من فضلك
        رجاء مرحبا السلام عليكم أهلا صباح مساء الخير البلدية المدينة مساعدة حول شكرا"""
    ).split()
)


def _likeness(wanted: str, said: str) -> float:
    """Return how alike two words are, 0 to 1; short words must be the same, but for a plural's ending."""
    if wanted == said:
        return 1.0
    if min(len(wanted), len(said)) < FUZZY_FROM:
        return 0.95 if said in (f"{wanted}s", f"{wanted}es") or wanted in (f"{said}s", f"{said}es") else 0.0
    score = fuzz.ratio(wanted, said)
    return score / 100 if score >= LEAST_LIKENESS else 0.0


def _spoken(phrase: str, words: list[str]) -> dict[str, float]:
    """Return the words of the text that a keyword's words stand for, with their likeness; all of them or none."""
    found = {}
    for wanted in phrase.split():
        likeness, word = max((_likeness(wanted, word), word) for word in words)
        if not likeness:
            return {}
        found[word] = likeness
    return found


def _score(service: Service, words: list[str]) -> float:
    """Return how much of the text speaks of this service: synonyms of one word count once."""
    covered: dict[str, float] = {}
    for phrase in service.phrases():
        for word, likeness in _spoken(plain(phrase), words).items():
            covered[word] = max(likeness, covered.get(word, 0.0))
    return sum(covered.values())


def find(catalogue: Catalogue, text: str) -> list[Service]:
    """Return the services that `text` fits best: one, several that it fits about equally, or none."""
    words = plain(text).split()[:60]
    if not words:
        return []
    scores = [(service, _score(service, words)) for service in catalogue.services.values()]
    best = max((score for _, score in scores), default=0.0)
    return [service for service, score in scores if score > 0 and score >= 0.9 * best]


def describes(text: str) -> bool:
    """Tell whether a sentence says more than that someone wants to report this kind of thing."""
    return len({word for word in plain(text).split() if word not in GENERIC}) >= 2


#: A house number with a street's name and kind, as each language orders them.
NAME = r"(?:[^\W_][\w.'-]* ){1,3}"
#: In Turkish nothing bounds a name on its left but its capitals.
CAPITALISED = r"(?:[A-ZÇĞİÖŞÜ][\w.-]* ){1,3}"
KINDS = "(?i:sokak|sokağı|sok|sk|cadde|caddesi|cad|cd|bulvarı|blv)"
#: After these a number says how many or how long: "Main Street, 3 days".
NOT_COUNTED = (
    r"(?! (?:d[ií]as?|semanas?|mes(?:es)?|horas?|veces|g[üu]n|hafta|ay|saat|y[ıi]l|ki[şs]i|tane|adet|kere"
    r"|يوم|[أا]يام|[أا]سبوع|[أا]سابيع|شهر|[أا]شهر|ساع|مرات|سنة|سنوات))"
)
ADDRESSES = (
    rf"(?i)\b(\d{{1,5}}[a-z]? {NAME}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way)\b)",
    rf"(?i)\b((?:calle|avenida|av|avda|paseo|camino|plaza)\.? {NAME}#?\d{{1,5}}\b){NOT_COUNTED}",
    rf"\b({CAPITALISED}{KINDS}\.?,? (?i:no\.? ?:? ?)?\d{{1,5}}\b){NOT_COUNTED}",
    rf"\b((?:شارع|جادة|طريق) {NAME}(?:رقم )?\d{{1,5}}\b){NOT_COUNTED}",
)


def address_in(text: str) -> str | None:
    """Return the one address that a sentence tells for sure, or None: better to ask than to send a crew astray."""
    said = " ".join(text.split())
    found = [match for pattern in ADDRESSES for match in re.findall(pattern, said)]
    if len(found) != 1 or GENERIC & set(plain(found[0]).split()) - ARTICLES:
        return None
    return str(found[0])
