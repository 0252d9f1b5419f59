"""Each class of defect on tables small enough to check by hand."""

from __future__ import annotations

import pytest

from quality.pulse import pulse
from quality.reading import raw

CARS = "slug | name | engine | trans | manual_available | created_at\n" + "\n".join(
    f"car-{n} | Car {n} | 3.0L I6 | Manual | true | 2024-05-0{n + 1}" for n in range(4)
)


def failing(mirror, table):
    return {
        result.check.id.removeprefix(f"{table}."): result.rows
        for result in pulse(mirror, [table])
        if result.state == "fail" and result.check.severity != "info"
    }


def test_an_orphan_is_counted_and_null_is_not_one(mirror_with):
    mirror = mirror_with(
        tracks="id | slug | name\n t1 | a | A",
        car_track_lap_times="id | track_id\n l1 | t1\n l2 | t2\n l3 | t2\n l4 | null",
    )
    found = failing(mirror, "car_track_lap_times")
    assert found["track_id.orphan_reference"] == 2
    assert found["track_id.missing_reference"] == 1


def test_a_slug_may_be_an_alias_but_not_of_an_alias(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        car_slug_aliases="alias | canonical_slug\n old-0 | car-0\n older-0 | old-0\n car-1 | car-2",
        car_recalls="id | car_slug\n r1 | car-0\n r2 | old-0\n r3 | nowhere",
    )
    assert failing(mirror, "car_recalls")["car_slug.non_canonical_slug"] == 1
    aliases = failing(mirror, "car_slug_aliases")
    assert aliases["canonical_slug.non_canonical_slug"] == 1
    assert aliases["canonical_slug.non_canonical_slug.chain"] == 1
    assert aliases["alias.non_canonical_slug"] == 1


def test_elements_of_a_list_are_references(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        featured_content="id | related_car_slugs\n f1 | [car-0]\n f2 | [car-0, gone]\n f3 | []",
    )
    assert failing(mirror, "featured_content")["related_car_slugs.element_reference"] == 1


def test_values_beyond_a_list_and_other_spellings_are_counted(mirror_with):
    mirror = mirror_with(
        car_issues="""
            id | severity | kind
            i1 | low      | brakes
            i2 | High     | brakes
            i3 | low      | Brakes
            i4 | null     | body
        """,
    )
    found = failing(mirror, "car_issues")
    assert found["severity.enumeration"] == 1
    assert found["kind.enumeration.spelling"] == 1


def test_two_makes_may_write_one_model_in_two_ways_and_one_make_may_not(mirror_with):
    mirror = mirror_with(
        cars="""
            slug | brand        | model
            a    | Nissan       | GT-R
            b    | Mercedes-AMG | GT R
            c    | Nissan       | gt r
            d    | Nissan       | GT-R
        """,
    )
    assert failing(mirror, "cars")["model.enumeration.spelling"] == 1


def test_placeholders_ranges_and_times(mirror_with):
    mirror = mirror_with(
        events="""
            id | venue_name | latitude | start_date | end_date   | status   | created_at
            e1 | TBD        | 40       | 2025-05-03 | 2025-05-02 | expired  | 2025-01-01
            e2 | n/a        | 91       | 2025-05-03 | 2025-05-04 | approved | 1970-01-01
            e3 | The Oval   | -90      | 2027-05-03 | null       | approved | 2025-01-03
        """,
    )
    found = failing(mirror, "events")
    assert found["venue_name.placeholder"] == 2
    assert found["latitude.range"] == 1
    assert found["end_date.contradiction.below_start_date"] == 1
    assert found["created_at.time_order.too_old"] == 1


def test_a_key_with_a_null_is_void_and_repeats_are_counted_once_each(mirror_with):
    mirror = mirror_with(
        part_pricing_snapshots="""
            id | part_id | vendor_name | recorded_at
            s1 | p1      | A           | 2025-05-01
            s2 | p1      | A           | 2025-05-01
            s3 | p1      | null        | 2025-05-01
            s4 | p1      | null        | 2025-05-01
        """,
    )
    found = failing(mirror, "part_pricing_snapshots")
    assert found["vendor_name.duplicate.part_id_recorded_at_vendor_name"] == 1
    assert found["vendor_name.duplicate.void_key"] == 2


def test_one_name_in_two_towns_is_two_tracks_in_two_spellings_one(mirror_with):
    mirror = mirror_with(
        tracks="""
            id | slug | name         | city   | region | country
            t1 | a    | Ring         | Here   | X      | Y
            t2 | b    | Ring         | There  | X      | Y
            t3 | c    | RING         | There  | X      | Y
            t4 | d    | Ring         | Here   | X      | Y
        """,
    )
    assert failing(mirror, "tracks")["name.duplicate.name"] == 2


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("e1 | a1 | 10 | 0\n e1 | a1 | 0 | 10", {}),
        ("e1 | a1 | 10 | 0\n e1 | a1 | 0 | 9", {"journal_entries.id.ledger.unbalanced": 1}),
        ("e1 | a1 | 10 | 0", {"journal_entries.id.ledger.one_sided": 1}),
        ("e1 | a1 | 10 | 0\n e1 | a1 | 0 | 10\n e1 | a1 | 0 | 0", {"journal_entry_lines.debit.ledger.zero": 1}),
        ("e1 | a1 | -10 | 0\n e1 | a1 | 0 | -10", {"journal_entry_lines.debit.ledger.negative": 2}),
        ("e1 | a1 | 10 | 0\n e1 | a9 | 0 | 10", {"journal_entry_lines.account_id.ledger.without_account": 1}),
        (
            "e1 | a1 | 10 | 0\n e1 | a1 | 0 | 10\n e9 | a1 | 5 | 0",
            {"journal_entry_lines.journal_entry_id.ledger.without_entry": 1},
        ),
        ("e1 | a1 | 10 | 0\n e1 | a2 | 0 | 10", {"journal_entry_lines.account_id.ledger.inactive_account": 1}),
    ],
)
def test_the_rules_of_the_books(mirror_with, lines, found):
    numbered = "\n".join(f"l{n} | {n} | {line.strip()}" for n, line in enumerate(lines.splitlines(), 1))
    mirror = mirror_with(
        gl_accounts="""
            id | account_code | account_type | is_active
            a1 | 1000         | asset        | true
            a2 | 6000         | expense      | false
        """,
        journal_entries="id | entry_date | status | posted_at\n e1 | 2025-05-03 | posted | 2025-05-03",
        journal_entry_lines=f"id | line_number | journal_entry_id | account_id | debit | credit\n{numbered}",
    )
    ledger = {
        result.check.id: result.rows
        for result in pulse(mirror, ["gl_accounts", "journal_entries", "journal_entry_lines"])
        if result.state == "fail" and result.check.klass == "ledger"
    }
    assert ledger == found


def test_a_column_that_the_database_lacks_is_the_finding_and_takes_its_checks_away(mirror_with):
    mirror = mirror_with(cars=CARS, unbound=frozenset({"cars.hp"}))
    found = {result.check.id: result.state for result in pulse(mirror, ["cars"])}
    assert found["cars.hp.schema.column"] == "fail"
    assert "cars.hp.range" not in found
    assert "cars.hp.not_null" not in found
    assert "error" not in found.values()


def test_a_missing_table_is_critical_and_the_rest_is_judged(mirror_with):
    mirror = mirror_with(cars=CARS, missing=frozenset({"tracks"}))
    by_table = {}
    for result in pulse(mirror, ["cars", "tracks"]):
        by_table.setdefault(result.check.table, []).append(result)
    assert [(one.check.id, one.state) for one in by_table["tracks"]] == [("tracks.*.schema.table", "fail")]
    assert len(by_table["cars"]) > 50


def as_it_is(cursor, sql):
    row = cursor.execute(sql.replace(' main."', ' raw.main."')).fetchone()
    return row[0] or 0 if row else 0


def test_every_way_the_pulse_goes_ends_where_the_shown_sql_does(mirror_with):
    # The first table offends in every column, the second in none, so that both ways of asking are gone.
    bad = "\n".join(f"i{n} | car-9 | High | other | TBD | null | 1969-01-0{1 + n % 9}" for n in range(60))
    good = "\n".join(f"car-{n} | Car {n} | {n + 100}.0L I6 | Manual | true | 2024-05-0{n % 9 + 1}" for n in range(60))
    mirror = mirror_with(
        car_issues=f"id | car_slug | severity | kind | title | description | created_at\n{bad}",
        cars=f"slug | name | engine | trans | manual_available | created_at\n{good}",
    )
    found = [result for result in pulse(mirror, ["car_issues", "cars"]) if result.check.live is None]
    with raw(mirror) as cursor:
        asked = {result.check.id: as_it_is(cursor, result.sql) for result in found}
    assert asked == {result.check.id: result.rows for result in found}
    told = {result.check.told.by for result in found if result.check.told is not None and result.state == "fail"}
    assert told == {"absent", "empty", "constant"}
    assert {"placeholder", "time_order", "enumeration"} <= {
        result.check.klass for result in found if result.state == "fail"
    }
