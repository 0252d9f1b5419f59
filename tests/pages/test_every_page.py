"""What every page of the suite keeps, whatever it shows. A page joins by its entry in CASES."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb
import openpyxl
import pytest

import catalogue
from dashboards import acquisition, cities, coverage, engagement, errors, intake, navigation, people, shell, timeline
from replica import generations

HOSTILE = ("<script>alert(1)</script>", "![x](http://x)", "=HYPERLINK(1)")
SAFE = {"text", "code", "dataframe", "selectbox"}
FILTERS = {"range": "7 days", "tz": "Europe/Berlin", "compare": "Nothing", "segment": "Anonymous"}


@dataclass(frozen=True)
class Case:
    """The address at which a page shows everything it has, and what it says when there is nothing."""

    address: dict[str, str] = field(default_factory=dict)
    empty: str = ""
    asks: bool = True
    """Whether it asks the database anything; one that shows the suite's own state does not."""


CASES = {
    "home": Case(),
    "users": Case({}, people.NOBODY),
    "assistant": Case({}, "No account has a balance."),
    "plans": Case({}, "No plan is defined."),
    "feedback": Case({}, "Nothing waits for an answer."),
    "mail": Case({}, "No e-mail was queued in this range."),
    "pipelines": Case({}, "No job was ever queued."),
    "community": Case({}, "No comment waits for a decision."),
    "garage": Case({}, "Nobody has a car yet."),
    "metrics": Case({"metric": "Active users"}),
    "funnels": Case(
        {"breakdown": "Device"}, "Nobody entered in this range. Choose a longer one, or another first step."
    ),
    "errors": Case({"state": "Every state"}, errors.NOTHING),
    "active": Case({}, "Nobody was active in this range. Choose a longer one, or other sources."),
    "trends": Case(),
    "engagement": Case({}, engagement.NOTHING),
    "acquisition": Case({}, acquisition.NOBODY),
    "timeline": Case({}, timeline.NOBODY),
    "paths": Case({}, "No session takes such a path. Choose another station, or a longer range."),
    "retention": Case({}, "Nobody began in this range. Choose a longer one, or another first event."),
    "quality": Case({"table": "cars"}, asks=False),
    "findings": Case({}, "No incident has ended yet.", asks=False),
    "gaps": Case({}, "Every documented column is bound."),
    "drift": Case({}, "No column is spread otherwise than before.", asks=False),
    "reliability": Case({}, "Nothing failed in this range."),
    "stream": Case({}, "Every recorded session is one computed session of one actor."),
    "tables": Case({"table": "cars"}, "The table has no rows."),
    "finance": Case({}, "No cost was recorded in this range."),
    "statements": Case(),
    "ledger": Case({}, "No line in this range."),
    "schema": Case({}, "The schema is as the refresh before met it."),
    "content": Case({"live": "true"}, coverage.NOTHING),
    "cities": Case({}, cities.NOTHING),
    "parts": Case({}, "There is no part."),
    "sources": Case({}, "No track is known."),
    "intake": Case({}, intake.NOBODY),
    "audit": Case({}, "Nobody revealed personal data yet.", asks=False),
}
EXPORTED = {
    "Download CSV": lambda data: csv.reader(io.StringIO(data.decode())),
    "Download XLSX": lambda data: openpyxl.load_workbook(io.BytesIO(data)).active.values,
}
every_page = pytest.mark.parametrize("key", [page.key for page in navigation.PAGES])


def words(page):
    return [element.value for element in [*page.text, *page.code]]


def ledger_of(texts):
    """Return the tables of a ledger whose every text is one of these: a sale today on an account each."""
    today = datetime.now(UTC).date()
    accounts = [f"a{place} | {text} | {text} | revenue" for place, text in enumerate(texts)]
    entries = [f"e{place} | {today} | {text} | {text} | posted" for place, text in enumerate(texts)]
    lines = [
        f"{side}{place} | e{place} | {account} | {text} | {amounts}"
        for place, text in enumerate(texts)
        for side, account, amounts in (("d", "cash", "5.00 |"), ("c", f"a{place}", "| 5.00"))
    ]
    return {
        "gl_accounts": "\n".join(
            ["id | account_code | account_name | account_type", "cash | 1010 | Bank | asset", *accounts]
        ),
        "journal_entries": "\n".join(["id | entry_date | reference | description | status", *entries]),
        "journal_entry_lines": "\n".join(["id | journal_entry_id | account_id | description | debit | credit", *lines]),
        "fiscal_periods": "id | period_name | start_date | end_date | fiscal_year | fiscal_month\n"
        f"p | {texts[0]} | {today.year}-01-01 | {today.year}-12-31 | {today.year} | 1",
    }


def holders(page, text):
    """Return the types of the elements that carry a text."""
    return {element.type for element in page._tree if text in str(getattr(element, "proto", ""))}


@every_page
def test_an_empty_database_is_shown_without_an_error(open_page, mirror_with, key):
    page = open_page(key, mirror_with(), **CASES[key].address)
    assert [one.stack_trace for one in page.exception] == []
    assert not any("cannot be shown" in caption.value for caption in page.caption)
    assert not CASES[key].empty or CASES[key].empty in words(page)


@every_page
def test_the_filters_are_kept_in_the_address(open_page, mirror_with, key):
    page = open_page(key, mirror_with(), **FILTERS)
    assert {name: page.selectbox(key=name).value for name in FILTERS} == FILTERS
    page = open_page(key, mirror_with(), **{"range": "Custom", "from": "2026-02-01", "to": "2026-02-28"})
    assert [str(page.date_input(key=name).value) for name in ("from", "to")] == ["2026-02-01", "2026-02-28"]
    bound = {box.key: box.proto.query_param_key for box in [*page.selectbox, *page.date_input, *page.text_input]}
    assert {name: bound[name] for name in shell.FILTER_KEYS} == {name: name for name in shell.FILTER_KEYS}


@every_page
def test_the_filters_of_the_page_before_hold_unless_the_address_names_them(open_page, mirror_with, key):
    before = {"_page": "another", "_filters": {"range": "90 days", "tz": "Europe/Berlin"}}
    page = open_page(key, mirror_with(), session=before, tz="Asia/Tokyo")
    assert [page.selectbox(key=name).value for name in ("range", "tz")] == ["90 days", "Asia/Tokyo"]
    assert not page.warning


@every_page
def test_every_figure_says_how_it_is_computed_and_can_be_exported(open_page, mirror_with, key):
    page = open_page(key, mirror_with(), unfold=True, **CASES[key].address)
    figures = len(page.metric) + len(page.subheader)
    asked = [block for block in page._tree if getattr(block, "type", "") == "popover"]
    explained = [block for block in asked if block.proto.popover.label == "How is this computed"]
    assert figures > 0
    assert len(explained) == figures
    exports = [button.label for button in page.get("download_button") if button.label in EXPORTED]
    assert exports == [*EXPORTED] * (len(page.metric) + len(page.dataframe))
    assert all({"text", "code"} <= {element.type for element in block} for block in explained)


@every_page
def test_without_a_mirror_it_says_so_and_offers_a_refresh(open_page, key):
    page = open_page(key)
    assert not page.exception
    assert any("Nothing is mirrored yet" in word for word in words(page))
    assert [button.label for button in page.button] == ["Refresh"]


@every_page
def test_a_damaged_mirror_is_said_in_words(open_page, mirror_with, key):
    mirror = mirror_with()
    generations.current(mirror.folder).write_bytes(b"not a database")
    page = open_page(key, mirror)
    assert not page.exception
    assert "The mirror's file is damaged." in words(page)


@every_page
def test_an_old_mirror_is_shown_as_stale(open_page, mirror_with, key):
    mirror = mirror_with()
    with duckdb.connect(str(generations.current(mirror.folder))) as connection:
        connection.execute("update meta.refresh set refreshed_at = refreshed_at - interval 1 day")
    page = open_page(key, mirror)
    assert not page.exception
    assert any("The last refresh ended" in word for word in words(page))


@pytest.mark.parametrize("key", [key for key, case in CASES.items() if case.asks])
def test_columns_without_counterpart_are_named_with_the_setting_that_binds_them(open_page, mirror_with, key):
    page = open_page(key, mirror_with(missing=frozenset(catalogue.TABLES)), **CASES[key].address)
    assert not page.exception
    assert any("no counterpart in the database" in word.lower() for word in words(page))
    assert any('" = "…"' in word for word in words(page))


@every_page
def test_hostile_text_stays_plain_and_its_export_harmless(open_page, mirror_with, key, monkeypatch):
    exported = []
    offer = shell.st.download_button

    def pressed(label, data, *rest, **more):
        exported.append((label, data()))
        return offer(label, data, *rest, **more)

    monkeypatch.setattr(shell.st, "download_button", pressed)
    mirror = mirror_with(cars="slug | name\n" + "\n".join(f"{text} | {text}" for text in HOSTILE), **ledger_of(HOSTILE))
    with duckdb.connect(str(generations.current(mirror.folder))) as connection:
        for text in HOSTILE:
            connection.execute("update meta.refresh set warnings = list_append(warnings, ?)", [text])
            connection.execute("insert into meta.drift values (now(), ?, ?, ?, ?)", [text] * 4)
            connection.execute("insert into meta.uncarried values (?, ?, ?, 1)", [text] * 3)
            connection.execute("update meta.tables set comment = ? where table_name = 'cars'", [text])
            connection.execute("insert into meta.columns (table_name, column_name, state, comment, live_name) "
                               "values ('cars', ?, 'unexpected', ?, ?)", [text] * 3)  # fmt: skip
    page = open_page(key, mirror, unfold=True, **CASES[key].address)
    assert not page.exception
    for text in HOSTILE:
        # A chart reads HTML and nothing else, and that is escaped.
        assert holders(page, text) <= (SAFE if "<" in text else SAFE | {"plotly_chart"})
    exported = [(label, data) for label, data in exported if label in EXPORTED]
    assert exported
    cells = [cell for label, data in exported for row in EXPORTED[label](data) for cell in row]
    assert not any(str(cell).startswith("=") for cell in cells)
