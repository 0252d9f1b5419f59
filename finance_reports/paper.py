"""Statements as PDF: the same bytes for the same data, on any machine, with no font or program of the system."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst

from finance_reports import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from finance_reports.statement import Statement

TEMPLATE: Final = Path(__file__).with_name("statement.typ")
_NOTES: Final = 200


def pdf(statements: Sequence[Statement]) -> bytes:
    """Return the statements as one PDF, each beginning on a page of its own."""
    data = json.dumps([_plain(one) for one in statements], ensure_ascii=False)
    found = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", ignore_system_fonts=True, sys_inputs={"statements": data}, timestamp=0
    )
    if not isinstance(found, bytes):  # pragma: no cover  several pages of a PDF are one file
        raise TypeError("A PDF is one file.")
    return found


def _plain(one: Statement) -> dict[str, Any]:
    notes = one.notes[:_NOTES]
    more = (f"… and {len(one.notes) - _NOTES:,} notes more.",) if len(one.notes) > _NOTES else ()
    kinds = [column.cell for column in one.columns]
    return {
        "title": one.title,
        "entity": one.entity,
        "period": one.period,
        "currency": one.currency,
        "statuses": one.statuses,
        "as_of": f"{one.as_of:%Y-%m-%d %H:%M} UTC",
        "columns": [column.label for column in one.columns],
        "rows": [
            {
                "kind": row.kind,
                "label": row.label,
                "code": row.code,
                "level": row.level,
                "cells": [written.cell(value, kind) for value, kind in zip(row.cells, kinds, strict=False)],
            }
            for row in one.rows
        ],
        "checks": [
            {"name": check.name, "holds": check.holds, "difference": written.money(check.difference)}
            for check in one.checks
        ],
        "notes": [*notes, *more],
    }
