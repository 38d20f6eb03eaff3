"""Chromium for tests: found, started without anything that phones home, and asked by axe-core for barriers."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
#: The rules of WCAG 2.2 at A and AA, and axe's own best practices for what is ours.
RUN = "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start a browser; without the program, skip the test, or in CI fail it."""
    path = shutil.which("chromium")
    if path is None:
        reason = "Chromium is not installed; to test what a browser shows: apt-get install chromium"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


async def barriers(page: Page) -> list[Any]:
    """Return what axe-core finds wrong now, each with its first place."""
    # What is still fading in has no contrast yet.
    await page.evaluate("Promise.all(document.getAnimations({subtree: true}).map((each) => each.finished))")
    await page.wait_for_timeout(250)
    if not await page.evaluate("Boolean(window.axe)"):
        await page.evaluate(AXE)
    found = await page.evaluate(RUN)
    return [(v["id"], v["nodes"][0]["target"], v["nodes"][0].get("failureSummary")) for v in found["violations"]]
