"""The whole counter as a citizen meets it: real processes, signed SMS posts, a fake provider, the web chat."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from processes import Counter, open_counter

pytestmark = pytest.mark.slow

REFERENCE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\b")


@pytest.fixture
async def counter(model: Path, tmp_path: Path) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path, model) as opened:
        yield opened


async def test_a_question_by_sms_is_answered_from_a_topic_with_its_source(counter: Counter) -> None:
    heard = await counter.phone("+15551001").text("when do they pick up my trash", replies=2)
    assert "automated assistant" in heard
    assert "Source: https://springdale.example/trash" in heard


async def test_a_report_by_sms_is_taken_corrected_confirmed_numbered_and_followed(counter: Counter) -> None:
    phone = counter.phone("+15551002")
    heard = await phone.text("there is a huge pothole in my street", replies=2)
    assert "where" in heard.lower()
    heard = await phone.text("12 Oak Street")
    for _ in range(6):
        if "1. " in heard and "send" in heard.lower():
            break
        heard = await phone.text("skip" if "SKIP" in heard else "1")
    assert "12 Oak Street" in heard
    heard = await phone.text("3")
    line = next(n for n, text in re.findall(r"(\d)\. (.*)", heard) if "12 Oak Street" in text or "Where" in text)
    await phone.text(line)
    heard = await phone.text("14 Elm Street")
    assert "14 Elm Street" in heard
    assert "12 Oak Street" not in heard
    heard = await phone.text("1")
    found = REFERENCE.search(heard)
    assert found is not None, heard
    reference = found.group()
    heard = heard if "2026-" in heard else await phone.hear()
    assert reference in heard
    heard = await phone.text(f"what happened to {reference}")
    assert "open" in heard.lower()


async def test_a_question_in_the_web_chat_is_answered_in_spanish_and_resumes(counter: Counter) -> None:
    browser = await counter.browser()
    body = {"id": str(uuid.uuid4()), "text": "¿qué día recogen la basura en mi calle?"}
    for _ in range(2):
        posted = await counter.client.post(f"{counter.edge}/chat/messages", json=body, headers=browser.headers)
        assert posted.status_code == 202
    [opening] = await browser.hear()
    resumed = browser.last
    [answer] = await browser.hear()
    assert "asistente automático" in opening["text"]
    assert "Fuente: https://springdale.example/trash" in answer["text"]
    browser.last = resumed
    assert await browser.hear() == [answer]


async def test_words_of_danger_are_answered_while_the_worker_is_down(counter: Counter) -> None:
    listed = subprocess.run(["pgrep", "-P", str(counter.process.pid), "-f", "worker"], capture_output=True, text=True)
    worker = int(listed.stdout.split()[0])
    os.kill(worker, signal.SIGSTOP)
    try:
        assert "911" in await counter.phone("+15551003").text("my house is on fire")
    finally:
        os.kill(worker, signal.SIGCONT)


async def test_a_killed_worker_comes_back_and_answers(counter: Counter) -> None:
    phone = counter.phone("+15551004")
    await phone.text("hello", replies=2)
    subprocess.run(["pkill", "-KILL", "-P", str(counter.process.pid), "-f", "worker"], check=True)
    assert "Source:" in await phone.text("how do i pay my water bill")
