"""Rules on columns that must agree: pairs, sums, copies and counts of other tables' rows; money in two units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catalogue import TABLES, column_note
from quality.check import Check, q
from quality.rules.columns import of_any_size
from quality.rules.references import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

_LADDERS: Final = (
    ("_low", "_high"), ("_min", "_max"), ("_start", "_end"),
)  # fmt: skip
_SETTLED: Final = "('fixed', 'resolved', 'closed', 'wont_fix', 'duplicate')"
_SIZE: Final = r"(^|[^0-9.])([0-9]\.[0-9])L([^a-z]|$)"


def checks(table: sa.Table) -> Iterator[Check]:
    """Yield the checks that compare columns with each other."""
    names = [str(column.name) for column in table.columns]
    for low in names:
        for first, last in _LADDERS:
            high = low.removesuffix(first) + last
            if low.endswith(first) and high in names:
                yield _ordered(table.name, low, high)
    if {"start_date", "end_date"} <= set(names):
        yield _ordered(table.name, "start_date", "end_date")
    for slug, key in (
        ("car_slug", "car_id"), ("matched_car_slug", "matched_car_id"), ("initial_car_slug", "initial_car_id"),
    ):  # fmt: skip
        if {slug, key} <= set(names) and table.name != "car_slug_aliases":
            yield _same_car(table.name, slug, key)
    for column, variant, rule, where, needs in _SPECIFIC.get(table.name, ()):
        yield Check(
            table.name, column, "contradiction", rule, where=where,
            needs=tuple(needs.split()), variant=variant,
        )  # fmt: skip
    yield from _units(table.name)


def _ordered(table: str, low: str, high: str) -> Check:
    return Check(
        table, high, "contradiction", f"{high} is not below {low}.", where=f"t.{q(high)} < t.{q(low)}",
        needs=(f"{table}.{low}", f"{table}.{high}"), variant=f"below_{low}",
    )  # fmt: skip


def _same_car(table: str, slug: str, key: str) -> Check:
    return Check(
        table, key, "contradiction", f"{slug} and {key} name the same car.",
        where=(
            f"t.{q(key_of(TABLES[table]))} in (select x.{q(key_of(TABLES[table]))} from ⟦{table}⟧ x "
            f"join ⟦cars⟧ c on c.slug = x.{q(slug)} where x.{q(key)} is not null and c.id <> x.{q(key)})"
        ),
        needs=(f"{table}.{slug}", f"{table}.{key}", "cars.id", "cars.slug"), variant=f"against_{slug}",
    )  # fmt: skip


def _counted(table: str, column: str, child: str, key: str, own: str = "id", where: str = "") -> tuple[str, ...]:
    among = f" and {where}" if where else ""
    return (
        column, "", f"{column} is the number of rows of {child}.",
        (f"t.{q(column)} is not null and t.{q(own)} in (select x.{q(own)} from ⟦{table}⟧ x left join "
        f"(select {q(key)} as k, count(*) as n from ⟦{child}⟧ where {q(key)} is not null{among} group by 1) c "
        f"on c.k = x.{q(own)} where coalesce(c.n, 0) <> x.{q(column)})"),
        f"{table}.{column} {child}.{key}",
    )  # fmt: skip


def _copied(table: str, column: str, parent: str, key: str, target: str, value: str) -> tuple[str, ...]:
    own = key_of(TABLES[table])
    return (
        column, f"against_{parent}", f"{column} is what {parent} says.",
        (f"t.{q(own)} in (select x.{q(own)} from ⟦{table}⟧ x join ⟦{parent}⟧ p on p.{q(target)} = x.{q(key)} "
        f"where p.{q(value)} <> x.{q(column)})"),
        f"{table}.{column} {table}.{key} {parent}.{target} {parent}.{value}",
    )  # fmt: skip


_VARIANT_OF: Final = (
    "t.{key} in (select x.{key} from ⟦{table}⟧ x join ⟦car_variants⟧ v on v.id = x.{variant} "
    "where x.{car} is not null and v.car_id <> x.{car})"
)
_SPECIFIC: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "cars": (
        (
            "manual_available", "", "A car said to have a manual gearbox names one among its gearboxes.",
            "t.manual_available and lower(t.trans) not like '%manual%'", "cars.manual_available cars.trans",
        ),
        (
            "category", "electric", "A car without an engine is in the category Electric, and none with one is.",
            "(t.category = 'Electric') <> (lower(t.engine) like '%electric%' or lower(t.engine) like '%motor%')",
            "cars.category cars.engine",
        ),
        (
            "name", "engine_size", "An engine size in the name is that of the engine.",
            ("t.name ~ '.*[0-9]\\.[0-9]L.*' and t.engine ~ '.*[0-9]\\.[0-9]L.*' and "
            "regexp_replace(t.name, '^.*?([0-9]\\.[0-9])L.*$', '\\1') <> "
            "regexp_replace(t.engine, '^.*?([0-9]\\.[0-9])L.*$', '\\1')"),
            "cars.name cars.engine",
        ),
    ),
    "car_variants": (
        (
            "display_name", "engine_size", "An engine size in the name is that of the engine.",
            ("t.display_name ~ '.*[0-9]\\.[0-9]L.*' and t.engine ~ '.*[0-9]\\.[0-9]L.*' and "
            "regexp_replace(t.display_name, '^.*?([0-9]\\.[0-9])L.*$', '\\1') <> "
            "regexp_replace(t.engine, '^.*?([0-9]\\.[0-9])L.*$', '\\1')"),
            "car_variants.display_name car_variants.engine",
        ),
    ),
    "car_fuel_economy": (
        (
            "is_electric", "fuel_type", "A car is electric exactly when its fuel is.",
            "t.is_electric <> (t.fuel_type = 'Electric')", "car_fuel_economy.is_electric car_fuel_economy.fuel_type",
        ),
        (
            "combined_mpg", "", "Combined economy lies between town and road.",
            ("t.combined_mpg < least(t.city_mpg, t.highway_mpg) - 1 or "
            "t.combined_mpg > greatest(t.city_mpg, t.highway_mpg) + 1"),
            "car_fuel_economy.combined_mpg car_fuel_economy.city_mpg car_fuel_economy.highway_mpg",
        ),
        (
            "is_hybrid", "", "No car is both electric and hybrid.", "t.is_electric and t.is_hybrid",
            "car_fuel_economy.is_electric car_fuel_economy.is_hybrid",
        ),
        (
            "co2_emissions", "electric", "An electric car has no tailpipe.", "t.is_electric and t.co2_emissions > 0",
            "car_fuel_economy.is_electric car_fuel_economy.co2_emissions",
        ),
        (
            "ev_range", "", "Only cars with a battery have an electric range.",
            "t.ev_range > 0 and not t.is_electric and not t.is_hybrid",
            "car_fuel_economy.ev_range car_fuel_economy.is_electric car_fuel_economy.is_hybrid",
        ),
    ),
    "vehicle_maintenance_specs": (
        (
            "oil_capacity_liters", "electric", "An electric car has no engine oil.",
            ("t.oil_capacity_liters is not null and t.car_slug in "
            "(select car_slug from ⟦car_fuel_economy⟧ where is_electric and car_slug is not null)"),
            ("vehicle_maintenance_specs.oil_capacity_liters vehicle_maintenance_specs.car_slug "
            "car_fuel_economy.is_electric car_fuel_economy.car_slug"),
        ),
    ),
    "car_track_lap_times": (
        (
            "lap_time_text", "", "lap_time_text says the same time as lap_time_ms.",
            ("t.lap_time_text is not null and t.lap_time_ms is not null and case when "
            "t.lap_time_text ~ '^[0-9]+:[0-9][0-9][.][0-9][0-9][0-9]$' then abs("
            "split_part(t.lap_time_text, ':', 1)::numeric * 60000 + "
            "split_part(t.lap_time_text, ':', 2)::numeric * 1000 - t.lap_time_ms) > 1 "
            "when t.lap_time_text ~ '^[0-9]+[.][0-9][0-9][0-9]$' then abs(t.lap_time_text::numeric * 1000 - "
            "t.lap_time_ms) > 1 else true end"),
            "car_track_lap_times.lap_time_text car_track_lap_times.lap_time_ms",
        ),
        (
            "is_stock", "modifications", "A stock car has no modifications.",
            "t.is_stock and t.modifications is not null and lower(trim(t.modifications)) not in ('', 'none', 'stock')",
            "car_track_lap_times.is_stock car_track_lap_times.modifications",
        ),
    ),
    "car_dyno_runs": (
        (
            "peak_whp", "crank", "Power at the wheels is not above power at the crank.", "t.peak_whp > t.peak_hp",
            "car_dyno_runs.peak_whp car_dyno_runs.peak_hp",
        ),
        (
            "peak_wtq", "crank", "Torque at the wheels is not above torque at the crank.", "t.peak_wtq > t.peak_tq",
            "car_dyno_runs.peak_wtq car_dyno_runs.peak_tq",
        ),
        (
            "run_kind", "modifications", "A baseline run is of an unmodified car.",
            ("t.run_kind = 'baseline' and t.modifications is not null and "
            "lower(trim(t.modifications)) not in ('', 'none', 'stock')"),
            "car_dyno_runs.run_kind car_dyno_runs.modifications",
        ),
    ),
    "car_market_pricing": (
        (
            "hagerty_good", "ladder", "A good car is not worth less than a fair one.",
            "t.hagerty_good < t.hagerty_fair", "car_market_pricing.hagerty_good car_market_pricing.hagerty_fair",
        ),
        (
            "hagerty_excellent", "ladder", "An excellent car is not worth less than a good one.",
            "t.hagerty_excellent < t.hagerty_good",
            "car_market_pricing.hagerty_excellent car_market_pricing.hagerty_good",
        ),
        (
            "hagerty_concours", "ladder", "A show car is not worth less than an excellent one.",
            "t.hagerty_concours < t.hagerty_excellent",
            "car_market_pricing.hagerty_concours car_market_pricing.hagerty_excellent",
        ),
    ),
    "car_safety_data": (
        _counted("car_safety_data", "recall_count", "car_recalls", "car_slug", "car_slug"),
        (
            "safety_grade", "score", "No better grade goes with a lower score.",
            ("t.safety_grade is not null and t.id in (select a.id from ⟦car_safety_data⟧ a join (select safety_grade, "
            "percentile_cont(0.5) within group (order by safety_score) as middle from ⟦car_safety_data⟧ "
            "group by 1) g on true where g.safety_grade < a.safety_grade and a.safety_score > g.middle + 10)"),
            "car_safety_data.safety_grade car_safety_data.safety_score",
        ),
    ),
    "events": (
        (
            "is_free", "cost_text", "A free event names no price, and one that is not free is not called free.",
            "(t.is_free and t.cost_text ~ '^.*[$][1-9].*$') or (not t.is_free and lower(trim(t.cost_text)) = 'free')",
            "events.is_free events.cost_text",
        ),
    ),
    "al_conversations": (
        _counted("al_conversations", "message_count", "al_messages", "conversation_id"),
    ),
    "community_posts": (
        _counted("community_posts", "like_count", "community_post_likes", "post_id"),
        _counted("community_posts", "comment_count", "community_post_comments", "post_id"),
    ),
    "application_errors": (
        (
            "is_resolved", "status", "An error counts as resolved exactly when its status is a settled one.",
            f"t.is_resolved <> (t.status in {_SETTLED})",
            "application_errors.is_resolved application_errors.status",
        ),
        (
            "resolved_at", "status", "Only settled errors say when they were resolved.",
            f"t.resolved_at is not null and t.status not in {_SETTLED}",
            "application_errors.resolved_at application_errors.status",
        ),
        (
            "fixed_in_version", "", "A version that fixed an error comes with the time it was fixed.",
            "t.fixed_in_version is not null and t.fixed_at is null",
            "application_errors.fixed_in_version application_errors.fixed_at",
        ),
    ),
    "user_feedback": (
        (
            "issue_addressed", "status", "Feedback counts as addressed when its status is a settled one.",
            "t.issue_addressed and t.status in ('new', 'in_progress')",
            "user_feedback.issue_addressed user_feedback.status",
        ),
        (
            "resolved_at", "status", "Only settled feedback says when it was resolved.",
            f"t.resolved_at is not null and t.status not in {_SETTLED}",
            "user_feedback.resolved_at user_feedback.status",
        ),
    ),
    "al_user_credits": (
        _copied("al_user_credits", "subscription_tier", "user_profiles", "user_id", "id", "subscription_tier"),
    ),
    "user_favorites": (
        _copied("user_favorites", "car_name", "cars", "car_slug", "slug", "name"),
    ),
    "user_projects": (
        (
            "final_hp", "", "final_hp is stock_hp and the gain.",
            "t.final_hp <> t.stock_hp + t.total_hp_gain",
            "user_projects.final_hp user_projects.stock_hp user_projects.total_hp_gain",
        ),
        (
            "final_zero_to_sixty", "", "No build is slower than the stock car.",
            "t.final_zero_to_sixty > t.stock_zero_to_sixty",
            "user_projects.final_zero_to_sixty user_projects.stock_zero_to_sixty",
        ),
    ),
    "user_service_logs": (
        (
            "total_cost", "", "The total is the sum of parts and labour.",
            "t.total_cost <> t.parts_cost + t.labor_cost",
            "user_service_logs.total_cost user_service_logs.parts_cost user_service_logs.labor_cost",
        ),
    ),
    "user_vehicles": (
        (
            "current_mileage", "mileage", "A car has not been driven backwards.", "t.current_mileage < t.mileage",
            "user_vehicles.current_mileage user_vehicles.mileage",
        ),
        (
            "last_oil_change_miles", "mileage", "The oil was not changed at a mileage yet to come.",
            "t.last_oil_change_miles > t.current_mileage",
            "user_vehicles.last_oil_change_miles user_vehicles.current_mileage",
        ),
        (
            "matched_car_variant_id", "car", "The variant is one of the car.",
            _VARIANT_OF.format(
                key="id", table="user_vehicles", variant="matched_car_variant_id", car="matched_car_id"
            ),
            "user_vehicles.matched_car_variant_id user_vehicles.matched_car_id car_variants.car_id car_variants.id",
        ),
    ),
    "part_fitments": (
        (
            "car_variant_id", "car", "The variant is one of the car.",
            _VARIANT_OF.format(key="id", table="part_fitments", variant="car_variant_id", car="car_id"),
            "part_fitments.car_variant_id part_fitments.car_id car_variants.car_id car_variants.id",
        ),
    ),
    "fitment_tag_mappings": (
        (
            "car_variant_id", "car", "The variant is one of the car.",
            _VARIANT_OF.format(key="id", table="fitment_tag_mappings", variant="car_variant_id", car="car_id"),
            "fitment_tag_mappings.car_variant_id fitment_tag_mappings.car_id car_variants.car_id car_variants.id",
        ),
    ),
    "part_relationships": (
        (
            "related_part_id", "itself", "No part is related to itself.", "t.part_id = t.related_part_id",
            "part_relationships.part_id part_relationships.related_part_id",
        ),
    ),
    "youtube_videos": (
        _copied("youtube_videos", "channel_name", "youtube_channels", "channel_id", "channel_id", "channel_name"),
        (
            "url", "video_id", "The address names the video.",
            "t.url is not null and position(t.video_id in t.url) = 0", "youtube_videos.url youtube_videos.video_id",
        ),
    ),
    "community_insight_sources": (
        _copied(
            "community_insight_sources", "thread_url", "forum_scraped_threads", "thread_id", "id", "thread_url"
        ),
    ),
    "al_articles": (
        (
            "published_at", "status", "Published articles say when they were, and drafts do not.",
            "(t.status = 'published') <> (t.published_at is not null)", "al_articles.status al_articles.published_at",
        ),
    ),
    "user_profiles": (
        (
            "stripe_subscription_status", "identifier", "Whoever has a running subscription has its identifier.",
            "t.stripe_subscription_status in ('active', 'trialing', 'past_due') and t.stripe_subscription_id is null",
            "user_profiles.stripe_subscription_status user_profiles.stripe_subscription_id",
        ),
    ),
    "scrape_jobs": (
        (
            "status", "completed_at", "A job that is completed says when it ended.",
            ("(t.status = 'completed' and t.completed_at is null) or "
            "(t.status in ('pending', 'running') and t.completed_at is not null)"),
            "scrape_jobs.status scrape_jobs.completed_at",
        ),
    ),
    "email_logs": (
        (
            "delivered_at", "status", "Only messages that were sent were delivered or opened.",
            "t.sent_at is null and (t.delivered_at is not null or t.opened_at is not null)",
            "email_logs.sent_at email_logs.delivered_at email_logs.opened_at",
        ),
    ),
    "plans": (
        (
            "price_annual", "monthly", "A year costs more than a month and no more than twelve.",
            "t.price_annual < t.price_monthly or t.price_annual > 12 * t.price_monthly",
            "plans.price_annual plans.price_monthly",
        ),
    ),
    "target_cities": (),
}  # fmt: skip

# A price a hundred times the others of its kind, or a hundredth of them, is in the other unit.
_UNITS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "part_pricing_snapshots": (
        (
            "price_cents",
            ("select s.id as k, s.price_cents as v, trim(replace(split_part(p.name, ' - ', 1), "
            "coalesce(p.brand_name, ''), '')) as peers from ⟦part_pricing_snapshots⟧ s "
            "join ⟦parts⟧ p on p.id = s.part_id where s.price_cents > 0"),
            "parts.name parts.brand_name part_pricing_snapshots.part_id",
        ),
    ),
    "user_project_parts": (
        (
            "price_cents",
            ("select u.id as k, u.price_cents as v, u.part_id::text as peers from ⟦user_project_parts⟧ u "
            "where u.price_cents > 0 union all select null as k, s.price_cents as v, s.part_id::text as peers "
            "from ⟦part_pricing_snapshots⟧ s where s.price_cents > 0"),
            "user_project_parts.part_id part_pricing_snapshots.part_id part_pricing_snapshots.price_cents",
        ),
    ),
    "vehicle_service_intervals": tuple(
        (
            cost,
            f"select id as k, {cost} as v, service_name as peers from ⟦vehicle_service_intervals⟧ where {cost} > 0",
            "vehicle_service_intervals.service_name",
        )
        for cost in ("dealer_cost_low", "dealer_cost_high", "diy_cost_low", "diy_cost_high")
    ),
    "car_market_pricing": tuple(
        (
            price,
            (f"select m.id as k, m.{price} as v, m.car_slug as peers from ⟦car_market_pricing⟧ m where m.{price} > 0 "
            "union all select null as k, c.price_avg as v, c.slug as peers from ⟦cars⟧ c, "
            "(select unnest(array[1, 2]) as twice) w where c.price_avg > 0"),
            "car_market_pricing.car_slug cars.price_avg cars.slug",
        )
        for price in (
            "bat_avg_price", "bat_median_price", "carscom_avg_price", "hagerty_concours", "hagerty_excellent",
            "hagerty_good", "hagerty_fair", "consensus_price",
        )
    ),
    "user_vehicles": (
        (
            "purchase_price",
            ("select u.id as k, u.purchase_price as v, u.matched_car_slug as peers from ⟦user_vehicles⟧ u "
            "where u.purchase_price > 0 union all select null as k, c.price_avg as v, c.slug as peers from ⟦cars⟧ c, "
            "(select unnest(array[1, 2]) as twice) w where c.price_avg > 0"),
            "user_vehicles.matched_car_slug cars.price_avg cars.slug",
        ),
    ),
    "plans": (
        (
            "price_monthly",
            "select id as k, price_monthly as v, 'all' as peers from ⟦plans⟧ where price_monthly > 0",
            "plans.tier",
        ),
        (
            "price_annual",
            "select id as k, price_annual as v, 'all' as peers from ⟦plans⟧ where price_annual > 0",
            "plans.tier",
        ),
    ),
}  # fmt: skip


def _units(table: str) -> Iterator[Check]:
    told = {column for column, _, _ in _UNITS.get(table, ())}
    for amount in TABLES[table].columns:
        note, name = column_note(amount), str(amount.name)
        if note.unit in {"dollars", "cents"} and name not in told and not of_any_size(f"{table}.{name}"):
            yield _one_unit(table, name)
    # Parts of one kind cost about the same; what a person paid for a car says little.
    times = 25 if table == "part_pricing_snapshots" else 40
    for column, values, needs in _UNITS.get(table, ()):
        yield Check(
            table, column, "unit",
            f"{column} is in one unit throughout: none is {times} times more or less than usual among its like.",
            where=(
                f"t.id in (select k from (select k, v, peers from ({values}) a) x join (select peers, "
                f"percentile_cont(0.5) within group (order by v) as usual from ({values}) b group by peers "
                f"having count(*) >= 3) m on m.peers = x.peers where k is not null and "
                f"(v * {times} < usual or v > usual * {times}))"
            ),
            needs=(f"{table}.{column}", *needs.split()),
        )  # fmt: skip


def _one_unit(table: str, name: str) -> Check:
    """Return the check of amounts that have no like to be compared with but each other, where these are alike."""
    own, here = q(key_of(TABLES[table])), q(name)
    return Check(
        table, name, "unit",
        f"{name} is in one unit throughout: where amounts are alike, none is 80 times or a 40th of the usual.",
        where=(
            f"t.{own} in (select x.{own} from ⟦{table}⟧ x join (select percentile_cont(0.5) within group (order by "
            f"{here}) as usual, percentile_cont(0.75) within group (order by {here}) as high, percentile_cont(0.25) "
            f"within group (order by {here}) as low from ⟦{table}⟧ where {here} > 0 having count(*) >= 20) m "
            f"on m.high <= 8 * m.low where x.{here} > 0 and (x.{here} * 40 < m.usual or x.{here} > m.usual * 80))"
        ),
        needs=(f"{table}.{name}",),
    )  # fmt: skip
