"""The Telegram channel: one bot, its updates verified or fetched, its messages with buttons under them."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import time
from datetime import datetime, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, BotCommand, ChatMember, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType, InlineKeyboardButtonLimit
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.error import Forbidden as BotForbidden
from telegram.request import HTTPXRequest

from bot.errors import DeliveryError, OptedOut, Rejected, Throttled, Unreachable
from bot.messages import Outbound
from bot.pictures import LARGEST
from bot.settings import TelegramSettings
from channels.base import Ports
from channels.http import keep, read_json_body
from channels.telegram.commands import MENU
from channels.telegram.pacing import Once, Pace
from channels.telegram.rendering import Part, rendered
from channels.telegram.updates import ALLOWED, edited, inbound
from channels.telegram.words import EDITED, GROUP, said

logger = logging.getLogger(__name__)

PATH = "/webhooks/telegram"
API_URL = "https://api.telegram.org"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
BODY_LIMIT = 1024 * 1024
#: Seconds that one long poll lasts, and those after which a failure is tried again.
POLL_SECONDS, AGAIN_SECONDS = 25, 5
#: Seconds in which one chat is told only once that a change is not seen.
EDITED_SECONDS = 600
IN_GROUP = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED)


class TelegramChannel:
    """One bot. With a secret its updates come by webhook, without one they are polled."""

    name = "telegram"

    def __init__(self, settings: TelegramSettings, public_url: str, ports: Ports, pace: Pace | None = None) -> None:
        self._secret = settings.webhook_secret
        self._public_url = public_url
        self._ports = ports
        api_url = settings.api_url or API_URL
        self._next_update = 0
        self._pace = pace or Pace(time.monotonic)
        self._tell_edited = Once(lambda: ports.clock().timestamp(), EDITED_SECONDS)
        self._http = HTTPXRequest(read_timeout=10)
        self._polling = HTTPXRequest(connection_pool_size=1, read_timeout=POLL_SECONDS + 10)
        self._bot = Bot(
            settings.bot_token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._http,
            get_updates_request=self._polling,
        )

    def routes(self) -> list[Route]:
        return [Route(PATH, self._receive, methods=["POST"])] if self._secret else []

    async def run(self) -> None:
        """Tell Telegram where its updates go, or fetch them; try again until that works, and until cancelled."""
        while True:
            try:
                await self._set_up()
                while not self._secret:
                    await self._poll()
                return
            except Conflict:
                logger.warning(
                    "Somebody else fetches this bot's updates; run one Townclerk for each TELEGRAM_BOT_TOKEN."
                )
                wait = AGAIN_SECONDS
            except TelegramError as error:
                named = delivery_error(error)
                logger.warning("Telegram is tried again soon: %s (%s)", named, named.code)
                wait = max(AGAIN_SECONDS, getattr(named, "retry_after", None) or 0)
            except Exception as error:
                # The store is down: what was fetched but not kept comes again, since its number was not confirmed.
                logger.error("Updates were not kept: %s", type(error).__name__)
                wait = AGAIN_SECONDS
            await asyncio.sleep(wait)

    async def _set_up(self) -> None:
        if self._secret:
            await self._bot.set_webhook(
                self._public_url + PATH, secret_token=self._secret, allowed_updates=list(ALLOWED)
            )
        else:
            await self._bot.delete_webhook()
        for language, titles in MENU.items():
            commands = [BotCommand(command, title) for command, title in titles.items()]
            await self._bot.set_my_commands(commands, language_code=None if language == "en" else language)

    async def _poll(self) -> None:
        updates = await self._bot.get_updates(
            self._next_update, timeout=timedelta(seconds=POLL_SECONDS), allowed_updates=list(ALLOWED)
        )
        for update in updates:
            await self._take(update)
            # Asking for the next number confirms this one.
            self._next_update = update.update_id + 1

    async def _receive(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), (self._secret or "").encode()):
            raise HTTPException(403, "The secret token is missing or wrong; only Telegram may post here.")
        update = _read(await read_json_body(request, BODY_LIMIT), self._bot)
        await keep(self._take(update), str(update.update_id))
        return Response(status_code=200)

    async def _take(self, update: Update) -> None:
        message = inbound(update, self.name, self._ports.clock())
        if message is not None:
            await self._ports.accept(message)
        await self._acknowledge(update)

    async def _acknowledge(self, update: Update) -> None:
        """Stop a pressed button from spinning, answer a change, leave a group. Nothing is lost when that fails."""
        language = update.effective_user.language_code if update.effective_user else None
        with contextlib.suppress(TelegramError, DeliveryError):
            if update.callback_query:
                await self._bot.answer_callback_query(update.callback_query.id)
            if (message := edited(update)) and self._tell_edited.may(str(message.chat.id)):
                await self._pace.turn(str(message.chat.id))
                await self._bot.send_message(message.chat.id, said(EDITED, language))
        member, chat = update.my_chat_member, update.effective_chat
        if member and chat and chat.type != ChatType.PRIVATE and member.new_chat_member.status in IN_GROUP:
            # Apart from each other: where it may not speak, it leaves without a word.
            with contextlib.suppress(TelegramError):
                await self._bot.send_message(chat.id, said(GROUP, language))
            with contextlib.suppress(TelegramError):
                await self._bot.leave_chat(chat.id)

    async def send(self, outbound: Outbound) -> str:
        """Send the message; only what is longer than Telegram takes goes out in parts, buttons under the last."""
        *first, last = rendered("\n".join([outbound.text, *outbound.attachments])) or [Part("")]
        for part in first:
            await self._say(outbound.address, part)
        sent = await self._say(outbound.address, last, _keyboard(outbound))
        return f"{outbound.address}:{sent.message_id}"

    async def _say(self, address: str, part: Part, keyboard: InlineKeyboardMarkup | None = None) -> Message:
        await self._pace.turn(address)
        try:
            return await self._bot.send_message(
                address, part.text, entities=part.entities or None, reply_markup=keyboard
            )
        except TelegramError as error:
            named = delivery_error(error)
            if isinstance(named, Throttled):
                self._pace.hold(address, named.retry_after or 0)
            raise named from error

    async def find(self, outbound: Outbound, since: datetime) -> str | None:
        """Never: the Bot API does not tell what was sent."""
        return None

    def cost(self, outbound: Outbound) -> int:
        return 0

    async def fetch(self, source: str) -> bytes:
        """Fetch a photo by its file id: the address where it lies holds our token, and lasts an hour."""
        try:
            file = await self._bot.get_file(source)
            if (file.file_size or 0) > LARGEST:
                raise Rejected("The picture is larger than we keep.", code="too large")
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            raise delivery_error(error) from error

    async def close(self) -> None:
        # Not the bot's own `shutdown`: it does nothing unless the bot was asked who it is first.
        await self._http.shutdown()
        await self._polling.shutdown()


def _read(body: bytes, bot: Bot) -> Update:
    try:
        content: Any = json.loads(body.decode("utf-8"))
        if not isinstance(content["update_id"], int):
            raise TypeError
        return Update.de_json(content, bot)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise HTTPException(400, "The body is not an update of the Bot API.") from None


def _keyboard(outbound: Outbound) -> InlineKeyboardMarkup | None:
    """Return one button a row: titles are sentences, and phones are narrow."""
    if not outbound.choices:
        return None
    buttons = [
        InlineKeyboardButton(choice.title, callback_data=choice.id[: InlineKeyboardButtonLimit.MAX_CALLBACK_DATA])
        for choice in outbound.choices
    ]
    return InlineKeyboardMarkup.from_column(buttons)


def delivery_error(error: TelegramError) -> DeliveryError:
    """Name what an error of the Bot API means."""
    kind = type(error).__name__
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        return Throttled("Telegram asks to wait.", retry_after=seconds, code=kind)
    if isinstance(error, BotForbidden):
        return OptedOut("The citizen has blocked the bot, or left Telegram.", code=kind)
    if isinstance(error, InvalidToken | EndPointNotFound):
        return Unreachable("Telegram refused our token; check TELEGRAM_BOT_TOKEN.", code=kind)
    if isinstance(error, BadRequest | ChatMigrated):
        return Rejected("Telegram will never take this message.", code=kind)
    return Unreachable("Telegram did not answer.", code=kind)
