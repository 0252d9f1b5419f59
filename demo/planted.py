"""The defects that the demo plants, class by class, each with its exact place and number of rows.

The frames are generated clean; each defect then spoils its rows, the same for the same plan. A check that finds other
rows than these in the demo has either found a mistake of the generator or is wrong itself. `rows` counts the rows that
a right check reports at scale 1 and above; the few defects that no frame can hold say in their words where they lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from demo.seed._draw import DAY, HOUR, moment, stamps

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.world import World

Rows = npt.NDArray[np.int64]

LAPS: Final = 1_235
CROWD: Final = 450
VENUES: Final = 120
"""How many rows `track_venues` has, the undocumented table that the lap times really point to."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One planted defect: the class that a check reports, where, how many rows, and what spoils them."""

    klass: str
    table: str
    column: str | None
    words: str
    rows: int
    apply: Callable[[World], None]


def _rows(world: World, table: str, column: str, count: int, where: pl.Expr | None = None) -> Rows:
    """Draw `count` rows of a table, only of those that `where` holds for."""
    frame = world.tables[table]
    fit = frame.select(pl.lit(value=True) if where is None else where)
    held = fit.to_series()
    places = np.arange(frame.height) if held.len() != frame.height else np.flatnonzero(held.fill_null(False).to_numpy())
    return np.sort(world.random(f"planted {table}.{column}").choice(places, count, replace=False))


def _put(world: World, table: str, column: str, rows: Rows, values: Any) -> None:
    """Write values (one, or one a row) into the rows of a column."""
    frame = world.tables[table]
    series = frame[column]
    new = pl.Series(values if isinstance(values, (list, pl.Series)) else [values] * len(rows), dtype=series.dtype)
    spot = np.full(frame.height, -1, dtype=np.int64)
    spot[rows] = np.arange(len(rows))
    mixed = pl.DataFrame({"old": series, "spot": spot}).with_columns(
        new=new.gather(pl.Series(np.maximum(spot, 0))) if len(rows) else series
    )
    world.tables[table] = frame.with_columns(
        mixed.select(pl.when(pl.col("spot") >= 0).then("new").otherwise("old").alias(column)).to_series()
    )


def _spoil(world: World, *, table: str, column: str, count: int, value: Any, where: pl.Expr | None = None) -> None:
    """Write `value` into `count` rows; an expression is worked out from each row."""
    rows = _rows(world, table, column, count, where)
    values = value
    if isinstance(value, pl.Expr):
        values = world.tables[table][rows.tolist()].with_columns(value.alias("planted"))["planted"]
    _put(world, table, column, rows, values)


def _plant(
    klass: str, table: str, column: str, words: str, count: int, value: Any, where: pl.Expr | None = None
) -> Defect:
    """Declare a defect that writes `value` into `count` rows of a column."""
    spoil = partial(_spoil, table=table, column=column, count=count, value=value, where=where)
    return Defect(klass, table, column, words, count, spoil)


def _nothing(_: World) -> None:
    """Leave the frames as they are: the defect lies elsewhere, as its words say."""


def _lap_times_of_venues(world: World) -> None:
    rows = _rows(world, "car_track_lap_times", "track_id", LAPS - 3)
    rng = world.random("planted lap times")
    venues = world.ids("track_venues", VENUES).gather(rng.integers(0, VENUES, len(rows))).to_list()
    nowhere = world.ids("planted.no_track", 4).to_list()
    _put(world, "car_track_lap_times", "track_id", rows, [*venues[:-4], *nowhere])


def _parts_gone(world: World) -> None:
    rows = _rows(world, "user_project_parts", "part_id", 2)
    _put(world, "user_project_parts", "part_id", rows, world.ids("planted.no_part", 2))


def _insights_without_car(world: World) -> None:
    of_one_forum = pl.col("source_forum") == pl.col("source_forum").mode().sort().first()
    rows = _rows(world, "community_insights", "car_id", 68, of_one_forum)
    _put(world, "community_insights", "car_id", rows, None)
    _put(world, "community_insights", "car_slug", rows, None)


def _aliases_of_nothing(world: World) -> None:
    aliases = world.tables["car_slug_aliases"]
    gone = (aliases["canonical_slug"] + "-legacy").to_list()
    gone[3], gone[7] = aliases["alias"][4], aliases["alias"][8]
    world.tables["car_slug_aliases"] = aliases.with_columns(
        pl.Series("canonical_slug", gone), pl.lit(None, dtype=pl.String).alias("car_id")
    )


def _alias_that_is_a_car(world: World) -> None:
    slug = world.tables["cars"]["slug"][17]
    _put(world, "car_slug_aliases", "alias", np.array([20]), slug)


def _elements(world: World, *, table: str, column: str, count: int, stranger: str) -> None:
    rows = _rows(world, table, column, count, pl.col(column).list.len() > 0)
    kept = world.tables[table][column].gather(rows).to_list()
    _put(world, table, column, rows, [[*each[:-1], stranger] for each in kept])


def _crowded_fitments(world: World) -> None:
    """Move a thousand fitments of one vendor's parts to two cars, leaving every car at least one fitment."""
    fitments = world.tables["part_fitments"].with_row_index("row")
    prices = world.tables["part_pricing_snapshots"]
    vendor = prices["vendor_name"].drop_nulls().mode().sort()[0]
    sold = prices.filter(pl.col("vendor_name") == vendor)["part_id"].unique()
    crowd = fitments["car_id"].value_counts().sort("count", "car_id", descending=[True, False])["car_id"].head(2)
    there = fitments.filter(pl.col("car_id").is_in(crowd.implode()))["part_id"].unique()
    free = (
        fitments.with_columns(place=pl.int_range(pl.len()).over("car_id"))
        .filter(
            (pl.col("place") > 0) & pl.col("part_id").is_in(sold.implode()) & ~pl.col("part_id").is_in(there.implode())
        )
        .unique("part_id", keep="first", maintain_order=True)
        .head(CROWD)
    )
    rows = free["row"].to_numpy().astype(np.int64)
    if len(rows) < CROWD:
        raise ValueError(f"Only {len(rows)} fitments of {vendor} can be moved, {CROWD} are wanted; seed more of them.")
    _put(world, "part_fitments", "car_id", rows, crowd.gather([n % 2 for n in range(CROWD)]))
    _put(world, "part_fitments", "car_variant_id", rows, None)


def _one_confidence(world: World) -> None:
    prices = world.tables["part_pricing_snapshots"]
    vendor = prices["vendor_name"].drop_nulls().mode().sort()[0]
    sold = prices.filter(pl.col("vendor_name") == vendor)["part_id"].unique()
    world.tables["part_fitments"] = world.tables["part_fitments"].with_columns(
        pl.when(pl.col("part_id").is_in(sold.implode())).then(0.85).otherwise("confidence").alias("confidence")
    )


_PAIR: Final = (pl.int_range(pl.len()) % 7).is_in([2, 3])
"""The rows that a repetition may take up, so that no later defect tells the two apart."""


def _repeat(world: World, *, table: str, count: int, but: tuple[str, ...] = ("id",)) -> None:
    """Let `count` rows say again what the rows before them say, except in the columns named."""
    frame = world.tables[table]
    rows = _rows(world, table, "repeated", count, _PAIR & (pl.int_range(pl.len()) % 7 == 3))
    for column in frame.columns:
        if column not in but:
            _put(world, table, column, rows, frame[column].gather(rows - 1))


def _track_names_again(world: World) -> None:
    tracks = world.tables["tracks"]
    rows = np.array([400, 410, 420])
    again = tracks["name"].gather([2, 5, 9]).str.to_uppercase().str.replace_all(" ", "  ")
    _put(world, "tracks", "name", rows, again)


def _void_keys(world: World) -> None:
    rows = _rows(world, "part_pricing_snapshots", "vendor_name", 4)
    snapshots = world.tables["part_pricing_snapshots"]
    for column in ("part_id", "recorded_at"):
        _put(world, "part_pricing_snapshots", column, rows[1::2], snapshots[column].gather(rows[::2]))
    _put(world, "part_pricing_snapshots", "vendor_name", rows, None)


def _maintenance_again(world: World) -> None:
    specs = world.tables["vehicle_maintenance_specs"]
    ids = world.ids("vehicle_maintenance_specs", specs.height + 1)
    again = specs[[0]].with_columns(pl.Series("id", [ids[-1]]), oil_viscosity=pl.lit("0W-40"))
    world.tables["vehicle_maintenance_specs"] = pl.concat([specs, again])


def _profile_of_another(world: World) -> None:
    profiles = world.tables["car_tuning_profiles"]
    for column in ("car_id", "car_slug"):
        _put(world, "car_tuning_profiles", column, np.array([300]), profiles[column][10])


def _empty_column(world: World, *, table: str, column: str) -> None:
    frame = world.tables[table]
    world.tables[table] = frame.with_columns(pl.lit(None, dtype=frame[column].dtype).alias(column))


def _phones_in_lower_case(world: World) -> None:
    on_phone = pl.col("device_info").str.contains('"device_type":"Mobile"', literal=True)
    rows = _rows(world, "page_views", "device_info", 340, on_phone)
    old = world.tables["page_views"]["device_info"].gather(rows)
    _put(world, "page_views", "device_info", rows, old.str.replace('"Mobile"', '"mobile"', literal=True))


CATCH_ALL: Final = 2_515


def _other_parts(world: World) -> None:
    other = pl.col("category") == "other"
    missing = CATCH_ALL - world.tables["parts"].filter(other).height
    _spoil(world, table="parts", column="category", count=missing, value="other", where=~other)


def _all_stock(world: World) -> None:
    world.tables["car_track_lap_times"] = world.tables["car_track_lap_times"].with_columns(is_stock=pl.lit(value=True))


EQUAL: Final = 94


def _equal_counts(world: World) -> None:
    """Give four upgrade keys exactly 94 parts each, the surplus going to keys that lack those parts."""
    links = world.tables["upgrade_key_parts"]
    sizes = links["upgrade_key"].value_counts().sort("count", "upgrade_key", descending=[True, False])
    crowded = sizes.filter(pl.col("count") > EQUAL)["upgrade_key"].head(4).to_list()
    spare = sizes["upgrade_key"].tail(3).to_list()
    keys = links["upgrade_key"].to_list()
    parts = links["part_id"].to_list()
    held = set(zip(keys, parts, strict=True))
    for key in crowded:
        for row in [place for place, each in enumerate(keys) if each == key][EQUAL:]:
            goal = next(each for each in spare if (each, parts[row]) not in held)
            keys[row] = goal
            held.add((goal, parts[row]))
    world.tables["upgrade_key_parts"] = links.with_columns(pl.Series("upgrade_key", keys))


def _oil_in_electric_cars(world: World) -> None:
    electric = world.tables["car_fuel_economy"].filter("is_electric")["car_slug"].implode()
    rows = _rows(world, "vehicle_maintenance_specs", "oil_capacity_liters", 4, pl.col("car_slug").is_in(electric))
    _put(world, "vehicle_maintenance_specs", "oil_capacity_liters", rows, 5.5)


def _another_car(world: World) -> None:
    rows = _rows(world, "car_issues", "car_id", 5)
    cars = world.tables["cars"]["id"]
    old = world.tables["car_issues"]["car_id"].gather(rows)
    _put(world, "car_issues", "car_id", rows, [cars[0] if each != cars[0] else cars[1] for each in old])


def _engagement_stopped(world: World) -> None:
    """Move the engagement of the last ten days, but for one row, to earlier views that had none."""
    engagement, views = world.tables["page_engagement"], world.tables["page_views"]
    limit = world.now - timedelta(days=10)
    late = engagement.filter(pl.col("created_at") >= limit)
    rest = engagement.filter(pl.col("created_at") < limit)
    measured = pl.col("id").is_in(engagement["page_view_id"].implode())
    lasted = pl.col("created_at") + pl.duration(milliseconds=pl.col("duration_ms"))
    free = views.filter(~measured & ~pl.col("is_bot") & (lasted < limit)).head(late.height - 1)
    seconds = free["duration_ms"] // 1000
    moved = late.head(free.height).with_columns(
        page_view_id=free["id"],
        session_id=free["session_id"],
        page_url=free["page_url"],
        time_on_page=seconds,
        created_at=free.select(lasted.alias("at"))["at"],
        **({"engaged_time_seconds": seconds * 3 // 5} if "engaged_time_seconds" in late.columns else {}),
    )
    world.tables["page_engagement"] = pl.concat([rest, moved, late.tail(late.height - free.height)]).sort(
        "created_at", maintain_order=True
    )


def _logs_frozen(world: World) -> None:
    """Let the logs of the last 30 days be second logs of older conversations, so that no new ones are there."""
    logs = world.tables["al_usage_logs"]
    limit = world.now - timedelta(days=30)
    rows = np.flatnonzero((logs["created_at"] >= limit).to_numpy())
    older = logs.filter((pl.col("created_at") < limit) & pl.col("conversation_id").is_not_null())
    chosen = older[world.random("planted logs").integers(0, older.height, len(rows)).tolist()]
    for column in ("user_id", "conversation_id", "purpose", "source", "model"):
        _put(world, "al_usage_logs", column, rows, chosen[column])
    at = chosen["created_at"] + timedelta(seconds=20)
    _put(world, "al_usage_logs", "created_at", rows, at)


def _dyno_import(world: World) -> None:
    runs = world.tables["car_dyno_runs"]
    rows = np.arange(29, runs.height)
    spread = world.random("planted dyno").integers(0, 5 * HOUR, len(rows))
    _put(world, "car_dyno_runs", "created_at", rows, stamps((moment(world.now) // DAY - 6) * DAY + 9 * HOUR + spread))


def _approved_and_past(world: World) -> None:
    rows = _rows(world, "events", "status", 501, pl.col("status") == "expired")
    _put(world, "events", "status", rows, "approved")


def _from_the_future(world: World) -> None:
    rows = _rows(world, "youtube_videos", "published_at", 3)
    _put(world, "youtube_videos", "published_at", rows, world.now + timedelta(days=9))


def _opened_before_sent(world: World) -> None:
    rows = _rows(world, "email_logs", "opened_at", 2, pl.col("opened_at").is_not_null())
    early = world.tables["email_logs"]["sent_at"].gather(rows) - timedelta(minutes=30)
    _put(world, "email_logs", "opened_at", rows, early)
    _put(world, "email_logs", "clicked_at", rows, None)


def _draft(world: World, name: str, lines: list[tuple[str | None, str, str]], **entry: Any) -> None:
    """Add a draft entry to a ledger that has any; lines are account id, debit, credit."""
    entries = world.tables["journal_entries"]
    if entries.is_empty():
        return
    key = world.ids(f"planted.{name}", 1 + len(lines))
    day = world.now.date() - timedelta(days=9)
    head = {
        "id": key[0],
        "entry_date": day,
        "description": f"Draft: {name}",
        "reference": f"DRAFT-{name}",
        "status": "draft",
        "fiscal_year": day.year,
        "fiscal_month": day.month,
        "created_at": world.now - timedelta(days=8),
        **entry,
    }
    body = [
        {
            "id": key[place],
            "journal_entry_id": key[0],
            "account_id": account,
            "debit": Decimal(debit),
            "credit": Decimal(credit),
            "description": f"Draft: {name}",
            "line_number": place,
            "created_at": world.now - timedelta(days=8),
        }
        for place, (account, debit, credit) in enumerate(lines, 1)
    ]
    _append(world, "journal_entries", [head])
    _append(world, "journal_entry_lines", body)


def _append(world: World, table: str, rows: list[dict[str, Any]]) -> None:
    frame = world.tables[table]
    full = [{column: row.get(column) for column in frame.columns} for row in rows]
    world.tables[table] = pl.concat([frame, pl.DataFrame(full, schema=frame.schema)])


def _accounts(world: World) -> list[str]:
    """Return three active accounts that lines are booked on, in order of their code; none of an empty ledger."""
    if world.tables["journal_entries"].is_empty():
        return []
    used = world.tables["journal_entry_lines"]["account_id"].implode()
    there = world.tables["gl_accounts"].filter(pl.col("is_active") & pl.col("id").is_in(used)).sort("account_code")
    return [*there["id"].head(2).to_list(), *there["id"].tail(1).to_list()] if there.height else []


def _unbalanced(world: World) -> None:
    entries, lines = world.tables["journal_entries"], world.tables["journal_entry_lines"]
    if entries.is_empty():
        return
    codes = world.tables["gl_accounts"].filter(pl.col("account_code").str.starts_with("6"))["id"].implode()
    posted = entries.filter(pl.col("status") == "posted")["id"].implode()
    fit = pl.col("account_id").is_in(codes) & pl.col("journal_entry_id").is_in(posted) & (pl.col("debit") > 50)
    row = np.flatnonzero(lines.select(fit).to_series().to_numpy())[-1:]
    _put(world, "journal_entry_lines", "debit", row, lines["debit"].gather(row) + Decimal("0.10"))


def _one_sided(world: World) -> None:
    if accounts := _accounts(world):
        _draft(world, "one-sided", [(accounts[0], "40.00", "0.00"), (accounts[1], "2.50", "0.00")])


def _zero_line(world: World) -> None:
    if accounts := _accounts(world):
        lines = [(accounts[0], "0.00", "0.00"), (accounts[1], "15.00", "0.00"), (accounts[2], "0.00", "15.00")]
        _draft(world, "zero line", lines)  # type: ignore[arg-type]


def _negative_line(world: World) -> None:
    if accounts := _accounts(world):
        _draft(world, "negative line", [(accounts[0], "-25.00", "0.00"), (accounts[2], "0.00", "-25.00")])


def _line_without_account(world: World) -> None:
    if accounts := _accounts(world):
        _draft(world, "no account", [(None, "12.00", "0.00"), (accounts[2], "0.00", "12.00")])


def _line_without_entry(world: World) -> None:
    if accounts := _accounts(world):
        row = {
            "id": world.ids("planted.line without entry", 1)[0],
            "account_id": accounts[0],
            "debit": Decimal("8.00"),
            "credit": Decimal("0.00"),
            "description": "Line of a deleted draft",
            "line_number": 1,
            "created_at": world.now - timedelta(days=8),
        }
        _append(world, "journal_entry_lines", [row])


def _unused(world: World, *, active: bool) -> str | None:
    lines = world.tables["journal_entry_lines"]
    used = (lines["account_id"].drop_nulls() if "account_id" in lines.columns else pl.Series(dtype=pl.String)).implode()
    parents = world.tables["gl_accounts"]["parent_account_id"].drop_nulls().implode()
    free = world.tables["gl_accounts"].filter(
        (pl.col("is_active") == active)
        & pl.col("account_code").str.starts_with("6")
        & ~pl.col("id").is_in(used)
        & ~pl.col("id").is_in(parents)
    )
    return str(free["id"][-1]) if free.height else None


def _inactive_account(world: World) -> None:
    accounts, account = _accounts(world), _unused(world, active=False)
    if not accounts:
        return
    if account is None:
        account = _unused(world, active=True)
        row = np.flatnonzero((world.tables["gl_accounts"]["id"] == account).to_numpy())
        _put(world, "gl_accounts", "is_active", row, False)
    _draft(world, "inactive account", [(account, "60.00", "0.00"), (accounts[0], "0.00", "60.00")])


def _outside_periods(world: World) -> None:
    if accounts := _accounts(world):
        day = date(2019, 6, 30)
        lines = [(accounts[2], "33.00", "0.00"), (accounts[0], "0.00", "33.00")]
        _draft(world, "no period", lines, entry_date=day, fiscal_year=2019, fiscal_month=6)  # type: ignore[arg-type]


def _posted_after_closing(world: World) -> None:
    closed = world.tables["fiscal_periods"].filter("is_closed")
    entries = world.tables["journal_entries"]
    if entries.is_empty() or closed.is_empty():
        return
    first, last = closed["start_date"].min(), closed["end_date"].max()
    fit = (pl.col("status") == "posted") & pl.col("entry_date").is_between(first, last)
    rows = np.flatnonzero(entries.select(fit).to_series().to_numpy())[-1:]
    _put(world, "journal_entries", "posted_at", rows, world.now - timedelta(minutes=45))


def _draft_with_posting_time(world: World) -> None:
    if accounts := _accounts(world):
        lines = [(accounts[2], "21.00", "0.00"), (accounts[0], "0.00", "21.00")]
        _draft(world, "draft with posting time", lines, posted_at=world.now - timedelta(days=7))  # type: ignore[arg-type]


def _type_against_code(world: World) -> None:
    account = _unused(world, active=True)
    row = np.flatnonzero((world.tables["gl_accounts"]["id"] == account).to_numpy())
    _put(world, "gl_accounts", "account_type", row, "asset")


PLANTED: Final[tuple[Defect, ...]] = (
    # References
    Defect(
        "orphan_reference",
        "car_track_lap_times",
        "track_id",
        "1,232 of 1,235 lap times point to no row of tracks; 1,228 to rows of the undocumented track_venues, 4 nowhere",
        1_232,
        _lap_times_of_venues,
    ),
    Defect(
        "orphan_reference", "user_project_parts", "part_id", "two chosen parts are not in the catalogue", 2, _parts_gone
    ),
    Defect(
        "missing_reference",
        "community_insights",
        "car_id",
        "68 insights of one forum are linked to no car",
        68,
        _insights_without_car,
    ),
    Defect(
        "non_canonical_slug",
        "car_slug_aliases",
        "canonical_slug",
        "the targets of all 38 aliases are gone; two of them are aliases themselves",
        38,
        _aliases_of_nothing,
    ),
    Defect("non_canonical_slug", "car_slug_aliases", "alias", "an alias is the slug of a car", 1, _alias_that_is_a_car),
    _plant(
        "non_canonical_slug",
        "youtube_video_car_links",
        "car_slug",
        "nine links use a slug that is neither a car's nor an alias",
        9,
        pl.col("car_slug") + "-facelift",
    ),
    Defect(
        "element_reference",
        "featured_content",
        "related_car_slugs",
        "seven lists name a car that is not there",
        7,
        partial(_elements, table="featured_content", column="related_car_slugs", count=7, stranger="delorean-dmc-12"),
    ),
    Defect(
        "element_reference",
        "forum_scraped_threads",
        "car_ids_detected",
        "five lists hold the id of no car",
        5,
        partial(
            _elements,
            table="forum_scraped_threads",
            column="car_ids_detected",
            count=5,
            stranger="00000000-0000-4000-8000-000000000001",
        ),
    ),
    Defect(
        "replaced_parent",
        "car_price_history",
        "car_id",
        "the constraint points to cars_v1_legacy, which cars replaced; the builder makes it so, not the frames",
        1,
        _nothing,
    ),
    Defect(
        "concentration",
        "part_fitments",
        "car_id",
        "450 fitments of the vendor with most prices stand on two cars",
        CROWD,
        _crowded_fitments,
    ),
    # Uniqueness
    Defect(
        "duplicate",
        "car_dyno_runs",
        None,
        "six runs repeat the run before them but for id and created_at",
        6,
        partial(_repeat, table="car_dyno_runs", count=6),
    ),
    Defect(
        "duplicate",
        "car_recalls",
        "campaign_number",
        "four recalls of a car are there twice",
        4,
        partial(_repeat, table="car_recalls", count=4, but=("id", "created_at")),
    ),
    Defect(
        "duplicate",
        "tracks",
        "name",
        "three names are those of other tracks but for case and blanks",
        3,
        _track_names_again,
    ),
    Defect(
        "duplicate",
        "part_pricing_snapshots",
        "vendor_name",
        "two pairs of prices of one part and moment escape the unique key because the vendor is NULL",
        4,
        _void_keys,
    ),
    Defect(
        "entity_surplus",
        "vehicle_maintenance_specs",
        "car_slug",
        "the first car has two rows, so there are 310 for 309 cars",
        1,
        _maintenance_again,
    ),
    # Completeness
    Defect(
        "coverage_gap",
        "car_tuning_profiles",
        "car_slug",
        "one car has no profile; another has two instead",
        1,
        _profile_of_another,
    ),
    Defect(
        "empty_column",
        "al_articles",
        "hero_image_url",
        "no article has a picture",
        58,
        partial(_empty_column, table="al_articles", column="hero_image_url"),
    ),
    _plant("short_text", "community_insights", "summary", "21 summaries are a word or two", 21, "see thread"),
    _plant("short_text", "car_issues", "description", "15 descriptions say nothing", 15, "ok"),
    Defect(
        "unexpected_emptiness",
        "subscriptions",
        None,
        "no row although user_profiles has paying people; documented so, and so in the clean twin",
        0,
        _nothing,
    ),
    # Validity
    Defect(
        "enumeration",
        "page_views",
        "device_info",
        "340 device types are written mobile instead of Mobile",
        340,
        _phones_in_lower_case,
    ),
    _plant("enumeration", "car_issues", "severity", "14 severities are written with a capital", 14, "High"),
    _plant(
        "enumeration",
        "al_user_credits",
        "subscription_tier",
        "one tier is written with a capital",
        1,
        "Collector",
        pl.col("subscription_tier") == "collector",
    ),
    Defect("catch_all", "parts", "category", "39 % of the parts are in the category other", CATCH_ALL, _other_parts),
    Defect(
        "constant_column",
        "car_track_lap_times",
        "is_stock",
        "every lap time is said to be of a stock car",
        1_235,
        _all_stock,
    ),
    Defect(
        "constant_column",
        "part_fitments",
        "confidence",
        "every fitment of the vendor with most prices has the confidence 0.85; counted as one source",
        1,
        _one_confidence,
    ),
    Defect(
        "equal_counts",
        "upgrade_key_parts",
        "upgrade_key",
        "four upgrades have exactly 94 parts each",
        4 * EQUAL,
        _equal_counts,
    ),
    _plant("placeholder", "events", "venue_name", "46 venues are TBD", 46, "TBD", pl.col("status") != "expired"),
    _plant("placeholder", "car_dyno_runs", "fuel", "18 fuels are Unknown", 18, "Unknown", ~_PAIR),
    _plant("placeholder", "parts", "brand_name", "11 brands are n/a", 11, "n/a"),
    _plant("placeholder", "car_track_lap_times", "tires", "12 tires are Various", 12, "Various"),
    Defect(
        "contradiction",
        "vehicle_maintenance_specs",
        "oil_capacity_liters",
        "four electric cars have an oil capacity",
        4,
        _oil_in_electric_cars,
    ),
    _plant(
        "contradiction",
        "cars",
        "manual_available",
        "two cars with automatic gearboxes only are said to have a manual one",
        2,
        value=True,
        where=~pl.col("trans").str.contains("Manual"),
    ),
    _plant(
        "contradiction",
        "car_track_lap_times",
        "lap_time_text",
        "nine texts give another time than the milliseconds",
        9,
        pl.lit("9:59.999"),
    ),
    _plant(
        "contradiction",
        "events",
        "end_date",
        "eight events end before they start",
        8,
        pl.col("start_date") - pl.duration(days=2),
        pl.col("status") == "expired",
    ),
    _plant(
        "contradiction",
        "vehicle_service_intervals",
        "dealer_cost_high",
        "12 high costs are below the low ones",
        12,
        pl.col("dealer_cost_low") - 40,
        pl.col("dealer_cost_low") > 60,
    ),
    _plant(
        "contradiction",
        "car_variants",
        "model_year_end",
        "three variants end before they start",
        3,
        pl.col("model_year_start") - 2,
    ),
    _plant(
        "contradiction",
        "car_variants",
        "display_name",
        "four names give another size of engine than the engine",
        4,
        pl.col("display_name") + " 2.0L",
        pl.col("engine").str.starts_with("3.0L"),
    ),
    Defect(
        "contradiction",
        "car_issues",
        "car_id",
        "five issues have the slug of one car and the id of another",
        5,
        _another_car,
    ),
    _plant(
        "contradiction",
        "al_conversations",
        "message_count",
        "four counts differ from the messages",
        4,
        pl.col("message_count") + 3,
    ),
    _plant(
        "contradiction",
        "application_errors",
        "is_resolved",
        "25 errors with a settled status are said to be open",
        25,
        value=False,
        where=pl.col("status") == "closed",
    ),
    _plant(
        "range",
        "page_engagement",
        "scroll_depth",
        "37 scroll depths are above 100 %",
        37,
        130,
        pl.col("created_at") < pl.col("created_at").max() - pl.duration(days=12),
    ),
    _plant("range", "youtube_videos", "quality_score", "five scores are above 1", 5, 1.7),
    _plant("range", "events", "latitude", "six latitudes are beyond the pole", 6, 133.5, pl.col("status") != "expired"),
    _plant("range", "part_pricing_snapshots", "price_cents", "13 prices are 0", 13, 0),
    _plant("range", "user_feedback", "rating", "two ratings are 11", 2, 11, pl.col("rating").is_not_null()),
    _plant(
        "unit",
        "part_pricing_snapshots",
        "price_cents",
        "60 prices are in dollars",
        60,
        pl.col("price_cents") // 100,
        pl.col("price_cents") > 30_000,
    ),
    # Time and volume
    Defect(
        "freshness",
        "page_engagement",
        "created_at",
        "one row in the last ten days of a table that grows daily",
        1,
        _engagement_stopped,
    ),
    Defect(
        "sibling_ratio",
        "al_usage_logs",
        "created_at",
        "no new row in 30 days while al_messages grew, the 115 frozen",
        115,
        _logs_frozen,
    ),
    Defect(
        "volume_jump",
        "car_dyno_runs",
        "created_at",
        "612 of 641 rows came on one day; before it there were 29",
        612,
        _dyno_import,
    ),
    Defect("time_order", "events", "status", "501 approved events are past", 501, _approved_and_past),
    Defect(
        "time_order", "youtube_videos", "published_at", "three videos were published in the future", 3, _from_the_future
    ),
    _plant(
        "time_order",
        "upgrade_packages",
        "created_at",
        "two rows are older than the product",
        2,
        pl.lit(0).cast(pl.Datetime("us", "UTC")),
    ),
    Defect(
        "time_order",
        "email_logs",
        "opened_at",
        "two messages were opened before they were sent",
        2,
        _opened_before_sent,
    ),
    # Ledger; absent when the plan leaves the ledger empty
    Defect(
        "ledger", "journal_entries", "id", "the debits of one posted entry exceed its credits by 0.10", 1, _unbalanced
    ),
    Defect("ledger", "journal_entries", "id", "one draft has debits only, 42.50", 1, _one_sided),
    Defect("ledger", "journal_entry_lines", "debit", "one line of a draft has no amount", 1, _zero_line),
    Defect("ledger", "journal_entry_lines", "debit", "two lines of a draft are negative", 2, _negative_line),
    Defect(
        "ledger", "journal_entry_lines", "account_id", "one line of a draft has no account", 1, _line_without_account
    ),
    Defect("ledger", "journal_entry_lines", "journal_entry_id", "one line has no entry", 1, _line_without_entry),
    Defect(
        "ledger",
        "journal_entry_lines",
        "account_id",
        "one line of a draft is on an inactive account",
        1,
        _inactive_account,
    ),
    Defect(
        "ledger", "journal_entries", "entry_date", "one draft is dated outside every fiscal period", 1, _outside_periods
    ),
    Defect(
        "ledger",
        "journal_entries",
        "posted_at",
        "one entry was posted after its period had been closed",
        1,
        _posted_after_closing,
    ),
    Defect("ledger", "journal_entries", "posted_at", "one draft has a time of posting", 1, _draft_with_posting_time),
    Defect(
        "ledger",
        "gl_accounts",
        "account_type",
        "one account of the operating expenses is of type asset",
        1,
        _type_against_code,
    ),
)
"""Every planted defect, in the order of application."""
