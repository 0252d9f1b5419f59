"""Rules on how much is there: rows against the documented ones, entities covered, tables empty or full by surprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catalogue import note_of
from quality.check import Check, q

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa

COVERS: Final[Mapping[str, tuple[str, str, float | None]]] = {
    "car_tuning_profiles": ("car_slug", "cars.slug", 1.0),
    "vehicle_maintenance_specs": ("car_slug", "cars.slug", 1.0),
    "vehicle_service_intervals": ("car_slug", "cars.slug", 1.0),
    "wheel_tire_fitment_options": ("car_slug", "cars.slug", 1.0),
    "car_issues": ("car_slug", "cars.slug", 1.0),
    "car_variants": ("car_id", "cars.id", 1.0),
    "car_fuel_economy": ("car_slug", "cars.slug", 240 / 309),
    "car_safety_data": ("car_slug", "cars.slug", 190 / 309),
    "car_market_pricing": ("car_slug", "cars.slug", 10 / 309),
    "car_recalls": ("car_slug", "cars.slug", None),
    "youtube_video_car_links": ("car_slug", "cars.slug", None),
    "car_dyno_runs": ("car_slug", "cars.slug", None),
    "car_track_lap_times": ("car_slug", "cars.slug", None),
    "part_fitments": ("car_id", "cars.id", None),
    "community_insights": ("car_slug", "cars.slug", None),
    "al_user_credits": ("user_id", "user_profiles.id", 1.0),
}
"""Which entities a table covers, and which share of them is documented; None where only the gap is of interest."""
_FORMERLY_EMPTY: Final[Mapping[str, str]] = {
    "journal_entries": "The dictionary was written before the ledger was kept.",
    "journal_entry_lines": "The dictionary was written before the ledger was kept.",
}
_SLACK: Final = 0.95
_LEAST_SHARE: Final = 0.5


def checks(table: sa.Table) -> Iterator[Check]:
    """Yield the checks on the size of a table."""
    note, name = note_of(table), table.name
    own = f"{name}.{next(iter(table.primary_key.columns)).name}"
    if note.rows:
        yield Check(
            name, None, "unexpected_emptiness", f"{name} is not empty: {note.rows:,} rows are documented.", "critical",
            tally="case when count(*) = 0 then 0 end", needs=(own,),
        )  # fmt: skip
        if note.rows >= 20:
            yield Check(
                name, None, "row_count",
                f"{name} has at least {int(note.rows * _LEAST_SHARE):,} rows, half of the {note.rows:,} documented.",
                tally=(
                    f"case when count(*) > 0 and count(*) < {int(note.rows * _LEAST_SHARE)} then count(*) end"
                ),
                needs=(own,),
            )  # fmt: skip
    elif note.rows == 0:
        yield from _empty(name, own)
    if note.deprecated_for:
        yield Check(
            name, None, "unexpected_emptiness",
            f"{name} is out of use since {note.deprecated_for} took its place; nothing new arrives in it.",
            tally="nullif(count(*) filter (where t.created_at > ⟦now⟧ - interval '90 days'), 0)",
            needs=(own, f"{name}.created_at"), variant="deprecated",
        )  # fmt: skip
    if name in COVERS:
        yield from _covered(name, *COVERS[name])


def _empty(name: str, own: str) -> Iterator[Check]:
    unused = Check(
        name, None, "unexpected_emptiness", f"{name} is documented as empty, so its rows are new and unreviewed.",
        tally="nullif(count(*), 0)", needs=(own,), variant="in_use",
    )  # fmt: skip
    yield unused.exempt(_FORMERLY_EMPTY[name]) if name in _FORMERLY_EMPTY else unused
    if name == "subscriptions":
        yield Check(
            name, None, "unexpected_emptiness",
            "subscriptions has rows while profiles have a paid subscription; documented as empty.", "info",
            measure=(
                "select case when count(*) = 0 and (select count(*) from ⟦user_profiles⟧ where "
                "stripe_subscription_status in ('active', 'trialing', 'past_due')) > 0 then 0 end from ⟦subscriptions⟧"
            ),
            needs=(own, "user_profiles.stripe_subscription_status"),
        )  # fmt: skip


def _covered(name: str, column: str, parent: str, share: float | None) -> Iterator[Check]:
    owner, key = parent.split(".")
    covered = (
        f"select count(*) as entities, count(*) filter (where {q(key)} not in "
        f"(select {q(column)} from ⟦{name}⟧ where {q(column)} is not null)) as missing from ⟦{owner}⟧"
    )
    sample = (
        f"select {q(key)} from ⟦{owner}⟧ where {q(key)} not in "
        f"(select {q(column)} from ⟦{name}⟧ where {q(column)} is not null) order by 1"
    )
    needs = (f"{name}.{column}", parent)
    if share is not None:
        least = 1.0 if share == 1.0 else share * _SLACK
        yield Check(
            name, column, "coverage_gap",
            f"{name} covers every row of {owner}." if share == 1.0
            else f"{name} covers {share:.0%} of {owner}, as it did when documented, or more.",
            measure=(
                f"select case when entities > 0 and entities - missing < {least} * entities then missing end "
                f"from ({covered}) c"
            ),
            of=f"select count(*) from ⟦{owner}⟧", sample=sample, needs=needs,
        )  # fmt: skip
    if share != 1.0:
        yield Check(
            name, column, "coverage_gap", f"{name} covers every row of {owner}; known as a gap.", "info",
            measure=f"select nullif(missing, 0) from ({covered}) c",
            of=f"select count(*) from ⟦{owner}⟧", sample=sample, needs=needs, variant="documented",
        )  # fmt: skip
