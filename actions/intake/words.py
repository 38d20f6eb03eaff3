"""The interview's few own words: what citizens may command, and the titles of choices, in every language."""

from __future__ import annotations

from actions.intake.text import plain

#: What a citizen may write at any question, in any language. Carriers' words are understood, never asked for.
COMMANDS: dict[str, str] = {
    plain(phrase): command
    for command, phrases in {
        "back": "back, go back, previous, atrás, volver, regresar, anterior",
        "restart": "restart, start over, start again, reiniciar, empezar de nuevo, volver a empezar",
        "menu": "menu, menú, 0, zero, main menu, exit, leave, cancel, quit, never mind, forget it, salir, cancelar, "
        "dejarlo, olvídalo",
        "skip": "skip, skip it, saltar, omitir, pasar",
        "why": "why, why do you ask, why do you need that, por qué, para qué, por qué pregunta",
        "person": "a person, person, human, agent, talk to a person, talk to someone, speak to a person, "
        "una persona, persona, agente, hablar con una persona, hablar con alguien",
    }.items()
    for phrase in phrases.split(",")
}
#: What says "I can't tell": skips a question that may be skipped, and is no answer to one that may not.
NOT_KNOWN = frozenset(
    map(
        plain,
        "i don't know,don't know,dont know,idk,dunno,not sure,no idea,no,nope,none,nothing,n/a,"
        "no sé,no lo sé,ni idea,no estoy seguro,no estoy segura,nada,ninguno,ninguna".split(","),
    )
)
ALL = frozenset(map(plain, "all,all of them,everything,todo,todos,todas,todos ellos,todas ellas".split(",")))
YES = frozenset(map(plain, "yes,ok,okay,sure,yes please,sí,vale,claro,de acuerdo,sí por favor".split(",")))
NO = frozenset(map(plain, "no,nope,not yet,no thanks,todavía no,no gracias".split(",")))
#: Other words for the summary's choices.
SEND = YES | frozenset(map(plain, "send,send it,yes send it,enviar,envíalo,enviarlo,sí enviar".split(",")))
CHANGE = NO | frozenset(map(plain, "change,change something,correct,edit,cambiar,corregir,cambiar algo".split(",")))
#: What stands before a line's number or name: "change 3", "change the place".
CHANGE_VERBS = ("change", "correct", "edit", "fix", "cambiar", "cambia", "corregir", "modificar")

TITLES: dict[str, dict[str, str]] = {
    "en": {
        "service": "Kind of report",
        "location": "Where",
        "description": "What happened",
        "photos": "Photos",
        "skipped": "no answer",
        "pin": "place on the map",
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
}


def command(text: str) -> str | None:
    return COMMANDS.get(plain(text))


def title(name: str, language: str) -> str:
    """Return one of our words in `language`, else in English."""
    return TITLES.get(language.split("-")[0], TITLES["en"])[name]
