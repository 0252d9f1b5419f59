"""What every export keeps to, whichever program writes it."""

from __future__ import annotations

import re
from typing import Final

_PLAIN_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)*(e[+-]?\d+)?", re.IGNORECASE)


def defused(text: str) -> str:
    """Return the text with a quote before it where a spreadsheet would take it for a formula."""
    if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text
