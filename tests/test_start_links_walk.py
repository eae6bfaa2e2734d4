"""Start links through the real bridge: what becomes of a customer's first task."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.start.links import StartLinks
from bot.start.payload import StartPayload
from customer_walk import calls, wait_for_messages
from support import TOKEN, World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINKS = StartLinks(TOKEN, ["utm_source", "Город"], require_signature=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A bridge with a field of its own."""
    async with world(
        tmp_path_factory.mktemp("start"), BRIDGE_START__FIELDS="utm_source, Город"
    ) as bridge:
        yield bridge


async def test_a_link_fills_in_the_task(running: World) -> None:
    """PlanFix opens the task with the link's fields and title; operators read them."""
    said = StartPayload({"utm_source": "vk", "Город": "Нижний Новгород"}, "Заказ")
    payload = LINKS.payload(said, signed=True)
    customer = running.telegram.add_customer("Ирина")
    customer.start(payload)
    customer.send_text("Здравствуйте")
    assert (await wait_for_messages(running, customer.chat_id, 2))[0] == (
        f"/start {payload}\n"
        "[запуск по ссылке: utm_source = vk, Город = Нижний Новгород, название = Заказ]"
    )
    task = running.planfix.tasks[str(customer.chat_id)]
    assert task.data == {"utm_source": "vk", "Город": "Нижний Новгород"}
    assert task.title == "Заказ"


async def test_a_later_link_is_told_again(running: World) -> None:
    """A customer who is known already may come by another link: its message has the new fields."""
    customer = running.telegram.add_customer("Олег")
    customer.start()
    customer.start("s-yandex")
    assert (await wait_for_messages(running, customer.chat_id, 2))[1] == (
        "/start s-yandex\n[запуск по ссылке: utm_source = yandex]\n[клиент снова запустил бота]"
    )
    first, second = [
        call
        for call in calls(running, "newMessage", customer.chat_id)
        if call.get("message").startswith("/start")
    ]
    assert not first.get("data_utm_source")
    assert second.get("data_utm_source") == "yandex"


@pytest.mark.parametrize("payload", ["promo", "m-cpc", "s-a_b", "_AAAAAAAAs-google", "s- x", "ж"])
async def test_a_payload_that_fills_in_nothing_is_shown(running: World, payload: str) -> None:
    """What is foreign, forged or not configured stays words, and fills in nothing."""
    customer = running.telegram.add_customer("Яна")
    customer.start(payload)
    assert await wait_for_messages(running, customer.chat_id, 1) == [f"/start {payload}"]
    task = running.planfix.tasks[str(customer.chat_id)]
    assert task.data == {}
    assert task.title == "Яна — Telegram"


async def test_a_required_signature(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where signatures are required, a link without one is named to operators and fills nothing."""
    folder = tmp_path_factory.mktemp("signed")
    async with world(folder, BRIDGE_START__REQUIRE_SIGNATURE="true") as strict:
        customer = strict.telegram.add_customer("Пётр")
        customer.start("s-google")
        assert await wait_for_messages(strict, customer.chat_id, 1) == [
            "/start s-google\n[ссылка не подписана: поля задачи по ней не заполнены]"
        ]
        assert strict.planfix.tasks[str(customer.chat_id)].data == {}
        other = strict.telegram.add_customer("Павел")
        other.start(LINKS.payload(StartPayload({"utm_source": "google"}), signed=True))
        await wait_for_messages(strict, other.chat_id, 1)
        assert strict.planfix.tasks[str(other.chat_id)].data == {"utm_source": "google"}
