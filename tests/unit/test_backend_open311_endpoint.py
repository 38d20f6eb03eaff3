"""Finding a town's endpoint at the address that the town gave."""

from __future__ import annotations

import pytest
from backend_open311_town import NOW, SERVICES, Town, client, submit
from starlette.responses import JSONResponse, RedirectResponse, Response

from actions.backends.base import Accepted
from actions.backends.open311 import Open311
from bot.errors import BackendUnavailable
from channels.simulators.serving import free_port

LISTED = JSONResponse(list(SERVICES))
IN_XML = Response(
    b"<services><service><service_code>001</service_code><service_name>Pothole</service_name></service></services>",
    media_type="text/xml",
)
PAGE = Response("<!doctype html><html><body><br>Welcome to Springdale</body></html>", media_type="text/html")
ACCEPTED = JSONResponse([{"service_request_id": "7"}])


def discovery(*endpoints: tuple[str, str, list[str]]) -> JSONResponse:
    """Return a document of GeoReport v2 endpoints, each with url, type and formats."""
    specification = "http://wiki.open311.org/GeoReport_v2"
    return JSONResponse(
        {
            "endpoints": [
                {"specification": specification, "url": url, "type": kind, "formats": formats}
                for url, kind, formats in endpoints
            ]
        }
    )


XML = ["text/xml"]
BOTH = ["text/xml", "application/json"]


def offers(*urls: str) -> JSONResponse:
    return discovery(*((url, "production", BOTH) for url in urls))


TWO = discovery(("/t", "test", BOTH), ("/p", "production", BOTH))


@pytest.mark.parametrize(
    ("path", "replies", "found"),
    [
        # The base, with and without a slash.
        ("/v2", {"/v2/services.json": LISTED}, "/v2/requests.json"),
        ("/v2/", {"/v2/services.json": LISTED}, "/v2/requests.json"),
        # A server that knows XML only, whatever it says about JSON.
        ("/v2", {"/v2/services.xml": IN_XML}, "/v2/requests.xml"),
        ("/v2", {"/v2/services.json": PAGE, "/v2/services.xml": IN_XML}, "/v2/requests.xml"),
        ("/v2", {"/v2/services.json": Response(status_code=406), "/v2/services.xml": IN_XML}, "/v2/requests.xml"),
        ("/v2", {"/v2/services.json": JSONResponse([]), "/v2/services.xml": IN_XML}, "/v2/requests.xml"),
        # XML under JSON's name is read as what it is.
        ("/v2", {"/v2/services.json": IN_XML}, "/v2/requests.json"),
        # A discovery document below the address, or at it.
        ("", {"/discovery.json": offers("/v2"), "/v2/services.json": LISTED}, "/v2/requests.json"),
        ("", {"/discovery.xml": discovery(("/v2", "production", XML)), "/v2/services.xml": IN_XML}, "/v2/requests.xml"),
        ("/discovery.json", {"/discovery.json": offers("/v2/"), "/v2/services.json": LISTED}, "/v2/requests.json"),
        (
            "/a/discovery.json",
            {"/a/discovery.json": offers("v2"), "/a/v2/services.json": LISTED},
            "/a/v2/requests.json",
        ),
        # The one in production, or the one for tests if there is no other, or the one that answers.
        ("", {"/discovery.json": TWO, "/t/services.json": LISTED, "/p/services.json": LISTED}, "/p/requests.json"),
        ("", {"/discovery.json": TWO, "/t/services.json": LISTED}, "/t/requests.json"),
        ("", {"/discovery.json": offers("/old", "/p"), "/p/services.json": LISTED}, "/p/requests.json"),
        # JSON is promised and not kept.
        ("", {"/discovery.json": offers("/v2"), "/v2/services.xml": IN_XML}, "/v2/requests.xml"),
        # Reports go where the list was in the end.
        (
            "/a",
            {"/a/services.json": RedirectResponse("/b/services.json"), "/b/services.json": LISTED},
            "/b/requests.json",
        ),
        ("", {"/services.json": RedirectResponse("/services.json/"), "/services.json/": LISTED}, "/requests.json"),
    ],
)
async def test_the_endpoint_is_found(path: str, replies: dict[str, Response], found: str) -> None:
    app = Town({f"GET {name}": reply for name, reply in replies.items()} | {f"POST {found}": ACCEPTED})
    async with client(app, path) as backend:
        assert await backend.submit(submit()) == Accepted(service_request_id="7")


async def test_it_is_looked_for_once() -> None:
    app = Town({"GET /services.xml": IN_XML, "POST /requests.xml": ACCEPTED})
    async with client(app) as backend:
        await backend.submit(submit())
        await backend.submit(submit())
    assert [str(call) for call in app.calls] == [
        "GET /services.json",
        "GET /services.xml",
        # Once more, for the types of the services.
        "GET /services.xml",
        "POST /requests.xml",
        "POST /requests.xml",
    ]


async def test_it_is_looked_for_again_when_it_has_moved() -> None:
    app = Town({"GET /services.json": LISTED, "POST /requests.json": ACCEPTED})
    async with client(app) as backend:
        await backend.submit(submit())
        app.replies = {"GET /services.xml": IN_XML, "POST /requests.xml": ACCEPTED}
        with pytest.raises(BackendUnavailable, match=r"/requests.json is not there \(HTTP 404\); check OPEN311_URL"):
            await backend.submit(submit())
        assert await backend.submit(submit()) == Accepted(service_request_id="7")


async def test_it_is_looked_for_again_when_its_answers_make_no_sense_any_more() -> None:
    app = Town({"GET /services.json": LISTED})
    async with client(app) as backend:
        await backend.services()
        app.replies = {"GET /services.json": PAGE, "GET /services.xml": IN_XML}
        with pytest.raises(BackendUnavailable, match="neither JSON nor XML"):
            await backend.services()
        assert len(await backend.services()) == 1


async def test_what_was_tried_in_vain_is_said_with_what_to_do() -> None:
    app = Town({"GET /services.json": PAGE, "GET /services.xml": JSONResponse([]), "GET /discovery.json": discovery()})
    async with client(app) as backend:
        with pytest.raises(BackendUnavailable) as caught:
            await backend.services()
    said = str(caught.value)
    assert "/services.json: neither JSON nor XML; " in said
    assert "/services.xml: lists no services; " in said
    assert "/discovery.json: names no GeoReport v2 endpoint; " in said
    assert "/discovery.xml: HTTP 404" in said
    assert "Set OPEN311_URL" in said


@pytest.mark.parametrize("status", [401, 403])
async def test_a_list_that_asks_for_a_key_names_the_setting(status: int) -> None:
    app = Town({"GET /services.json": LISTED})
    async with client(app) as backend:
        await backend.services()
        app.replies["GET /services.json"] = Response(status_code=status)
        with pytest.raises(BackendUnavailable, match="check OPEN311_API_KEY"):
            await backend.services()


async def test_a_town_that_is_down_is_unavailable() -> None:
    backend = Open311(f"http://127.0.0.1:{free_port()}", lambda: NOW)
    with pytest.raises(BackendUnavailable, match=r"did not answer \(ConnectError\); try again later"):
        await backend.services()
    with pytest.raises(BackendUnavailable):
        await backend.submit(submit())
    await backend.close()


@pytest.mark.parametrize("url", ["http://[", "ftp://x.example", "http://a b/", "nonsense"])
async def test_an_address_that_is_none_is_unavailable(url: str) -> None:
    backend = Open311(url, lambda: NOW)
    with pytest.raises(BackendUnavailable):
        await backend.services()
    await backend.close()
