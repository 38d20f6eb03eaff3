"""Handing a report to a town's endpoint: the form that goes out, and what each answer means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from backend_open311_town import HERE, REFERENCE, Call, client, submit, town
from starlette.responses import JSONResponse, Response

from actions.backends.base import Accepted
from actions.backends.open311.posting import description, form
from bot.errors import BackendAmbiguous, BackendError, BackendRefused, BackendUnavailable

ACCEPTED = JSONResponse([{"service_request_id": 17, "service_notice": "We will look."}], 201)
LINE = f"Ref: {REFERENCE}"


async def test_a_report_arrives_with_everything() -> None:
    app = town(post=ACCEPTED)
    report = submit(
        attributes={"DEPTH": 2.5, "WHERE": ["lane", "kerb"], "LIT": True, "NOTE": "", "GONE": None, "NONE": []},
        location=HERE,
        media_url="https://x.example/1.jpg",
        description="Ünïcode & más.\nSecond line.",
    )
    async with client(app, api_key="secret", jurisdiction_id="springdale", email="desk@x.example") as backend:
        assert await backend.submit(report) == Accepted(service_request_id="17", service_notice="We will look.")
    [call] = app.asked("POST /requests.json")
    assert call.query == {}
    assert call.form == [
        ("jurisdiction_id", "springdale"),
        ("api_key", "secret"),
        ("service_code", "001"),
        ("lat", "41.880000"),
        ("long", "-87.630000"),
        ("address_string", "12 Main St"),
        ("email", "desk@x.example"),
        ("description", f"Ünïcode & más.\nSecond line.\n{LINE}"),
        ("media_url", "https://x.example/1.jpg"),
        ("attribute[DEPTH]", "2.5"),
        ("attribute[WHERE][]", "lane"),
        ("attribute[WHERE][]", "kerb"),
        ("attribute[LIT]", "true"),
    ]


async def test_what_is_not_known_is_not_sent() -> None:
    app = town(post=ACCEPTED)
    async with client(app) as backend:
        await backend.submit(submit(description="", address_string="", location=HERE))
    names = [name for name, _ in app.asked("POST /requests.json")[0].form]
    assert names == ["service_code", "lat", "long", "description"]


def test_a_time_goes_out_with_its_zone() -> None:
    fields = form(
        submit(attributes={"WHEN": datetime(2026, 5, 1, 8, tzinfo=UTC)}), address_string="", api_key=None, email=None
    )
    assert ("attribute[WHEN]", "2026-05-01T08:00:00+00:00") in fields


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ("Deep hole.", f"Deep hole.\n{LINE}"),
        ("  ", LINE),
        ("Two\nlines", f"Two\nlines\n{LINE}"),
        ("<b>Big</b> <script>x", f"< b>Big< /b> < script>x\n{LINE}"),
        ("a < b, <3, 5<6", f"a < b, <3, 5<6\n{LINE}"),
        ("bell\x07 half\ud83d", f"bell half\n{LINE}"),
    ],
)
def test_the_reference_stands_on_the_last_line(words: str, sent: str) -> None:
    assert description(submit(description=words)) == sent


def test_a_long_story_is_cut_and_the_reference_never() -> None:
    sent = description(submit(description="word " * 1000))
    assert 3990 < len(sent) <= 4000
    assert sent.endswith(f"word\n{LINE}")


XML_TOKEN = Response(b"<service_requests><request><token>t-1</token></request></service_requests>")


@pytest.mark.parametrize(
    ("service_code", "answer", "accepted"),
    [
        ("001", XML_TOKEN, Accepted(token="t-1")),
        ("slow", JSONResponse({"token": 12}), Accepted(token="12")),
        ("mute", Response(), Accepted()),
        ("mute", Response("<html>Thanks<br></html>"), Accepted()),
        ("mute", JSONResponse([{"service_notice": "Thanks"}]), Accepted(service_notice="Thanks")),
    ],
)
async def test_what_is_answered_is_understood(service_code: str, answer: Response, accepted: Accepted) -> None:
    async with client(town(post=answer)) as backend:
        assert await backend.submit(submit(service_code=service_code)) == accepted


@pytest.mark.parametrize("service_code", ["001", "slow"])
@pytest.mark.parametrize(
    "answer",
    [
        Response(),
        Response("<html>Thanks<br></html>"),
        Response('[{"service_request_id": "1'),
        JSONResponse([]),
        JSONResponse([{"service_request_id": {"id": 1}}]),
    ],
    ids=["empty", "page", "cut", "none", "object"],
)
async def test_an_answer_without_a_number_may_mean_that_it_arrived(service_code: str, answer: Response) -> None:
    async with client(town(post=answer)) as backend:
        with pytest.raises(BackendAmbiguous):
            await backend.submit(submit(service_code=service_code))


def errors(status: int, *descriptions: str) -> JSONResponse:
    return JSONResponse([{"code": status, "description": words} for words in descriptions], status)


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (errors(400, "lat is wrong.", "Too far."), BackendRefused, "^lat is wrong.; Too far.$"),
        (JSONResponse({"error": "<b>No</b> such lamp"}, 400), BackendRefused, "^No such lamp$"),
        (Response("<errors><error><description>No.</description></error></errors>", 400), BackendRefused, "^No.$"),
        (Response("<html><body><h1>Bad Request</h1><br></body></html>", 400), BackendRefused, "^Bad Request$"),
        (Response("Outside the jurisdiction", 400), BackendRefused, "^Outside the jurisdiction$"),
        (Response(status_code=400), BackendRefused, "without a reason"),
        (JSONResponse({"errors": ["Depth is too deep"]}, 422), BackendRefused, "^Depth is too deep$"),
        # An error that came as if all were well.
        (JSONResponse([{"code": 400, "description": "No."}]), BackendRefused, "^No.$"),
        (JSONResponse([{"code": 403, "description": "No."}]), BackendUnavailable, "OPEN311_API_KEY"),
        (JSONResponse([{"code": 500, "description": "Oops."}]), BackendAmbiguous, "look up"),
        # It knows the report already: ours.
        (errors(400, "base is a duplicate"), BackendAmbiguous, "look up"),
        (JSONResponse({"errors": {"base": ["is a duplicate"]}}, 422), BackendAmbiguous, "look up"),
        (errors(400, "This request was already submitted."), BackendAmbiguous, "look up"),
        (errors(409, "Already exists"), BackendAmbiguous, "look up"),
        # The town's settings: the report waits until they are right.
        (errors(401, "No."), BackendUnavailable, "check OPEN311_API_KEY"),
        (errors(403, "Invalid api_key."), BackendUnavailable, "check OPEN311_API_KEY"),
        (errors(400, "api_key was not provided"), BackendUnavailable, "check OPEN311_API_KEY"),
        (errors(400, "jurisdiction_id was not provided"), BackendUnavailable, "check OPEN311_JURISDICTION_ID"),
        (errors(404, "No."), BackendUnavailable, r"/requests.json is not there \(HTTP 404\); check OPEN311_URL"),
        (errors(404, "jurisdiction_id or service_code not found"), BackendUnavailable, "check OPEN311_URL"),
        (errors(404, "service_code was not found."), BackendRefused, "^service_code was not found.$"),
        (errors(405, "No."), BackendUnavailable, "check OPEN311_URL"),
        (Response(status_code=301), BackendUnavailable, "check OPEN311_URL"),
        (errors(400, "An email address is required"), BackendRefused, "set OPEN311_EMAIL"),
        # Nobody looked at it.
        (errors(429, "Slow down."), BackendUnavailable, r"HTTP 429 \(Slow down.\)"),
        # Nobody knows.
        (Response(status_code=408), BackendAmbiguous, "look up"),
        (Response("<html>", 500), BackendAmbiguous, "look up"),
        (Response(status_code=502), BackendAmbiguous, "look up"),
        (Response(status_code=503), BackendAmbiguous, "look up"),
        (Response(status_code=303, headers={"location": "/thanks"}), BackendAmbiguous, "look up"),
    ],
)
async def test_a_refusal_gets_its_name(answer: Response, error: type[BackendError], says: str) -> None:
    app = town(post=answer)
    async with client(app) as backend:
        with pytest.raises(BackendError, match=says) as caught:
            await backend.submit(submit())
    assert type(caught.value) is error
    assert len(app.asked("POST /requests.json")) == 1


@pytest.mark.parametrize(
    ("header", "seconds"), [("17", 17.0), ("soon", None), ("-1", None), ("9999999", None), ("", None)]
)
async def test_a_wait_that_the_town_asks_for_is_passed_on(header: str, seconds: float | None) -> None:
    async with client(town(post=Response(status_code=429, headers={"retry-after": header}))) as backend:
        with pytest.raises(BackendUnavailable) as caught:
            await backend.submit(submit())
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (errors(400, "lat is wrong."), "lat is wrong."),
        (Response(status_code=400), ""),
        # Staff must set something; the citizen cannot.
        (errors(400, "email is required"), ""),
    ],
)
async def test_a_refusal_tells_the_citizen_what_is_theirs_to_know(answer: Response, reason: str) -> None:
    async with client(town(post=answer)) as backend:
        with pytest.raises(BackendRefused) as caught:
            await backend.submit(submit())
    assert caught.value.reason == reason


async def test_a_long_reason_is_cut() -> None:
    async with client(town(post=errors(400, "no " * 200))) as backend:
        with pytest.raises(BackendRefused) as caught:
            await backend.submit(submit())
    assert len(str(caught.value)) <= 200


async def test_an_email_that_the_town_does_not_like_is_its_own_refusal() -> None:
    async with client(town(post=errors(400, "email is not valid")), email="desk@x.example") as backend:
        with pytest.raises(BackendRefused, match=r"^email is not valid$"):
            await backend.submit(submit())


def chicago(call: Call) -> Response:
    """Answer as a town that wants coordinates and an address."""
    given: dict[str, Any] = dict(call.form)
    if "address_string" not in given:
        return errors(400, "Address string is required")
    return JSONResponse([{"token": "t1"}], 201)


async def test_a_town_that_insists_on_an_address_gets_the_coordinates_as_one() -> None:
    app = town(post=chicago)
    async with client(app) as backend:
        assert await backend.submit(submit(address_string="", location=HERE)) == Accepted(token="t1")
    first, second = app.asked("POST /requests.json")
    assert [*first.form[:3], ("address_string", "41.880000, -87.630000"), *first.form[3:]] == second.form


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"address_string": ""}, errors(400, "Address string is required")),
        ({"location": HERE}, errors(400, "Address is unknown")),
        ({"location": HERE, "address_string": ""}, errors(400, "Email address is required")),
        ({"location": HERE, "address_string": ""}, errors(500, "Address service is down")),
    ],
)
async def test_nothing_is_sent_twice_without_need(changes: dict[str, Any], answer: Response) -> None:
    app = town(post=answer)
    async with client(app) as backend:
        with pytest.raises(BackendError):
            await backend.submit(submit(**changes))
    assert len(app.asked("POST /requests.json")) == 1


@pytest.mark.parametrize(("service_code", "posts"), [("001", 1), ("slow", 1), ("mute", 0)])
async def test_what_cannot_be_looked_up_later_goes_only_to_a_town_that_answers(service_code: str, posts: int) -> None:
    app = town(post=Response(status_code=503))
    async with client(app) as backend:
        await backend.services()
        app.replies["GET /services.json"] = Response(status_code=503)
        with pytest.raises(BackendError) as caught:
            await backend.submit(submit(service_code=service_code))
    assert len(app.asked("POST /requests.json")) == posts
    assert isinstance(caught.value, BackendAmbiguous) is bool(posts)
