"""A person plays both sides in a real browser, with the real bridge in between."""

import asyncio
import os
import re
import shutil
import signal
import struct
import sys
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from support import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS = 20_000
"""A bound in milliseconds: the page is watched, not waited for."""

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("REQUIRE_BROWSER"),
        reason="there is no Chromium here: the page was not tried in a browser",
    ),
    # Playwright leaves its pipes to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def png(side: int, colour: bytes) -> bytes:
    """A square picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = (b"\0" + colour * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """`python -m sandbox` with its bridge; the address that it prints."""
    sandbox = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--page-port",
        "0",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert sandbox.stdout
    printed = ""
    async with asyncio.timeout(60):
        while not (found := re.search(r"Open (http://\S+)", printed)):
            line = await sandbox.stdout.readline()
            assert line, f"the sandbox ended:\n{printed}"
            printed += line.decode()
    yield found[1]
    sandbox.send_signal(signal.SIGINT)
    async with asyncio.timeout(20):
        await sandbox.communicate()
    assert sandbox.returncode == 0


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    """The sandbox's page in Chromium; a script error or a refused resource fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(locale="ru-RU", viewport={"width": 1280, "height": 800})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        await page.goto(address)
        yield page
        await browser.close()
        assert complaints == []


async def ask_for_the_phone(page: Page) -> None:
    """The operator's word becomes a button, which sends the number; /task is in the menu."""
    customer = page.get_by_test_id("telegram")
    operator = page.get_by_test_id("planfix")
    await operator.get_by_test_id("pf-text").fill("/phone")
    await operator.get_by_test_id("pf-send").click()
    button = customer.get_by_test_id("tg-keyboard").get_by_test_id("tg-button")
    await expect(button).to_have_text("📱 Отправить мой номер", timeout=SECONDS)
    await button.click()
    await page.get_by_test_id("tg-phone-submit").click()
    await expect(operator.get_by_test_id("pf-contact-phone")).to_have_text(
        "☎ +79123456789", timeout=SECONDS
    )
    await expect(button).to_have_count(0, timeout=SECONDS)
    await customer.get_by_test_id("tg-command").filter(has_text="/task").click()
    await expect(customer.get_by_test_id("tg-messages")).to_contain_text(
        "Номер вашего обращения", timeout=SECONDS
    )


async def test_a_customer_and_an_operator_talk(page: Page, tmp_path: Path) -> None:
    """Text, photo and document go both ways, with the right names and the right ticks."""
    picture, document = tmp_path / "котик.png", tmp_path / "договор.pdf"
    picture.write_bytes(png(64, b"\xe0\x60\x20"))
    document.write_bytes(b"%PDF-1.4\n%%EOF\n")
    customer = page.get_by_test_id("telegram")
    operator = page.get_by_test_id("planfix")

    await customer.get_by_test_id("tg-customer").filter(has_text="Мария").click()
    await customer.get_by_test_id("tg-start-big").click()
    await expect(customer.get_by_test_id("tg-messages")).to_contain_text(
        "Здравствуйте! Напишите свой вопрос", timeout=SECONDS
    )
    await customer.get_by_test_id("tg-text").fill("Сколько стоит <b>доставка</b>?")
    await customer.get_by_test_id("tg-send").click()
    await customer.get_by_test_id("tg-files").set_input_files(picture)
    await customer.get_by_test_id("tg-text").fill("Вот такой котик")
    await customer.get_by_test_id("tg-send").click()
    await customer.get_by_test_id("tg-files").set_input_files(document)
    await customer.get_by_test_id("tg-send").click()

    await operator.get_by_test_id("pf-task").filter(has_text="Мария").click()
    messages = operator.get_by_test_id("pf-message")
    question = messages.filter(has_text="Сколько стоит <b>доставка</b>?")
    await expect(question).to_contain_text("Мария Соколова", timeout=SECONDS)
    echo = messages.filter(has_text="Напишите свой вопрос")
    await expect(echo).to_have_attribute("data-author", "our side", timeout=SECONDS)
    await expect(operator.get_by_test_id("pf-contact-name")).to_have_text("Мария Соколова")
    await expect(operator.get_by_test_id("pf-contact-data")).to_contain_text("t.me/maria_sokolova")
    await expect(messages.filter(has_text="Вот такой котик")).to_have_count(1, timeout=SECONDS)
    shown = operator.get_by_test_id("pf-picture")
    await expect(shown).to_have_js_property("naturalWidth", 64, timeout=SECONDS)
    await expect(operator.get_by_test_id("pf-file")).to_contain_text("договор.pdf", timeout=SECONDS)

    await operator.get_by_test_id("pf-files").set_input_files([picture, document])
    await operator.get_by_test_id("pf-text").fill("Доставим завтра")
    await operator.get_by_test_id("pf-send").click()
    await expect(customer.get_by_test_id("tg-messages")).to_contain_text(
        "Доставим завтра", timeout=SECONDS
    )
    got = customer.locator("[data-side=in]")
    await expect(got.get_by_test_id("tg-photo")).to_have_js_property(
        "naturalWidth", 64, timeout=SECONDS
    )
    await expect(got.get_by_test_id("tg-file")).to_contain_text("договор.pdf", timeout=SECONDS)
    answer = messages.filter(has_text="Доставим завтра")
    await expect(answer).to_have_attribute("data-ticks", "sent", timeout=SECONDS)
    await customer.get_by_test_id("tg-text").fill("Спасибо!")
    await customer.get_by_test_id("tg-send").click()
    await expect(answer).to_have_attribute("data-ticks", "read", timeout=SECONDS)
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / "sandbox.png")
    await ask_for_the_phone(page)
    if folder:
        await page.screenshot(path=Path(folder) / "commands.png")


async def test_an_operator_learns_that_the_customer_has_blocked_the_bot(page: Page) -> None:
    """The error sign comes with a sentence that a person understands."""
    customer = page.get_by_test_id("telegram")
    operator = page.get_by_test_id("planfix")
    await customer.get_by_test_id("tg-customer").filter(has_text="James").click()
    await customer.get_by_test_id("tg-start-big").click()
    await operator.get_by_test_id("pf-task").filter(has_text="James").click(timeout=SECONDS)
    await expect(customer.get_by_test_id("tg-messages")).to_contain_text("Hello!", timeout=SECONDS)
    await customer.get_by_test_id("tg-block").click()
    await expect(customer.get_by_test_id("tg-blocked-note")).to_be_visible()
    await operator.get_by_test_id("pf-text").fill("Вы здесь?")
    await operator.get_by_test_id("pf-send").click()
    answer = operator.get_by_test_id("pf-message").filter(has_text="Вы здесь?")
    await expect(answer).to_have_attribute("data-ticks", "error", timeout=SECONDS)
    await expect(answer.get_by_test_id("pf-reason")).to_contain_text("Клиент заблокировал бота")


async def test_a_message_survives_the_restart_of_the_bridge(page: Page) -> None:
    """What is written while the bridge is killed arrives once it is back."""
    customer = page.get_by_test_id("telegram")
    operator = page.get_by_test_id("planfix")
    await customer.get_by_test_id("tg-customer").filter(has_text="Мария").click()
    await page.get_by_test_id("bridge-restart").click()
    await customer.get_by_test_id("tg-text").fill("Кто-нибудь есть?")
    await customer.get_by_test_id("tg-send").click()
    await operator.get_by_test_id("pf-task").filter(has_text="Мария").click(timeout=2 * SECONDS)
    await expect(operator.get_by_test_id("pf-messages")).to_contain_text("Кто-нибудь есть?")
