"""Lets this Python process reach its own machine and nothing else.

Python imports a module of this name at start-up when its folder is on PYTHONPATH; ``tests/conftest.py`` also
loads it into the test process itself. Every attempt to leave the machine raises ``OSError``, and is noted in
the file that LOOPBACK_ONLY_LOG names, so that an attempt which somebody catches and forgets is still seen.
"""

from __future__ import annotations

import ipaddress
import os
import sys

LOG = "LOOPBACK_ONLY_LOG"


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """The audit hook: ``socket.getaddrinfo`` names the host first, the others an address after the socket."""
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # no tuple: a socket in the file system
    else:
        return
    if not is_own_machine(host):
        note(f"{event} {host}")
        raise OSError(f"这项测试不许访问网络 / no network in this test: {event} {host}")


def is_own_machine(host: object) -> bool:
    """Whether a host is this machine by a name or address that never leaves it."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(str(name))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def note(line: str) -> None:
    """Appends a line to the log, where there is one."""
    if os.environ.get(LOG):
        with open(os.environ[LOG], "a", encoding="utf-8") as log:
            log.write(line + "\n")


sys.addaudithook(refuse)
