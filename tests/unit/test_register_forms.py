"""Forms and pictures that reach the register's server: large, slow, broken, hostile; never an error of ours."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from register_server import JPEG, KEY, LEAST, PATH, PNG, PUBLIC, Server, descriptions, in_file
from starlette.requests import Request

from register.errors import Refusal
from register.forms import LIMITS, MULTIPART, URLENCODED, read_form

POST = f"{PATH}/requests.json"
HEIC = b"\x00\x00\x00\x18ftypheic picture"
BOUNDARY = f"{MULTIPART}; boundary=b"


@pytest.fixture
def server(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Server]:
    with in_file(migrated_sqlite, tmp_path) as server:
        yield server


def picture(content: bytes, name: str = "media") -> tuple[str, tuple[str, bytes, str]]:
    return name, ("photo.html", content, "text/html")


async def words_and_picture(server: Server, number: str) -> tuple[str, str]:
    [request] = (await server.get(f"requests/{number}.json", key=KEY)).json()
    return request["description"], request["media_url"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"GIF89a picture", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBP picture", "image/webp"),
        (HEIC, "image/heic"),
    ],
)
async def test_a_picture_is_shown_to_holders_of_a_key_as_what_it_is(server: Server, content: bytes, kind: str) -> None:
    assert (await server.post({**LEAST}, files=[picture(content)])).status_code == 200
    _, url = await words_and_picture(server, "2026-000001")
    assert url == f"{PUBLIC}{PATH}/media/id-1"
    shown = await server.get("media/id-1", key=KEY)
    assert (shown.content, shown.headers["content-type"]) == (content, kind)
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["cache-control"].startswith("private")
    for key, status in [(None, 403), ("wrong", 403), (KEY, 404)]:
        assert (await server.get("media/id-9" if key == KEY else "media/id-1", key=key)).status_code == status


async def test_further_pictures_follow_the_words(server: Server) -> None:
    fields = {**LEAST, "description": "A hole.\nRef: K7QX-2M9D-4HTR", "media_url": "https://x.example/3.jpg"}
    await server.post(fields, files=[picture(PNG), picture(JPEG, "media[]")])
    second = f"{PUBLIC}{PATH}/media/id-2"
    assert await words_and_picture(server, "2026-000001") == (
        f"A hole.\n{second}\nhttps://x.example/3.jpg\nRef: K7QX-2M9D-4HTR",
        f"{PUBLIC}{PATH}/media/id-1",
    )
    assert (await server.get("media/id-2", key=KEY)).content == JPEG


async def test_a_repeated_post_keeps_no_pictures_twice(server: Server) -> None:
    fields = {**LEAST, "description": "Ref: K7QX-2M9D-4HTR"}
    for _ in range(2):
        assert (await server.post(fields, files=[picture(PNG)])).status_code == 200
    assert (await server.get("media/id-1", key=KEY)).status_code == 200
    assert (await server.get("media/id-2", key=KEY)).status_code == 404


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([picture(b"<html>")], "no picture"),
        ([picture(PNG), picture(b"%PDF-1.7")], "no picture"),
        ([picture(PNG)] * 6, "more than 5"),
        ([picture(PNG + bytes(10 * 1024 * 1024))], "larger than 10 MB"),
        ([picture(PNG, "photo")], "fields named media"),
        ([picture(PNG)] * 21, "Too many files"),
    ],
)
async def test_files_that_are_not_taken_are_told_with_a_sentence(
    server: Server, files: list[Any], sentence: str
) -> None:
    response = await server.post(LEAST, files=files)
    assert response.status_code == 400
    assert sentence in descriptions(response)[0]
    assert await server.numbers() == []


async def test_pictures_of_who_has_no_key_are_not_looked_at(server: Server) -> None:
    response = await server.post(LEAST, key="wrong", files=[picture(b"no picture")])
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 400),
        ("", b"", 400),
        (URLENCODED, b"", 403),
        (URLENCODED, b"a=" + b"x" * (LIMITS[URLENCODED] + 1), 413),
        (URLENCODED, b"a=1&" * 2000, 400),
        (MULTIPART, b"no boundary", 400),
        (BOUNDARY, b"no parts", 400),
        (BOUNDARY, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", 400),
        (
            f"{BOUNDARY}; charset=punycode",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\na..b\r\n--b--\r\n',
            400,
        ),
        (f"{MULTIPART}; boundary={'b' * 5000}", b"x", 400),
    ],
)
async def test_a_body_that_is_no_form_is_told_so(server: Server, kind: str, body: bytes, status: int) -> None:
    response = await server.http.post(POST, content=body, headers={"content-type": kind})
    assert (response.status_code, response.json()[0]["code"]) == (status, status)


async def test_a_body_without_a_length_is_cut_off_at_the_limit(server: Server) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65536

    response = await server.http.post(POST, content=endless(), headers={"content-type": URLENCODED})
    assert response.status_code == 413
    assert sent * 65536 <= LIMITS[URLENCODED] + 2 * 65536


@pytest.mark.parametrize(("lost", "sentence"), [(False, "too long"), (True, "ended before")])
async def test_a_form_that_never_ends_is_given_up(lost: bool, sentence: str) -> None:
    async def receive() -> Any:
        if not lost:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    headers = [(b"content-type", URLENCODED.encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    with pytest.raises(Refusal, match=sentence):
        await read_form(request, lambda fields: None, seconds=0.01)


texts = st.text(st.characters(codec=None, exclude_categories=[]), max_size=30).map(
    lambda text: text.encode("utf-8", "replace").decode()
)
names = st.sampled_from(
    [*LEAST, "description", "address_string", "media_url", "email", "api_key", "jurisdiction_id"]
    + [f"attribute[{code}]" for code in ("size", "lane", "lane][", "depth", "since", "sign", "damage", "x", "")]
)
values = st.one_of(
    texts, st.sampled_from(["pothole", "s", "l", "1e999", "-0", "9" * 400, "0001-01-01T00:00:00+23:59", "\x00", "%"])
)
bodies = st.one_of(
    st.binary(max_size=200).map(lambda body: (URLENCODED, body)),
    st.binary(max_size=200).map(lambda body: (BOUNDARY, b"--b\r\n" + body + b"\r\n--b--\r\n")),
    st.tuples(texts, st.binary(max_size=60)).map(
        lambda part: (
            BOUNDARY,
            b'--b\r\nContent-Disposition: form-data; name="'
            + part[0].encode()
            + b'"\r\n\r\n'
            + part[1]
            + b"\r\n--b--\r\n",
        )
    ),
    st.lists(st.tuples(names, values), max_size=8).map(lambda fields: (URLENCODED, urlencode(fields).encode())),
    st.lists(st.tuples(names, values), max_size=8).map(
        lambda fields: (URLENCODED, urlencode([*LEAST.items(), *fields]).encode())
    ),
)


@pytest.fixture(scope="module")
def hammered(migrated_sqlite: Path) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp())
    with in_file(migrated_sqlite, folder) as server:
        yield server
    shutil.rmtree(folder)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(posted=bodies, key=st.sampled_from([KEY, KEY, KEY, "", "wrong"]), format=st.sampled_from(["json", "xml"]))
def test_whatever_is_posted_is_answered_in_the_standards_words(
    hammered: Server, posted: tuple[str, bytes], key: str, format: str
) -> None:
    kind, body = posted

    async def post() -> None:
        url = f"{PATH}/requests.{format}" + (f"?api_key={key}" if key else "")
        response = await hammered.http.post(url, content=body, headers={"content-type": kind})
        assert response.status_code in (200, 400, 403)
        listed = await hammered.get(f"requests.{format}", key=KEY)
        assert listed.status_code == 200

    asyncio.run(post())
