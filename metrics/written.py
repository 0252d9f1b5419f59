"""How numbers are written, on pages, in alerts and in digests."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

UNKNOWN: Final = "–"


def whole(value: float | Decimal | None) -> str:
    """Write a count in full: 12,345; unknown is a dash."""
    return UNKNOWN if value is None else f"{value:,.0f}"


def compact(value: float | Decimal | None) -> str:
    """Write a count short from ten thousand on: 12.3k, 4.6M."""
    if value is None:
        return UNKNOWN
    size = Decimal(str(abs(value)))
    for bound, factor, suffix in ((999_950_000, 10**9, "B"), (999_950, 10**6, "M"), (10_000, 10**3, "k")):
        if size >= bound:
            return f"{Decimal(str(value)) / factor:,.1f}{suffix}"
    return f"{value:,.0f}"


def money(value: Decimal | int | None, currency: str = "$") -> str:
    """Write money as accountants do: $1,234.50, and ($1,234.50) below zero."""
    if value is None:
        return UNKNOWN
    amount = Decimal(value)
    text = f"{currency}{abs(amount):,.2f}"
    return f"({text})" if amount < 0 else text


def percent(share: float | None, *, signed: bool = False) -> str:
    """Write a share as percent: 0.123 is 12.3 %."""
    if share is None:
        return UNKNOWN
    return f"{share * 100:+,.1f} %" if signed else f"{share * 100:,.1f} %"


def size(count: int | None) -> str:
    """Write bytes in binary units: 1.5 MiB."""
    if count is None:
        return UNKNOWN
    amount = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(amount) < 1024:
            return f"{amount:,.0f} {unit}" if unit == "B" else f"{amount:,.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} TiB"


def ago(seconds: float | None) -> str:
    """Write an age: 42 s, 3 min, 5 h, 2 d."""
    if seconds is None:
        return UNKNOWN
    for bound, factor, unit in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < bound:
            return f"{seconds / factor:.0f} {unit}"
    return f"{seconds / 86_400:.0f} d"


def duration(seconds: float | None) -> str:
    """Write a time in its two largest units: 42 s, 3 min 20 s, 5 h 10 min, 2 d 4 h."""
    if seconds is None:
        return UNKNOWN
    if 0 < seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    rest = round(seconds)
    units = [(rest // 86_400, "d"), (rest // 3600 % 24, "h"), (rest // 60 % 60, "min"), (rest % 60, "s")]
    first = next((place for place, (count, _) in enumerate(units) if count), 3)
    return " ".join(f"{count} {unit}" for count, unit in units[first : first + 2] if count) or "0 s"


def number(value: float | Decimal | None, unit: str) -> str:
    """Write a number in the way of its unit."""
    if unit == "currency":
        return money(value if value is None or isinstance(value, Decimal) else Decimal(value))
    if unit == "rows":
        return whole(value)
    if unit == "seconds":
        return duration(None if value is None else float(value))
    if unit == "bytes":
        return size(None if value is None else int(value))
    if unit in {"months", "ratio"}:
        return UNKNOWN if value is None else f"{value:,}"
    return percent(float(value)) if unit == "share" and value is not None else compact(value)
