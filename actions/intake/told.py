"""What a first sentence tells besides the service: where, for sure, and whether it describes anything."""

from __future__ import annotations

import re

from actions.intake.text import plain

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
