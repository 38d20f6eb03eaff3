"""What the channel says itself, where no conversation answers: by the language of a citizen's app, else in English."""

from __future__ import annotations

from collections.abc import Mapping

#: To whoever changes a message that was read already.
EDITED: Mapping[str, str] = {
    "en": "I had already read your message and cannot see the change. Please write it as a new message.",
    "es": "Ya había leído su mensaje y no puedo ver el cambio. Escríbalo como un mensaje nuevo, por favor.",
    "tr": "Mesajınızı önceden okudum, değişikliği göremiyorum. Lütfen yeni bir mesaj olarak yazın.",
    "ar": "لقد قرأت رسالتك من قبل ولا أستطيع رؤية التعديل. اكتبه في رسالة جديدة من فضلك.",
}
#: To whoever adds the bot to a group.
GROUP: Mapping[str, str] = {
    "en": "Thank you for the invitation. I answer in private only: tap my name and write to me there.",
    "es": "Gracias por la invitación. Solo respondo en privado: toque mi nombre y escríbame allí.",
    "tr": "Davetiniz için teşekkürler. Yalnızca özel sohbette yanıt veriyorum: adıma dokunup bana oradan yazın.",
    "ar": "شكرًا على الدعوة. أجيب في المحادثات الخاصة فقط: اضغط على اسمي واكتب لي هناك.",
}


def said(words: Mapping[str, str], language: str | None) -> str:
    """Return the words in a language, given as Telegram gives it: "es", "pt-br", or nothing."""
    return words.get((language or "en").partition("-")[0].lower(), words["en"])
