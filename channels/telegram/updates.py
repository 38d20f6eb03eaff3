"""What an update of the Bot API says: a citizen's message, a pressed button, or nothing for us."""

from __future__ import annotations

from datetime import datetime

from telegram import ChatMember, Message, Update
from telegram.constants import ChatType

from bot.messages import Inbound, Location, Wish
from channels.telegram.commands import in_words

#: Updates that we ask for (Bot API, setWebhook, allowed_updates). A changed message is never taken as a new one, since
#: what it said was answered already: the citizen is only told so.
ALLOWED = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
#: What blocking the bot and unblocking it say.
WISHES = {ChatMember.BANNED: Wish.STOP, ChatMember.MEMBER: Wish.START}
#: Our ids of choices are no longer.
LONGEST_CHOICE = 16


def inbound(update: Update, channel: str, received_at: datetime) -> Inbound | None:
    """Return what a citizen sent, pressed or wished in a private chat; None of anything else."""
    chat, message, wish = update.effective_chat, update.message, _wish(update)
    if chat is None or chat.type != ChatType.PRIVATE or not (update.callback_query or wish or _says_something(message)):
        return None
    language = update.effective_user.language_code if update.effective_user else None
    return Inbound(
        channel=channel,
        # Grows, but begins anew at random after a week of silence (Bot API, Update): each counts once, in any order.
        provider_id=str(update.update_id),
        address=str(chat.id),
        text=_text(message, (language or "en").partition("-")[0]) if message else "",
        choice=_choice(update) if update.callback_query else None,
        language=language,
        location=_location(message) if message else None,
        attachments=_pictures(message) if message else (),
        wish=wish,
        unreadable=message is not None and not _readable(message),
        received_at=received_at,
    )


def edited(update: Update) -> Message | None:
    """Return a message that a citizen changed the words of: not a live location, which moves by itself."""
    message = update.edited_message
    changed = message and message.chat.type == ChatType.PRIVATE and (message.text or message.caption)
    return message if changed else None


def _wish(update: Update) -> Wish | None:
    member = update.my_chat_member
    return WISHES.get(member.new_chat_member.status) if member else None


def _says_something(message: Message | None) -> bool:
    """Tell a message from a note of Telegram's own: one about a pinned message, a new background ..."""
    # What the client library does not know yet is rather a new kind of message.
    return message is not None and bool(
        _readable(message) or message.effective_attachment or message.checklist or message.api_kwargs
    )


def _readable(message: Message) -> bool:
    return bool(message.text or message.caption or message.contact or _location(message) or _pictures(message))


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
