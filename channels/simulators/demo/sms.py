"""The demo's SMS phones: signed webhooks in, the provider's ledger out, and the carrier's own words in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.errors import ConfigurationError
from bot.messages import Wish
from bot.settings import Settings, SmsSettings
from channels.simulators.demo.phone import Bubble, Phone, deliver
from channels.simulators.sms import FakeSmsProvider, inbound_sms, signed_post
from channels.sms.channel import INBOUND_PATH
from channels.sms.consent import CARRIER
from channels.text import LONGEST, segments

#: What the provider answers by itself, so that the town must not (Twilio, default replies to opt-out keywords).
BACK = (
    "You have successfully been re-subscribed to messages from this number. "
    "Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
REPLIES: Mapping[Wish, str] = {
    Wish.STOP: (
        "You have successfully been unsubscribed. You will not receive any more messages from this number. "
        "Reply START to resubscribe."
    ),
    Wish.START: BACK,
    Wish.YES: BACK,
    Wish.HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


class Provider(FakeSmsProvider):
    """One whose ids are new with each start: the town's database outlives it, and takes in each id once."""

    new_id: Callable[[], str]

    def arrives(self, sender: str, to: str, body: str, media: Mapping[str, str] | None = None) -> dict[str, str]:
        fields = super().arrives(sender, to, body, media)
        sid = f"SM{self.new_id().replace('-', '')}"
        self.arrived[-1]["sid"] = sid
        self.media[sid] = self.media.pop(fields["MessageSid"])
        return inbound_sms(sid, sender, to, body, self.account_sid)


class SmsPhone(Phone):
    """Phones that text the town's number."""

    visitors = re.compile(r"\+1555555[0-9]{4}")
    longest = LONGEST

    def __init__(self, provider: Provider, account: SmsSettings, local_url: str, public_url: str) -> None:
        super().__init__()
        self.provider = provider
        self._account = account
        self._posted_to, self._signed = local_url + INBOUND_PATH, public_url + INBOUND_PATH

    def ledger(self) -> Sequence[tuple[str, Bubble]]:
        return [(sent["to"], _bubble("town", sent["body"])) for sent in self.provider.ledger]

    async def send(self, visitor: str, content: dict[str, Any]) -> None:
        text = self.text_of(content)
        was_silent = visitor in self.provider.stopped
        fields = self.provider.arrives(visitor, self._account.phone_number or "", text)
        self.keep(visitor, "me", text, segments=segments(text).count)
        if reply := carrier_reply(text, was_silent=was_silent):
            self.keep(visitor, "carrier", reply)
        await deliver(
            lambda client: signed_post(
                client, self._posted_to, fields, self._account.auth_token, signed_url=self._signed
            )
        )


def carrier_reply(text: str, *, was_silent: bool) -> str | None:
    """Return what the provider itself answers to a text; words that change nothing are left to the town."""
    wish = CARRIER.get(text.strip().casefold())
    changes = {Wish.STOP: not was_silent, Wish.START: was_silent, Wish.YES: was_silent, Wish.HELP: True}
    return REPLIES[wish] if wish and changes.get(wish) else None


def _bubble(sender: str, text: str) -> Bubble:
    return {"from": sender, "text": text, "segments": segments(text).count}


def build(settings: Settings, clock: Callable[[], datetime], new_id: Callable[[], str]) -> SmsPhone:
    """Return the phones that belong to the demo's account."""
    account = settings.sms
    if account is None:
        raise ConfigurationError("The demo has no SMS account; set TOWNCLERK_DEMO=1, which brings one.")
    provider = Provider(account.account_sid, account.auth_token, clock=clock)
    provider.new_id = new_id
    return SmsPhone(provider, account, f"http://{settings.host}:{settings.port}", settings.public_url)
