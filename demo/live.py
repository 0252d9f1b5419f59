"""The same data under the names, units and shapes of the running application.

One `Change` per table says what differs; everything else stays as documented.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from demo.ddl import ColumnShape, Reference, Shape
from demo.encode import completed

if TYPE_CHECKING:
    from collections.abc import Iterable

_DISTINCT_PART_CATEGORIES: Final = "part_category"

LOSSY: Final = {
    "car_safety_data.safety_score": "kept as a whole number",
    "cars.price_range": "only one list price is kept",
    "cars.years": "one model year per row is kept",
    "community_insights.consensus_strength": "kept as one of three words",
    "email_templates.requires_opt_in": "kept as the name of the consent, none where none is needed",
    "part_pricing_snapshots.recorded_at": "kept to the day",
    "upgrade_key_parts.priority": "kept as one of three roles",
}
"""Documented columns that have a counterpart which cannot hold every documented value, with what is lost."""


@dataclass(frozen=True, slots=True)
class Added:
    """A live column computed from documented ones."""

    type: str
    values: pl.Expr
    not_null: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """How a live table differs: columns renamed, left out, of another type, or added; checks; another name."""

    renamed: dict[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    retyped: dict[str, Added] = field(default_factory=dict)
    added: dict[str, Added] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    name: str | None = None


def _json(column: str, key: str) -> pl.Expr:
    return pl.col(column).str.json_path_match(f"$.{key}")


def _mapped(column: str, words: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace(words)


def _cents(column: str) -> pl.Expr:
    return (pl.col(column).cast(pl.Decimal(38, 2)) * pl.lit(100)).cast(pl.Int64)


def _constant(value: str | float | bool | None) -> pl.Expr:  # noqa: FBT001  a literal of any type
    return pl.lit(value)


def _flat(column: str, **types: str) -> dict[str, Added]:
    return {key: Added(kind, _json(column, key)) for key, kind in types.items()}


def _account_category() -> pl.Expr:
    """Return the category of an account: by its class, and for revenue and expense by the range of its code."""
    code = pl.col("account_code").str.slice(0, 1)
    kind = pl.col("account_type")
    name = (pl.col("account_name").fill_null("") + " " + pl.col("subcategory").fill_null("")).str.to_lowercase()
    development = name.str.contains("development|research|r&d")
    return (
        pl.when(kind == "revenue")
        .then(pl.when(code == "4").then(pl.lit("revenue")).otherwise(pl.lit("other_income")))
        .when(kind == "expense")
        .then(
            pl.when(name.str.contains(r"\btax"))
            .then(pl.lit("taxes"))
            .when(code == "5")
            .then(pl.lit("cogs"))
            .when(development)
            .then(pl.lit("product_development"))
            .when(code == "6")
            .then(pl.lit("operating_expenses"))
            .otherwise(pl.lit("other_expenses"))
        )
        .when(kind == "asset")
        .then(pl.lit("assets"))
        .when(kind == "liability")
        .then(pl.lit("liabilities"))
        .otherwise(kind)
    )


def _price_tier() -> pl.Expr:
    price = pl.col("price_avg")
    return (
        pl.when(price < 30_000)
        .then(pl.lit("budget"))
        .when(price < 60_000)
        .then(pl.lit("mid"))
        .when(price < 120_000)
        .then(pl.lit("upper-mid"))
        .when(price.is_not_null())
        .then(pl.lit("premium"))
    )


def _body_category() -> pl.Expr:
    body = pl.col("vehicle_type").str.to_lowercase().fill_null("")
    return (
        pl.when(body.str.contains("sedan"))
        .then(pl.lit("Sedan"))
        .when(body.str.contains("suv|crossover"))
        .then(pl.lit("SUV"))
        .when(body.str.contains("truck|pickup"))
        .then(pl.lit("Truck"))
        .when(body.str.contains("van"))
        .then(pl.lit("Van"))
        .when(body.str.contains("coupe|roadster|convertible|sport|hatch|super"))
        .then(pl.lit("Sport"))
        .otherwise(pl.lit("Other"))
    )


def _as_json_text(column: str) -> Added:
    quoted = pl.col(column).str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return Added("JSONB", pl.concat_str(pl.lit('"'), quoted, pl.lit('"')))


def _names_of_tools() -> Added:
    names = pl.col("tool_calls").str.json_decode(pl.List(pl.String))
    return Added("TEXT[]", names)


def _mpg(column: str) -> Added:
    return Added("NUMERIC(4,1)", pl.col(column).cast(pl.Float64))


_FIRST_TOUCH: Final = {
    "utm_source": "first_touch_source",
    "utm_medium": "first_touch_medium",
    "utm_campaign": "first_touch_campaign",
    "referrer": "first_touch_referrer",
    "landing_page": "first_touch_landing_page",
}

CHANGES: Final[dict[str, Change]] = {
    "page_views": Change(
        renamed={"page_url": "path"},
        dropped=("duration_ms", "device_info"),
        added={
            "route": Added("TEXT", pl.col("page_url").str.replace(r"^(/cars/)[^/?#]+", "${1}[slug]")),
            "hostname": Added("TEXT", _constant("autorev.app"), not_null=True),
            "referrer_hostname": Added("TEXT", pl.col("referrer").str.extract(r"^https?://([^/]+)")),
            "utm_term": Added("TEXT", _constant(None)),
            "utm_content": Added("TEXT", _constant(None)),
            "country_code": Added("TEXT", pl.col("country").str.slice(0, 2).str.to_uppercase()),
        }
        | _flat(
            "device_info", device_type="TEXT", browser="TEXT", browser_version="TEXT", os="TEXT", os_version="TEXT"
        ),
    ),
    "click_events": Change(
        renamed={"page_url": "path", "element_type": "element_tag"},
        dropped=("metadata",),
        added=_flat(
            "metadata",
            element_class="TEXT",
            element_text="TEXT",
            element_href="TEXT",
            x_percent="NUMERIC",
            y_percent="NUMERIC",
            viewport_width="INTEGER",
            viewport_height="INTEGER",
            device_type="TEXT",
        ),
    ),
    "page_engagement": Change(
        renamed={
            "page_url": "path",
            "scroll_depth": "max_scroll_depth_percent",
            "time_on_page": "time_on_page_seconds",
        },
        dropped=("interactions",),
        added={
            "scroll_milestones": Added("INTEGER[]", _constant(None)),
            "engagement_score": Added("INTEGER", pl.min_horizontal(pl.col("scroll_depth"), pl.lit(100))),
            "engagement_tier": Added(
                "TEXT",
                pl.when(pl.col("time_on_page") < 5)
                .then(pl.lit("bounced"))
                .when(pl.col("time_on_page") < 30)
                .then(pl.lit("light"))
                .when(pl.col("time_on_page") < 120)
                .then(pl.lit("engaged"))
                .otherwise(pl.lit("deep")),
            ),
        }
        | _flat("interactions", click_count="INTEGER", copy_count="INTEGER", form_interactions="INTEGER"),
    ),
    "user_events": Change(
        renamed={"event_type": "event_name", "event_data": "properties", "page_url": "page_path"},
        added={
            "event_category": Added("TEXT", pl.col("event_type").str.extract("^([a-z]+)")),
            "page_title": Added("TEXT", _constant(None)),
        },
    ),
    "user_attribution": Change(renamed=_FIRST_TOUCH),
    "application_errors": Change(renamed={"error_message": "message"}, dropped=("user_id", "is_resolved")),
    "user_feedback": Change(
        retyped={"feedback_type": Added("TEXT", _mapped("feedback_type", {"praise": "like"}))},
    ),
    "al_messages": Change(retyped={"tool_calls": _names_of_tools()}),
    "al_usage_logs": Change(
        retyped={"tool_calls": _names_of_tools()},
        added={
            "total_tokens": Added("INTEGER", pl.col("input_tokens") + pl.col("output_tokens")),
            "estimated_cost_cents": Added("INTEGER", pl.col("cost_cents")),
            "metadata": Added("JSONB", _constant(None)),
        },
    ),
    "gl_accounts": Change(
        renamed={"account_code": "code", "account_name": "name"},
        dropped=("normal_balance", "parent_account_id"),
        retyped={
            "account_type": Added(
                "TEXT",
                pl.when(pl.col("account_type") == "expense")
                .then(pl.lit("expense"))
                .when(pl.col("account_type") == "asset")
                .then(pl.lit("DEBIT"))
                .otherwise(pl.lit("CREDIT")),
            )
        },
        added={"category": Added("TEXT", _account_category(), not_null=True)},
    ),
    "journal_entry_lines": Change(
        renamed={"account_id": "gl_account_id"},
        dropped=("debit", "credit"),
        added={
            "debit_amount_cents": Added("BIGINT", _cents("debit")),
            "credit_amount_cents": Added("BIGINT", _cents("credit")),
        },
    ),
    "fiscal_periods": Change(dropped=("period_name",)),
    "cost_entries": Change(
        renamed={"category": "cost_category", "date": "entry_date"},
        dropped=("amount",),
        added={
            "amount_cents": Added("BIGINT", _cents("amount")),
            "cost_type": Added("TEXT", _constant("operating")),
            "recurrence_period": Added("TEXT", _constant(None)),
            "fiscal_year": Added("INTEGER", pl.col("date").dt.year()),
            "fiscal_month": Added("INTEGER", pl.col("date").dt.month()),
            "is_product_development": Added("BOOLEAN", _constant(value=False)),
            "created_by": Added("UUID", _constant(None)),
        },
    ),
    "cars": Change(
        renamed={
            "brand": "make",
            "engine": "engine_type",
            "trans": "transmission",
            "drivetrain": "drive_type",
            "vehicle_type": "body_type",
            "image_hero_url": "image_url",
            "price_avg": "msrp",
        },
        dropped=(
            "years",
            "price_range",
            "zero_to_sixty",
            "score_sound",
            "score_interior",
            "score_track",
            "score_reliability",
            "score_value",
            "score_driver_fun",
            "score_aftermarket",
        ),
        retyped={"tier": Added("TEXT", _price_tier()), "category": Added("TEXT", _body_category())},
        added={"year": Added("INTEGER", pl.col("years").str.extract(r"(\d{4})"))},
    ),
    "car_fuel_economy": Change(
        dropped=("car_slug",),
        retyped={name: _mpg(name) for name in ("city_mpg", "highway_mpg", "combined_mpg")},
    ),
    "car_safety_data": Change(
        dropped=("car_slug",),
        retyped={
            "safety_score": Added("INTEGER", pl.col("safety_score").cast(pl.Float64).round().cast(pl.Int64)),
            "safety_grade": Added("CHAR(2)", pl.col("safety_grade")),
        },
    ),
    "car_issues": Change(dropped=("car_slug",)),
    "car_recalls": Change(
        renamed={"campaign_number": "recall_campaign_number"},
        added={
            "report_received_date": Added("DATE", pl.col("recall_date")),
        },
    ),
    "car_market_pricing": Change(
        dropped=("car_slug",),
        retyped={
            "market_trend": Added("TEXT", _mapped("market_trend", {"up": "appreciating", "down": "depreciating"}))
        },
        added={"hagerty_trend": Added("TEXT", pl.col("market_trend"))},
    ),
    "car_track_lap_times": Change(
        retyped={"conditions": _as_json_text("conditions"), "modifications": _as_json_text("modifications")}
    ),
    "vehicle_maintenance_specs": Change(dropped=("car_slug",)),
    "scrape_jobs": Change(dropped=("car_slug",)),
    "tracks": Change(name="track_venues"),
    "parts": Change(
        retyped={
            "category": Added(_DISTINCT_PART_CATEGORIES, pl.col("category").fill_null("other"), not_null=True),
            "quality_tier": Added("TEXT", _mapped("quality_tier", {"mid": "standard"})),
        }
    ),
    "part_pricing_snapshots": Change(retyped={"recorded_at": Added("DATE", pl.col("recorded_at").cast(pl.Date))}),
    "part_relationships": Change(
        retyped={
            "relation_type": Added(
                "TEXT", _mapped("relation_type", {"suggests": "recommended_with", "conflicts": "conflicts_with"})
            )
        }
    ),
    "upgrade_key_parts": Change(
        dropped=("priority",),
        added={
            "role": Added(
                "TEXT",
                pl.when(pl.col("priority") <= 1)
                .then(pl.lit("primary"))
                .when(pl.col("priority") == 2)
                .then(pl.lit("alternative"))
                .when(pl.col("priority").is_not_null())
                .then(pl.lit("supporting")),
            )
        },
    ),
    "community_insights": Change(
        retyped={
            "consensus_strength": Added(
                "TEXT",
                pl.when(pl.col("consensus_strength") >= 0.75)
                .then(pl.lit("strong"))
                .when(pl.col("consensus_strength") >= 0.45)
                .then(pl.lit("moderate"))
                .when(pl.col("consensus_strength").is_not_null())
                .then(pl.lit("single_source")),
            )
        }
    ),
    "youtube_channels": Change(
        retyped={
            "content_focus": Added("TEXT[]", pl.col("content_focus").str.split(", ")),
            "credibility_tier": Added("TEXT", pl.lit("tier") + pl.col("credibility_tier")),
        }
    ),
    "youtube_video_car_links": Change(retyped={"role": Added("TEXT", _mapped("role", {"review": "primary"}))}),
    "email_templates": Change(
        retyped={
            "requires_opt_in": Added(
                "TEXT",
                pl.when(pl.col("requires_opt_in").not_())
                .then(None)
                .when(pl.col("category") == "event")
                .then(pl.lit("events"))
                .when(pl.col("requires_opt_in"))
                .then(pl.lit("features")),
            )
        }
    ),
    "events": Change(
        added={
            "scope": Added("TEXT", _constant("local"), not_null=True),
            "ingested_source_id": Added("UUID", _constant(None)),
            "ingested_by_job_id": Added("UUID", _constant(None)),
        },
        checks=("(source_url is null or ingested_by_job_id is not null) not valid",),
    ),
    "user_projects": Change(dropped=("stock_hp", "stock_zero_to_sixty", "final_zero_to_sixty")),
}


def types_of(frames: dict[str, pl.DataFrame]) -> tuple[str, ...]:
    """Return the statements that make the enumerations the live tables use."""
    if "parts" not in frames or "category" not in frames["parts"].columns:
        return (f"create type {_DISTINCT_PART_CATEGORIES} as enum ('other')",)
    labels = sorted({*frames["parts"]["category"].drop_nulls().to_list(), "other"})
    listed = ", ".join("'" + label.replace("'", "''") + "'" for label in labels)
    return (f"create type {_DISTINCT_PART_CATEGORIES} as enum ({listed})",)


def under_live_names(
    shapes: dict[str, Shape], frames: dict[str, pl.DataFrame]
) -> tuple[dict[str, Shape], dict[str, pl.DataFrame]]:
    """Return documented shapes and rows as the running application keeps them."""
    new_shapes, new_frames = {}, {}
    for name, shape in shapes.items():
        change = CHANGES.get(name, Change())
        new = change.name or name
        new_shapes[new] = _changed_shape(shape, change, shapes)
        if name in frames:
            new_frames[new] = _changed_frame(completed(frames[name], shape), change)
    return new_shapes, new_frames


def swap_track_tables(
    shapes: dict[str, Shape], frames: dict[str, pl.DataFrame]
) -> tuple[dict[str, Shape], dict[str, pl.DataFrame]]:
    """Return the undocumented tables with the other list of tracks under the name `tracks`, columns its own."""
    names = {"slug": "track_slug", "name": "track_name", "country": "nation", "length_km": "lap_length_km"}
    old = shapes["track_venues"]
    columns = tuple(replace(column, name=names.get(column.name, column.name)) for column in old.columns)
    shapes = {name: shape for name, shape in shapes.items() if name != "track_venues"}
    shapes["tracks"] = replace(old, name="tracks", columns=columns)
    frames = dict(frames)
    frames["tracks"] = frames.pop("track_venues").rename(names, strict=False)
    return shapes, frames


def _changed_shape(shape: Shape, change: Change, shapes: dict[str, Shape]) -> Shape:
    columns = []
    for column in shape.columns:
        if column.name in change.dropped:
            continue
        new = change.retyped.get(column.name)
        columns.append(
            replace(
                column,
                name=change.renamed.get(column.name, column.name),
                type=column.type if new is None else new.type,
                not_null=column.not_null if new is None else new.not_null,
                comment="",
            )
        )
    columns += [ColumnShape(name, new.type, not_null=new.not_null) for name, new in change.added.items()]
    return Shape(
        name=change.name or shape.name,
        columns=tuple(columns),
        primary_key=shape.primary_key,
        unique=_renamed(shape.unique, change),
        references=tuple(
            Reference(
                change.renamed.get(reference.column, reference.column),
                CHANGES.get(reference.table, Change()).name or reference.table,
                CHANGES.get(reference.table, Change()).renamed.get(reference.target, reference.target),
            )
            for reference in shape.references
            if reference.column not in change.dropped and reference.table in shapes
        ),
        checks=change.checks,
        indexed=_renamed(shape.indexed, change),
    )


def _renamed(names: Iterable[str], change: Change) -> tuple[str, ...]:
    return tuple(change.renamed.get(name, name) for name in names if name not in change.dropped)


def _changed_frame(frame: pl.DataFrame, change: Change) -> pl.DataFrame:
    new = {name: new.values for name, new in (change.retyped | change.added).items()}
    # every new value is computed from the documented columns, before any is renamed or left out
    wide = frame.with_columns(values.alias(f"new {name}") for name, values in new.items())
    kept = wide.drop(*change.dropped, *change.retyped).rename(change.renamed)
    return kept.rename({f"new {name}": name for name in new})
