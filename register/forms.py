"""Reading a posted form within bounds: fields and pictures, url-encoded or multipart, however slow or broken it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from bot.pictures import LARGEST, content_type
from register.answers import clean
from register.errors import Problem, Refusal, wrong

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
#: Bytes of a whole form: five pictures, and words.
LIMITS = {URLENCODED: 1024 * 1024, MULTIPART: 55 * 1024 * 1024}
#: A form that has not arrived after this many seconds is somebody holding the line.
FORM_SECONDS = 120.0
CHARSETS = (b"utf-8", b"utf8", b"us-ascii")
MEDIA = ("media", "media[]")
MOST_PICTURES = 5

#: Names with texts, in order; a name may come more than once.
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What was posted: the fields, and each picture's media type and content."""

    fields: Fields
    pictures: tuple[tuple[str, bytes], ...]


def text_fields(items: Iterable[tuple[str, object]]) -> Fields:
    """Return the texts, trimmed, with plain line ends; an empty one is as good as none, by the standard."""
    texts = ((name, _text(value)) for name, value in items if isinstance(value, str))
    return tuple((clean(name), text) for name, text in texts if text)


def _text(value: str) -> str:
    return clean(value.replace("\r\n", "\n").replace("\r", "\n")).strip()


async def read_form(request: Request, admit: Callable[[Fields], None], *, seconds: float = FORM_SECONDS) -> Form:
    """Return the form; `admit` may refuse it by its fields, before pictures are looked at.

    Raises Refusal when it is too large, too slow, broken, or has files that are no pictures.
    """
    kind = _content_type(request)
    bounded = _bounded(request, LIMITS[kind])
    try:
        async with (
            asyncio.timeout(seconds),
            bounded.form(max_files=4 * MOST_PICTURES, max_part_size=LIMITS[URLENCODED]) as form,
        ):
            fields = text_fields(form.multi_items())
            admit(fields)
            return Form(fields, await _pictures(form))
    except TimeoutError:
        raise wrong("The form took too long to arrive; send it again.") from None
    except HTTPException as error:
        raise wrong(f"The form cannot be read: {error.detail}") from None
    except (ClientDisconnect, ValueError):
        # ValueError: what the parsers raise besides, for broken escapes, boundaries and character sets.
        raise wrong("The form is broken, or ended before it was complete; send it again.") from None


def _content_type(request: Request) -> str:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind.decode("latin-1") not in LIMITS:
        raise wrong(f"The body must be a form: {URLENCODED}, or {MULTIPART} with pictures.")
    # Python knows character sets that are none of a form's, and slow to read.
    if options.get(b"charset", b"utf-8").lower() not in CHARSETS:
        raise wrong("The form must be written in UTF-8.")
    return kind.decode()


def _bounded(request: Request, limit: int) -> Request:
    """Return the request with a body that ends in a Refusal once it is longer than `limit` bytes."""
    left = limit

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise Refusal(Problem(413, f"The form is larger than {limit // 1024} KB; send less."))
        return message

    return Request(request.scope, receive)


async def _pictures(form: FormData) -> tuple[tuple[str, bytes], ...]:
    # A file input that was left empty comes as a file without a byte.
    files = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile) and value.size]
    if any(name not in MEDIA for name, _ in files):
        raise wrong("There is a file in a field that takes none; send pictures in fields named media.")
    if len(files) > MOST_PICTURES:
        raise wrong(f"There are more than {MOST_PICTURES} pictures; send fewer.")
    if any((file.size or 0) > LARGEST for _, file in files):
        raise wrong(f"A picture is larger than {LARGEST // 1024 // 1024} MB; send a smaller one.")
    return tuple([await _picture(file) for _, file in files])


async def _picture(file: UploadFile) -> tuple[str, bytes]:
    content = await file.read()
    kind = content_type(content)
    if kind is None:
        raise wrong("A file in media is no picture; send JPEG, PNG, GIF, WebP or HEIC.")
    return kind, content
