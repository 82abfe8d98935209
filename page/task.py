"""Long work in the background: begun once, followed from any tab, stopped from any tab."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

from rag.deadline import Stop, Stopped
from rag.errors import DangwuError

log = logging.getLogger(__name__)

Done = tuple[int, int]
Work = Callable[[Callable[[int, int], None]], None]


class Task:
    """Begins ``work(progress)`` when it is made; the work ends with ``Stopped`` at its next ``progress(done, of all)`` once
    stop was said. ``ended`` is called when it has come to an end, whichever. ``about`` says what the task is for.
    """

    def __init__(self, about: str, work: Work, ended: Callable[[], None]) -> None:
        self.about = about
        self._stop = Stop()
        self._changed = threading.Condition()
        self._done: Done = (0, 0)
        self._over = False
        self._trouble: BaseException | None = None
        threading.Thread(target=self._run, args=(work, ended), name="task", daemon=True).start()

    def stop(self) -> None:
        """Gives it up; whoever follows it hears so at once."""
        self._stop.say()
        self._tell(over=True, trouble=Stopped())

    def follow(self) -> Iterator[Done]:
        """How much of all was done, until it is over. Raises what ended it, ``Stopped`` also."""
        seen: Done | None = None
        while not self._over:
            with self._changed:
                if not self._over and self._done == seen:
                    self._changed.wait()
                seen = self._done
            yield seen
        if self._trouble is not None:
            raise self._trouble

    def _run(self, work: Work, ended: Callable[[], None]) -> None:
        trouble: BaseException | None = None
        try:
            self._stop.call(work, self._progress)
        except (DangwuError, Stopped) as error:
            trouble = error
        except Exception:
            log.exception("%s", self.about)
            trouble = DangwuError(
                "程序出了意外，没有做完。请把运行窗口里的提示发给维护的人。",
                "Something unexpected happened and the work was not finished; report what the program printed.",
            )
        ended()
        self._tell(over=True, trouble=trouble)

    def _progress(self, done: int, total: int) -> None:
        self._stop.check()
        self._tell(done=(done, total))

    def _tell(
        self, done: Done | None = None, over: bool = False, trouble: BaseException | None = None
    ) -> None:
        with self._changed:
            self._done = done or self._done
            self._over = self._over or over
            self._trouble = self._trouble or trouble
            self._changed.notify_all()
