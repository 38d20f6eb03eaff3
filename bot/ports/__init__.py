"""What channels, sender and fetcher need, with the store behind it: every call in a thread, every write committed."""

from bot.ports.desk import Desk, Limits
from bot.ports.ids import new_id
from bot.ports.outbox import StoredOutbox
from bot.ports.pictures import StoredPictures
from bot.ports.transcript import StoredMarks, StoredTranscript

__all__ = ["Desk", "Limits", "StoredMarks", "StoredOutbox", "StoredPictures", "StoredTranscript", "new_id"]
