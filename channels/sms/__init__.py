"""SMS through Twilio: one number or messaging service of one account."""

from __future__ import annotations

from bot.settings import Settings
from channels.base import Ports
from channels.sms.channel import INBOUND_PATH, STATUS_PATH, SmsChannel, render

__all__ = ["INBOUND_PATH", "STATUS_PATH", "SmsChannel", "build", "render", "state"]


def build(settings: Settings, ports: Ports) -> SmsChannel | None:
    """Return the channel, or None when the town has no SMS number."""
    return SmsChannel(settings.sms, settings.public_url, ports) if settings.sms else None


def state(settings: Settings) -> str:
    """Say whether the channel is on, and if not, what would turn it on."""
    return "on" if settings.sms else "off: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER"
