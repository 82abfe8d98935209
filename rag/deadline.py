"""Reads a stream from ordinary code and gives up on it in time, or at once when somebody says stop.

Streams run on one event loop in a thread of its own: what is given up is cancelled there and its connection closed, so that
no read, no name look-up and no dripping server can hang a caller, or go on being paid for.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar, copy_context
from functools import lru_cache
from typing import Any, TypeVar

Item = TypeVar("Item")


class TooSlow(Exception):
    """The stream did not end in time; ``silent`` when it was the gap between two items that was too long."""

    def __init__(self, silent: bool) -> None:
        super().__init__("silent" if silent else "late")
        self.silent = silent


class Stopped(BaseException):
    """Somebody said stop. No error: nothing that handles errors may take it for one."""


class Stop:
    """Lets another thread end some work: what runs under it raises ``Stopped`` between two steps or while it waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = False
        self._hear: list[Callable[[], None]] = []

    @property
    def said(self) -> bool:
        """Whether it was said."""
        return self._said

    def say(self) -> None:
        """Ends the work."""
        with self._lock:
            self._said = True
            hear, self._hear = self._hear, []
        for told in hear:
            told()

    def then(self, told: Callable[[], None]) -> None:
        """Calls ``told`` when it is said; at once when it was."""
        with self._lock:
            if not self._said:
                self._hear.append(told)
                return
        told()

    def forget(self, told: Callable[[], None]) -> None:
        """Does not call ``told`` any more."""
        with self._lock:
            if told in self._hear:
                self._hear.remove(told)

    def check(self) -> None:
        """Raises ``Stopped`` when it was said."""
        if self._said:
            raise Stopped

    def call(self, work: Callable[..., Item], *arguments: Any) -> Item:
        """What ``work`` returns; all waiting in it is under this stop."""
        context = copy_context()
        context.run(_governing.set, self)
        return context.run(work, *arguments)

    def over(self, items: Iterator[Item]) -> Iterator[Item]:
        """The items, as long as nobody says stop; then raises ``Stopped``."""
        while True:
            self.check()
            try:
                item = self.call(next, items)
            except StopIteration:
                return
            self.check()
            yield item


_governing: ContextVar[Stop | None] = ContextVar("stop", default=None)


class _End:
    """The last thing in the queue: the stream has ended, or nobody waits for it any more."""


def within(stream: AsyncIterator[Item], total_s: float, silence_s: float) -> Iterator[Item]:
    """The items of ``stream``.

    Raises ``TooSlow`` when it takes more than ``total_s`` seconds in all or ``silence_s`` between two items, and ``Stopped``;
    whatever the stream raises comes through.
    """
    stop = _governing.get()
    heard: queue.Queue[Item | _End] = queue.Queue()

    async def read() -> None:
        async for item in stream:
            heard.put(item)

    def end(_: object = None) -> None:
        heard.put(_End())

    reading = asyncio.run_coroutine_threadsafe(read(), _loop())
    reading.add_done_callback(end)
    if stop is not None:
        stop.then(end)
    last = time.monotonic() + total_s
    try:
        while True:
            left = last - time.monotonic()
            try:
                item = heard.get(timeout=max(0.0, min(left, silence_s)))
            except queue.Empty:
                raise TooSlow(silent=silence_s < left) from None
            if stop is not None:
                stop.check()
            if isinstance(item, _End):
                reading.result()
                return
            yield item
    finally:
        reading.cancel()
        if stop is not None:
            stop.forget(end)


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    """One loop for all streams: connections that a client keeps open belong to the loop they were made on."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="language-model", daemon=True).start()
    return loop
