"""Text of others where Streamlit reads Markdown: titles and labels."""

from __future__ import annotations

import re
from typing import Final

from queries import export

_READ_LATER: Final = re.compile(r"(?<=:)(?=\w)|(?<=-)(?=[->])|(?<=<)(?=-)")
"""Names after a colon become icons, and hyphens dashes and arrows, even where they are escaped."""


def letters(text: str) -> str:
    """Return Markdown of one line that shows the text letter by letter."""
    return export.letters(_READ_LATER.sub("\u2060", " ".join(text.split())))
