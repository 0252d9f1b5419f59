"""Rules on the values of one column: presence, spelling, range, length, variety."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from catalogue import column_note, note_of
from quality.check import Check, Native, Told, listed, q, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa

    from quality.check import Provenance

MAY_BE_ABSENT: Final[Mapping[str, str]] = {
    "al_articles": "published_at hero_image_url",
    "al_conversations": "summary initial_car_slug initial_car_id last_message_at",
    "al_messages": "tool_calls response_tokens model latency_ms credits_used",
    "al_usage_logs": "tool_calls conversation_id source",
    "al_user_credits": "last_refill_date",
    "application_errors": (
        "stack_trace user_id page_url api_route component_name feature_context http_method http_status "
        "request_duration_ms request_id external_service browser os is_mobile app_version metadata resolved_at "
        "fixed_at fixed_in_version error_hash"
    ),
    "audit_log": "changed_by old_values new_values",
    "car_dyno_runs": "boost_psi_max modifications source_url",
    "car_fuel_economy": "ev_range",
    "car_issues": "symptoms prevention fix_description source_url estimated_cost_text",
    "car_safety_data": (
        "nhtsa_overall_rating nhtsa_front_crash_rating nhtsa_side_crash_rating nhtsa_rollover_rating iihs_overall"
    ),
    "car_track_lap_times": "modifications source_url conditions tires",
    "car_tuning_profiles": "tuning_community_notes upgrades_by_objective performance_potential",
    "cars": "image_hero_url",
    "click_events": "user_id element_id metadata",
    "community_post_comments": "parent_comment_id moderation_reason moderation_score",
    "community_posts": "car_id",
    "document_chunks": "car_id car_slug embedding",
    "email_logs": "resend_id error_message sent_at delivered_at opened_at clicked_at",
    "event_car_affinities": "car_id brand",
    "event_saves": "notes",
    "events": "end_date start_time end_time address zip registration_url image_url approved_at cost_text description",
    "featured_content": "ai_summary component_focus",
    "fiscal_periods": "closed_at",
    "fitment_tag_mappings": "car_variant_id",
    "forum_scraped_threads": "insights_extracted processed_at",
    "forum_sources": "last_scraped_at",
    "gl_accounts": "parent_account_id description subcategory",
    "journal_entries": "posted_at reverses_entry_id reference",
    "journal_entry_lines": "description line_number",
    "page_engagement": "interactions engaged_time_seconds",
    "page_views": "user_id referrer duration_ms utm_source utm_medium utm_campaign country page_load_time device_info",
    "part_fitments": "car_variant_id fitment_notes source_url",
    "parts": "description part_number",
    "plan_entitlements": "limit",
    "plans": "features",
    "referrals": "referee_id rewarded_at signed_up_at expires_at",
    "scrape_jobs": "car_slug car_id error_message started_at completed_at scheduled_for",
    "source_documents": "raw_text metadata",
    "subscriptions": "canceled_at",
    "target_cities": "last_coverage_check",
    "tracks": "website region city",
    "upgrade_key_parts": "notes",
    "user_attribution": (
        "utm_source utm_medium utm_campaign referrer last_touch_source last_touch_medium last_touch_campaign "
        "last_touch_referrer landing_page last_touch_landing_page first_touch_at last_touch_at"
    ),
    "user_events": "user_id event_data",
    "user_favorites": "notes car_name",
    "user_feedback": (
        "user_id email severity rating user_tier car_id error_metadata responded_at resolved_at fixed_at category "
        "priority"
    ),
    "user_profiles": (
        "avatar_url stripe_customer_id stripe_subscription_id subscription_started_at subscription_ends_at "
        "user_intent onboarding_completed_at location_zip location_city location_state referral_source timezone"
    ),
    "user_track_times": "conditions notes user_vehicle_id",
    "user_uploaded_images": "entity_type entity_id",
    "user_vehicles": (
        "nickname active_build_id modified_at tire_brand_model purchase_date purchase_price last_oil_change_miles "
        "last_oil_change_date last_brake_fluid_date battery_installed_date registration_due_date inspection_due_date "
        "last_started_at mileage_updated_at trim vin matched_car_slug matched_car_id matched_car_variant_id "
        "current_mileage tire_tread_32nds battery_status total_hp_gain installed_modifications"
    ),
    "vehicle_maintenance_specs": "oil_type oil_viscosity oil_capacity_liters oil_change_interval_miles",
    "vehicle_service_intervals": "interval_miles interval_months",
    "wheel_tire_fitment_options": "clearance_notes recommended_for",
    "xp_actions": "daily_limit",
    "xp_levels": "rewards",
    "youtube_ingestion_queue": "target_car_slug error_message processed_at discovered_via",
    "youtube_videos": (
        "summary one_line_take key_points pros_mentioned cons_mentioned notable_quotes quality_score published_at "
        "processed_at"
    ),
}
"""Columns that a row may lack for a reason of its own; every other documented column is expected in every row."""

OPEN_LISTS: Final = re.compile(
    r"(kind|category|question_category|tier|status|type|role|brand|brand_name|make|manufacturer|country|state|region|"
    r"drivetrain|transmission|trim|fuel|fuel_type|surface|vendor_name|channel_name|content_focus|source_forum|forum|"
    r"browser|os|currency|license|timezone|conditions|tires|component|topic|source|model|referral_source|user_intent|"
    r"vehicle_type|embedding_model|discovered_via|event_type|article_type|job_type|post_type|source_type|run_kind|"
    r"oil_type|oil_viscosity|coolant_type|brake_fluid_type|element_type|dyno_type|service_type|mime_type|purpose|"
    r"subforum|utm_source|utm_medium|utm_campaign|feature_context|external_service|http_method|iihs_overall|"
    r"battery_status|subcategory|tag_kind|recommended_for|reward_type|service_name|quality_tier|account_type|"
    r"trans|modifications|cost_text|(.*_)?(zip|city|state|version|pattern|rule|key|table_name|component_name)|"
    r"(question|element)_id|tire_size_.*)"
)
"""Columns of few values without a documented list: their spellings are compared with each other."""
CATCH_ALL: Final = ("other", "misc", "miscellaneous", "general", "unknown", "uncategorized", "various", "default")
CATCH_ALL_SHARE: Final = 0.3
PLACEHOLDERS: Final = (
    "", "various", "tbd", "tba", "tbc", "todo", "unknown", "n/a", "na", "none", "null", "nil", "nan", "undefined",
    "-", "--", "?", "???", "xxx", "test", "placeholder", "not available", "not specified", "lorem ipsum", "asdf",
    "to be determined", "to be announced", "string", "default", "[object object]", "n.a.", "no data", "missing",
)  # fmt: skip
_LONGEST: Final = 24
SAID_ON_PURPOSE: Final[Mapping[str, tuple[str, ...]]] = {
    "user_vehicles.battery_status": ("unknown",),
    "page_views.device_info": ("unknown",),
}
"""Placeholders that are answers there: an owner may not know how the battery is."""
LONG_TEXTS: Final = frozenset(
    {
        "description", "summary", "content", "chunk_text", "one_line_take", "ai_summary", "tuning_community_notes",
        "symptoms", "fix_description", "prevention", "consequence", "remedy", "reason", "service_description",
        "preview_text", "raw_text", "details", "clearance_notes", "fitment_notes",
    }
)  # fmt: skip
_TERSE: Final = frozenset(
    {"journal_entries", "journal_entry_lines", "cost_entries", "gl_accounts", "community_posts",
     "community_post_comments"}
)  # fmt: skip
"""Books name a thing in a word, and people may answer in one."""
CONSTANT_ON_PURPOSE: Final[Mapping[str, str]] = {
    "events.country": "All events are in the United States so far.",
    "part_pricing_snapshots.currency": "All vendors sell in dollars so far.",
    "user_profiles.cancel_at_period_end": "Cancelling is rare among few subscribers.",
    "user_uploaded_images.mime_type": "The app converts pictures to one type.",
    "al_user_credits.is_unlimited": "Unlimited access is rare.",
    "page_views.is_bot": "A short period may hold no bot.",
}
DEVICE_TYPES: Final = ("Mobile", "Desktop", "Tablet", "Unknown")
_BOUNDS: Final[Mapping[str, tuple[float | None, float | None]]] = {
    "percent 0-100": (0, 100),
    "share 0-1": (0, 1),
    "points 1-10": (1, 10),
    "points 0-100": (0, 100),
    "stars 1-5": (1, 5),
    "horsepower": (0, 3_000),
    "pound-feet": (0, 3_000),
    "pounds": (500, 15_000),
    "miles per gallon": (3, 200),
    "grams per mile": (0, 2_000),
    "psi": (0, 120),
    "calendar year": (1885, 2035),
    "year": (1885, 2035),
    "month": (1, 12),
    "32nds of an inch": (0, 32),
    "inches": (4, 30),
    "litres": (0, 30),
    "kilometres": (0.05, 100),
    "hours": (0, 500),
    "people": (0, 50_000_000),
    "rank": (0, 100_000),
    "position": (0, 1_000_000),
    "miles": (0, 2_000_000),
    "months": (0, 600),
}
_NOT_NEGATIVE: Final = frozenset(
    {
        "cents", "dollars", "tokens", "credits", "messages", "likes", "comments", "views", "attempts", "occurrences",
        "insights", "events", "recalls", "complaints", "seconds", "milliseconds", "bytes", "pieces", "corners", "weeks",
        "times a day", "points",
    }
)  # fmt: skip
_BOUNDS_OF: Final[Mapping[str, tuple[float | None, float | None]]] = {
    "cars.hp": (20, 3_000),
    "cars.torque": (20, 3_000),
    "cars.zero_to_sixty": (1.5, 20),
    "cars.price_avg": (100, None),
    "events.latitude": (-90, 90),
    "events.longitude": (-180, 180),
    "target_cities.latitude": (-90, 90),
    "target_cities.longitude": (-180, 180),
    "part_pricing_snapshots.price_cents": (1, None),
    "user_project_parts.price_cents": (1, None),
    "user_project_parts.quantity": (1, 1_000),
    "plans.price_monthly": (0, None),
    "user_feedback.rating": (1, 10),
    "journal_entry_lines.debit": (None, None),
    "journal_entry_lines.credit": (None, None),
    "upgrade_packages.delta_hp": (-500, 3_000),
    "upgrade_packages.delta_torque": (-500, 3_000),
    "upgrade_packages.delta_zero_to_sixty": (-15, 5),
    "user_projects.stock_zero_to_sixty": (1.5, 20),
    "user_projects.final_zero_to_sixty": (1.2, 20),
    "user_projects.total_hp_gain": (-500, 3_000),
    "user_vehicles.total_hp_gain": (-500, 3_000),
    "car_dyno_runs.peak_whp": (20, 4_000),
    "car_dyno_runs.peak_wtq": (20, 4_000),
    "car_dyno_runs.boost_psi_max": (0, 120),
    "car_track_lap_times.lap_time_ms": (10_000, 3_600_000),
    "user_track_times.lap_time_ms": (10_000, 3_600_000),
    "car_market_pricing.consensus_price": (100, None),
    "youtube_videos.duration_seconds": (1, 172_800),
    "application_errors.http_status": (100, 599),
    "application_errors.occurrence_count": (1, None),
    "community_post_comments.moderation_score": (0, 1),
    "wheel_tire_fitment_options.wheel_offset_front_mm": (-100, 120),
    "wheel_tire_fitment_options.wheel_offset_rear_mm": (-100, 120),
    "vehicle_maintenance_specs.wheel_center_bore_mm": (40, 200),
    "vehicle_maintenance_specs.tire_pressure_front_psi": (15, 80),
    "vehicle_maintenance_specs.tire_pressure_rear_psi": (15, 80),
    "wheel_tire_fitment_options.wheel_diameter_inches": (10, 30),
    "page_views.page_load_time": (0, 600_000),
    "page_views.duration_ms": (0, 86_400_000),
    "page_engagement.time_on_page": (0, 86_400),
    "page_engagement.engaged_time_seconds": (0, 86_400),
    "al_user_credits.balance_cents": (None, None),
    "cost_entries.amount": (None, None),
    "xp_levels.level": (0, 1_000),
    "user_xp.current_level": (0, 1_000),
    "al_messages.sequence_number": (0, 1_000_000),
    "scrape_jobs.priority": (1, 10),
    "document_chunks.chunk_tokens": (1, 100_000),
    "user_profiles.onboarding_step": (0, 20),
}
"""Bounds said of one column; they replace those of its unit. A refund may make a balance or a cost negative."""
_FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "cars.slug": (r"^[a-z0-9]+(-[a-z0-9]+)*$", "a slug of small letters, digits and hyphens"),
    "events.slug": (r"^[a-z0-9]+(-[a-z0-9]+)*$", "a slug of small letters, digits and hyphens"),
    "tracks.slug": (r"^[a-z0-9]+(-[a-z0-9]+)*$", "a slug of small letters, digits and hyphens"),
    "user_profiles.email": (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an e-mail address"),
    "email_logs.recipient_email": (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an e-mail address"),
    "user_feedback.email": (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an e-mail address"),
    "user_vehicles.vin": (r"^[A-HJ-NPR-Za-hj-npr-z0-9]{11,17}$", "a vehicle identification number"),
    "gl_accounts.account_code": (r"^[1-9][0-9]{3}$", "four digits from 1000 to 9999"),
    "part_pricing_snapshots.currency": (r"^[A-Z]{3}$", "three capital letters"),
}
_SOURCES: Final[Mapping[str, str]] = {
    "part_fitments.confidence": (
        "select distinct f.id as k, s.vendor_name as source, f.confidence as v from ⟦part_fitments⟧ f "
        "join ⟦part_pricing_snapshots⟧ s on s.part_id = f.part_id where s.vendor_name is not null"
    ),
    "fitment_tag_mappings.confidence": (
        "select id as k, vendor_key as source, confidence as v from ⟦fitment_tag_mappings⟧"
    ),
    "community_insights.confidence": (
        "select id as k, source_forum as source, confidence as v from ⟦community_insights⟧"
    ),
    "community_insight_sources.relevance_score": (
        "select id as k, forum_slug as source, relevance_score as v from ⟦community_insight_sources⟧"
    ),
    "youtube_video_car_links.match_confidence": (
        "select id as k, role as source, match_confidence as v from ⟦youtube_video_car_links⟧"
    ),
    "youtube_videos.quality_score": (
        "select video_id as k, channel_id as source, quality_score as v from ⟦youtube_videos⟧"
    ),
    "forum_scraped_threads.relevance_score": (
        "select id as k, subforum as source, relevance_score as v from ⟦forum_scraped_threads⟧"
    ),
    "featured_content.quality_score": (
        "select id as k, source_type as source, quality_score as v from ⟦featured_content⟧"
    ),
    "part_fitments.estimated_labor_hours": (
        "select distinct f.id as k, s.vendor_name as source, f.estimated_labor_hours as v from ⟦part_fitments⟧ f "
        "join ⟦part_pricing_snapshots⟧ s on s.part_id = f.part_id where s.vendor_name is not null"
    ),
}
"""A score with the source that gave it: one value for all of a source was not measured."""
_LEAST: Final = 20
"""Rows from which a distribution says anything."""
_MANY: Final = 50
"""Values from which it is odd that all are the same."""


def checks(table: sa.Table) -> Iterator[Check]:
    """Yield the checks on single columns of a table."""
    for column in table.columns:
        if column_note(column).mirrored:
            yield from _of(table.name, column)
    if table.name == "page_views":
        yield _devices()


def _of(table: str, column: sa.Column[Any]) -> Iterator[Check]:
    note = column_note(column)
    name, full = str(column.name), f"{table}.{column.name}"
    yield from _present(table, column)
    yield _not_empty(table, name)
    if note.one_of:
        yield _allowed(table, name, note.one_of)
    if note.spelling == "TEXT":
        yield from _words(table, column)
    if note.spelling in {"INTEGER", "DECIMAL"}:
        yield from _bounded(table, column)
    if note.spelling in {"INTEGER", "DECIMAL", "BOOLEAN"} and not column.primary_key and not column.unique:
        yield _varied(table, name, flag=note.spelling == "BOOLEAN")
    if full in _SOURCES:
        yield _varied_within(table, name, _SOURCES[full])
    if full in _FORMATS:
        pattern, words = _FORMATS[full]
        yield Check(
            table, name, "enumeration", f"Every {name} is {words}.",
            where=f"t.{q(name)} is not null and not (t.{q(name)} ~ {text(pattern)})",
            native=Native("ExpectColumnValuesToMatchRegex", (("column", name), ("regex", pattern))),
            needs=(full,), variant="format",
        )  # fmt: skip


def _present(table: str, column: sa.Column[Any]) -> Iterator[Check]:
    name = str(column.name)
    if column.primary_key or name in MAY_BE_ABSENT.get(table, "").split():
        return
    refers = bool(column.foreign_keys) or bool(column_note(column).elements_of)
    parent = next(iter(column.foreign_keys)).target_fullname.split(".")[0] if column.foreign_keys else ""
    yield Check(
        table, name,
        "missing_reference" if refers else "not_null",
        f"Every row of {table} links to {parent or 'what it is about'}." if refers else f"Every row has a {name}.",
        where=f"t.{q(name)} is null", told=Told("absent"),
        native=Native("ExpectColumnValuesToNotBeNull", (("column", name),)),
        needs=(f"{table}.{name}",),
    )  # fmt: skip


def _not_empty(table: str, name: str) -> Check:
    return Check(
        table, name, "empty_column", f"{name} is not empty throughout.",
        tally=f"case when count(*) >= {_LEAST} and count(t.{q(name)}) = 0 then count(*) end",
        told=Told("empty", _LEAST), needs=(f"{table}.{name}",),
    )  # fmt: skip


def _allowed(table: str, name: str, values: tuple[str, ...]) -> Check:
    return Check(
        table, name, "enumeration", f"{name} is one of {', '.join(values)}.",
        where=f"t.{q(name)} is not null and t.{q(name)} not in ({listed(values)})",
        native=Native("ExpectColumnValuesToBeInSet", (("column", name), ("value_set", list(values)))),
        needs=(f"{table}.{name}",),
    )  # fmt: skip


def _words(table: str, column: sa.Column[Any]) -> Iterator[Check]:
    note, name = column_note(column), str(column.name)
    here, needs = f"t.{q(name)}", (f"{table}.{name}",)
    reference = bool(column.foreign_keys)
    if not note.one_of and not reference:
        yield no_placeholder(table, name)
    if name in LONG_TEXTS and note.personal in {None, "free text"} and table not in _TERSE:
        median = f"(select percentile_cont(0.5) within group (order by length({q(name)})) from ⟦{table}⟧)"
        yield Check(
            table, name, "short_text", f"{name} is long enough to say something: a fifth of the usual length or more.",
            where=f"length(trim({here})) < least(40, 0.2 * {median}) and lower(trim({here})) not in "
            f"({listed(PLACEHOLDERS)})",
            screen=f"min(length(trim({here}))) < 0.2 * percentile_cont(0.5) within group (order by length({here}))",
            needs=needs,
        )  # fmt: skip
    if OPEN_LISTS.fullmatch(name) and not note.one_of and not reference:
        within = next((make for make in ("make", "brand") if name == "model" and make in column.table.columns), None)
        yield one_spelling(table, name, within=within)
    if OPEN_LISTS.fullmatch(name) and not column.unique:
        yield _catch_all(table, name)
        if not column.primary_key and not reference:
            yield _varied(table, name)


def no_placeholder(table: str, name: str, provenance: Provenance = "documented") -> Check:
    """Return the check that a text column holds no stand-in for a value."""
    here = f"t.{q(name)}"
    odd = tuple(word for word in PLACEHOLDERS if word not in SAID_ON_PURPOSE.get(f"{table}.{name}", ()))
    return Check(
        table, name, "placeholder", f"{name} holds no placeholder such as TBD, n/a or Unknown.",
        # One text to search in instead of a list of forty: the list would be most of what a statement has to parse.
        where=(
            f"case when length({here}) <= {_LONGEST} then "
            f"position('|' || lower(trim({here})) || '|' in {text('|' + '|'.join(odd) + '|')}) > 0 else false end"
        ),
        needs=(f"{table}.{name}",), provenance=provenance,
    )  # fmt: skip


def one_spelling(table: str, name: str, provenance: Provenance = "documented", within: str | None = None) -> Check:
    """Return the check that a column of few values writes each of them in one way.

    `within` is the column that such values belong to: two makes may have a model of one name, written in two ways.
    """

    def said(row: str) -> str:
        here = f"{row}{q(name)}"
        return here if within is None else f"concat(lower({row}{q(within)}), '|', {here})"

    folded = f"lower(trim(replace(replace({said('')}, '_', ' '), '-', ' ')))"
    needs = (f"{table}.{name}", *((f"{table}.{within}",) if within else ()))
    return Check(
        table, name, "enumeration",
        f"Each value of {name} is written in one way{f' within its {within}' if within else ''}: the same case, blanks "
        "and hyphens.",
        where=(
            f"t.{q(name)} is not null and {said('t.')} in (select v from (select v, row_number() over (partition by "
            f"folded order by n desc, v) as place from (select {said('')} as v, {folded} as folded, count(*) as n "
            f"from ⟦{table}⟧ where {q(name)} is not null group by 1, 2) g) o where place > 1)"
        ),
        screen=(
            f"(select count(*) > count(distinct {folded.replace(said(''), 'v')}) from "
            f"(select distinct {said('')} as v from ⟦{table}⟧ where {q(name)} is not null) d)"
        ),
        needs=needs, variant="spelling", provenance=provenance,
    )  # fmt: skip


def _catch_all(table: str, name: str) -> Check:
    caught = f"count(*) filter (where lower(trim(t.{q(name)})) in ({listed(CATCH_ALL)}))"
    return Check(
        table, name, "catch_all",
        f"Fewer than {CATCH_ALL_SHARE:.0%} of the rows have a catch-all {name} such as other.",
        tally=(
            f"case when count(t.{q(name)}) >= {_LEAST} and {caught} > {CATCH_ALL_SHARE} * count(t.{q(name)}) "
            f"then {caught} end"
        ),
        needs=(f"{table}.{name}",),
    )  # fmt: skip


def _varied(table: str, name: str, *, flag: bool = False) -> Check:
    low, high = ("bool_and", "bool_or") if flag else ("min", "max")
    found = Check(
        table, name, "constant_column", f"{name} is not the same in every row.",
        tally=(
            f"case when count(t.{q(name)}) >= {_MANY} and {low}(t.{q(name)}) = {high}(t.{q(name)}) "
            f"then count(t.{q(name)}) end"
        ),
        told=Told("constant", _MANY), needs=(f"{table}.{name}",),
    )  # fmt: skip
    reason = CONSTANT_ON_PURPOSE.get(f"{table}.{name}")
    return found.exempt(reason) if reason else found


def _varied_within(table: str, name: str, source: str) -> Check:
    named = re.findall(r"⟦(\w+)⟧", source)
    constant = f"select source from ({source}) s group by source having count(v) >= {_LEAST} and min(v) = max(v)"
    return Check(
        table, name, "constant_column", f"{name} differs between the rows of each source; counted are the sources.",
        measure=f"select nullif(count(*), 0) from ({constant}) c",
        of=f"select count(distinct source) from ({source}) s",
        sample=constant,
        needs=(f"{table}.{name}", *(f"{other}.id" for other in named if other != table)), variant="by_source",
    )  # fmt: skip


def _bounded(table: str, column: sa.Column[Any]) -> Iterator[Check]:
    name, unit = str(column.name), column_note(column).unit
    low, high = _BOUNDS_OF.get(f"{table}.{name}") or _BOUNDS.get(unit or "") or (None, None)
    if f"{table}.{name}" not in _BOUNDS_OF and unit in _NOT_NEGATIVE:
        low = 0
    if low is None and high is None:
        return
    outside = [f"t.{q(name)} < {low}" if low is not None else "", f"t.{q(name)} > {high}" if high is not None else ""]
    span = (
        f"between {low:,} and {high:,}" if low is not None and high is not None
        else f"{low:,} or more" if low is not None else f"{high:,} or less"
    )  # fmt: skip
    measured = {"zero_to_sixty": "seconds"}.get(name, unit or "")
    yield Check(
        table, name, "range", f"{name} is {span}{f' ({measured})' if measured else ''}.",
        where=" or ".join(filter(None, outside)),
        native=Native(
            "ExpectColumnValuesToBeBetween", (("column", name), ("min_value", low), ("max_value", high))
        ),
        needs=(f"{table}.{name}",),
    )  # fmt: skip


def _devices() -> Check:
    device = "(t.device_info ->> 'device_type')"
    return Check(
        "page_views", "device_info", "enumeration", f"device_info says one of {', '.join(DEVICE_TYPES)}.",
        where=f"{device} is not null and {device} not in ({listed(DEVICE_TYPES)})",
        needs=("page_views.device_info",), variant="device_type",
    )  # fmt: skip


def of_any_size(name: str) -> bool:
    """Say whether an amount (`table.column`) may be of any size and sign, as balances and bookings are."""
    return _BOUNDS_OF.get(name) == (None, None)


def event_time(table: sa.Table) -> str | None:
    """Return the column that says when a row came about: `created_at` before what the row tells of."""
    name = "created_at" if "created_at" in table.columns else note_of(table).event_time
    return name if name and column_note(table.columns[name]).spelling == "TIMESTAMP" else None
