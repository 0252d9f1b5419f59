"""Text of others where Streamlit reads Markdown: titles and labels."""

from __future__ import annotations

import re
from typing import Final

_MEANT: Final = re.compile(r"[!-/:-@\[-`{-~]")
_SHORTCODE: Final = ":\u2060"
"""A colon and a word joiner: names between colons become icons even where the colon is escaped."""


def letters(text: str) -> str:
    """Return Markdown of one line that shows the text letter by letter."""
    escaped = _MEANT.sub(lambda found: f"\\{found.group()}", " ".join(text.split()))
    return escaped.replace(":", _SHORTCODE) if ":" in escaped else escaped
