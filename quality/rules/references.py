"""Rules on references: orphans, slugs, elements of arrays, replaced parents, crowds and suspiciously equal families."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from catalogue import TABLES, column_note, note_of
from quality.check import Check, q

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

_LIVE_SLUGS: Final = (
    "(select slug from ⟦cars⟧ where slug is not null "
    "union select alias from ⟦car_slug_aliases⟧ where alias is not null)"
)
_NOT_CROWDED: Final = frozenset({"user_profiles", "al_conversations", "plans", "event_types", "gl_accounts"})
"""Parents whose children are spread as people and business have it."""
_LEAST: Final = 100
"""Rows from which families have sizes to compare."""
_EQUAL: Final = 3
"""Parents with the very same number of children from which chance is no explanation."""


def checks(table: sa.Table) -> Iterator[Check]:
    """Yield the checks on what a table points to."""
    for column in table.columns:
        note = column_note(column)
        if not note.mirrored:
            continue
        if column.foreign_keys:
            parent, target = next(iter(column.foreign_keys)).target_fullname.split(".")
            yield from _points(table.name, column, parent, target)
            if _has_families(table, column, parent):
                yield from _families(table.name, str(column.name), parent)
        if note.elements_of:
            yield _elements(table.name, str(column.name), note.elements_of)
    if table.name == "car_slug_aliases":
        yield from _aliases()
    for column_name, source, words in _CROWDS.get(table.name, ()):
        yield _crowd_within(table.name, column_name, source, words)
    for column in table.columns:
        text = column_note(column).spelling == "TEXT" and not column.unique and not column.primary_key
        if text and _ONE_SOURCE.fullmatch(str(column.name)) and (note_of(table).rows or 0) >= _LEAST:
            yield _one_source(table.name, str(column.name))


def _has_families(table: sa.Table, column: sa.Column[Any], parent: str) -> bool:
    alone = parent not in _NOT_CROWDED and not column.unique and not column.primary_key
    # Where a car is named twice, once is enough.
    named = column.name.endswith("car_id") and column.name.replace("_id", "_slug") in table.columns
    return alone and not named and (note_of(table).rows or 0) >= _LEAST


def _points(table: str, column: sa.Column[Any], parent: str, target: str) -> Iterator[Check]:
    name = str(column.name)
    here = f"t.{q(name)}"
    needs = (f"{table}.{name}", f"{parent}.{target}")
    if (parent, target) == ("cars", "slug"):
        known = "the slug of a car" if table == "car_slug_aliases" else "the slug of a car, or an alias of one"
        among = "(select slug from ⟦cars⟧ where slug is not null)" if table == "car_slug_aliases" else _LIVE_SLUGS
        yield Check(
            table, name, "non_canonical_slug", f"{name} is {known}.", "critical",
            where=f"{here} is not null and {here} not in {among}", needs=needs,
        )  # fmt: skip
        return
    yield Check(
        table, name, "orphan_reference", f"{name} is the {target} of a row of {parent}.", "critical",
        where=(
            f"{here} is not null and {here} not in "
            f"(select {q(target)} from ⟦{parent}⟧ where {q(target)} is not null)"
        ),
        needs=needs,
    )  # fmt: skip


def _elements(table: str, name: str, elements_of: str) -> Check:
    parent, target = elements_of.split(".")
    here = f"t.{q(name)}"
    among = _LIVE_SLUGS if elements_of == "cars.slug" else (
        f"(select {q(target)}::text from ⟦{parent}⟧ where {q(target)} is not null)"
    )  # fmt: skip
    # By key, since neither engine unnests a column within a predicate in the same way.
    key = key_of(TABLES[table])
    return Check(
        table, name, "element_reference", f"Every element of {name} is the {target} of a row of {parent}.", "critical",
        where=(
            f"{here} is not null and t.{q(key)} in (select k from (select {q(key)} as k, unnest({q(name)}) as element "
            f"from ⟦{table}⟧ where {q(name)} is not null) e where element is not null and element::text not in {among})"
        ),
        needs=(f"{table}.{name}", f"{parent}.{target}"),
    )  # fmt: skip


def _aliases() -> Iterator[Check]:
    yield Check(
        "car_slug_aliases", "alias", "non_canonical_slug", "No alias is the slug of a car itself.", "warning",
        where="t.alias in (select slug from ⟦cars⟧ where slug is not null)",
        needs=("car_slug_aliases.alias", "cars.slug"),
    )  # fmt: skip
    yield Check(
        "car_slug_aliases", "canonical_slug", "non_canonical_slug", "No alias stands for another alias.", "warning",
        where="t.canonical_slug in (select alias from ⟦car_slug_aliases⟧)",
        needs=("car_slug_aliases.alias", "car_slug_aliases.canonical_slug"), variant="chain",
    )  # fmt: skip


def _families(table: str, name: str, parent: str) -> Iterator[Check]:
    sizes = f"select {q(name)} as parent, count(*) as n from ⟦{table}⟧ where {q(name)} is not null group by 1"
    # Families of one size are chance while their neighbours in size are as many; far more of one size is made up.
    suspect = (
        "select n, k from (select n, k, "
        "sum(k) over (order by n range between 5 preceding and 5 following) - k as near, "
        "max(k) over (order by n range between 2 preceding and 2 following exclude current row) as beside, "
        "sum(k) over () as families, sum(n * k) over () as total, min(n) over () as low, max(n) over () as high, "
        "(select 0.5 * count(*) / (1 + percentile_cont(0.75) within group (order by n) - "
        f"percentile_cont(0.25) within group (order by n)) from ({sizes}) d) as density "
        f"from (select n, count(*) as k from ({sizes}) s group by n) g) w where n >= 3 and families >= 10 and "
        f"((n >= 20 and n > low and n < high and k >= {_EQUAL} + (families < 30)::int and n * k >= 0.1 * total "
        "and k >= 0.8 * (near + 1) and k >= 6 * density) "
        "or (k >= 20 and k >= 0.2 * families and k >= 3 * coalesce(beside, 0)))"
    )
    needs = (f"{table}.{name}",)
    yield Check(
        table, name, "equal_counts",
        f"The rows of {table} are spread over {parent} unevenly, as measured data is; rows of families of one and the "
        "same size are counted.",
        measure=f"select sum(n * k) from ({suspect}) s",
        # The least that either way of being suspect asks for.
        screen=(
            "exists (select 1 from (select n, k, sum(k) over () as families, sum(n * k) over () as total from "
            f"(select n, count(*) as k from ({sizes}) s group by n) g) w where n >= 3 and families >= 10 and "
            f"((k >= 20 and k >= 0.2 * families) or (n >= 20 and k >= {_EQUAL} and n * k >= 0.1 * total)))"
        ),
        sample=f"select parent from ({sizes}) z where n in (select n from ({suspect}) s) order by n desc",
        needs=needs,
    )  # fmt: skip
    yield Check(
        table, name, "concentration",
        f"No few rows of {parent} hold an implausible share of {table}: five times the next or more.",
        measure=_crowd(f"select {q(name)} as parent, 'all' as source from ⟦{table}⟧ where {q(name)} is not null"),
        screen=(
            "(select parents >= 20 and (top[1] >= 5 * top[2] or top[2] >= 5 * top[3] or top[3] >= 5 * top[4]) "
            f"from (select count(*) as parents, max(n, 4) as top from ({sizes}) s) w)"
        ),
        sample=f"select parent from ({sizes}) z order by n desc limit 3",
        needs=needs, variant="overall",
    )  # fmt: skip


def _crowd(children: str) -> str:
    """Return how many children the first one to three parents of a source hold, where the next holds a fifth or less.

    `children` selects `parent` and `source`, one row a child.
    """
    return (
        "select sum(crowd) from (select source, max(upto) as crowd from (select source, place, n, "
        "sum(n) over (partition by source order by place) as upto, sum(n) over (partition by source) as total, "
        "count(*) over (partition by source) as parents, "
        "lead(n) over (partition by source order by place) as next "
        "from (select source, parent, count(*) as n, "
        "row_number() over (partition by source order by count(*) desc, parent) as place "
        f"from ({children}) c group by source, parent) r) w "
        "where place <= 3 and parents >= 20 and n >= 5 * next and upto >= 50 and upto >= 0.1 * total group by source) f"
    )


_CROWDS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "part_fitments": (
        (
            "car_id",
            (
                "select distinct f.id as k, f.car_id as parent, s.vendor_name as source from ⟦part_fitments⟧ f "
                "join ⟦part_pricing_snapshots⟧ s on s.part_id = f.part_id "
                "where f.car_id is not null and s.vendor_name is not null"
            ),
            "No few cars hold an implausible share of one vendor's fitments: five times the next car's or more.",
        ),
    ),
    "youtube_video_car_links": (
        (
            "car_slug",
            (
                "select l.car_slug as parent, v.channel_id as source from ⟦youtube_video_car_links⟧ l "
                "join ⟦youtube_videos⟧ v on v.video_id = l.video_id where l.car_slug is not null"
            ),
            "No few cars hold an implausible share of one channel's videos: five times the next car's or more.",
        ),
    ),
}
_ONE_SOURCE: Final = re.compile(
    r"(source_)?(forum|vendor|channel|brand|publisher|manufacturer|venue)(_name|_slug|_key|_id)?|city"
)
"""Names of columns that say where rows come from; one of many does not bring nearly all."""


def _crowd_within(table: str, name: str, children: str, words: str) -> Check:
    # Two vendors may sell one part: the widest crowd is the finding, not the sum over vendors.
    widest = _crowd(children).replace("select sum(crowd)", "select max(crowd)", 1)
    others = {
        "part_fitments": ("part_pricing_snapshots.vendor_name",),
        "youtube_video_car_links": ("youtube_videos.channel_id",),
    }[table]
    return Check(
        table, name, "concentration", words, measure=widest,
        sample=f"select parent from ({children}) c group by parent order by count(*) desc limit 3",
        needs=(f"{table}.{name}", *others), variant="by_source",
    )  # fmt: skip


def _one_source(table: str, name: str) -> Check:
    sizes = f"select {q(name)} as source, count(*) as n from ⟦{table}⟧ where {q(name)} is not null group by 1"
    return Check(
        table, name, "concentration", f"No single {name} accounts for 60 % or more of {table}.",
        measure=(
            f"select max(n) from (select n, sum(n) over () as total, count(*) over () as sources from ({sizes}) s) w "
            "where total >= 100 and sources >= 3 and n >= 0.6 * total"
        ),
        sample=f"select source from ({sizes}) s order by n desc limit 1",
        needs=(f"{table}.{name}",), variant="one_source",
    )  # fmt: skip


def key_of(table: sa.Table) -> str:
    """Return the column that tells the rows of a documented table apart."""
    return str(next(iter(table.primary_key.columns)).name)
