"""The commands of the bot's menu: their titles, and what they say in words that the assistant understands anyway."""

from __future__ import annotations

from collections.abc import Mapping

#: Shown in the menu, by the language of a citizen's app; English for all others.
MENU: Mapping[str, Mapping[str, str]] = {
    "en": {"help": "What I can do", "report": "Report a problem", "status": "My reports", "person": "Talk to a person"},
    "es": {"help": "Qué puedo hacer", "report": "Reportar", "status": "Mis reportes", "person": "Hablar con alguien"},
    "tr": {"help": "Ne yapabilirim", "report": "Sorun bildir", "status": "Bildirimlerim", "person": "Görevliyle konuş"},
    "ar": {"help": "ماذا أستطيع", "report": "إبلاغ عن مشكلة", "status": "بلاغاتي", "person": "التحدث مع موظف"},
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "start": "hello",
        "help": "what can you do",
        "report": "I want to report a problem",
        "status": "what happened to my report",
        "person": "I want to talk to a person",
    },
    "es": {
        "start": "hola",
        "help": "qué puedes hacer",
        "report": "quiero reportar un problema",
        "status": "qué pasó con mi reporte",
        "person": "quiero hablar con una persona",
    },
    "tr": {
        "start": "merhaba",
        "help": "ne yapabilirsin",
        "report": "bir sorun bildirmek istiyorum",
        "status": "bildirimim ne oldu",
        "person": "bir görevliyle konuşmak istiyorum",
    },
    "ar": {
        "start": "مرحبا",
        "help": "ماذا يمكنك أن تفعل",
        "report": "أريد الإبلاغ عن مشكلة",
        "status": "ماذا حدث لبلاغي",
        "person": "أريد التحدث مع موظف",
    },
}


def in_words(text: str, language: str) -> str:
    """Return what a command of ours says, in `language` if it is one of ours; any other text as it is.

    A deep link (t.me/bot?start=CODE) comes as "/start CODE": the code is what counts.
    """
    command, _, rest = text.removeprefix("/").partition(" ")
    name, words = command.partition("@")[0].lower(), WORDS.get(language, WORDS["en"])
    return rest.strip() if name == "start" and rest.strip() else words.get(name, text)
