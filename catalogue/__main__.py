"""`python -m catalogue` writes the documentation page."""

from __future__ import annotations

import sys

from catalogue._documentation import PAGE, page

PAGE.parent.mkdir(exist_ok=True)
PAGE.write_text(page(), encoding="utf-8")
sys.stdout.write(f"Wrote {PAGE.name}.\n")
