"""A person looks at `/status` in a real browser, on a phone and a desk, while things go wrong."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from redis.asyncio import Redis

import a_day
from bot.store.embedded import EmbeddedValkey
from bot.store.store import connect, key_prefix
from support import ROOT, World, world

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
KEY = "marker-status-key-of-enough-letters"
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LOOK = (ROOT / "tests" / "look_at_page.js").read_text()

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    # Playwright leaves its pipes to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Watched:
    """A bridge, its store, and a browser to look at it."""

    def __init__(self, running: World, redis: Redis, browser: Browser | None) -> None:
        self.running = running
        self.redis = redis
        self.browser = browser
        self.url = f"{running.bridge.url}/status"

    @asynccontextmanager
    async def page(self, **options: Any) -> AsyncIterator[Page]:  # noqa: ANN401 - the browser's
        """A page of somebody who has the key; a script error or a refused resource is a failure."""
        if self.browser is None:
            pytest.skip("there is no Chromium here: the page was not tried in a browser")
        options = {"locale": "ru-RU", "viewport": DESK} | options
        context = await self.browser.new_context(**options)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        await page.goto(self.url)
        await page.locator("#key").fill(KEY)
        await page.keyboard.press("Enter")
        await expect(page.locator("#verdict")).to_be_visible()
        yield page
        await context.close()
        assert complaints == []

    async def refuse(self, *texts: str) -> None:
        """Let PlanFix refuse a customer's messages for good."""
        for text in texts:
            since, calls = len(self.running.bridge.events), self.gaps()
            self.running.planfix.faults.add(
                "status",
                match="newMessage",
                code=400,
                body='{"error": "Недопустимый contactPhone: <пусто>"}',
            )
            self.running.telegram.add_customer("Иван").send_text(text)
            await self.running.bridge.wait_for_event("worker.refused", since=since)
            await self.running.planfix.wait_for(lambda calls=calls: self.gaps() > calls)

    def gaps(self) -> int:
        """How many notes about missing messages PlanFix has taken."""
        taken = self.running.planfix.accepted("newMessage")
        return sum("не хватает" in (call.get("message") or "") for call in taken)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    """The same for all tests here: each leaves it well."""
    folder = tmp_path_factory.mktemp("data")
    if CHROMIUM is None and os.environ.get("REQUIRE_BROWSER"):
        pytest.fail("there is no Chromium")
    async with world(folder, BRIDGE_SERVER__STATUS_KEY=KEY) as running, async_playwright() as play:
        redis = connect(EmbeddedValkey(folder).url)
        browser = None
        if CHROMIUM:
            browser = await play.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
        yield Watched(running, redis, browser)
        await redis.aclose()
        if browser:
            await browser.close()


async def test_a_new_bridge_is_well(watched: Watched) -> None:
    """Before anything happened the page says that all is well, and when graphs will come."""
    async with watched.page() as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text("Работает")
        await expect(page.locator("#verdict")).to_contain_text("сообщения идут в обе стороны")
        await expect(page.locator("#charts")).to_contain_text("появится через минуту")
        await expect(page.locator("#dead")).to_contain_text("Таких сообщений нет")
        assert await page.evaluate(LOOK) == []


async def test_only_the_key_opens_the_page(watched: Watched) -> None:
    """A wrong key is told and counted; the right one travels neither in addresses nor in pages."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        async with http.get(watched.url) as response:
            assert response.status == 200
            assert 'type="password"' in await response.text()
        async with http.post(f"{watched.url}/login", data={"key": "wrong"}) as response:
            assert response.status == 403
            assert "verdict" not in await response.text()
        async with http.post(f"{watched.url}/login", data={"key": KEY}) as response:
            text = await response.text()
            assert "verdict" in text
            assert KEY not in text + str(response.url)
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
            assert response.headers["Cache-Control"] == "no-store"
        async with http.post(f"{watched.url}/logout") as response:
            assert 'type="password"' in await response.text()
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        http.post(f"{watched.url}/login?lang=en", data={"key": KEY}) as response,
    ):
        assert "allow cookies for it" in await response.text()
    _, metrics = await watched.running.bridge.get("/metrics")
    assert 'bridge_refused_total{door="status",status="403"}' in metrics


async def test_the_address_of_a_form_leads_to_the_page(watched: Watched) -> None:
    """Who reloads or keeps the address of a form, or ends it with a slash, gets the page."""
    async with aiohttp.ClientSession() as http:
        for path in ("/", "/login?lang=en", "/logout", "/retry"):
            async with http.get(f"{watched.url}{path}") as response:
                assert response.url.path == "/status"
                assert 'type="password"' in await response.text()
                assert ("Log in" in await response.text()) is path.endswith("en")
        async with http.get(f"{watched.url}/nothing") as response:
            assert response.status == 404
        async with http.post(watched.url) as response:
            assert response.status == 405


async def test_a_foreign_form_moves_nothing(watched: Watched) -> None:
    """Who is logged in cannot be made to try a letter again by another site."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.post(f"{watched.url}/login", data={"key": KEY}) as response:
            token = (await response.text()).partition('name="token" value="')[2].partition('"')[0]
        for data, headers in (
            ({"id": "x"}, {}),
            ({"id": "x", "token": "x"}, {}),
            ({"id": "x", "token": token}, {"Origin": "https://evil.example.com"}),
        ):
            url = f"{watched.url}/retry"
            async with http.post(url, data=data, headers=headers) as response:
                assert response.status == 403
        async with http.post(url, data=b"x" * 5000) as response:
            assert response.status == 403


async def test_dead_letters_are_tried_again_by_keyboard(watched: Watched) -> None:
    """A person reads why, looks at the message, and sends it again, without touching a mouse."""
    await watched.refuse("Где <b>мой</b> заказ?", "Жду", "Алло")
    async with watched.page() as page:
        await expect(page.locator("#verdict")).to_contain_text("3 сообщения не приняты")
        dead = page.locator("#dead")
        await expect(dead.get_by_role("heading", level=3)).to_have_count(3)
        await expect(dead).to_contain_text("Недопустимый contactPhone: <пусто>")
        await expect(dead).not_to_contain_text("заказ")
        oldest = dead.get_by_role("listitem").last
        await oldest.get_by_role("link").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("pre")).to_contain_text("Где <b>мой</b> заказ?")
        assert await page.evaluate(LOOK) == []
        await page.get_by_role("button", name="Попробовать ещё раз").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".notice")).to_have_text("1 сообщение снова в очереди.")
        assert page.url == watched.url, "a reload tells it no second time"
        await page.locator("#retry-all").focus()
        await page.keyboard.press("Space")
        await expect(page.locator(".notice")).to_have_text("2 сообщения снова в очереди.")
        await expect(page.locator("#verdict")).to_contain_text("Всё в порядке")
    planfix = watched.running.planfix

    def texts() -> set[str | None]:
        return {call.get("message") for call in planfix.accepted("newMessage")}

    await planfix.wait_for(lambda: {"Где <b>мой</b> заказ?", "Жду", "Алло"} <= texts())


async def test_an_outage_shows_and_ends_on_an_open_page(watched: Watched) -> None:
    """While PlanFix is away the open page says so and why; the focus stays where it was."""
    async with watched.page() as page:
        await page.get_by_role("link", name="English").focus()
        await watched.running.planfix.stop_listening()
        try:
            for name in ("Анна", "Борис", "Вера"):
                watched.running.telegram.add_customer(name).send_text("Кто-нибудь есть?")
            await watched.running.bridge.wait_for_event("far_side.away")
            await page.evaluate("refresh()")
            await expect(page.get_by_role("heading", level=1)).to_have_text("Есть сбой")
            await expect(page.locator("#verdict")).to_contain_text("ПланФикс не отвечает с")
            await expect(page.locator("#waiting")).to_contain_text("PlanFix could not be reached")
            row = page.get_by_role("row", name="Клиенты → ПланФикс")
            await expect(row.get_by_role("cell").first).to_have_text("3")
            await expect(page.get_by_role("link", name="English")).to_be_focused()
            assert await page.evaluate(LOOK) == []
        finally:
            await watched.running.planfix.start_listening()
        await watched.running.bridge.wait_for_event("far_side.back", seconds=30)
        await _becomes_well(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_everything_fits_and_can_be_read(
    watched: Watched, size: dict[str, int], scheme: str
) -> None:
    """On a phone and a desk, by day and by night: nothing sticks out, everything has contrast."""
    await a_day.write(watched.redis, key_prefix(42), time.time())
    await watched.refuse("Где мой заказ?", "Когда доставка?")
    async with watched.page(viewport=size, color_scheme=scheme) as page:
        await expect(page.get_by_role("img")).to_have_count(6)
        await page.locator("summary").press("Enter")
        assert await page.evaluate(LOOK) == []
        if folder := os.environ.get("SCREENSHOTS"):
            await page.locator("summary").press("Enter")
            await _photograph(page, Path(folder), size, scheme)
        await page.locator("#retry-all").click()
        await expect(page.locator(".notice")).to_be_visible()


async def _becomes_well(page: Page) -> None:
    """The open page asks, as it does by itself every few seconds, until all is well again."""
    async with asyncio.timeout(20):
        while await page.locator("h1").text_content() != "Работает":
            await page.evaluate("refresh()")


async def _photograph(page: Page, folder: Path, size: dict[str, int], scheme: str) -> None:
    await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    if size == DESK and scheme == "light":
        await page.screenshot(path=folder / "status.png", full_page=True)
    if size == PHONE and scheme == "dark":
        await page.screenshot(path=folder / "status-phone.png")


async def test_it_works_without_scripts_and_in_english(watched: Watched) -> None:
    """A browser that runs no scripts sees everything, asks again by itself, and can retry."""
    await watched.refuse("Жду ответа")
    async with watched.page(java_script_enabled=False, locale="de-DE") as page:
        await expect(page.locator("html")).to_have_attribute("lang", "ru")
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Needs a look")
        await expect(page.locator("noscript meta[http-equiv=refresh]")).to_have_count(1)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.locator(".notice")).to_have_text("1 message is back in the queue.")
        await page.get_by_role("button", name="Log out").click()
        await expect(page.get_by_label("Key")).to_be_visible()


async def test_a_frozen_redis_is_told_in_time(watched: Watched) -> None:
    """The page needs no Redis to say that Redis is away."""
    process_id = (await watched.redis.info("server"))["process_id"]
    async with watched.page() as page:
        os.kill(process_id, signal.SIGSTOP)
        try:
            await page.evaluate("refresh()")
            await expect(page.locator("#verdict")).to_contain_text("Хранилище (Redis) не отвечает")
        finally:
            os.kill(process_id, signal.SIGCONT)
        await _becomes_well(page)
