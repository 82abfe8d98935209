"""Runs an iterator in a thread and gives up on it in time: no read, no name look-up, no dripping server can hang a caller."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class TooSlow(Exception):
    """The iterator did not end in time; ``silent`` when it was the gap between two items that was too long."""

    def __init__(self, silent: bool) -> None:
        super().__init__("silent" if silent else "late")
        self.silent = silent


class _End:
    """The last thing in the queue: how the iterator ended."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Worker(Generic[Item]):
    def __init__(self, start: Callable[[], Iterator[Item]]) -> None:
        self._start = start
        self.queue: queue.Queue[Item | _End] = queue.Queue()
        self.abandoned = threading.Event()

    def run(self) -> None:
        error: BaseException | None = None
        try:
            for item in self._start():
                if self.abandoned.is_set():
                    break
                self.queue.put(item)
        except BaseException as raised:
            error = raised
        self.queue.put(_End(error))


def within(start: Callable[[], Iterator[Item]], total_s: float, silence_s: float) -> Iterator[Item]:
    """The items of ``start()``, which runs in a daemon thread.

    Raises ``TooSlow`` when it takes more than ``total_s`` seconds in all or ``silence_s`` between two items; whatever the
    iterator raises comes through. An iterator that was given up is left at its next item.
    """
    worker = _Worker(start)
    threading.Thread(target=worker.run, name="language-model", daemon=True).start()
    end = time.monotonic() + total_s
    try:
        while True:
            left = end - time.monotonic()
            try:
                item = worker.queue.get(timeout=max(0.0, min(left, silence_s)))
            except queue.Empty:
                raise TooSlow(silent=silence_s < left) from None
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        worker.abandoned.set()
