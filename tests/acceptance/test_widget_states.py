"""The widget in all its states: no barrier that axe-core knows, in each language, narrow, large and dark."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from chromium import barriers, chromium
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.messages import Choice, Inbound, Outbound
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve
from channels.web.routes import WebChannel
from channels.web.sessions import Sessions

pytestmark = pytest.mark.slow

NAMES = {
    "en": ("Chat with the town", "More", "Delete the conversation"),
    "es": ("Escriba al municipio", "Más", "Borrar la conversación"),
    "tr": ("Belediyeye yazın", "Diğer", "Konuşmayı sil"),
    "ar": ("اكتب إلى البلدية", "المزيد", "حذف المحادثة"),
}


def answer(inbound: Inbound) -> list[Outbound]:
    """Play the town, with strong words, a link and choices."""
    text = "**Bin day** is Monday. See [the calendar](https://town.example/bins), snake_case stays.\n- paper\n- glass"
    choices = (Choice(id="c1", title="Pothole"), Choice(id="c2", title="Street light"))
    language = inbound.language or "en"
    return [
        Outbound(
            id=inbound.provider_id,
            channel="web",
            address=inbound.address,
            text=text,
            choices=choices,
            language=language,
        )
    ]


@pytest.fixture
def counter() -> MemoryCounter:
    return MemoryCounter(answer)


@pytest.fixture
async def address(counter: MemoryCounter) -> AsyncIterator[str]:
    channel = WebChannel(Sessions("k" * 32), counter.ports(), counter.pictures_url)
    async with serve(Starlette(routes=channel.routes())) as url:
        yield url


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("en", {}),
        ("es", {"color_scheme": "dark"}),
        ("tr", {"viewport": {"width": 320, "height": 640}}),
        ("ar", {}),
        # 1280 by 1024 at 400%.
        ("en", {"viewport": {"width": 320, "height": 256}, "reduced_motion": "reduce"}),
        ("ar", {"forced_colors": "active", "color_scheme": "dark"}),
    ],
)
async def test_no_state_has_a_barrier(
    browser: Browser, address: str, counter: MemoryCounter, language: str, options: dict[str, Any]
) -> None:
    launcher, more, erase = NAMES[language]
    page = await browser.new_page(**options)
    page.set_default_timeout(10_000)
    await page.goto(f"{address}/?lang={language}")
    found = {"closed": await barriers(page)}
    await page.get_by_role("button", name=launcher).click()
    found["open"] = await barriers(page)
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Street light")).to_be_attached()
    found["choices"] = await barriers(page)
    counter.broken = OSError("disk full")
    await page.keyboard.type("again")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).not_to_be_empty()
    found["trouble"] = await barriers(page)
    counter.broken = None
    await page.get_by_role("button", name=more, exact=True).click()
    found["menu"] = await barriers(page)
    await page.get_by_role("button", name=erase).click()
    found["question"] = await barriers(page)
    assert {state: barriers for state, barriers in found.items() if barriers} == {}
    wide = await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide, "the page scrolls sideways"


@pytest.mark.parametrize("language", ["en", "es", "tr", "ar"])
async def test_the_plain_page_for_links_is_the_chat(browser: Browser, address: str, language: str) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 640})
    await page.goto(f"{address}/chat?lang={language}")
    await page.get_by_role("textbox").fill("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Bin day is Monday.")
    assert await barriers(page) == []


async def test_without_javascript_the_pages_still_show_the_phone(address: str) -> None:
    async with httpx.AsyncClient() as client:
        for path in ("/", "/chat"):
            html = (await client.get(address + path)).text
            without = re.search("<noscript>(.*?)</noscript>", html, re.DOTALL)
            assert without
            assert 'href="tel:5550100"' in without[1]


async def test_strong_words_and_links_are_shown_as_such(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.goto(f"{address}/chat")
    await page.get_by_role("textbox").fill("hello")
    await page.keyboard.press("Enter")
    log = page.get_by_role("log")
    await expect(log.locator("strong")).to_have_text("Bin day")
    await expect(log.get_by_role("link", name="the calendar")).to_have_attribute("href", "https://town.example/bins")
    await expect(log).to_contain_text("snake_case stays.")
    await expect(log).to_contain_text("• paper")


async def test_offline_is_told_and_what_was_written_goes_out_once_later(
    browser: Browser, address: str, counter: MemoryCounter
) -> None:
    page = await browser.new_page()
    await page.goto(f"{address}/chat")
    await page.get_by_role("textbox").fill("first")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Bin day")
    await page.context.set_offline(True)
    await page.get_by_role("textbox").fill("from the tunnel")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Not sent yet. Trying again…")
    await page.context.set_offline(False)
    await expect(page.get_by_role("status")).to_be_empty(timeout=20_000)
    assert [inbound.text for inbound in counter.received] == ["first", "from the tunnel"]


async def test_two_tabs_show_one_conversation(browser: Browser, address: str, counter: MemoryCounter) -> None:
    context = await browser.new_context()
    one, two = await context.new_page(), await context.new_page()
    for tab in (one, two):
        await tab.goto(f"{address}/chat")
    await one.get_by_role("textbox").fill("from the first tab")
    await one.keyboard.press("Enter")
    for tab in (one, two):
        await expect(tab.get_by_role("log")).to_contain_text("Bin day is Monday.")
    await two.get_by_role("textbox").fill("from the second tab")
    await two.keyboard.press("Enter")
    await expect(one.get_by_role("log")).to_contain_text("from the second tab")
    for tab in (one, two):
        await expect(tab.get_by_role("log").locator("strong")).to_have_count(2)
    assert len({inbound.address for inbound in counter.received}) == 1
    assert [inbound.text for inbound in counter.received] == ["from the first tab", "from the second tab"]


async def test_the_conversation_can_be_saved_and_deleted_and_letters_made_larger(
    browser: Browser, address: str
) -> None:
    page = await browser.new_page()
    await page.goto(f"{address}/chat")
    await page.get_by_role("textbox").fill("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Bin day")
    await page.get_by_role("button", name="More", exact=True).click()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Save the conversation").click()
    saved = (await (await download.value).path()).read_text(encoding="utf-8")
    assert "You: hello" in saved
    assert "Town: " in saved
    await page.get_by_role("button", name="Larger text").click()
    await expect(page.get_by_role("button", name="Larger text")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Delete the conversation").click()
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.get_by_role("log")).to_contain_text("Bin day")
    await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("button", name="Delete the conversation").click()
    await page.get_by_role("button", name="Delete the conversation").click()
    await expect(page.get_by_role("log")).not_to_contain_text("Bin day")
    assert "hello" not in await page.evaluate("JSON.stringify(localStorage)")


async def test_two_tabs_that_were_both_offline_send_each_message_once(
    browser: Browser, address: str, counter: MemoryCounter
) -> None:
    context = await browser.new_context()
    one, two = await context.new_page(), await context.new_page()
    for tab in (one, two):
        await tab.goto(f"{address}/chat")
    await context.set_offline(True)
    for tab, text in ((one, "from one"), (two, "from two")):
        await tab.get_by_role("textbox").fill(text)
        await tab.keyboard.press("Enter")
        await expect(tab.get_by_role("status")).to_have_text("Not sent yet. Trying again…")
    await context.set_offline(False)
    for tab in (one, two):
        await expect(tab.get_by_role("status")).to_be_empty(timeout=30_000)
    assert sorted(inbound.text for inbound in counter.received) == ["from one", "from two"]
    assert len({inbound.address for inbound in counter.received}) == 1


async def test_conversations_of_one_page_are_kept_apart_by_name(
    browser: Browser, address: str, counter: MemoryCounter
) -> None:
    async def agency(_: Request) -> Response:
        places = "".join(
            f'<h2>{name}</h2><div id="{name}"></div><script src="{address}/widget.js" defer '
            f'data-into="{name}" data-name="{name}"></script>'
            for name in ("parks", "taxes")
        )
        return HTMLResponse(f'<!doctype html><html lang="en"><title>Two offices</title><main>{places}</main>')

    async with serve(Starlette(routes=[Route("/", agency)])) as site:
        page = await browser.new_page()
        await page.goto(site)
        await page.locator("#parks").get_by_role("textbox").fill("a bench is broken")
        await page.keyboard.press("Enter")
        await expect(page.locator("#parks").get_by_role("log")).to_contain_text("Bin day")
        await page.locator("#taxes").get_by_role("textbox").fill("my bill is wrong")
        await page.keyboard.press("Enter")
        await expect(page.locator("#taxes").get_by_role("log")).to_contain_text("Bin day")
        await expect(page.locator("#parks").get_by_role("log")).not_to_contain_text("my bill")
        await page.close()
    assert len({inbound.address for inbound in counter.received}) == 2


async def test_at_400_percent_the_conversation_can_still_be_read(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 256})
    await page.goto(f"{address}/")
    await page.get_by_role("button", name="Chat with the town").click()
    box = await page.get_by_role("log").bounding_box()
    assert box
    assert box["height"] >= 120
    assert box["width"] >= 300
    await page.get_by_role("button", name="More", exact=True).click()
    erase = page.get_by_role("button", name="Delete the conversation")
    await erase.scroll_into_view_if_needed()
    await expect(erase).to_be_in_viewport()


async def test_a_site_gives_the_chat_its_own_colours(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.goto(address)
    await page.evaluate("document.documentElement.style.setProperty('--townclerk-accent', 'rgb(90, 0, 90)')")
    launcher = page.get_by_role("button", name="Chat with the town")
    assert await launcher.evaluate("(button) => getComputedStyle(button).backgroundColor") == "rgb(90, 0, 90)"


async def test_a_session_that_the_town_no_longer_knows_is_replaced(
    browser: Browser, address: str, counter: MemoryCounter
) -> None:
    page = await browser.new_page()
    await page.goto(f"{address}/chat")
    await page.get_by_role("textbox").fill("before")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Bin day")
    await page.evaluate(
        "Object.entries(localStorage).forEach(([key, kept]) => localStorage.setItem("
        "key, JSON.stringify({...JSON.parse(kept), session: 'of.another.key'})))"
    )
    await page.reload()
    await page.get_by_role("textbox").fill("after")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").locator("strong")).to_have_count(2, timeout=20_000)
    assert [inbound.text for inbound in counter.received] == ["before", "after"]
    assert len({inbound.address for inbound in counter.received}) == 2
