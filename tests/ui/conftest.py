"""A real browser on a real server over a few documents; whatever leaves the page's own host is a failure."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import open_assistant
from rag.config import harden_environment

harden_environment()  # before Gradio is imported

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 60_000  # for a machine that is busy; otherwise a fraction of a second

MEETING = """---
title: 村民议事会怎么开
date: 2025-03-01
status: 有效
url: https://village.example/meeting
---

议事会开得好不好，会前准备占一半。本文说清楚谁来开、怎么开、开完怎么办。

一、会前准备

（一）定好议题

议题由党支部在会前五天张贴在公示栏，村民有三天时间提出补充意见。没有公示过的议题，会上不表决。

（二）请齐人员

参会代表不少于全体代表的三分之二，网格员和老党员各请两名列席。代表临时缺席的，要在会前一天书面请假。

二、会上议事

主持人先念议题，再请代表逐个发言，每人不超过五分钟。意见分歧较大的，先停下来到现场看一看，再回来表决。

三、会后落实

表决结果当天张贴，责任人和完成时限写在同一张纸上。十五天后党支部要公布办理进度。
"""

DUTY = """---
title: 便民服务站值班须知
status: 废止
---

一、值班时间

服务站每天上午八点到下午六点有人值班，午休时间由网格员轮流顶班。

二、交接班

交接班时当面清点钥匙、印章和登记簿，双方在交接簿上签字。
"""

HOSTILE = """---
title: 培训通知<img src=x onerror="window.hacked='title'">
---

一、培训报到<script>window.hacked='heading'</script>

报到地点在镇文化站三楼<script>window.hacked='text'</script>，${window.hacked='template'}{{7*7}}，
学员凭通知![图](http://evil.example/x.png)领取教材。

二、培训纪律

培训期间请假要写书面假条，由带队人员签字。
"""


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three documents: one in force, one repealed, one that attacks the page."""
    folder = tmp_path_factory.mktemp("documents")
    for name, text in {"议事会.md": MEETING, "值班.md": DUTY, "培训.md": HOSTILE}.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@contextlib.contextmanager
def serving(
    home: Path, documents: Path | None, users: Any = None, port: int = 0, **settings: Any
) -> Iterator[str]:
    """The address of a page over ``documents`` while the block runs; ``users`` make it one with a login."""
    import uvicorn

    from page.site import Site
    from page.web import make_app

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = port or probe.getsockname()[1]
    assistant = open_assistant(home=home, **settings)
    if documents is not None:
        assistant.index([documents])
    app = make_app(Site(assistant, users))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        assistant.close()


@pytest.fixture(scope="session")
def serve() -> Callable[..., contextlib.AbstractContextManager[str]]:
    """Serves a page of one's own: ``with serve(home, documents, llm=…) as url``."""
    return serving


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, documents: Path) -> Iterator[str]:
    """The page over the three documents, without a language model."""
    with serving(tmp_path_factory.mktemp("home"), documents) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser; a machine without one skips and says how to get it."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("没有 chromium：apt-get install chromium fonts-noto-cjk / no chromium: install it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


class Visitor:
    """One browser profile with one tab, and what it asked other hosts for."""

    def __init__(self, context: Any, address: str) -> None:
        self.address = address
        self.context = context
        self.elsewhere: list[str] = []
        self.errors: list[str] = []
        context.on("request", self._note)
        self.tab = self.new_tab()

    def new_tab(self) -> Any:
        """Another tab of the same profile."""
        tab = self.context.new_page()
        tab.set_default_timeout(WAIT_MS)
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        return tab

    def open(self, path: str = "/") -> Any:
        """The tab, with the page drawn."""
        self.tab.goto(self.address + path)
        self.tab.wait_for_selector("#talk .welcome, #talk .conversation")
        self.tab.wait_for_selector("#curtain", state="detached")
        return self.tab

    def ask(self, question: str, tab: Any = None) -> Any:
        """The exchange with the answer to ``question``."""
        tab = tab or self.tab
        before = tab.locator(".exchange .actions").count()
        tab.fill("#question textarea", question)
        tab.press("#question textarea", "Enter")
        tab.wait_for_function(
            "n => document.querySelectorAll('#talk .exchange .actions').length > n", arg=before
        )
        tab.wait_for_selector("#live .exchange", state="detached")
        return tab.locator("#talk .exchange").last

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.elsewhere.append(request.url)


Visiting = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visiting]:
    """Opens browser profiles; at the end none may have asked another host, or raised a script error."""
    visitors: list[Visitor] = []

    def arrive(url: str = address, *, width: int = 1280, height: int = 860, **options: Any) -> Visitor:
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce", **options)
        visitors.append(Visitor(context, url))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.context.close()
        assert not visitor.elsewhere, "the page asked another host"
        assert not visitor.errors
