"""One HTTP call: what comes back, what does not, and what that means."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable

import httpx
import pytest
from backend_open311_town import Town, listening, socket_server
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from actions.backends.open311.exchange import LARGEST_ANSWER, Exchange, in_time
from bot.errors import BackendAmbiguous, BackendError, BackendUnavailable
from channels.simulators.serving import free_port, serve

# Its servers keep us waiting on purpose.
pytestmark = pytest.mark.slow

FORM = [("service_code", "001"), ("description", "Ünïcode & more\n\ud800"), ("attribute[A][]", "x")]
TRUNCATED = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"
NO_HTTP = b"SSH-2.0-OpenSSH\r\n\r\n"
BAD_GZIP = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno"


@pytest.mark.parametrize(
    "answer", [b"", TRUNCATED, NO_HTTP, BAD_GZIP], ids=["none", "truncated", "no HTTP", "bad gzip"]
)
async def test_a_form_whose_answer_is_lost_or_broken_may_have_arrived(answer: bytes) -> None:
    exchange = Exchange()
    async with socket_server(answer) as (url, arrived):
        with pytest.raises(BackendAmbiguous, match="look up the reference"):
            await exchange.post(url, FORM)
        assert len(arrived) == 1
    await exchange.close()


@pytest.mark.parametrize(
    "answer", [b"", TRUNCATED, NO_HTTP, BAD_GZIP], ids=["none", "truncated", "no HTTP", "bad gzip"]
)
async def test_a_question_whose_answer_is_lost_or_broken_is_asked_again(answer: bytes) -> None:
    exchange = Exchange()
    good = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
    async with socket_server(answer, answer, good) as (url, _):
        assert (await exchange.get(url, {})).content == b"[]"
    async with socket_server(answer, answer, answer, good) as (url, _):
        with pytest.raises(BackendUnavailable, match="try again later"):
            await exchange.get(url, {})
    await exchange.close()


async def test_a_form_to_nobody_certainly_did_not_arrive() -> None:
    exchange = Exchange()
    for url in (f"http://127.0.0.1:{free_port()}/", "http://no-such-host.invalid/", "ftp://x.example/", "http://["):
        with pytest.raises(BackendUnavailable, match="cannot be reached"):
            await exchange.post(url, FORM)
    await exchange.close()


@pytest.mark.parametrize(
    ("statuses", "seen"), [([500, 502, 200], 200), ([503] * 3, 503), ([404, 200], 404), ([429, 200], 429)]
)
async def test_only_a_servers_fault_is_worth_asking_again(statuses: list[int], seen: int) -> None:
    exchange = Exchange()
    app = Town({"GET /": [Response(status_code=status) for status in statuses]})
    async with listening(app) as url:
        assert (await exchange.get(f"{url}/", {})).status == seen
    await exchange.close()


async def test_a_form_is_sent_once_whatever_its_status() -> None:
    exchange = Exchange()
    app = Town({"POST /": Response("No", 500, media_type="text/plain; charset=latin-1")})
    async with listening(app) as url:
        answer = await exchange.post(f"{url}/", FORM)
    assert (answer.status, answer.content, answer.charset, answer.is_success) == (500, b"No", "latin-1", False)
    [call] = app.calls
    assert call.form == [("service_code", "001"), ("description", "Ünïcode & more\n?"), ("attribute[A][]", "x")]
    assert call.headers["content-type"].startswith("application/x-www-form-urlencoded")
    await exchange.close()


async def test_parameters_join_those_of_the_address() -> None:
    exchange = Exchange()
    app = Town({"GET /a": Response()})
    async with listening(app) as url:
        answer = await exchange.get(f"{url}/a?key=1", {"more": "é,b"})
    assert app.calls[0].query == {"key": "1", "more": "é,b"}
    assert answer.url == f"{url}/a"
    await exchange.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_question_follows_redirects(status: int) -> None:
    exchange = Exchange()
    app = Town({"GET /a": RedirectResponse("/b", status), "GET /b": JSONResponse([])})
    async with listening(app) as url:
        answer = await exchange.get(f"{url}/a", {})
    assert (answer.status, answer.url) == (200, f"{url}/b")
    await exchange.close()


@pytest.mark.parametrize("location", ["/a", "ftp://x.example/", "file:///etc/passwd", "http://["])
async def test_a_question_follows_no_redirect_into_nowhere(location: str) -> None:
    exchange = Exchange()
    app = Town({"GET /a": Response(status_code=302, headers={"location": location})})
    async with listening(app) as url:
        with pytest.raises(BackendUnavailable):
            await exchange.get(f"{url}/a", {})
    await exchange.close()


@pytest.mark.parametrize(
    ("status", "location", "reached"),
    [
        (301, "/b", True),
        (307, "/b", True),
        (308, "b", True),
        # It may have been taken, and this be the page that says so.
        (302, "/b", False),
        (303, "/b", False),
        # The form holds the town's key.
        (307, "http://localhost:{port}/b", False),
        (307, "ftp://127.0.0.1/b", False),
        (307, "", False),
    ],
)
async def test_a_form_follows_only_where_the_same_is_wanted_on_the_same_host(
    status: int, location: str, reached: bool
) -> None:
    exchange = Exchange()
    app = Town({"POST /b": Response(status_code=201)})
    async with listening(app) as url:
        target = location.format(port=url.rpartition(":")[2])
        app.replies["POST /a"] = Response(status_code=status, headers={"location": target})
        answer = await exchange.post(f"{url}/a", FORM)
    assert (answer.status == 201) is reached
    assert [call.form[0] for call in app.asked("POST /b")] == [FORM[0]] * reached
    await exchange.close()


def endless(chunk: bytes, **headers: str) -> ASGIApp:
    """Return an app whose answers do not end."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": named})
        for _ in range(LARGEST_ANSWER // 2**20 + 2):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body"})

    return app


async def _get(exchange: Exchange, url: str) -> object:
    return await exchange.get(url, {})


async def _post(exchange: Exchange, url: str) -> object:
    return await exchange.post(url, FORM)


Ask = Callable[[Exchange, str], Awaitable[object]]
EITHER = pytest.mark.parametrize(("ask", "error"), [(_get, BackendUnavailable), (_post, BackendAmbiguous)])


@EITHER
async def test_an_answer_that_is_too_long_is_not_read(ask: Ask, error: type[BackendError]) -> None:
    exchange = Exchange()
    async with serve(endless(bytes(2**20))) as url:
        with pytest.raises(error, match="TooLarge"):
            await ask(exchange, url)
    await exchange.close()


async def test_what_was_packed_small_is_measured_unpacked() -> None:
    exchange = Exchange()
    packed = gzip.compress(bytes(LARGEST_ANSWER + 1))
    app = Town({"GET /": Response(packed, headers={"content-encoding": "gzip"})})
    async with listening(app) as url:
        with pytest.raises(BackendUnavailable, match="TooLarge"):
            await exchange.get(f"{url}/", {})
    await exchange.close()


async def _silent(scope: Scope, receive: Receive, send: Send) -> None:
    """Read what comes, and answer only once the other side has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


@EITHER
async def test_a_server_that_does_not_answer_is_given_up(ask: Ask, error: type[BackendError]) -> None:
    exchange = Exchange(timeout=httpx.Timeout(0.1))
    async with serve(_silent) as url:
        with pytest.raises(error, match="ReadTimeout"):
            await ask(exchange, url)
    await exchange.close()


@EITHER
async def test_a_whole_call_has_an_end(ask: Ask, error: type[BackendError]) -> None:
    exchange = Exchange(longest_call=0.1)
    async with serve(_silent) as url:
        with pytest.raises(error):
            await ask(exchange, url)
    await exchange.close()


async def test_time_is_up_in_a_sentence() -> None:
    with pytest.raises(BackendUnavailable, match="Looking took longer than 0 s; try again later"):
        async with in_time("Looking", 0):
            await asyncio.Event().wait()
