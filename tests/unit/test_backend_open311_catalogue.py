"""The catalogue that a town's endpoint makes: every service with its questions, or none."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from backend_open311_town import POTHOLE, Town, client, town
from starlette.responses import JSONResponse, Response

from actions.intake.services import Catalogue, read_service
from bot.errors import BackendUnavailable

QUESTION = {"code": "A", "datatype": "string", "variable": "true", "description": "Where?"}


def definition(code: str, *attributes: dict[str, Any]) -> JSONResponse:
    return JSONResponse({"service_code": code, "attributes": list(attributes)})


def asking_town() -> Town:
    """Return a town with three services, of which two have questions."""
    made = town()
    listed = [{**POTHOLE, "service_code": code, "metadata": code != "b"} for code in ("c/1", "b", "a")]
    made.replies = {
        "GET /services.json": JSONResponse(listed),
        "GET /services/c%2F1.json": definition("c/1", QUESTION),
        "GET /services/a.json": definition("a", {**QUESTION, "code": "Z"}),
    }
    return made


async def test_services_come_in_the_towns_order_with_their_questions() -> None:
    app = asking_town()
    async with client(app, jurisdiction_id="springdale") as backend:
        services = await backend.services()
    catalogue = Catalogue.of(map(read_service, services))
    questions = [(code, [one.code for one in service.attributes]) for code, service in catalogue.services.items()]
    assert questions == [("c/1", ["A"]), ("b", []), ("a", ["Z"])]
    assert {call.query.get("jurisdiction_id") for call in app.calls} == {"springdale"}
    assert {call.headers["user-agent"] for call in app.calls} == {"Townclerk"}
    assert app.asked("GET /services/b.json") == []


async def test_a_hiccup_of_the_server_is_tried_again() -> None:
    app = asking_town()
    app.replies["GET /services/a.json"] = [Response(status_code=503), definition("a", QUESTION)]
    async with client(app) as backend:
        assert len(await backend.services()) == 3


@pytest.mark.parametrize(
    "broken", [Response(status_code=500), Response("<html>Sorry</html>"), JSONResponse([{"code": 1}])]
)
async def test_without_one_services_questions_there_is_no_catalogue_unless_they_were_known(broken: Response) -> None:
    app = asking_town()
    good = app.replies["GET /services/a.json"]
    async with client(app) as backend:
        app.replies["GET /services/a.json"] = broken
        with pytest.raises(BackendUnavailable, match="service a are missing"):
            await backend.services()
        app.replies["GET /services/a.json"] = good
        before = await backend.services()
        app.replies["GET /services/a.json"] = broken
        assert await backend.services() == before


async def test_a_service_whose_questions_the_town_does_not_know_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    app = asking_town()
    del app.replies["GET /services/a.json"]
    caplog.set_level(logging.WARNING)
    async with client(app) as backend:
        assert [one["service_code"] for one in await backend.services()] == ["c/1", "b"]
    assert "Service a was left out" in caplog.text


async def test_a_list_that_is_empty_for_now_is_no_catalogue() -> None:
    app = asking_town()
    async with client(app) as backend:
        await backend.services()
        app.replies["GET /services.json"] = JSONResponse([])
        with pytest.raises(BackendUnavailable, match="lists no services"):
            await backend.services()
