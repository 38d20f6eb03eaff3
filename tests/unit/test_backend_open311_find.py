"""Looking up whether a report arrived, and which number a token stands for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from backend_open311_town import HERE, NOW, POTHOLE, REFERENCE, SERVICES, Call, Town, client, submit, town
from starlette.responses import JSONResponse, Response

from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable

OURS = {
    "service_request_id": "17",
    "service_code": "001",
    "description": f"Deep hole.\nRef: {REFERENCE}",
    "requested_datetime": "2026-05-04T11:59:00Z",
}
OTHER = {**OURS, "service_request_id": "16", "description": "Another hole.\nRef: 2222-3333-4444"}
TRIED = NOW - timedelta(minutes=5)


async def find(app: Town, *, tried_at: Any = TRIED, clock: Any = lambda: NOW, **changes: Any) -> str | None:
    async with client(app, clock=clock) as backend:
        return await backend.find(submit(**changes), tried_at=tried_at)


@pytest.mark.parametrize(
    "request_",
    [
        OURS,
        {**OURS, "service_request_id": 17},
        {**OURS, "description": f"Deep hole. Ref: {REFERENCE} (by web)"},
        {**OURS, "description": f"Deep hole. REF:{REFERENCE.lower()}"},
        {**OURS, "description": f"See 'Ref: 2222-3333-4444'.<br>Ref: {REFERENCE}"},
        {**OURS, "description": f"Deep hole.\nRef: {REFERENCE}\nRef: SR-99"},
        {**OURS, "description": "", "attributes": [{"code": "our", "value": REFERENCE}]},
        {**OURS, "description": None, "extended_attributes": {"external_id": f"townclerk {REFERENCE}"}},
        {**OURS, "description": "edited", "notes": [{"description": f"Ref: {REFERENCE}"}]},
        # A server that ignores every filter, with a code of its own.
        {**OURS, "service_code": "POT", "requested_datetime": "2020-01-01"},
    ],
)
@pytest.mark.parametrize("wrap", [lambda one: [OTHER, one], lambda one: {"service_requests": {"request": one}}])
async def test_a_report_is_found_by_its_reference(request_: dict[str, Any], wrap: Callable[[Any], Any]) -> None:
    assert await find(town(requests=JSONResponse(wrap(request_)))) == "17"


@pytest.mark.parametrize(
    "requests",
    [
        [],
        None,
        [OTHER],
        [{**OURS, "description": f"Ref: {REFERENCE}X"}],
        [{**OURS, "description": f"Ref: 2222-{REFERENCE}"}],
        # A later report whose citizen names this one.
        [{**OURS, "description": f"As in Ref: {REFERENCE} said.\nRef: 2222-3333-4444"}],
        [{**OURS, "description": f"As {REFERENCE} said."}],
    ],
)
async def test_what_is_in_no_list_of_a_realtime_service_did_not_arrive(requests: Any) -> None:
    assert await find(town(requests=JSONResponse(requests))) is None


async def test_an_empty_list_in_xml_is_empty() -> None:
    assert await find(town(requests=Response(b"<?xml version='1.0'?><service_requests/>"))) is None


async def test_the_list_is_asked_for_as_the_standard_has_it() -> None:
    app = town(requests=JSONResponse([OURS]))
    async with client(app, api_key="secret", jurisdiction_id="springdale") as backend:
        await backend.find(submit(), tried_at=TRIED)
    assert app.asked("GET /requests.json")[0].query == {
        "jurisdiction_id": "springdale",
        "service_code": "001",
        "start_date": "2026-05-04T10:55:00Z",
        "end_date": "2026-05-04T13:00:00Z",
        # Extensions. Some servers show the words only to those who have a key.
        "api_key": "secret",
        "extensions": "true",
        "page_size": "100",
    }


async def test_no_list_spans_more_than_ninety_days() -> None:
    app = town(requests=JSONResponse([OURS]))
    await find(app, tried_at=NOW - timedelta(days=200))
    assert app.asked("GET /requests.json")[0].query["start_date"] == "2026-02-03T13:00:00Z"


def numbered(count: int) -> list[dict[str, Any]]:
    return [{**OTHER, "service_request_id": str(number)} for number in range(1000, 1000 + count)]


def paged(requests: list[dict[str, Any]], size: int, after: Response | None = None) -> Callable[[Call], Response]:
    """Answer page by page; beyond the last one with `after`, else with an empty list."""

    def answer(call: Call) -> Response:
        at = (int(call.query.get("page", "1")) - 1) * size
        return after if after and at >= len(requests) else JSONResponse(requests[at : at + size])

    return answer


async def test_pages_are_read_while_they_bring_new_requests() -> None:
    app = town(requests=paged([*numbered(45), OURS], 20))
    assert await find(app) == "17"
    assert [call.query.get("page") for call in app.asked("GET /requests.json")] == [None, "2", "3"]


@pytest.mark.parametrize("after", [None, Response(status_code=404), Response(status_code=400)])
async def test_the_last_page_is_the_last(after: Response | None) -> None:
    app = town(requests=paged(numbered(40), 20, after))
    assert await find(app) is None
    assert len(app.asked("GET /requests.json")) == 3


async def test_a_server_that_knows_no_pages_is_asked_twice() -> None:
    app = town(requests=JSONResponse(numbered(40)))
    assert await find(app) is None
    assert len(app.asked("GET /requests.json")) == 2


async def test_a_list_without_end_proves_nothing() -> None:
    app = town(requests=paged(numbered(100), 2))
    with pytest.raises(BackendAmbiguous, match="does not end"):
        await find(app)
    assert len(app.asked("GET /requests.json")) == 20


async def test_a_report_that_has_no_number_yet_has_arrived() -> None:
    with pytest.raises(BackendAmbiguous, match="no number for it yet"):
        await find(town(requests=JSONResponse([{**OURS, "service_request_id": None, "token": "t1"}])))


HIDDEN = {name: value for name, value in OURS.items() if name != "description"}


@pytest.mark.parametrize("listed", [HIDDEN, {**OURS, "description": "A deep hole in the middle of the ..."}])
async def test_words_that_a_list_leaves_out_are_read_one_by_one(listed: dict[str, Any]) -> None:
    app = town(requests=JSONResponse([{**HIDDEN, "service_request_id": "16"}, listed]))
    words = "A deep hole in the middle of the road."
    app.replies["GET /requests/16.json"] = JSONResponse([OTHER])
    app.replies["GET /requests/17.json"] = JSONResponse([{**OURS, "description": f"{words}\nRef: {REFERENCE}"}])
    assert await find(app, description=words) == "17"
    app.replies["GET /requests/17.json"] = JSONResponse({**OTHER, "service_request_id": "17"})
    assert await find(app, description=words) is None


async def test_words_that_are_never_shown_prove_nothing() -> None:
    app = town(requests=JSONResponse([HIDDEN]))
    app.replies["GET /requests/17.json"] = JSONResponse([HIDDEN])
    with pytest.raises(BackendAmbiguous, match="ask whether it is this one"):
        await find(app)
    with pytest.raises(BackendAmbiguous, match="too many"):
        await find(town(requests=JSONResponse([{**HIDDEN, "service_request_id": number} for number in range(51)])))


@pytest.mark.parametrize(
    "changes",
    [
        {"service_code": "002"},
        {"requested_datetime": "2026-05-04T10:00:00Z"},
        {"lat": 41.89, "long": -87.63},
    ],
)
async def test_words_of_other_services_times_and_places_do_not_matter(changes: dict[str, Any]) -> None:
    assert await find(town(requests=JSONResponse([{**HIDDEN, **changes}])), location=HERE) is None


async def test_lists_of_batch_services_lag_behind() -> None:
    app = town(requests=JSONResponse([]))
    with pytest.raises(BackendAmbiguous, match="may not have this report yet"):
        await find(app, service_code="slow", tried_at=NOW - timedelta(minutes=29))
    assert await find(app, service_code="slow", tried_at=NOW - timedelta(minutes=30)) is None
    app.replies["GET /requests.json"] = JSONResponse([OURS])
    assert await find(app, service_code="slow") == "17"


async def test_the_lag_counts_from_the_last_try() -> None:
    app = town(post=Response(status_code=502), requests=JSONResponse([]))
    report, now = submit(service_code="slow"), [NOW]
    async with client(app, clock=lambda: now[0]) as backend:
        for _ in range(2):
            with pytest.raises(BackendAmbiguous):
                await backend.submit(report)
            now[0] += timedelta(minutes=29)
            with pytest.raises(BackendAmbiguous, match="may not have this report yet"):
                await backend.find(report, tried_at=NOW)
            now[0] += timedelta(minutes=1)
            assert await backend.find(report, tried_at=NOW) is None


async def test_where_one_realtime_service_answers_a_token_every_list_lags_behind() -> None:
    app = town(post=JSONResponse([{"token": "t1"}]), requests=JSONResponse([]))
    listed = [*SERVICES, {**POTHOLE, "service_code": "other"}]
    app.replies["GET /services.json"] = JSONResponse(listed)
    async with client(app) as backend:
        assert await backend.find(submit(), tried_at=TRIED) is None
        await backend.submit(submit(service_code="slow"))
        assert await backend.find(submit(), tried_at=TRIED) is None
        await backend.submit(submit())
        for code in ("001", "other"):
            with pytest.raises(BackendAmbiguous, match="may not have this report yet"):
                await backend.find(submit(service_code=code), tried_at=TRIED)


async def test_a_blackbox_tells_nothing_so_that_staff_must_ask() -> None:
    app = town()
    with pytest.raises(BackendRefused, match="ask the town"):
        await find(app, service_code="mute")
    assert app.asked("GET /requests.json") == []


@pytest.mark.parametrize(
    "answer", [Response("<html>Sorry"), *(Response(status_code=status) for status in (400, 403, 404, 429, 500))]
)
async def test_a_list_that_does_not_come_proves_nothing(answer: Response) -> None:
    with pytest.raises(BackendUnavailable):
        await find(town(requests=answer))


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        (JSONResponse([{"service_request_id": 638344, "token": "t/1"}]), "638344"),
        (JSONResponse({"service_request_id": "638344", "token": "t/1"}), "638344"),
        (JSONResponse({"token": {"service_request_id": "638344"}}), "638344"),
        (
            Response(
                b"<service_requests><request><service_request_id>638344</service_request_id></request></service_requests>"
            ),
            "638344",
        ),
        (JSONResponse([{"token": "t/1"}]), None),
        (JSONResponse([{"service_request_id": None, "token": "t/1"}]), None),
        (JSONResponse([{"service_request_id": "", "token": "t/1"}]), None),
        (JSONResponse([]), None),
        (Response(), None),
        (Response(status_code=404), None),
    ],
)
async def test_a_token_stands_for_a_number_once_there_is_one(answer: Response, number: str | None) -> None:
    app = town()
    app.replies["GET /tokens/t%2F1.json"] = answer
    async with client(app) as backend:
        assert await backend.number("t/1") == number


async def test_a_token_that_cannot_be_asked_for_now_is_asked_for_later() -> None:
    app = town()
    app.replies["GET /tokens/t1.json"] = Response(status_code=503)
    async with client(app) as backend:
        with pytest.raises(BackendUnavailable):
            await backend.number("t1")
