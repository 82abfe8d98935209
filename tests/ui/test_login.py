"""The door of the page: what wrong passwords cost, however they are sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import anyio.lowlevel
import httpx
import pytest

from page import login
from page.guard import Receive, Scope, Send
from page.login import FREE_TRIES, PAUSE_S, Login
from rag.users import Users

READER = ("李明", "battery staple")


@pytest.fixture
def door(tmp_path: Path) -> Login:
    """A door with one reader behind which every page says yes."""
    users = Users(tmp_path / "users.json")
    users.add(*READER, "reader")

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"yes"})

    return Login(inside, users)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What each try was made to wait; nobody really waits."""
    asked: list[float] = []

    async def sleep(seconds: float) -> None:
        asked.append(seconds)
        await anyio.lowlevel.checkpoint()

    monkeypatch.setattr(login.anyio, "sleep", sleep)
    return asked


def send_at_once(door: Login, *tries: tuple[str, str]) -> list[int]:
    """How tries that are sent together ended."""
    codes: list[int] = []

    async def one(client: httpx.AsyncClient, name: str, password: str) -> None:
        codes.append((await client.get("/api/docs", auth=(name, password))).status_code)

    async def together() -> None:
        transport = httpx.ASGITransport(app=door)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://door") as client,
            anyio.create_task_group() as group,
        ):
            for name, password in tries:
                group.start_soon(one, client, name, password)

    with ThreadPoolExecutor(1) as thread:  # the browser of other tests keeps a loop running in this one
        thread.submit(anyio.run, together).result()
    return codes


def test_wrong_passwords_sent_at_once_do_not_get_past_the_pause(door: Login, pauses: list[float]) -> None:
    wrong = [("李明", str(number)) for number in range(FREE_TRIES + 3)]
    assert send_at_once(door, *wrong) == [401] * len(wrong)
    assert pauses[:FREE_TRIES] == [0.0] * FREE_TRIES
    for pause, wanted in zip(pauses[FREE_TRIES:], (PAUSE_S, 2 * PAUSE_S, 4 * PAUSE_S), strict=True):
        assert wanted / 2 < pause <= wanted


def test_right_passwords_sent_at_once_wait_for_nothing(door: Login, pauses: list[float]) -> None:
    tries = [READER] * (FREE_TRIES + 2)
    assert send_at_once(door, *tries) == [200] * len(tries)
    assert set(pauses) == {0.0}
    assert not door._tries, "what nobody waits for is forgotten"


def test_wrong_tries_under_one_name_cost_another_nothing(door: Login, pauses: list[float]) -> None:
    send_at_once(door, *[("王芳", str(number)) for number in range(FREE_TRIES)])
    assert send_at_once(door, READER) == [200]
    assert pauses[-1] == 0.0
