"""The pages of data quality: from a cell to the rows, and what people decide."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from dashboards import navigation
from quality import distributions, history
from quality.run import run
from replica import generations
from replica.mirror import Mirror
from store import Store

WRONG = "tracks.name.placeholder"


@pytest.fixture
def judged(mirror_with, tmp_path):
    """A database in which one track has a placeholder as its name, judged once an hour ago."""
    mirror = mirror_with(tracks="id | slug | name\n t1 | a | TBD\n t2 | b | Oval")
    shown = Mirror(tmp_path / "mirrors" / "shown", mirror.settings)
    history.record(shown, run(mirror))
    return mirror


def texts(page):
    return [one.value for one in page.text]


def tables(page):
    return [frame.value for frame in page.dataframe]


def test_a_cell_leads_to_rule_sql_rows_owner_and_readers(open_page, judged):
    open_page("tables", judged, table="tracks")
    page = open_page("quality", judged, unfold=True, table="tracks", dimension="validity", check=WRONG)
    said = texts(page)
    assert not page.exception
    assert any(line.startswith("Rule: ") and "placeholder" in line for line in said)
    assert "fail · warning · from the dictionary and its rules · owner content" in said
    assert any(line.startswith("failing since ") for line in said)
    assert "Pages that read tracks: Tables." in said
    assert any('from main."tracks" t where' in code.value for code in page.code)
    assert any("name" in frame and frame["name"].to_list() == ["TBD"] for frame in tables(page))
    assert any("rule" in frame and set(frame["dimension"]) == {"validity"} for frame in tables(page))


def test_coverage_and_health_stand_apart_with_their_denominators(open_page, judged):
    [line] = [text for text in texts(open_page("quality", judged)) if text.startswith("Health: ")]
    assert " checks pass. Coverage: " in line
    assert " of 712 cells have a check." in line  # 89 tables, 8 dimensions


def test_findings_are_filtered_by_domain_and_owner_and_a_mute_is_shown_as_such(open_page, judged, tmp_path):
    def listed(**address):
        page = open_page("findings", judged, **address)
        return [row for frame in tables(page) if "sentence" in frame for row in frame["id"]]

    assert WRONG in listed()
    assert WRONG in listed(domain="Track & Performance", owner="content")
    assert WRONG not in listed(domain="Events")
    Store(tmp_path).decide(WRONG, "assign", who="ann", details="bob")
    assert listed(owner="bob") == [WRONG]
    page = open_page("findings", judged, check=WRONG)
    assert any(text.startswith("Incident: open; ") and "assigned to bob" in text for text in texts(page))
    page.button(key="acknowledge").click().run()
    assert any(text.startswith("Incident: acknowledged by local") for text in texts(page))
    Store(tmp_path).mute(WRONG, "being repaired", datetime.now(UTC).date() + timedelta(days=3), who="ann")
    page = open_page("findings", judged, check=WRONG)
    assert any("muted by ann" in text and "being repaired" in text for text in texts(page))


def test_a_full_run_is_asked_of_the_process_beside_the_app(open_page, judged, tmp_path):
    page = open_page("quality", judged)
    page.button(key="run-suites").click().run()
    assert not page.exception
    assert any("Asked for; the process that runs the suites is not up." in text for text in texts(page))
    assert (history.folder(Mirror(tmp_path / "mirrors" / "shown", judged.settings)) / "asked").exists()


def test_what_passed_is_stale_a_day_later(judged, mirror_with):
    results = history.latest(judged, run=None)
    assert history.matrix(results).is_empty()
    found = history.frame(run(judged, tables=["tracks"])).with_columns(domain=None, risk=0.0)
    now = datetime.now(UTC)
    fresh, old = (history.matrix(found, as_of=now + timedelta(hours=hours)).row(0, named=True) for hours in (23, 25))
    assert (fresh["key"], old["key"]) == ("pass", "stale")
    assert fresh["validity"] == old["validity"] == "warning"


def test_gaps_show_documented_beside_measured(open_page, judged):
    page = open_page("gaps", judged)
    said = next(frame for frame in tables(page) if "claim" in frame)
    row = said[said["table_name"] == "cars"].iloc[0]
    assert (row["claim"], row["measured"], row["verdict"]) == ("309 of 309 cars (100 %)", 0, "less than documented")


def test_drift_compares_the_last_two_spreads(open_page, judged, mirror_with, tmp_path):
    shown = Mirror(tmp_path / "mirrors" / "shown", judged.settings)
    rows = "\n".join(f"t{n} | s{n} | Oval | road" for n in range(30))
    other = "\n".join(f"t{n} | s{n} | Oval | {'' if n < 15 else 'road'}" for n in range(30))
    for table in (rows, other):
        mirror = mirror_with(tracks=f"id | slug | name | surface\n{table}")
        found = run(mirror)
        distributions.keep(history.folder(shown), distributions.measure(mirror), found.started_at)
        history.record(shown, found)
    page = open_page("drift", judged)
    moved = next(frame for frame in tables(page) if "what" in frame)
    assert moved[["table_name", "column_name", "what"]].to_numpy().tolist() == [["tracks", "surface", "no value"]]


ORDERS = """
    create table other.orders as select i as id, ['new', 'paid'][1 + i % 2] as status from range(300) t(i);
    insert into meta.tables (table_name, documented, found, live_schema, live_name, rows, rows_exact, mode, primary_key)
    values ('orders', false, true, 'public', 'orders', 300, true, 'full', ['id']);
    insert into meta.columns (table_name, column_name, position, state, live_name, live_type, mirrored)
    values ('orders', 'id', 1, 'undocumented', 'id', 'integer', true),
           ('orders', 'status', 2, 'undocumented', 'status', 'text', true);
    insert into meta.statistics values ('orders', 'status', 0, 2, ['new', 'paid'], [0.5, 0.5]);
"""
SUGGESTED = "orders.status.enumeration.usual_values"


def test_a_suggestion_becomes_a_rule_by_one_accept_and_one_again_by_another(open_page, mirror_with, tmp_path):
    mirror = mirror_with()
    with duckdb.connect(str(generations.current(mirror.folder))) as connection:
        connection.execute(ORDERS)
    page = open_page("gaps", mirror, check=SUGGESTED)
    assert not page.exception
    assert "pass · info · suggested by statistics of the database · owner ops" in texts(page)
    page.button(key="accept").click().run()
    [line] = [code.value for code in page.code if "one_of" in code.value]
    assert 'column("status", TEXT, "…", one_of=("new", "paid",), personal="free text"),' in line
    page = open_page("quality", mirror)
    page.button(key="run-checks").click().run()
    page = open_page("gaps", mirror, check=SUGGESTED)
    assert "pass · warning · a suggestion that was accepted · owner ops" in texts(page)
    page.button(key="withdraw").click().run()
    assert not Store(tmp_path).decisions()[SUGGESTED].accepted


def test_no_page_imports_great_expectations():
    pages = "; ".join(f"import dashboards.{name}" for name in ("server", "judging", "data_quality", "shell"))
    said = subprocess.run(
        [sys.executable, "-c", f"{pages}; import sys; print('great_expectations' in sys.modules)"],
        capture_output=True, text=True, check=True, cwd=navigation.ROOT,
    )  # fmt: skip
    assert said.stdout.strip() == "False"
