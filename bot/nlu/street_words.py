"""The words that streets are made of, folded, in English, Spanish, Turkish and Arabic."""

from __future__ import annotations

from bot.fold import alike

#: Kinds of street that are nothing else beside a house number.
KINDS = frozenset(
    """street st str avenue ave av road rd lane ln boulevard blvd terrace ter parkway pkwy highway hwy alley crescent
    dr ct cir pl sq trl expy turnpike""".split()
)
#: Kinds that are also other words: "2 cars drive", "5 feet away", "1 parking place".
OTHER_KINDS = frozenset("drive way place court row loop square trail circle path plaza walk".split())
#: Spanish puts the kind first.
FIRST_KINDS = (
    "calle|avenida|avda|av|ave|bulevar|boulevard|blvd|paseo|plaza|camino|carretera|calzada|callejon|pasaje|privada|"
    "cerrada|carrera"
)
TURKISH_KINDS = "(?:cadde|cad|cd|sokak|sokag|sok|sk|bulvar|blv)(?:si|i)?(?:n?[dt]en?|n?[dt]an?|n?in|ne|na)?"
ARABIC_KINDS = "(?:ال)?(?:شارع|طريق|جاده)"
DIRECTIONS = frozenset("n s e w ne nw se sw north south east west northeast northwest southeast southwest".split())
#: Streets that are called by their name alone in every other town, and then hardly anything else beside another.
COMMON = frozenset(
    """main oak elm maple pine cedar walnut chestnut cherry willow birch ash spruce park broadway washington lincoln
    jefferson franklin madison jackson adams monroe church mill market center centre hill lake river spring union
    school college state grand central highland forest railroad bridge juarez hidalgo ماين""".split()
)
ORDINAL_WORDS = frozenset(
    alike(
        """first second third fourth fifth sixth seventh eighth ninth tenth primera segunda tercera cuarta quinta sexta
        الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر"""
    ).split()
)
#: After an ordinal, these show that it is no street: "the 5th floor", "my 2nd request".
COUNTED_BY_ORDINALS = frozenset(
    """floor grade grader graders grades time times day days one ones person call request report month week year years
    attempt place child kid birthday house of hour quarter class notice letter bill story piso""".split()
)
#: What is counted, not lived in: "5 people blocking main street" has no house number.
COUNTED = frozenset(
    """people persons men women kids children cars trucks buses bikes dogs cats trees lights potholes holes bags bins
    cans feet foot ft inch inches miles mile meters yards blocks times am pm days day hours hour hrs minutes minute
    mins weeks week months month years year percent dollars bucks cents units houses homes families neighbors car truck
    dog tree light pothole hole bag bin more other different big large small broken dead way parking
    spot""".split()
)
#: Words that are no part of a street's name.
NO_NAMES = frozenset(
    alike(
        """the a an this that these those my our your his her their its i we you he she it they is are was were am be
        been has have had do does did of on in at to from by near for with and or but not no so if when where who what
        which how why there here next across behind between around about off into out up down along past since until
        need needs want can could will would please pls thanks hello hi hey someone somebody everyone
        street road avenue corner intersection block live lives living same both all some any every
        hay con en esta este es son fue desde hace tiene tienen y o que no se por para una un mi su donde cerca frente
        entre esquina cuando como muy mas sin sobre al a lo le nos me hasta pero si
        ve ile bu su bir var yok icin gibi kadar benim bizim cok ne mi
        في من الى على عند هناك يوجد قرب بجانب امام خلف هذا هذه و مع كان انا نحن مكسور مكسوره"""
    ).split()
)
