"""How citizens reach the town: the list of channels, one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.settings import Settings
from channels import sms, telegram, web
from channels.base import Channel, Ports

#: A builder returns None when the town has not set the channel up.
CHANNELS: Mapping[str, Callable[[Settings, Ports], Channel | None]] = {
    "sms": sms.build,
    "telegram": telegram.build,
    "web": web.build,
}


def open_channels(settings: Settings, ports: Ports) -> dict[str, Channel]:
    """Build every channel that the town has set up, by name."""
    built = {name: build(settings, ports) for name, build in CHANNELS.items()}
    return {name: channel for name, channel in built.items() if channel is not None}
