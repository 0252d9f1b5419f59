"""Every rule of coverage, on catalogues small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import content
from queries.content.rules import BadRules, current, read
from replica import generations
from store import Mark

CARS = """
    id | slug  | name  | brand | category
    c1 | miata | Miata | Mazda | Front
    c2 | taycan | Taycan | Porsche | Electric
"""


def score(mirror, slug, kind, **more):
    scored = content.scores(mirror, **more)
    return scored.row(by_predicate=(pl.col("slug") == slug) & (pl.col("kind") == kind), named=True)


def have(mirror, kind):
    scored = content.scores(mirror).filter(pl.col("kind") == kind)
    return dict(scored.select("slug", "have").iter_rows())


def test_a_video_linked_twice_counts_once(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        youtube_videos="video_id | quality_score\n v1 | 0.9",
        youtube_video_car_links="""
            video_id | car_slug | car_id
            v1       | miata    |
            v1       |          | c1
        """,
    )
    assert have(mirror, "videos") == {"miata": 1, "taycan": 0}


def test_a_mention_a_failed_and_a_poor_video_are_no_videos(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        youtube_videos="""
            video_id | quality_score | processing_status
            v1       | 0.9           | processed
            v2       | 0.9           | failed
            v3       | 0.2           | processed
            v4       | 0.9           | processed
        """,
        youtube_video_car_links="""
            video_id | car_slug | role
            v1       | miata    | mention
            v2       | miata    | review
            v3       | miata    | review
            v4       | miata    | comparison
        """,
    )
    assert have(mirror, "videos") == {"miata": 1, "taycan": 0}


def test_an_alias_leads_to_the_car_and_to_no_other(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        car_slug_aliases="alias | canonical_slug\n mx-5 | miata\n gone | nowhere",
        car_dyno_runs="id | car_slug\n d1 | mx-5\n d2 | gone\n d3 | MX-5\n d4 | miata-2",
    )
    assert have(mirror, "dyno") == {"miata": 2, "taycan": 0}


def test_slugs_and_ids_inside_arrays_count_once(mirror_with, uuid_of):
    mirror = mirror_with(
        cars=CARS,
        al_articles=f"""
            id | car_slugs         | car_ids           | status
            a1 | [miata, taycan]   | [{uuid_of("c1")}] | published
            a2 | [taycan]          |                   | draft
        """,
    )
    assert have(mirror, "articles") == {"miata": 1, "taycan": 1}


def test_an_id_is_believed_before_a_slug(mirror_with):
    mirror = mirror_with(cars=CARS, car_issues="id | car_id | car_slug\n i1 | c2 | miata\n i2 | c9 | miata")
    assert have(mirror, "issues") == {"miata": 1, "taycan": 1}


def test_an_event_for_the_brand_and_for_the_car_counts_once(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        event_car_affinities="event_id | car_id | brand\n e1 | c1 | \n e1 |  | mazda\n e2 |  | Porsche",
    )
    assert have(mirror, "events") == {"miata": 1, "taycan": 1}


def test_an_electric_car_needs_no_oil(mirror_with):
    mirror = mirror_with(cars=CARS, vehicle_maintenance_specs="car_slug | coolant_type\n taycan | G12\n miata | G12")
    electric, combustion = score(mirror, "taycan", "maintenance"), score(mirror, "miata", "maintenance")
    assert (electric["have"], electric["target"], combustion["target"]) == (1, 8, 12)
    assert "oil_type" in combustion["missing"]
    assert "oil_type" not in electric["missing"]


def test_a_car_never_sold_in_america_needs_no_american_rating(mirror_with):
    mirror = mirror_with(cars="slug | name\n nissan-skyline-gt-r-r34 | Skyline")
    scored = content.scores(mirror).filter(~pl.col("applies"))
    assert set(scored["kind"]) == {"fuel_economy", "safety", "recalls"}
    assert scored["score"].null_count() == 3


def test_half_of_the_fields_is_half_the_score(mirror_with):
    mirror = mirror_with(
        cars=CARS, car_market_pricing="car_slug | bat_avg_price | market_trend\n miata | 20000 | up", car_issues=""
        "id | car_slug\n i1 | miata\n i2 | miata",
    )  # fmt: skip
    pricing = score(mirror, "miata", "pricing")
    assert (pricing["have"], pricing["target"], pricing["score"]) == (2, 9, pytest.approx(2 / 9))
    assert pricing["missing"] == ["bat_median_price", "carscom_avg_price", "hagerty_concours", "hagerty_excellent",
                                  "hagerty_good", "hagerty_fair", "consensus_price"]  # fmt: skip
    assert score(mirror, "miata", "issues")["score"] == pytest.approx(2 / 8)


def test_more_than_the_target_is_no_more_than_full(mirror_with):
    mirror = mirror_with(cars=CARS, car_dyno_runs="id | car_slug\n a | miata\n b | miata\n c | miata")
    assert score(mirror, "miata", "dyno")["score"] == 1.0


def test_after_its_half_life_it_is_worth_half_and_what_has_no_date_does_not_fade(mirror_with):
    mirror = mirror_with(
        cars=CARS,
        al_articles="id | car_slugs | status | published_at\n a1 | [miata] | published | 2020-01-01",
        featured_content="id | related_car_slugs\n f1 | [miata]",
    )
    aged = score(mirror, "miata", "articles")
    days = (mirror.freshness().snapshot_at - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds() / 86_400
    assert aged["score"] == pytest.approx(0.5 ** (days / 730))
    assert score(mirror, "miata", "featured")["score"] == 1.0


def test_looked_up_in_vain_is_full_and_never_looked_up_is_missing(mirror_with):
    mirror = mirror_with(cars=CARS, car_safety_data="car_slug | recall_count\n miata | 0\n taycan | 3")
    assert score(mirror, "miata", "recalls")["score"] == 1.0
    assert score(mirror, "taycan", "recalls")["score"] == 0.0
    mark = Mark("taycan", "recalls", "none_exists", "me", datetime.now(UTC))
    assert score(mirror, "taycan", "recalls", marks=(mark,))["score"] == 1.0


def test_what_is_marked_not_applicable_leaves_the_sum(mirror_with):
    mirror = mirror_with(cars=CARS)
    mark = Mark("miata", "dyno", "not_applicable", "me", datetime.now(UTC))
    assert not score(mirror, "miata", "dyno", marks=(mark,))["applies"]
    assert score(mirror, "taycan", "dyno", marks=(mark,))["applies"]


def test_coverage_is_the_weighted_mean_of_what_applies(mirror_with):
    mirror = mirror_with(cars=CARS, car_dyno_runs="id | car_slug\n a | miata\n b | miata")
    kept = ("dyno", "lap_times")
    rules = replace(current(), kinds=tuple(kind for kind in current().kinds if kind.key in kept))
    rules = rules.with_weight("dyno", 3).with_weight("lap_times", 1)
    covered = content.coverage(content.cars(mirror), content.scores(mirror, rules=rules))
    assert covered.select("slug", "coverage").rows() == [("miata", 0.75), ("taycan", 0.0)]
    assert covered["missing_kinds"].to_list() == [["lap_times"], ["dyno", "lap_times"]]


def test_a_kind_whose_table_is_missing_cannot_be_known_and_its_weight_is_left_out(mirror_with):
    tables = {"cars": CARS, "car_dyno_runs": "id | car_slug\n a | miata\n b | miata"}
    rules = replace(current(), kinds=tuple(kind for kind in current().kinds if kind.key in {"dyno", "safety"}))
    missing = mirror_with(**tables, missing=frozenset({"car_safety_data"}))
    assert content.lacking(missing, rules=rules) == {"safety": "car_safety_data is not there, or not for us to read"}
    scored = content.scores(missing, rules=rules)
    assert scored.filter(pl.col("kind") == "safety")["have"].null_count() == 2
    assert content.coverage(content.cars(missing), scored)["coverage"].to_list() == [1.0, 0.0]


def test_a_kind_that_says_no_car_cannot_be_known_and_an_unbound_field_is_not_asked_for(mirror_with):
    unbound = frozenset({"car_dyno_runs.car_slug", "car_dyno_runs.car_id", "cars.hp"})
    mirror = mirror_with(cars=CARS, unbound=unbound)
    assert list(content.lacking(mirror)) == ["dyno"]
    specs = score(mirror, "miata", "specs")
    assert specs["target"] == 11
    assert "hp" not in specs["missing"]


def test_an_empty_catalogue_has_no_coverage(mirror_with):
    mirror = mirror_with()
    assert content.scores(mirror).is_empty()
    assert content.coverage(content.cars(mirror), content.scores(mirror)).is_empty()


def test_by_model_the_years_of_a_car_are_one(mirror_with):
    mirror = mirror_with(
        cars="""
            id | slug       | name            | brand
            a  | 2020-civic | 2020 Honda Civic | Honda
            b  | 2021-civic | 2021 Honda Civic | Honda
            c  | 2021-jazz  | 2021 Honda Jazz  | Honda
        """,
        car_dyno_runs="id | car_slug\n d1 | 2020-civic\n d2 | 2021-civic",
    )
    scored = content.scores(mirror, by_model=True).filter(pl.col("kind") == "dyno")
    assert scored.select("slug", "have", "score").rows() == [("honda-civic", 2, 1.0), ("honda-jazz", 0, 0.0)]
    assert content.cars(mirror, by_model=True)["name"].to_list() == ["Honda Civic", "Honda Jazz"]


def test_a_row_per_year_and_trim_is_counted_under_make_and_model(mirror_with):
    mirror = mirror_with(
        cars="""
            id | slug          | name                | brand | model
            a  | 2020-civic-ex | 2020 Honda Civic EX | Honda | Civic
            b  | 2021-civic-lx | 2021 Honda Civic LX | Honda | civic
            c  | 2021-jazz     | 2021 Honda Jazz     | Honda | Honda Jazz
            d  | 1999-x        |                     |       | 日産
        """,
        car_dyno_runs="id | car_slug | car_id\n d1 | 2020-civic-ex |\n d2 | | b",
        event_car_affinities="event_id | brand\n e1 | honda",
    )
    scored = content.scores(mirror, by_model=True)
    have = {
        kind: dict(scored.filter(pl.col("kind") == kind).select("slug", "have").iter_rows())
        for kind in ("dyno", "events")
    }
    assert have["dyno"] == {"1999-x": 0, "honda-civic": 2, "honda-jazz": 0}
    assert have["events"] == {"1999-x": 0, "honda-civic": 1, "honda-jazz": 1}
    assert content.find(mirror, "Honda Civic", by_model=True) == "honda-civic"


def test_many_rows_of_cars_are_counted_under_make_and_model_unasked(mirror_with, monkeypatch):
    monkeypatch.setattr(content, "MANY", 2)
    mirror = mirror_with(cars="id | slug | brand | model\n a | a | Kia | Rio\n b | b | Kia | Rio\n c | c | Kia | Ceed")
    assert content.cars(mirror)["slug"].to_list() == ["kia-ceed", "kia-rio"]
    assert content.scores(mirror)["slug"].n_unique() == 2


def test_the_cars_that_are_kept_are_those_of_the_generation_that_answers(mirror_with):
    mirror = mirror_with(cars=CARS)
    assert content.cars(mirror)["slug"].to_list() == ["miata", "taycan"]
    unfinished = generations.building(mirror.folder)
    generations.clone(generations.current(mirror.folder), unfinished)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("insert into cars (id, slug, name) values (uuid(), 'rx7', 'RX-7')")
    generations.publish(unfinished)
    assert content.cars(mirror)["slug"].to_list() == ["miata", "rx7", "taycan"]
    assert content.find(mirror, "RX-7") == "rx7"


def test_a_car_is_found_by_slug_alias_and_name_and_else_refused(mirror_with):
    mirror = mirror_with(cars=CARS, car_slug_aliases="alias | canonical_slug\n mx-5 | miata")
    assert [content.find(mirror, word) for word in ("miata", "MX-5", "Taycan")] == ["miata", "miata", "taycan"]
    with pytest.raises(content.NoSuchCar, match="no car 'fiat'"):
        content.find(mirror, "fiat")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("version = 1", "cannot be read"),
        ("[", "cannot be read"),
        ('target = 1\nfields = ["hp"]', "either a target"),
        ('fields = ["wings"]', "no column wings"),
        ('target = 1\nnot_for = ["boats"]', "class boats"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_in_words(wrong, words):
    kind = '[kinds.a]\ntitle = "A"\nweight = 1\ntables = ["cars"]\nlinks = ["slug"]\nhalf_life = 0\nowner = "x"\n'
    text = wrong if len(wrong) < 15 and "=" not in wrong.replace("version =", "") else (
        f"version = 1\n[demand]\nreliable_from = 5\n{kind}minutes = 1\n{wrong}"
    )  # fmt: skip
    with pytest.raises(BadRules, match=words):
        read(text)


def test_the_weights_add_up_to_a_hundred_and_every_kind_has_an_owner():
    assert sum(kind.weight for kind in current().kinds) == 100
    assert all(kind.owner and kind.minutes for kind in current().kinds)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["specs", "issues", "maintenance", "articles", "videos"]),
        st.sampled_from(["miata", "taycan"]),
        st.integers(0, 12),
        st.none() | st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  made aware below
    ),
    max_size=25,
)  # fmt: skip
LISTED = pl.DataFrame({"slug": ["miata", "taycan"], "is_electric": [False, True], "is_combustion": [True, False],
                       "is_not_sold_in_us": [False, False]})  # fmt: skip
AS_OF = datetime(2026, 1, 27, tzinfo=UTC)


def covered(rows):
    """Judge pieces as the SQL would hand them over."""
    kept = ("specs", "issues", "maintenance", "articles", "videos")
    rules = replace(current(), kinds=tuple(kind for kind in current().kinds if kind.key in kept))
    told = []
    for kind in rules.kinds:
        for slug in ("miata", "taycan"):
            mine = {(number, at) for k, s, number, at in rows if (k, s) == (kind.key, slug)}
            dates = [at for _, at in mine]
            if mine:
                newest = None if None in dates else max(dates).replace(tzinfo=UTC)
                fields = [kind.fields[number] for number, _ in mine if number < len(kind.fields)]
                told.append((slug, kind.key, len({number for number, _ in mine}), newest, fields, False))
    schema = {"car": pl.String, "kind": pl.String, "have": pl.Int64, "newest": pl.Datetime("us", "UTC"),
              "fields": pl.List(pl.String), "none_exists": pl.Boolean}  # fmt: skip
    scored = content._scored(LISTED, pl.DataFrame(told, schema=schema, orient="row"), rules, as_of=AS_OF)
    listed = pl.DataFrame({"slug": ["miata", "taycan"], "name": ["", ""]}).with_columns(
        brand=pl.lit("x"), tier=pl.lit("x"), vehicle_type=pl.lit("x")
    )
    return scored, content.coverage(listed, scored)


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS)
def test_coverage_is_a_share_that_adding_never_lowers_and_order_never_changes(rows, more):
    scored, before = covered(rows)
    _, after = covered(rows + more)
    _, shuffled = covered([*reversed(rows)])
    assert before["coverage"].is_between(0, 1).all()
    assert (after["coverage"] >= before["coverage"] - 1e-12).all()
    assert shuffled["coverage"].to_list() == before["coverage"].to_list()
    whole = (scored["weight"] * scored["score"]).sum() / scored["weight"].sum()
    assert before["coverage"].mean() == pytest.approx(whole)


def test_the_documented_gaps_of_the_demo_come_out_as_documented(demo_mirror):
    scored = content.scores(demo_mirror).filter(pl.col("have") > 0)
    counted = dict(scored.group_by("kind").len().iter_rows())
    assert (counted["pricing"], counted["fuel_economy"], counted["safety"]) == (10, 240, 190)
    assert max(counted.values()) <= 309


def test_what_cars_have_is_read_once_a_generation_and_its_question_told_each_time(mirror_with):
    mirror = mirror_with(cars=CARS, car_dyno_runs="id | car_slug\n d1 | miata")
    with mirror.trace() as first:
        content.scores(mirror)
    with mirror.trace() as again:
        assert have(mirror, "dyno") == {"miata": 1, "taycan": 0}
    assert "content/pieces" in [one.name for one in first.questions]
    assert set(map(id, again.questions)) == set(map(id, first.questions))
    unfinished = generations.building(mirror.folder)
    generations.clone(generations.current(mirror.folder), unfinished)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("insert into car_dyno_runs (id, car_slug) values (uuid(), 'taycan')")
    generations.publish(unfinished)
    assert have(mirror, "dyno") == {"miata": 1, "taycan": 1}
