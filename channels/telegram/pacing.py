"""Keeps below what Telegram allows: about thirty messages a second in all, and one a second to a chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.errors import Throttled

#: Seconds between two messages in all (a little slower than the limit) and to one chat, and how many may go at once.
OVERALL_SECONDS, OVERALL_BURST = 1 / 25, 25
CHAT_SECONDS, CHAT_BURST = 1.0, 3
#: A wait longer than this many seconds is left to the outbox: what is sent side by side would wait with it.
PATIENCE = 5.0
#: Chats remembered before those that may write again anyway are forgotten.
MOST_CHATS = 10_000
ALL = ""


class Pace:
    """Token buckets, each kept as the moment when it will be full again."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._full_at: dict[str, float] = {}
        self._held_until: dict[str, float] = {}

    async def turn(self, chat: str) -> None:
        """Return when a message may go to the chat. Raises Throttled when that is not soon."""
        held = self._held_until.get(chat, 0.0) - self._clock()
        if held > 0:
            raise Throttled("Telegram asked to wait before writing to this chat again.", retry_after=held, code="held")
        self._forget()
        await self._take(chat, CHAT_SECONDS, CHAT_BURST)
        await self._take(ALL, OVERALL_SECONDS, OVERALL_BURST)

    def hold(self, chat: str, seconds: float) -> None:
        """Let this chat alone wait: Telegram asked for it."""
        self._held_until[chat] = self._clock() + seconds

    async def _take(self, bucket: str, seconds: float, burst: int) -> None:
        now = self._clock()
        full_at = max(self._full_at.get(bucket, now), now) + seconds
        wait = full_at - burst * seconds - now
        if wait > PATIENCE:
            raise Throttled("Too many messages wait for Telegram at once.", retry_after=wait, code="paced")
        self._full_at[bucket] = full_at
        if wait > 0:
            await self._sleep(wait)

    def _forget(self) -> None:
        """Drop what says nothing any more: a full bucket is the same as none."""
        for moments in (self._full_at, self._held_until):
            if len(moments) > MOST_CHATS:
                now = self._clock()
                for chat in [chat for chat, moment in moments.items() if moment <= now]:
                    del moments[chat]


class Once:
    """Lets something happen once per chat in so many seconds."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._last: dict[str, float] = {}

    def may(self, chat: str) -> bool:
        """Tell whether it may happen now, and count it as done."""
        now = self._clock()
        # In the order in which it happened, so the oldest come first.
        while self._last and (len(self._last) > MOST_CHATS or next(iter(self._last.values())) <= now - self._seconds):
            del self._last[next(iter(self._last))]
        if chat in self._last:
            return False
        self._last[chat] = now
        return True
