"""A stand-in for Telegram: the Bot API of one bot, its citizens, and what can go wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

NOW = 1_772_000_000
#: Characters of a message; more are refused.
LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Fault:
    """How the next call fails."""

    status: int
    description: str = "The simulator was told to fail."
    retry_after: int | None = None


@dataclass(slots=True)
class FakeTelegram:
    """One bot; `app` is what to serve, `ledger` what it has said, `calls` every method that was called."""

    token: str
    #: Each message that went out, with the parameters of sendMessage.
    ledger: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: Ids of the pressed buttons that were told to stop spinning.
    answered: list[str] = field(default_factory=list)
    #: Citizens who take nothing from the bot.
    blocked: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    #: Content of files by their id.
    files: dict[str, bytes] = field(default_factory=dict)
    #: Of the citizens' apps.
    language: str = "en"
    #: Updates that wait to be polled.
    waiting: list[dict[str, Any]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["POST"]),
                Route("/file/bot{token}/{id}", self._file),
            ]
        )

    async def _call(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return _error(Fault(401, "Unauthorized"))
        method = request.path_params["method"]
        fields = {name: _value(name, value) for name, value in (await request.form()).items()}
        self.calls.append((method, fields))
        if self.faults and method != "getUpdates":
            return _error(self.faults.pop(0))
        if mistake := self._mistake(method, fields):
            return _error(mistake)
        return JSONResponse({"ok": True, "result": await self._answer(method, fields)})

    def _mistake(self, method: str, fields: Mapping[str, Any]) -> Fault | None:
        """Return how Telegram would refuse the call, or None."""
        if method != "sendMessage":
            return None
        if int(fields["chat_id"]) in self.blocked:
            return Fault(403, "Forbidden: bot was blocked by the user")
        if not 1 <= len(fields["text"]) <= LONGEST:
            return Fault(400, "Bad Request: message is too long" if fields["text"] else "Bad Request: text is empty")
        rows = fields.get("reply_markup", {}).get("inline_keyboard", [])
        data = [button["callback_data"].encode() for row in rows for button in row]
        return None if all(1 <= len(value) <= 64 for value in data) else Fault(400, "Bad Request: BUTTON_DATA_INVALID")

    async def _answer(self, method: str, fields: Mapping[str, Any]) -> Any:
        if method == "sendMessage":
            message = {"message_id": next(self._numbers), "date": NOW, "text": fields["text"]}
            self.ledger.append(dict(fields))
            return message | {"chat": {"id": int(fields["chat_id"]), "type": "private"}}
        if method == "getUpdates":
            return await self._updates(int(fields.get("offset") or 0))
        if method == "getFile":
            content = self.files.get(fields["file_id"], b"")
            return {"file_id": fields["file_id"], "file_unique_id": "u", "file_size": len(content)} | {
                "file_path": fields["file_id"]
            }
        if method == "answerCallbackQuery":
            self.answered.append(str(fields["callback_query_id"]))
        return True

    async def _updates(self, offset: int) -> list[dict[str, Any]]:
        """Return what waits from `offset` on; what comes before is confirmed, and never comes again."""
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        if not self.waiting:
            await asyncio.sleep(0.05)
        return self.waiting

    async def _file(self, request: Request) -> Response:
        content = self.files.get(request.path_params["id"])
        right = request.path_params["token"] == self.token and content is not None
        return Response(content) if right else _error(Fault(404, "Not Found"))

    def message(self, sender: int, **content: Any) -> dict[str, Any]:
        """Return an update with a citizen's message; `content` is text, location, photo ... as the Bot API has them."""
        return {"update_id": next(self._numbers), "message": self._message(sender) | content}

    def press(self, sender: int, data: str) -> dict[str, Any]:
        """Return an update with a pressed button."""
        number = next(self._numbers)
        query = {"id": str(number), "from": self._user(sender), "chat_instance": "1", "data": data}
        return {"update_id": number, "callback_query": query | {"message": self._message(sender)}}

    def edit(self, update: Mapping[str, Any], **content: Any) -> dict[str, Any]:
        """Return an update with which a citizen changes the message of an earlier one."""
        changed = {**update["message"], "edit_date": NOW + 60, **content}
        return {"update_id": next(self._numbers), "edited_message": changed}

    def member(self, sender: int, status: str, chat: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return an update by which a citizen blocks the bot (kicked), unblocks it, or adds it to a group (member)."""
        bot = {"id": 123456, "is_bot": True, "first_name": "Town"}
        change: dict[str, Any] = {
            "old_chat_member": {"user": bot, "status": "left"},
            "new_chat_member": {"user": bot, "status": status},
        }
        if status == "kicked":
            change["new_chat_member"]["until_date"] = 0
        where = chat or {"id": sender, "type": "private", "first_name": "Ana"}
        about = {"chat": where, "from": self._user(sender), "date": NOW}
        return {"update_id": next(self._numbers), "my_chat_member": about | change}

    def _message(self, sender: int) -> dict[str, Any]:
        chat = {"id": sender, "type": "private", "first_name": "Ana"}
        return {"message_id": next(self._numbers), "date": NOW, "chat": chat, "from": self._user(sender)}

    def _user(self, sender: int) -> dict[str, Any]:
        return {"id": sender, "is_bot": False, "first_name": "Ana", "language_code": self.language}


async def post(client: httpx.AsyncClient, url: str, update: Mapping[str, Any], secret: str) -> httpx.Response:
    """Post an update as Telegram does."""
    return await client.post(url, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": secret})


def _value(name: str, text: Any) -> Any:
    """Return a field as it was before it was written into a form; what is said is always text, even "123"."""
    if name == "text":
        return text
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def _error(fault: Fault) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": fault.status, "description": fault.description}
    if fault.retry_after is not None:
        body["parameters"] = {"retry_after": fault.retry_after}
    return JSONResponse(body, status_code=fault.status)
