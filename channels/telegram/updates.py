"""What an update of the Bot API says: a citizen's message, a pressed button, or nothing for us."""

from __future__ import annotations

from datetime import datetime

from telegram import Message, Update
from telegram.constants import ChatType

from bot.messages import Inbound, Location
from channels.telegram.commands import in_words

#: Updates that we ask for (Bot API, setWebhook, allowed_updates). Not edited messages: what they change was answered
#: already, and the interview has its own way to change an answer.
ALLOWED = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
#: Our ids of choices are no longer.
LONGEST_CHOICE = 16


def inbound(update: Update, channel: str, received_at: datetime) -> Inbound | None:
    """Return what a citizen sent in a private chat; None of anything else."""
    chat, message = update.effective_chat, update.message
    if chat is None or chat.type != ChatType.PRIVATE or not (message or update.callback_query):
        return None
    language = update.effective_user.language_code if update.effective_user else None
    return Inbound(
        channel=channel,
        # Grows, but begins anew at random after a week of silence (Bot API, Update): each counts once, in any order.
        provider_id=str(update.update_id),
        address=str(chat.id),
        text=_text(message, (language or "en").partition("-")[0]) if message else "",
        choice=None if message else _choice(update),
        language=language,
        location=_location(message) if message else None,
        attachments=_pictures(message) if message else (),
        received_at=received_at,
    )


def _choice(update: Update) -> str:
    """Return the id of the pressed choice; one that was never ours is answered like an old one."""
    pressed = update.callback_query.data if update.callback_query else None
    return (pressed or "unknown")[:LONGEST_CHOICE]


def _text(message: Message, language: str) -> str:
    text = message.text or message.caption or ""
    if message.contact:
        return message.contact.phone_number
    if message.venue and not text:
        return message.venue.address
    return in_words(text, language) if text.startswith("/") else text.replace("\0", "")


def _location(message: Message) -> Location | None:
    place = message.location or (message.venue.location if message.venue else None)
    return Location(latitude=place.latitude, longitude=place.longitude) if place else None


def _pictures(message: Message) -> tuple[str, ...]:
    """Return the file ids of a photo, in its largest size, or of a picture that was sent as a file."""
    if message.photo:
        return (max(message.photo, key=lambda size: size.width * size.height).file_id,)
    document = message.document
    return (document.file_id,) if document and (document.mime_type or "").startswith("image/") else ()
