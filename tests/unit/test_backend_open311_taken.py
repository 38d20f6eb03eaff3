"""Reports that a town takes without giving a number: never sent again, and found if they can be."""

from __future__ import annotations

import pytest
from backend_open311_town import NOW, REFERENCE, Town, client, submit, town
from starlette.responses import JSONResponse, Response

from actions.backends.base import Accepted
from bot.errors import BackendAmbiguous, BackendRefused

LISTED = {"service_request_id": "17", "description": f"Ref: {REFERENCE}"}
NO_NUMBER = JSONResponse([{"service_notice": "Thanks"}])


async def test_a_report_that_was_taken_without_a_number_is_not_sent_again_though_no_list_shows_it() -> None:
    app = town(post=NO_NUMBER, requests=JSONResponse([]))
    async with client(app) as backend:
        with pytest.raises(BackendAmbiguous):
            await backend.submit(submit())
        with pytest.raises(BackendAmbiguous, match="ask the town for its number"):
            await backend.find(submit(), tried_at=NOW)
        app.replies["GET /requests.json"] = JSONResponse([LISTED])
        assert await backend.find(submit(), tried_at=NOW) == "17"


def town_without_types() -> Town:
    app = town(post=NO_NUMBER, requests=JSONResponse([]))
    app.replies["GET /services.json"] = JSONResponse([{"service_code": "001", "service_name": "Praise"}])
    return app


async def test_a_service_of_no_type_that_gives_no_number_is_a_blackbox() -> None:
    async with client(town_without_types()) as backend:
        assert await backend.submit(submit()) == Accepted(service_notice="Thanks")
        with pytest.raises(BackendRefused, match="ask the town"):
            await backend.find(submit(reference="2222-3333-4444"), tried_at=NOW)


async def test_a_service_of_no_type_may_have_the_number_in_its_list() -> None:
    app = town_without_types()
    app.replies["GET /requests.json"] = JSONResponse([LISTED])
    async with client(app) as backend:
        assert await backend.submit(submit()) == Accepted(service_request_id="17", service_notice="Thanks")


@pytest.mark.parametrize(
    ("post", "requests"),
    [(NO_NUMBER, Response(status_code=500)), (Response("<html>Thanks<br></html>"), JSONResponse([]))],
)
async def test_what_a_service_of_no_type_may_have_taken_is_not_sent_again(post: Response, requests: Response) -> None:
    app = town_without_types()
    app.replies |= {"POST /requests.json": post, "GET /requests.json": requests}
    async with client(app) as backend:
        with pytest.raises(BackendAmbiguous):
            await backend.submit(submit())
        app.replies["GET /requests.json"] = JSONResponse([])
        with pytest.raises(BackendAmbiguous, match="ask the town for its number"):
            await backend.find(submit(), tried_at=NOW)
