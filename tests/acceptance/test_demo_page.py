"""The demo page in a real browser: a newcomer writes on both phones, presses a button, and closes a case."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect
from starlette.applications import Starlette

from bot.demo import demo_routes
from bot.messages import Choice, Inbound, Outbound
from bot.ports import new_id
from bot.settings import read_settings
from channels import open_channels
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import free_port, serve
from store import requests
from store.engine import migrate, open_engine
from tests.acceptance.test_widget import FLAGS

pytestmark = pytest.mark.slow

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
WIDE, NARROW = {"width": 1500, "height": 1000}, {"width": 320, "height": 640}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A demo town that repeats what it hears, with one case at the backend."""
    env = {"TOWNCLERK_DEMO": "1", "TOWNCLERK_VAR": str(tmp_path), "TOWNCLERK_PORT": str(free_port())}
    settings = read_settings(env)
    migrate(settings.database_url)
    engine, counter = open_engine(settings.database_url), MemoryCounter()

    async def accept(inbound: Inbound) -> None:
        await counter.accept(inbound)
        text = f"**Heard:** <i>{inbound.choice or inbound.text}</i>. See [the list](https://town.example/list)"
        said = Outbound(id=new_id(), channel=inbound.channel, address=inbound.address, text=text)
        said = replace(said, choices=(Choice(id="c1", title="A pothole"),))
        counter.say(said)
        await channels[inbound.channel].send(said)

    channels = open_channels(settings, replace(counter.ports(), accept=accept))
    with engine.begin() as conn:
        case = requests.ServiceRequest(
            service_request_id="",
            reference="AB12-CD34-EF56",
            service_code="pothole",
            address="12 Oak Street",
            description="<b>Deep</b>",
            requested_datetime=now(),
            updated_datetime=now(),
        )
        requests.file_new(conn, case)
    routes = [route for channel in channels.values() for route in channel.routes()]
    async with serve(Starlette(routes=[*routes, *demo_routes(settings, engine, now)]), settings.port) as url:
        yield url
    for channel in channels.values():
        await channel.close()
    engine.dispose()


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    """Open the page; fails on any script error and on anything that the page's security policy stopped."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "Chromium is not installed; to test the demo page: apt-get install chromium"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(viewport=WIDE)
        page.set_default_timeout(10_000)
        trouble: list[str] = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.append(said.text) if "Content Security Policy" in said.text else None)
        await page.goto(address)
        yield page
        await browser.close()
    assert trouble == []


def phone(page: Page, kind: str) -> Locator:
    return page.locator(f"#demo-{kind}")


async def say(page: Page, kind: str, text: str) -> None:
    await phone(page, kind).get_by_label("Your message").fill(text)
    await page.keyboard.press("Enter")


async def test_an_sms_is_answered_as_plain_text_with_its_segments(page: Page) -> None:
    await say(page, "sms", "a <b>hole</b>")
    log = phone(page, "sms").get_by_role("log")
    await expect(log).to_contain_text("You: a <b>hole</b>")
    await expect(log).to_contain_text("Heard: <i>a <b>hole</b></i>")
    await expect(log).to_contain_text("1. A pothole")
    await expect(log.get_by_text("1 segment").first).to_be_visible()
    await expect(phone(page, "telegram").get_by_role("log")).to_be_empty()


async def test_telegram_shows_bold_links_and_a_button_that_can_be_pressed(page: Page) -> None:
    await say(page, "telegram", "a lamp")
    log = phone(page, "telegram").get_by_role("log")
    await expect(log.locator("strong")).to_have_text("Heard:")
    await expect(log.get_by_role("link", name="the list")).to_have_attribute("href", "https://town.example/list")
    await log.get_by_role("button", name="A pothole").press("Enter")
    await expect(log).to_contain_text("Heard: <i>c1</i>")


async def test_a_reload_keeps_the_visitor_and_what_was_said(page: Page) -> None:
    await say(page, "sms", "remember me")
    await expect(phone(page, "sms").locator(".from-town")).to_have_count(1)
    await page.reload()
    await expect(phone(page, "sms").locator(".bubble")).to_have_count(2)


async def test_a_case_is_marked_as_fixed_and_the_keyboard_stays_with_it(page: Page) -> None:
    case = phone(page, "backend").get_by_role("listitem")
    await expect(case).to_contain_text("12 Oak Street")
    await expect(case).to_contain_text("<b>Deep</b>")
    await case.get_by_role("button", name="as fixed").press("Enter")
    await expect(case).to_contain_text("Fixed")
    await expect(case).to_be_focused()
    await expect(phone(page, "backend").get_by_role("status")).to_contain_text("is fixed.")


async def test_three_columns_on_a_wide_screen_and_one_on_a_narrow_one(page: Page) -> None:
    async def lefts() -> set[float]:
        boxes = [await phone(page, kind).bounding_box() for kind in ("web", "sms", "telegram")]
        return {box["x"] for box in boxes if box}

    assert len(await lefts()) == 3
    await page.set_viewport_size(NARROW)
    assert len(await lefts()) == 1
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_barrier_that_axe_knows(page: Page, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await say(page, "sms", "stop")
    await say(page, "telegram", "a lamp")
    await expect(phone(page, "sms").locator(".from-carrier")).to_be_visible()
    await expect(phone(page, "telegram").locator(".from-town")).to_be_visible()
    # The page's own policy keeps scripts out that a test would put in; an evaluation is none of the page's.
    await page.evaluate(AXE)
    found = await page.evaluate(RUN)
    assert [(broken["id"], [node["html"] for node in broken["nodes"]]) for broken in found["violations"]] == []
