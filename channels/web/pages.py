"""The demo town's page and the files a browser fetches for it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

STATIC = Path(__file__).parent / "static"
LANGUAGES = ("en", "es", "tr", "ar")
RIGHT_TO_LEFT = {"ar"}
#: Scripts and styles come from us as files, or not at all: a citizen's or a clerk's words can then never run.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def routes(*, demo: bool = False) -> list[Route]:
    """Return the demo page, the plain page for links, their style and the widget."""
    return [
        Route("/", _page("demo.html" if demo else "page.html"), methods=["GET"]),
        Route("/chat", _page("chat.html"), methods=["GET"]),
        Route("/page.css", file(_read("page.css"), "text/css"), methods=["GET"]),
        Route("/widget.js", file(_widget(), "text/javascript"), methods=["GET"]),
    ]


def _page(name: str) -> Callable[[Request], Awaitable[Response]]:
    rendered = _rendered(name)

    async def page(request: Request) -> Response:
        language = request.query_params.get("lang", "")
        return HTMLResponse(rendered.get(language, rendered["en"]), headers=SECURITY_HEADERS)

    return page


def _rendered(name: str) -> dict[str, str]:
    """Return a page in each language, which links to itself in the others."""
    template = Environment(loader=FileSystemLoader(STATIC), autoescape=True).get_template(name)
    words = tomllib.loads(_read("page.toml"))
    return {
        language: template.render(
            language=language,
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            others={other: words[other]["name"] for other in LANGUAGES if other != language},
            **words[language],
        )
        for language in LANGUAGES
    }


def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _widget() -> str:
    """Return the widget's parts as one script, words and style inside, so that a site includes one file."""
    words, style = json.loads(_read("widget/words.json")), _read("widget/style.css")
    parts = [
        f"const WORDS = {json.dumps(words)};\nconst STYLE = {json.dumps(style)};\n",
        _read("widget/conversation.js"),
        _read("widget/view.js"),
        _read("widget/tools.js"),
        _read("widget/more.js"),
    ]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


def file(content: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler that answers with `content`, read once."""

    async def answer(request: Request) -> Response:
        return Response(content, media_type=media_type, headers=SECURITY_HEADERS)

    return answer
