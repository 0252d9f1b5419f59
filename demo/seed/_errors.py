"""Recorded errors: families as the live loggers write them, more of them in the hours after a release."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from demo.seed._draw import DAY, HOUR, MINUTE, moment, moments, places_by, stamps, text_of

if TYPE_CHECKING:
    from demo.world import World

WINDOW_DAYS: Final = 90
RELEASES: Final = 16
VARIANTS: Final = 30
"""How many wordings, addresses and browsers one fault is seen with."""

BROWSERS: Final = (
    ("Chrome", "Windows", False),
    ("Chrome", "Android", True),
    ("Firefox", "Windows", False),
    ("Safari", "macOS", True),
    ("Safari", "macOS", False),
    ("Chrome", "macOS", False),
)
"""Browser, system, mobile as the client's logger labels them (it calls iPhones macOS)."""

RESOLVED: Final = ("fixed", "resolved", "closed", "wont_fix", "duplicate")
SITE: Final = "https://autorev.app"


@dataclass(frozen=True, slots=True)
class Fault:
    """One bug: how it is classed, what it says (`{…}` varies), where, and how often it strikes.

    `frames` are function and file, innermost first; `fixed` is the share of the window after which it was fixed,
    `returns` whether it came back. `after_release` faults strike mostly in the hours after one.
    """

    error_type: str
    source: str
    severity: str
    message: str
    place: str
    feature: str
    weight: float
    frames: tuple[tuple[str, str], ...] = ()
    component: str | None = None
    status: int | None = None
    name: str = "TypeError"
    fixed: float | None = None
    returns: bool = False
    after_release: bool = False


def _fault(line: str) -> Fault:
    told = json.loads(line)
    return Fault(**{**told, "frames": tuple((function, file) for function, file in told.get("frames", ()))})


FAULTS: Final = tuple(
    _fault(line) for line in Path(__file__).with_name("faults.jsonl").read_text(encoding="utf-8").splitlines()
)
_SERVICES: Final = {"recalls": "NHTSA", "vin": "NHTSA", "youtube": "YouTube"}
_METADATA: Final = [
    text_of({"errorType": each.error_type, "serverSide": each.source != "client", "errorSource": each.source})
    for each in FAULTS
]


def releases(world: World) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the commits that went live in the window, oldest first, and when."""
    rng = world.random("releases")
    now = moment(world.now)
    days = np.sort(rng.choice(np.arange(1, WINDOW_DAYS), RELEASES - 1, replace=False))[::-1]
    at = np.append(
        now - (WINDOW_DAYS + 4) * DAY, now // DAY * DAY - days * DAY + rng.integers(14, 23, RELEASES - 1) * HOUR
    )
    return [f"{commit:07x}" for commit in rng.integers(1 << 20, 1 << 28, RELEASES)], at


def _words(world: World) -> pl.DataFrame:
    """Spell out the variants of every fault: message, stack, address, browser."""
    rng = world.random("application_errors.words")
    slugs = world.tables["cars"]["slug"].to_list()
    uuids = world.ids("application_errors.words", 400).to_list()
    rows: list[dict[str, object]] = []
    for number, fault in enumerate(FAULTS):
        for variant in range(VARIANTS):
            browser, system, mobile = BROWSERS[variant % len(BROWSERS)]
            millis = int(rng.integers(5_050, 14_900))
            words = {
                "uuid": uuids[int(rng.integers(0, 400))],
                "slug": slugs[int(rng.integers(0, 60))],
                "n": str(rng.integers(100, 9900)),
                "ms": str(rng.integers(20, 900)),
                "ip": f"203.0.113.{rng.integers(1, 250)}",
                "url": f"https://forums.example.com/threads/{rng.integers(1000, 99999)}/",
                "chunk": f"{SITE}/_next/static/chunks/{rng.integers(100, 9900)}-{rng.integers(1 << 40, 1 << 44):x}.js",
                "digest": str(rng.integers(10**8, 10**10)),
                "req": f"req_{rng.integers(1 << 40, 1 << 41):x}_{rng.integers(1 << 20, 1 << 24):06x}",
                "city": str(rng.choice(["Austin", "Tampa", "San+Jose"])),
                "slow": f"{millis / 1000:.1f}s",
            }
            message, place = fault.message, fault.place
            for word, value in words.items():
                message, place = message.replace(f"{{{word}}}", value), place.replace(f"{{{word}}}", value)
            client = fault.source == "client"
            rows.append({
                "fault": number,
                "message": message,
                "stack": _stack(rng, fault, message, browser if client else None),
                "page": f"{SITE}{place}" if client else f"{SITE}/" if rng.random() < 0.6 else None,
                "route": None if client else place,
                "browser": browser if client else None,
                "os": system if client else None,
                "mobile": mobile if client else None,
                "millis": millis if fault.error_type == "slow_request" else int(rng.integers(8, 4000)),
                "hash": f"{zlib.crc32(f'{message[:300]}{place}'.encode()) - (1 << 31):x}",
            })  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def _stack(rng: np.random.Generator, fault: Fault, message: str, browser: str | None) -> str | None:
    """Write the stack as the server's or the browser's engine does; null for a fault that comes without one."""
    if not fault.frames:
        return None
    told = message.split("] ", 1)[-1].removeprefix(f"{fault.name}: ")
    lines: list[str] = []
    for function, file in fault.frames:
        spot = f"{rng.integers(1, 4)}:{rng.integers(200, 90_000)}"
        if browser is None:
            lines.append(f"    at {function} (/var/task/.next/server/{file}.js:{spot})")
            continue
        chunk = file.removeprefix("chunks/").replace("[", "%5B").replace("]", "%5D")
        built = f"{SITE}/_next/static/chunks/{chunk}-{rng.integers(1 << 40, 1 << 44):x}"
        hashed = file if "://" in file else built
        lines.append(
            f"    at {function} ({hashed}.js:{spot})" if browser == "Chrome" else f"{function}@{hashed}.js:{spot}"
        )
    if browser is None:
        lines.append("    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)")
        lines.append(
            "    at async /var/task/node_modules/next/dist/compiled/next-server/app-route.runtime.prod.js:6:38411"
        )
    elif browser == "Safari":
        lines.append("[native code]")
    return "\n".join(lines if browser in ("Firefox", "Safari") else [f"{fault.name}: {told}", *lines])


def application_errors(world: World) -> pl.DataFrame:
    """Draw the rows: which fault, when first and last seen, how often, and how far it was dealt with."""
    rng = world.random("application_errors")
    count = world.rows("application_errors")
    now = moment(world.now)
    begin = now - WINDOW_DAYS * DAY
    commits, released = releases(world)
    fault = places_by(rng, count, [each.weight for each in FAULTS])
    words = _words(world)[(fault * VARIANTS + rng.integers(0, VARIANTS, count)).tolist()]

    def of(name: str) -> pl.Series:
        return pl.Series([getattr(each, name) for each in FAULTS]).gather(fault)

    after = of("after_release").to_numpy()
    fixed_share = of("fixed").cast(pl.Float64).to_numpy()
    known_fix = ~np.isnan(fixed_share)
    fixed_at = begin + (np.where(known_fix, fixed_share, 1.0) * (now - begin)).astype(np.int64)
    came_back = of("returns").to_numpy() & (rng.random(count) < 0.3)
    steady = begin + (rng.random(count) ** 0.8 * (now - begin - HOUR)).astype(np.int64)
    hour = (steady // HOUR) % 24
    steady -= np.where((hour > 6) & (hour < 13) & (rng.random(count) < 0.6), 9 * HOUR, 0)
    burst = released[1 + places_by(rng, count, 0.3 + rng.pareto(1.2, RELEASES - 1))] + (
        rng.exponential(5, count) * HOUR
    ).astype(np.int64)
    first = np.clip(np.where((rng.random(count) < 0.75) & after, burst, steady), begin, now - 20 * MINUTE)
    before_fix = begin + ((first - begin) * np.where(known_fix, fixed_share, 1.0)).astype(np.int64)
    newest = released[-1] + (rng.random(count) * np.maximum(now - released[-1] - HOUR, MINUTE)).astype(np.int64)
    first = np.where(
        known_fix & ~came_back, np.minimum(before_fix, fixed_at - HOUR), np.where(came_back, newest, first)
    )
    first = np.clip(first, begin, now - 20 * MINUTE)
    times = np.minimum(1 + rng.pareto(1.3, count), 400).astype(np.int64)
    single = of("source").to_numpy() == "client"
    times = np.where(single & (rng.random(count) < 0.8), 1, times)
    limit = np.where(known_fix & ~came_back, fixed_at, now) - first
    last = first + np.where(times > 1, np.minimum(rng.exponential(1.2, count) * DAY, 0.98 * limit), 0).astype(np.int64)

    age = now - last
    luck = rng.random(count)
    drawn = np.array(["new", "reviewed", "in_progress", "resolved", "closed", "wont_fix", "duplicate"])[
        places_by(rng, count, (60, 9, 4, 14, 6, 4, 3))
    ]
    status = np.where((age > 3 * DAY) & (luck < 0.9), drawn, "new")
    status = np.where(known_fix & ~came_back, "fixed", np.where(came_back, "new", status))
    settled = np.isin(status, RESOLVED)
    resolved_at = np.where(
        status == "fixed", fixed_at, np.minimum(last + rng.integers(HOUR, 3 * DAY, count), now - MINUTE)
    )
    release = np.searchsorted(released, first, side="right") - 1
    fix_release = np.minimum(np.searchsorted(released, fixed_at, side="left"), RELEASES - 1)
    version = pl.Series(commits).gather(np.maximum(release, 0))
    source = of("source")
    people = world.tables["user_profiles"]
    who = rng.integers(0, people.height, count)
    signed_in = (moments(people["created_at"])[who] < first) & (rng.random(count) < 0.4)
    frame = pl.DataFrame({
        "id": world.ids("application_errors", count),
        "error_type": of("error_type"),
        "error_message": words["message"],
        "stack_trace": words["stack"],
        "user_id": people["id"].gather(who),
        "page_url": words["page"],
        "severity": of("severity"),
        "is_resolved": settled,
        "error_hash": words["hash"],
        "error_source": source,
        "api_route": words["route"],
        "component_name": of("component"),
        "feature_context": of("feature"),
        "http_method": pl.Series(["GET", "POST"]).gather((rng.random(count) < 0.3).astype(np.int64)),
        "http_status": of("status").cast(pl.Int64),
        "request_duration_ms": words["millis"],
        "request_id": "req_" + world.ids("application_errors.requests", count).str.slice(0, 8),
        "external_service": pl.Series([_SERVICES.get(each.place.split("/")[0]) for each in FAULTS]).gather(fault),
        "browser": words["browser"],
        "os": words["os"],
        "is_mobile": words["mobile"],
        "app_version": version,
        "metadata": pl.Series(_METADATA).gather(fault),
        "occurrence_count": times,
        "status": status.tolist(),
        "issue_addressed": settled,
        "is_regression": came_back,
        "first_seen_at": stamps(first),
        "last_seen_at": stamps(last),
        "resolved_at": stamps(resolved_at),
        "fixed_at": stamps(fixed_at),
        "fixed_in_version": pl.Series(commits).gather(fix_release),
        "created_at": stamps(first),
        "unlogged_version": single & (rng.random(count) < 0.7),
        "signed_in": signed_in,
        "number": pl.int_range(count, eager=True),
    })  # fmt: skip
    server = pl.col("error_source") != "client"
    by_hand = "auto_" + (pl.col("first_seen_at").dt.epoch("ms") + pl.col("number") % 997).cast(pl.String)
    return (
        frame.with_columns(
            pl.when("signed_in").then("user_id").alias("user_id"),
            pl.when(server).then("error_hash").otherwise(by_hand).alias("error_hash"),
            pl.when(server).then("http_method").alias("http_method"),
            pl.when(server).then("request_duration_ms").alias("request_duration_ms"),
            pl.when(server).then("request_id").alias("request_id"),
            pl.when(~pl.col("unlogged_version")).then("app_version").alias("app_version"),
            pl.when("is_resolved").then("resolved_at").alias("resolved_at"),
            pl.when(pl.col("status") == "fixed").then("fixed_at").alias("fixed_at"),
            pl.when(pl.col("status") == "fixed").then("fixed_in_version").alias("fixed_in_version"),
        )
        .drop("unlogged_version", "signed_in", "number")
        .sort("created_at", maintain_order=True)
    )
