"""Serves the page and the HTTP API: ``dangwu ui``, or ``python ui.py``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rag.config import harden_environment

if TYPE_CHECKING:
    from rag.assistant import Assistant


def serve(assistant: Assistant, host: str = "127.0.0.1", port: int = 7860) -> int:
    """Serves until interrupted. Returns the exit code: 1 when the address cannot be listened on."""
    harden_environment()
    import uvicorn

    from page.guard import LOOPBACK
    from page.site import Site
    from page.web import make_app

    app = make_app(Site(assistant), LOOPBACK if host in LOOPBACK else None)
    server = uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, log_level="warning", server_header=False)
    )
    print(f"网页已就绪 / the page is ready: http://{host}:{port}", file=sys.stderr)
    try:
        server.run()
    except KeyboardInterrupt:
        return 0
    except SystemExit:
        print(f"无法监听 {host}:{port}，端口可能已被占用，请换一个：--port 7861", file=sys.stderr)
        return 1
    return 0 if server.started else 1


if __name__ == "__main__":
    from rag.cli import main

    sys.exit(main(["ui", *sys.argv[1:]]))
