"""Telegram: updates in by webhook or polling, the Bot API out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import Settings
from channels.base import Ports

if TYPE_CHECKING:
    from channels.telegram.channel import TelegramChannel


def build(settings: Settings, ports: Ports) -> TelegramChannel | None:
    """Return the channel, or None when the town has no bot."""
    if settings.telegram is None:
        return None
    # Here: the client library takes 17 MB, which a town without a bot need not spend.
    from channels.telegram.channel import TelegramChannel

    return TelegramChannel(settings.telegram, settings.public_url, ports)


def state(settings: Settings) -> str:
    """Say whether the channel is on, and if not, what would turn it on."""
    if settings.telegram is None:
        return "off: set TELEGRAM_BOT_TOKEN"
    return "on, by webhook" if settings.telegram.webhook_secret else "on, polling"
