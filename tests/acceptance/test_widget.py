"""The widget in a real browser: a conversation by keyboard, which survives a reload."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chromium import chromium
from playwright.async_api import Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.messages import Choice, Inbound, Location, Outbound
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve
from channels.web.routes import WebChannel
from channels.web.sessions import Sessions

pytestmark = pytest.mark.slow


def answer(inbound: Inbound) -> list[Outbound]:
    """Play the town: offer two choices, then thank."""
    spoken = {"channel": "web", "address": inbound.address, "language": inbound.language or "en"}
    if inbound.choice:
        text = f"You chose {inbound.choice}. See [the list](https://town.example/potholes), https://town.example."
        return [Outbound(id=inbound.provider_id, text=text, **spoken)]
    choices = (Choice(id="c1", title="Pothole"), Choice(id="c2", title="<b>Street</b> light"))
    text = f"<img src=x onerror=alert(1)> You wrote: {inbound.text}"
    return [Outbound(id=inbound.provider_id, text=text, choices=choices, **spoken)]


@pytest.fixture
def counter() -> MemoryCounter:
    return MemoryCounter(answer)


@pytest.fixture
async def address(counter: MemoryCounter) -> AsyncIterator[str]:
    channel = WebChannel(Sessions("k" * 32), counter.ports(), counter.pictures_url)
    async with serve(Starlette(routes=channel.routes())) as url:
        yield url


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    """Open the demo page; fails on any script error and on anything that the page's security policy stopped."""
    async with chromium() as browser:
        page = await browser.new_page()
        page.set_default_timeout(10_000)
        trouble: list[str] = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: trouble.append(dialog.message))
        page.on("console", lambda said: trouble.append(said.text) if "Content Security Policy" in said.text else None)
        await page.goto(address)
        yield page
    assert trouble == []


async def open_by_keyboard(page: Page) -> None:
    await page.get_by_role("button", name="Chat with the town").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Ask the town")).to_be_visible()
    await expect(page.get_by_label("Your message")).to_be_focused()


async def test_a_conversation_by_keyboard_survives_a_reload(page: Page, counter: MemoryCounter) -> None:
    log = page.get_by_role("log")
    await open_by_keyboard(page)
    await page.keyboard.type("a <i>hole</i> in the road")
    await page.keyboard.press("Enter")

    await expect(log).to_contain_text("<img src=x onerror=alert(1)> You wrote: a <i>hole</i> in the road")
    await expect(page.get_by_label("Your message")).to_be_focused()
    await expect(page.get_by_role("button", name="<b>Street</b> light")).to_be_visible()

    await page.get_by_role("button", name="Pothole").focus()
    await page.keyboard.press("Enter")
    await expect(log).to_contain_text("You chose c1.")
    await expect(page.get_by_role("button", name="Pothole")).to_have_attribute("aria-disabled", "true")
    await expect(page.get_by_role("link", name="the list")).to_have_attribute("href", "https://town.example/potholes")
    await expect(page.get_by_role("link", name="https://town.example")).to_have_attribute(
        "href", "https://town.example"
    )

    before = await log.inner_text()
    await page.reload()
    await open_by_keyboard(page)
    assert await log.inner_text() == before
    await page.keyboard.type("again")
    await page.keyboard.press("Enter")
    await expect(log).to_contain_text("You wrote: again")
    assert len({inbound.address for inbound in counter.received}) == 1
    assert [inbound.choice for inbound in counter.received] == [None, "c1", None]


async def test_escape_closes_and_gives_the_focus_back(page: Page) -> None:
    await open_by_keyboard(page)
    await page.keyboard.press("Escape")
    launcher = page.get_by_role("button", name="Chat with the town")
    await expect(launcher).to_be_focused()
    await expect(launcher).to_have_attribute("aria-expanded", "false")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_what_could_not_be_sent_is_sent_later_once(page: Page, counter: MemoryCounter) -> None:
    await open_by_keyboard(page)
    counter.broken = OSError("disk full")
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Not sent yet. Trying again…")
    counter.broken = None
    await expect(page.get_by_role("log")).to_contain_text("You wrote: hello")
    await expect(page.get_by_role("status")).to_be_empty()
    assert len(counter.received) == 1


async def test_starting_over_forgets_the_conversation(page: Page, counter: MemoryCounter) -> None:
    await open_by_keyboard(page)
    await page.keyboard.type("private")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("You wrote: private")
    await page.get_by_role("button", name="Start over").click()
    await expect(page.get_by_role("log")).not_to_contain_text("private")
    assert "private" not in await page.evaluate("JSON.stringify(localStorage)")
    await page.keyboard.type("next")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("You wrote: next")
    assert len({inbound.address for inbound in counter.received}) == 2


async def test_it_works_on_an_agencys_page_with_a_strict_policy(
    page: Page, address: str, counter: MemoryCounter
) -> None:
    async def agency(_: Request) -> Response:
        policy = f"default-src 'none'; script-src {address}; connect-src {address}"
        html = f'<!doctype html><html lang="en"><title>Parks</title><script src="{address}/widget.js" defer></script>'
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    async with serve(Starlette(routes=[Route("/", agency)])) as site:
        await page.goto(site)
        await open_by_keyboard(page)
        await page.keyboard.type("hello from the parks")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("log")).to_contain_text("You wrote: hello from the parks")
        await page.goto("about:blank")
    assert len(counter.received) == 1


async def test_a_photo_is_sent_smaller_and_without_what_it_told_of_its_place(
    page: Page, counter: MemoryCounter, tmp_path: Path
) -> None:
    picture = tmp_path / "hole.png"
    picture.write_bytes(await page.screenshot())
    await open_by_keyboard(page)
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Add a photo").click()
    await (await chooser.value).set_files(picture)
    await expect(page.get_by_role("log")).to_contain_text("You wrote:")
    [(channel, _, kind, content)] = counter.pictures
    assert (channel, kind) == ("web", "image/jpeg")
    assert b"Exif" not in content
    assert counter.received[0].attachments == (f"{counter.pictures_url}/1",)


async def test_the_position_is_sent_when_asked_for_and_explained_when_refused(
    page: Page, counter: MemoryCounter
) -> None:
    await open_by_keyboard(page)
    await page.get_by_role("button", name="Share my position").click()
    await expect(page.get_by_role("status")).to_have_text("Your position could not be read. Please write the address.")
    await page.context.grant_permissions(["geolocation"])
    await page.context.set_geolocation({"latitude": 40.5, "longitude": -73.25})
    await page.get_by_role("button", name="Share my position").click()
    await expect(page.get_by_role("log")).to_contain_text("You wrote:")
    assert counter.received[0].location == Location(latitude=40.5, longitude=-73.25)


@pytest.mark.parametrize(
    ("name", "launcher", "label", "send", "language", "direction"),
    [
        ("Español", "Escriba al municipio", "Su mensaje", "Enviar", "es", "ltr"),
        ("Türkçe", "Belediyeye yazın", "Mesajınız", "Gönder", "tr", "ltr"),
        ("العربية", "اكتب إلى البلدية", "رسالتك", "إرسال", "ar", "rtl"),
    ],
)
async def test_the_page_of_a_language_has_a_widget_in_it(
    page: Page, counter: MemoryCounter, name: str, launcher: str, label: str, send: str, language: str, direction: str
) -> None:
    await page.get_by_role("link", name=name).click()
    await page.get_by_role("button", name=launcher).click()
    await page.get_by_label(label).fill("hola")
    await page.get_by_role("button", name=send).click()
    await expect(page.get_by_role("log")).to_contain_text("You wrote: hola")
    assert counter.received[0].language == language
    widget = page.locator("townclerk-chat")
    assert await widget.get_attribute("lang") == language
    assert await widget.evaluate("element => getComputedStyle(element).direction") == direction
