"""The rules: each module looks at one kind of defect and says which checks a documented table deserves."""

from __future__ import annotations

from quality.rules import columns, completeness, contradictions, ledger, references, time, uniqueness

RULES = (columns, references, uniqueness, completeness, contradictions, time, ledger)
"""Every module has `checks(table) -> Iterator[Check]` for a table of the catalogue."""

__all__ = ["RULES"]
