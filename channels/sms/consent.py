"""What an SMS says about being written to at all: the carrier's own words, and the words that people use instead.

The FCC (47 CFR 64.1200(a)(10)) has a citizen opt out in any reasonable way, not by STOP alone; the carrier only knows
single words, so the others are read here. Only a message that says nothing else counts: "stop the noise at night" is a
report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.fold import fold
from bot.messages import Wish

#: Single words on which the carrier acts by itself before it passes them on (Twilio, default opt-out keywords).
CARRIER: Mapping[str, Wish] = {
    **dict.fromkeys("stop stopall unsubscribe cancel end quit revoke optout".split(), Wish.STOP),
    **dict.fromkeys(("start", "unstop"), Wish.START),
    **dict.fromkeys(("help", "info"), Wish.HELP),
    # It opts in too, and is also how people answer a question.
    "yes": Wish.YES,
}
#: What arrives with a message when a town has given the provider words and languages of its own.
OPT_OUT_TYPES: Mapping[str, Wish] = {"STOP": Wish.STOP, "START": Wish.START, "HELP": Wish.HELP}
#: The word that our own confirmation names.
BACK = frozenset({"back", "volver", "geri", "رجوع"})

_PLEASE = (
    r"(?:please|pls|plz|por favor|porfa|lutfen|من فضلك|لو سمحت|ok|okay|hey|hi|hello|hola|just|ya|now|"
    r"thanks|thank you|gracias)"
)
#: Each is the whole message, but for a please before or after it.
_QUIET = (
    # English
    r"stop(?: it| this| that| now| all)?",
    (
        r"stop (?:all )?(?:text|txt|messag|send|contact|writ|bother)\w*(?: me| us)?"
        r"(?: (?:any ?more|these|those|your|messages|texts|this|number|all)){0,4}"
    ),
    r"stop (?:the |these |those |your |all )*(?:texts?|messages?|updates?|notifications?|sms|reminders?)",
    (
        r"(?:do not|dont|never) (?:text|txt|message|contact|write|send)"
        r"(?: (?:me|to|us|this|number|any|more|anymore|again|messages|texts|ever)){0,6}"
    ),
    r"no more (?:texts?|messages?|sms|updates?|notifications?|reminders?)(?: (?:from you|for me|ever))?",
    (
        r"(?:i want to |i would like to |i wish to |let me )?(?:unsubscribe|opt out)(?: me)?"
        r"(?: from)?(?: (?:this|these|all|your|the))*(?: (?:list|texts?|messages?|sms|updates?))?"
    ),
    r"(?:take|remove) me (?:off|from) (?:this|your|the)(?: (?:text|sms|mailing|contact))? list",
    r"(?:remove|delete|take off) my (?:phone )?number(?: from (?:this|your|the) list)?",
    r"leave me alone",
    # Spanish
    r"alto|baja|detener|pare|paren|parar|basta",
    r"cancelar suscripcion|darme de baja|deme de baja|denme de baja|desuscribir(?:me)?",
    r"quiero (?:darme de baja|que no me escriban(?: mas)?|no recibir mas mensajes)",
    r"no (?:me )?(?:escriba|mande|envie|textee|contacte|moleste)[ns]?(?: (?:mas|mensajes|textos|nada|ya|sms)){0,3}",
    r"no (?:quiero|deseo)(?: recibir)? (?:mas )?(?:mensajes|textos|sms|avisos)(?: (?:de ustedes|suyos))?",
    (
        r"(?:dejen?|dejar|paren?|basta) de (?:escrib|mand|envi|text|molest|contact)\w*"
        r"(?: (?:mas|mensajes|textos|sms|avisos)){0,2}"
    ),
    r"no mas (?:mensajes|textos|sms|avisos)",
    r"(?:borr|quit|sac|elimin)\w+ (?:de (?:la|su|esta) lista|mi numero(?: de (?:la|su) lista)?)",
    # Turkish
    r"dur|durdur(?:un)?|yeter|abonelikten cik(?:ar(?:in)?|mak istiyorum)?",
    r"(?:bana |artik |bir daha )*(?:mesaj|sms) (?:atma|gonderme|yazma)(?:yin|yiniz)?(?: artik)?",
    r"(?:bana |artik )*yazma(?:yin|yiniz)?(?: artik)?",
    r"(?:mesaj|sms) (?:almak )?istemiyorum",
    # Arabic
    r"(?:قف|توقف|توقفوا|اوقف|اوقفوا|كفى|الغاء|الغاء الاشتراك)(?: (?:عن )?(?:الرسائل|ارسال الرسائل|المراسلة))?",
    r"لا (?:ترسل|ترسلوا|تراسلني|تراسلوني|تكتبوا)(?: (?:لي|الي|اي|رسائل|رسالة|مرة|اخرى|بعد|الان)){0,4}",
    r"لا اريد (?:اي |مزيدا من |المزيد من )?(?:رسائل|الرسائل)(?: منكم)?",
)
_WISH = re.compile(fold(rf"(?:{_PLEASE} )*(?:{'|'.join(f'(?:{pattern})' for pattern in _QUIET)})(?: {_PLEASE})*"))


def wish_of(body: str, opt_out_type: str = "") -> Wish | None:
    """Return what the message wishes about being written to, or None when it is about anything else."""
    if opt_out_type in OPT_OUT_TYPES:
        return OPT_OUT_TYPES[opt_out_type]
    carriers = CARRIER.get(body.strip().casefold())
    if carriers:
        return carriers
    said = _words(body)
    if said in BACK:
        return Wish.YES
    return Wish.QUIET if len(said) < 80 and _WISH.fullmatch(said) else None


def _words(text: str) -> str:
    """Return the words without accents, case and signs, a blank between them."""
    return " ".join(re.findall(r"[^\W_]+", re.sub("['’]", "", fold(text))))
