"""``python -m rag`` is ``dangwu``."""

from rag.cli import main

raise SystemExit(main())
