"""The demo town in a browser: a report by the SMS phone, seen by the town, fixed, and told where it was made."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from chromium import barriers, chromium
from playwright.async_api import Locator, Page, expect
from processes import ROOT, eventually

from channels.simulators.serving import free_port

pytestmark = pytest.mark.slow


async def say(page: Page, phone: Locator, text: str, answer: str) -> None:
    await phone.get_by_role("textbox").fill(text)
    await page.keyboard.press("Enter")
    await expect(phone.get_by_role("log")).to_contain_text(answer)


async def test_a_newcomer_reports_and_hears_what_became_of_it(model: Path, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / model.name).symlink_to(model)
    port, log = free_port(), tmp_path / "log"
    settings = {
        "PATH": os.environ["PATH"],
        "TOWNCLERK_DEMO": "1",
        "TOWNCLERK_VAR": str(tmp_path),
        "TOWNCLERK_PORT": str(port),
        "TOWNCLERK_PUBLIC_URL": "https://demo.town.example",
    }
    with log.open("w") as file:
        town = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"], cwd=ROOT, env=settings, stdout=file, stderr=file
        )
    try:
        await eventually(lambda: "open" if "Townclerk is open" in log.read_text() else None, "the start")
        async with chromium() as browser:
            page = await browser.new_page(viewport={"width": 1400, "height": 1000})
            expect.set_options(timeout=30_000)
            await page.goto(f"http://127.0.0.1:{port}/")
            await walk(page)
    finally:
        expect.set_options(timeout=5_000)
        town.send_signal(signal.SIGTERM)
        town.wait(30)


async def walk(page: Page) -> None:
    sms, telegram, web = (page.locator(f"#demo-{name}") for name in ("sms", "telegram", "web"))
    await say(page, web, "When is the library open?", "library")
    await say(page, telegram, "/start", "Springdale")
    await say(page, sms, "There is a pothole at 12 Oak Street", "How big is the hole?")
    for text, answer in (("1", "How deep"), ("skip", "Which part"), ("1", "Shall we send it?"), ("1", "2026-")):
        await say(page, sms, text, answer)
    cases = page.locator("#demo-backend")
    await expect(cases).to_contain_text("Pothole")
    await expect(cases).to_contain_text("12 Oak Street")
    assert await barriers(page) == []
    await cases.get_by_role("button", name="as fixed").click()
    await expect(sms.get_by_role("log")).to_contain_text("it is fixed")
    await say(page, sms, "STOP", "successfully been unsubscribed")
    await say(page, sms, "START", "re-subscribed")
