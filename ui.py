"""Serves the page and the HTTP API: ``dangwu ui``, or ``python ui.py``."""

from __future__ import annotations

import logging
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from rag.config import LOOPBACK, default_home, harden_environment
from rag.errors import SettingError

if TYPE_CHECKING:
    from page.site import Site
    from rag.assistant import Assistant

CLOSING_S = 2  # open pages hold a connection for as long as they are open


def serve(assistant: Assistant, host: str = "127.0.0.1", port: int = 7860) -> int:
    """Serves until interrupted. Returns the exit code.

    Listening wider than this machine needs a login. Raises ``SettingError`` when nobody could log in, or when the address
    cannot be listened on.
    """
    harden_environment()
    site = _site(assistant, host)
    with _listening(host, port) as listening:
        import uvicorn

        from page.web import make_app

        app = make_app(site, LOOPBACK if host in LOOPBACK else None)
        config = uvicorn.Config(
            app, log_level="warning", server_header=False, timeout_graceful_shutdown=CLOSING_S
        )
        server = uvicorn.Server(config)
        told = logging.getLogger("uvicorn.error")
        told.addFilter(lambda _: not server.should_exit)  # pages that are open when it ends are cut off
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        app.router.on_startup.append(
            lambda: print(f"网页已就绪 / the page is ready: {address}", file=sys.stderr)
        )
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
        return 0 if server.started else 1


def _listening(host: str, port: int) -> socket.socket:
    """A socket at the address. Raises ``SettingError``."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]  # create_server adds the address, which is named below
        raise SettingError(
            f"无法监听 {host}:{port}（{why}）。端口被占用时请换一个：--port {port + 1}",
            f"Cannot listen on {host}:{port} ({why}). If the port is taken, choose another: --port {port + 1}",
        ) from error


def _site(assistant: Assistant, host: str) -> Site:
    """The site; with a login unless only this machine can reach it."""
    from page.site import Site
    from rag.users import USERS_FILE, Users

    if host in LOOPBACK:
        return Site(assistant)
    home = assistant.settings.home
    users = Users(home / USERS_FILE)
    if not any(user.role == "admin" for user in users.all()):
        where = "" if home == default_home() else f' --home "{home}"'
        raise SettingError(
            f"监听 {host} 会让其他电脑也能打开网页，需要先有管理员账号：dangwu user add 名字 --admin{where}",
            f"Listening on {host} opens the page to other computers; add an administrator first: "
            f"dangwu user add NAME --admin{where}",
        )
    return Site(assistant, users)


if __name__ == "__main__":
    from rag.cli import main

    sys.exit(main(["ui", *sys.argv[1:]]))
