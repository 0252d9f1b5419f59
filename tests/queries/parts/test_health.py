"""Health of the catalogue of parts, each rule on a few rows."""

from __future__ import annotations

import pytest

from queries import parts
from replica.errors import UnboundColumn

PARTS = """
id | name      | brand_name | part_number | category | is_active
p1 | Intake    | Eventuri   | E1          | intake   | true
p2 | Exhaust   | eventuri   | E2          | other    | true
p3 | Keychain  | KW         |             | null     | false
p4 | Coilovers | KW         | K4          | Unknown  | true
"""
FITMENTS = """
part_id | car_id | verified | confidence | source_url
p1      | c1     | true     | 0.9        | https://a.example
p1      | c2     | false    | 0.5        | null
p2      | c1     | null     | null       | null
"""
CARS = """
id | slug | brand
c1 | m3   | BMW
c2 | m4   | BMW
c3 | 911  | Porsche
"""
PRICES = """
part_id | vendor_name | currency | price_cents | in_stock | recorded_at
p1      | Turner Co.  | USD      | 9000        | true     | 2026-01-01
p1      | Turner Co.  | USD      | 10000       | false    | 2026-02-01
p1      | ECS         | USD      | 15000       | null     | 2026-01-15
p1      | Euro        | EUR      | 90000       | true     | 2026-01-15
p2      | ECS         | USD      | 700         | null     | 2026-01-15
"""


@pytest.fixture
def catalogue_of_parts(mirror_with):
    return mirror_with(parts=PARTS, part_fitments=FITMENTS, cars=CARS, part_pricing_snapshots=PRICES)


def test_shares_are_of_all_parts_and_all_fitments(catalogue_of_parts):
    assert parts.overview(catalogue_of_parts).row(0, named=True) == {
        "parts": 4,
        "uncategorised_share": 0.75,
        "without_fitment_share": 0.5,
        "without_price_share": 0.5,
        "fitments": 3,
        "unverified_share": pytest.approx(2 / 3),
        "unsure_share": pytest.approx(1 / 3),
        "cars_without_share": pytest.approx(1 / 3),
    }


def test_shares_of_nothing_are_unknown(mirror_with):
    assert parts.overview(mirror_with()).row(0) == (0, None, None, None, 0, None, None, None)


def test_what_cannot_be_known_is_said(mirror_with):
    with pytest.raises(UnboundColumn, match=r"part_fitments"):
        parts.overview(mirror_with(parts=PARTS, missing=frozenset({"part_fitments"})))


def test_catch_all_categories_come_first_and_shares_sum_to_one(catalogue_of_parts):
    found = parts.categories(catalogue_of_parts)
    assert found.select("category", "uncategorised").rows() == [
        ("none", True),
        ("other", True),
        ("unknown", True),
        ("intake", False),
    ]
    assert found["share"].sum() == pytest.approx(1)
    assert found.row(3, named=True) | {"share": 0} == {
        "category": "intake", "uncategorised": False, "parts": 1, "share": 0, "active": 1, "without_fitment": 0,
        "fitments": 2, "unverified": 1, "low_confidence": 1, "without_price": 0,
    }  # fmt: skip


def test_cars_without_fitments_are_counted_by_make(catalogue_of_parts):
    assert parts.makes(catalogue_of_parts).rows() == [("Porsche", 1, 1, 1.0, 0, 0.0), ("BMW", 2, 0, 0.0, 1, 1.5)]


def test_unstated_confidence_is_not_low(catalogue_of_parts):
    found = parts.confidence(catalogue_of_parts).select("confidence", "verified", "fitments", "without_source")
    assert found.rows() == [("not stated", False, 1, 1), ("low", False, 1, 1), ("high", True, 1, 0)]


def test_prices_of_vendors_have_an_age_and_unknown_stock_is_no_share(catalogue_of_parts):
    found = {row["vendor"]: row for row in parts.vendors(catalogue_of_parts).iter_rows(named=True)}
    assert found["ECS"]["in_stock_share"] is None
    assert found["Turner Co."]["in_stock_share"] == 0.5
    assert (found["Turner Co."]["parts"], found["Turner Co."]["cars"], found["Turner Co."]["prices"]) == (1, 2, 2)
    as_of = catalogue_of_parts.freshness().snapshot_at
    assert found["Turner Co."]["age_days"] == (as_of.date() - found["Turner Co."]["newest"].date()).days


def test_a_vendor_is_the_same_in_prices_and_tags(mirror_with):
    found = parts.vendors(
        mirror_with(
            parts=PARTS,
            part_pricing_snapshots=PRICES,
            fitment_tag_mappings="""
            vendor_key | tag | car_id | confidence
            turner-co  | e9x | c1     | 0.9
            turner-co  | b8  | null   | 0.3
            fcp        | g80 | c1     | null
            """,
        )
    )
    rows = {row["vendor"]: row for row in found.iter_rows(named=True)}
    turner = rows["Turner Co."]
    assert (turner["tags"], turner["tagged_cars"], turner["tags_without_car"], turner["low_confidence_tags"]) == (
        2, 1, 1, 1,
    )  # fmt: skip
    assert rows["fcp"]["parts"] is None
    assert rows["fcp"]["low_confidence_tags"] == 0


@pytest.mark.parametrize(("crowd", "expected"), [(25, True), (24, False)])
def test_many_parts_on_one_car_are_too_few_cars(mirror_with, crowd, expected):
    crowded = [f"x{number}" for number in range(crowd)]
    fits = ["part_id | car_id", *(f"{part} | c1" for part in crowded), *(f"w | d{car}" for car in range(60))]
    sold = ["part_id | vendor_name", *(f"{part} | Crowd" for part in crowded), "w | Wide"]
    found = parts.vendors(
        mirror_with(part_fitments="\n".join(fits), part_pricing_snapshots="\n".join(sold))
    )  # fmt: skip
    assert found.select("vendor", "too_few_cars").rows() == [("Crowd", expected), ("Wide", False)]


def test_spread_compares_newest_prices_within_one_currency(catalogue_of_parts):
    found = parts.spread(catalogue_of_parts)
    assert found.select("part", "currency", "vendors", "cheapest_vendor", "spread_share").rows() == [
        ("Intake", "USD", 2, "Turner Co.", 0.5)
    ]
    assert [float(found["lowest"][0]), float(found["highest"][0])] == [100.0, 150.0]


def test_brands_differ_neither_by_case_nor_by_blanks(mirror_with):
    found = parts.brands(mirror_with(parts=PARTS, part_brands="name | country\n kw | Germany\nBrembo | Italy"))
    assert found.select("brand", "parts", "spellings", "without_number", "described", "country").rows() == [
        ("Eventuri", 2, 2, 0, False, None),
        ("KW", 2, 1, 1, True, "Germany"),
        ("Brembo", 0, 0, 0, True, "Italy"),
    ]


def test_upgrades_count_parts_that_exist_and_name_the_others(mirror_with):
    found = parts.upgrades(
        mirror_with(
            parts=PARTS,
            part_fitments=FITMENTS,
            upgrade_keys="key | name\nair | Air\nbrakes | Brakes",
            upgrade_key_parts="""
            upgrade_key | part_id
            air         | p1
            air         | p1
            air         | p3
            air         | gone
            lost        | p2
            """,
        )
    )
    assert found.select("upgrade", "defined", "parts", "active_parts", "parts_unknown", "cars").rows() == [
        ("brakes", True, 0, 0, 0, 0),
        ("lost", False, 1, 1, 0, 1),
        ("air", True, 2, 1, 1, 2),
    ]


def test_packages_say_what_they_lack(mirror_with):
    found = parts.packages(
        mirror_with(
            upgrade_packages="""
            id | name  | tier    | estimated_cost_low | estimated_cost_high | delta_hp | delta_zero_to_sixty
            k1 | Whole | Stage 1 | 100                | 200                 | 10       | -0.2
            k2 | Torn  | null    | 300                | 200                 | null     | 0.4
            k3 | Bare  | Stage 1 | null               | 200                 | 5        | null
            """
        )
    )
    assert dict(found.select("name", "lacking").rows()) == {
        "Whole": "",
        "Torn": "no tier, cost the wrong way round, no gain, slower to 60 mph",
        "Bare": "no cost",
    }
    assert found["name"][2] == "Whole"


def test_relations_conflict_whichever_way_round_they_are_written(mirror_with):
    found = parts.relations(
        mirror_with(
            parts=PARTS,
            part_relationships="""
            id | part_id | related_part_id | relation_type
            r1 | p1      | p2              | conflicts
            r2 | p2      | p1              | requires
            r3 | p3      | p3              | suggests
            r4 | p1      | gone            | requires
            r5 | p3      | p4              | suggests
            r6 | p1      | p4              | conflicts
            """,
        )
    )
    assert sorted(found.select("part", "relation", "problem").rows()) == [
        ("Exhaust", "requires", "conflicts and belongs together"),
        ("Intake", "conflicts", "conflicts and belongs together"),
        ("Intake", "requires", "part is not in the catalogue"),
        ("Keychain", "suggests", "with itself"),
    ]


def test_parts_of_builds_are_counted_with_their_price_and_whether_they_fit(mirror_with):
    found = parts.chosen(
        mirror_with(
            parts=PARTS,
            part_fitments=FITMENTS,
            cars=CARS,
            part_pricing_snapshots=PRICES,
            user_projects="id | user_id | car_slug | car_id\nb1 | u1 | m3 | null\nb2 | u1 | 911 | c3",
            user_project_parts="""
            project_id | part_id | part_name | quantity | price_cents
            b1         | p2      | Exhaust   | 1        | 600
            b2         | p2      | Exhaust   | 2        | 800
            b2         | null    | Own wing  | 1        | null
            """,
        )
    )
    columns = "part", "in_catalogue", "builds", "people", "pieces", "not_known_to_fit", "price_chosen", "price_now"
    assert found.select(columns).rows() == [
        ("Exhaust", True, 2, 1, 3, 1, 7.0, 7.0),
        ("Own wing", False, 1, 1, 1, 1, None, None),
    ]
