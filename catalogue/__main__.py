"""`python -m catalogue` writes the documentation pages."""

from __future__ import annotations

import sys

from catalogue import _documentation, personal

for written in (_documentation, personal):
    written.PAGE.parent.mkdir(exist_ok=True)
    written.PAGE.write_text(written.page(), encoding="utf-8")
    sys.stdout.write(f"Wrote {written.PAGE.name}.\n")
