"""Rules on what is there more than once: keys, repeated rows, one name for two things, two rows for one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catalogue import column_note, note_of
from quality.check import Check, Told, q
from quality.compile import HASH
from quality.rules.references import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "car_recalls": ("car_slug campaign_number",),
    "car_variants": ("variant_key",),
    "parts": ("part_number",),
    "part_pricing_snapshots": ("part_id recorded_at vendor_name",),
    "part_relationships": ("part_id related_part_id relation_type",),
    "upgrade_key_parts": ("upgrade_key part_id",),
    "youtube_video_car_links": ("car_slug video_id",),
    "youtube_ingestion_queue": ("video_id",),
    "youtube_videos": ("url",),
    "community_insight_sources": ("insight_id thread_id",),
    "forum_scraped_threads": ("thread_url",),
    "community_post_likes": ("post_id user_id",),
    "user_favorites": ("user_id car_slug",),
    "event_saves": ("user_id event_id",),
    "event_rsvps": ("user_id event_id",),
    "event_types": ("slug",),
    "events": ("slug",),
    "tracks": ("slug",),
    "community_posts": ("slug",),
    "al_articles": ("slug",),
    "upgrade_packages": ("slug",),
    "al_messages": ("conversation_id sequence_number",),
    "document_chunks": ("document_id chunk_index",),
    "plan_entitlements": ("plan_id feature_key",),
    "plans": ("tier",),
    "fiscal_periods": ("fiscal_year fiscal_month",),
    "journal_entry_lines": ("journal_entry_id line_number",),
    "page_engagement": ("page_view_id",),
    "target_cities": ("state city", "population_rank"),
    "vehicle_service_intervals": ("car_slug service_name",),
    "user_questionnaire_responses": ("user_id question_id",),
    "source_documents": ("source_url",),
    "featured_content": ("source_url",),
    "user_vehicles": ("vin",),
    "user_profiles": ("email",),
    "fitment_tag_mappings": ("vendor_key car_id tag",),
    "email_logs": ("resend_id",),
    "user_attribution": ("user_id",),
    "part_fitments": ("car_id part_id car_variant_id",),
    "al_usage_logs": (),
    "wheel_tire_fitment_options": (),
}
"""Columns that together name one thing; the last one is where a finding is shown."""
NULL_IS_A_VALUE: Final = frozenset({"part_fitments", "fitment_tag_mappings"})
"""Tables where a NULL in the key says "all of them", so that two such rows repeat each other."""
NAMES: Final[Mapping[str, str]] = {
    "cars": "name",
    "tracks": "name",
    "part_brands": "name",
    "youtube_channels": "channel_name",
    "forum_sources": "name",
    "event_types": "name",
    "upgrade_keys": "name",
    "upgrade_packages": "name",
    "email_templates": "name",
    "plans": "name",
    "parts": "name",
    "xp_levels": "title",
    "al_articles": "title",
    "car_variants": "display_name",
    "gl_accounts": "account_name",
    "fiscal_periods": "period_name",
}
"""Names that no two rows share, whatever their case and blanks."""
PLACES: Final[Mapping[str, tuple[str, ...]]] = {"tracks": ("city", "region", "country")}
"""Where a name alone does not tell things apart."""
ONE_PER: Final[Mapping[str, str]] = {
    "car_fuel_economy": "car_slug",
    "car_safety_data": "car_slug",
    "car_market_pricing": "car_slug",
    "car_tuning_profiles": "car_slug",
    "vehicle_maintenance_specs": "car_slug",
    "al_user_credits": "user_id",
    "user_profile_summary": "user_id",
    "user_xp": "user_id",
    "user_streaks": "user_id",
}
"""Tables with one row for each entity that they have any for."""
REPEATS_ON_PURPOSE: Final = frozenset({"document_chunks", "xp_actions", "plan_entitlements"})
_LONG: Final = frozenset({"TEXT", "TEXT[]", "UUID[]", "JSONB"})
_ASIDE: Final = frozenset({"created_at", "updated_at", "modified_at"})


def checks(table: sa.Table) -> Iterator[Check]:
    """Yield the checks on rows that repeat each other."""
    for column in table.columns:
        if column.unique or (column.primary_key and len(table.primary_key.columns) == 1):
            yield _key(table.name, str(column.name), primary=bool(column.primary_key))
    for key in KEYS.get(table.name, ()):
        yield from _business_key(table, tuple(key.split()))
    if name := NAMES.get(table.name):
        yield _name(table, name)
    if entity := ONE_PER.get(table.name):
        yield _surplus(table.name, entity)
    if table.name not in REPEATS_ON_PURPOSE:
        yield _repeated(table)


def _key(table: str, name: str, *, primary: bool) -> Check:
    # What a key without a value lacks is counted with what is there twice.
    present = "*" if primary else f"t.{q(name)}"
    return Check(
        table, name, "key",
        f"No two rows share a {name}{', and none is without' if primary else ''}; the later ones are counted.",
        "critical",
        tally=f"nullif(count({present}) - count(distinct t.{q(name)}), 0)",
        sample=f"select {q(name)} from ⟦{table}⟧ group by 1 having count(*) > 1 or {q(name)} is null order by 1",
        needs=(f"{table}.{name}",),
    )  # fmt: skip


def _business_key(table: sa.Table, key: tuple[str, ...]) -> Iterator[Check]:
    shown = key[-1]
    needs = tuple(f"{table.name}.{part}" for part in key)
    present = "" if table.name in NULL_IS_A_VALUE else " and ".join(f"t.{q(part)} is not null" for part in key)
    yield Check(
        table.name, shown, "duplicate", f"No two rows share {' and '.join(key)}; the later ones are counted.",
        tally=_repeats([f"t.{q(part)}" for part in key], present), sample=_later(table, [*map(q, key)], present),
        needs=needs, variant="_".join(key) if len(key) > 1 else "",
    )  # fmt: skip
    if len(key) > 1 and present:
        for part in key:
            yield Check(
                table.name, part, "duplicate",
                f"The key of {' and '.join(key)} is void where its {part} is NULL.",
                where=f"t.{q(part)} is null", told=Told("absent"), needs=needs, variant="void_key",
            )  # fmt: skip


def _name(table: sa.Table, name: str) -> Check:
    folded = f"lower(regexp_replace(trim(t.{q(name)}), '\\s+', ' ', 'g'))"
    place = PLACES.get(table.name)
    # Two towns may have a track of one name; the same name in another spelling, or in the same town, is one track.
    twice = (
        f"count(t.{q(name)}) - count(distinct {folded})" if place is None
        else f"count(distinct t.{q(name)}) - count(distinct {folded}) + count(t.{q(name)}) - "
        f"count(distinct ⟦#t.{q(name)}, {', '.join(f't.{q(part)}' for part in place)}⟧) "
        f"filter (where t.{q(name)} is not null)"
    )  # fmt: skip
    return Check(
        table.name, name, "duplicate",
        f"No two rows share a {name} but for case and blanks; the later ones are counted.",
        tally=f"nullif({twice}, 0)",
        sample=_later(table, [folded], f"t.{q(name)} is not null"),
        needs=(f"{table.name}.{name}",), variant="name",
    )  # fmt: skip


def _surplus(table: str, entity: str) -> Check:
    return Check(
        table, entity, "entity_surplus", f"No {entity} has more than one row; the rows too many are counted.",
        tally=f"nullif(count(t.{q(entity)}) - count(distinct t.{q(entity)}), 0)",
        of=f"select count(distinct {q(entity)}) from ⟦{table}⟧",
        sample=f"select {q(entity)} from ⟦{table}⟧ group by 1 having count(*) > 1 order by 1",
        needs=(f"{table}.{entity}",),
    )  # fmt: skip


def _repeated(table: sa.Table) -> Check:
    own = key_of(table)
    aside = frozenset() if note_of(table).append_only else _ASIDE
    said = [
        f"t.{q(str(column.name))}"
        for column in table.columns
        if not column.primary_key and column.name not in aside and column_note(column).mirrored
    ]
    # Rows that differ in what is quickly read differ; texts and lists are most of what a row weighs.
    short = [
        f"t.{q(str(column.name))}"
        for column in table.columns
        if f"t.{q(str(column.name))}" in said and column_note(column).spelling not in _LONG
    ]
    return Check(
        table.name, None, "duplicate",
        "No row says again what another says but for its key and the time it was written; the later ones are counted.",
        tally=_repeats(said), sample=_later(table, [f"{name}::text" for name in said]),
        screen=f"count(*) > count(distinct ⟦{HASH}{', '.join(short)}⟧)" if short else None,
        needs=(f"{table.name}.{own}",), variant="row",
    )  # fmt: skip


def _repeats(said: list[str], present: str = "") -> str:
    # By a hash of the row: sorting whole rows costs as much as all other checks of a table.
    among = f" filter (where {present})" if present else ""
    return f"nullif(count(*){among} - count(distinct ⟦#{', '.join(said)}⟧){among}, 0)"


def _later(table: sa.Table, said: list[str], present: str = "") -> str:
    own = q(key_of(table))
    return (
        f"select k from (select t.{own} as k, row_number() over (partition by {', '.join(said)} order by t.{own}) "
        f"as place from ⟦{table.name}⟧ t{f' where {present}' if present else ''}) d where place > 1 order by 1"
    )
