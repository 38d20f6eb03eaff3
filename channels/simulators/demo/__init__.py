"""The demo's phones: stand-ins for both providers behind the town's own doors, and what a visitor's page needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route

from bot.settings import Settings
from channels.simulators.demo import sms, telegram
from channels.simulators.demo.phone import Phone

#: What the page includes.
SCRIPT, STYLE = Path(__file__).parent / "phones.js", Path(__file__).parent / "phones.css"


def phone_routes(settings: Settings, clock: Callable[[], datetime], new_id: Callable[[], str]) -> list[BaseRoute]:
    """Return the providers' stand-ins, where the channels reach them, and the phones' own paths."""
    sms_phone, telegram_phone = sms.build(settings, clock, new_id), telegram.build(settings, clock)
    return [
        Mount("/demo/sms", app=sms_phone.provider.app),
        Mount("/demo/telegram", app=telegram_phone.provider.app),
        *_of("sms", sms_phone),
        *_of("telegram", telegram_phone),
    ]


def _of(kind: str, phone: Phone) -> list[Route]:
    path = f"/demo/phones/{kind}"
    return [Route(path, phone.show, methods=["GET"]), Route(path, phone.receive, methods=["POST"])]
