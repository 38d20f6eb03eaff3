"""How citizens reach the town: the list of channels, one line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.settings import Settings
from channels import sms, telegram, terminal, web
from channels.base import Channel, Ports


class Adapter(Protocol):
    """What the module of a channel offers."""

    def build(self, settings: Settings, ports: Ports) -> Channel | None:
        """Return the channel, or None when the town has not set it up."""

    def state(self, settings: Settings) -> str:
        """Say in a few words whether it is on, and if not, what would turn it on."""


CHANNELS: Mapping[str, Adapter] = {
    "sms": sms,
    "telegram": telegram,
    "terminal": terminal,
    "web": web,
}


def open_channels(settings: Settings, ports: Ports) -> dict[str, Channel]:
    """Build every channel that the town has set up, by name."""
    built = {name: adapter.build(settings, ports) for name, adapter in CHANNELS.items()}
    return {name: channel for name, channel in built.items() if channel is not None}


def channel_states(settings: Settings) -> dict[str, str]:
    """Return for each channel whether it is on, and if not, what would turn it on."""
    return {name: adapter.state(settings) for name, adapter in CHANNELS.items()}
