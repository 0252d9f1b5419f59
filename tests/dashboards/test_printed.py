"""Statements on the screen: accountants' signs, and text from the database as nothing but text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import printed
from finance_reports.statement import Check, Column, Row, Statement

CODES = {"a1": "4010", "a2": "=4020&x"}
HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "=HYPERLINK(1)", "\x00\x1b[2J")


def statement(*rows, label="FY2025", title="Income statement", checks=(), notes=()):
    columns = (Column(label, "money", date(2025, 1, 1), date(2025, 12, 31)), Column("%", "percent"))
    return Statement("key", title, "AutoRev", "2025", "USD", "Posted entries", datetime(2026, 1, 27, tzinfo=UTC),
                     columns, rows, checks, notes)  # fmt: skip


class Read(HTMLParser):
    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.attributes = set(), [], []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.texts.append(data)


def test_amounts_stand_in_parentheses_below_zero_and_zero_is_a_dash():
    cells = (Decimal("-1234.50"), Decimal("-0.125"))
    found = Read(
        printed.markup(statement(Row("account", "Refunds", cells), Row("account", "Rent", (Decimal(0), None))), CODES)
    )
    assert [text for text in found.texts if text in {"(1,234.50)", "(12.5 %)", "–"}] == ["(1,234.50)", "(12.5 %)", "–"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_the_database_is_never_markup(text):
    made = statement(
        Row("account", text, (Decimal(1), None), text, 1, ("a1",)), label=text, title=text,
        checks=(Check(text, Decimal(1), text),), notes=(text,),
    )  # fmt: skip
    found = Read(printed.markup(made, {"a1": text}))
    assert found.tags <= {"div", "header", "b", "span", "table", "thead", "tbody", "tr", "th", "td", "a", "ul", "li",
                          "details", "summary", "style"}  # fmt: skip
    assert set(found.attributes) <= {"class", "scope", "style", "href", "target", "open"}


@given(st.text())
def test_any_text_comes_out_as_references_to_its_letters(text):
    shown = printed.characters(text)
    assert set(shown) <= set("&#;0123456789")
    assert "<" not in unescape(shown) or "<" in text


def test_a_cell_leads_to_the_lines_behind_it():
    drawn = printed.markup(
        statement(Row("account", "Plan", (Decimal(1), None), "4010", 1, ("a1", "a2"))), CODES, "With drafts"
    )
    assert (
        'href="ledger?range=Custom&amp;from=2025-01-01&amp;to=2025-12-31&amp;search=%34%30%31%30%2C%3D%34%30%32%30'
        '%26%78&amp;entries=%57%69%74%68%20%64%72%61%66%74%73"'
    ) in drawn


def test_a_computed_line_leads_to_the_lines_of_all_that_it_adds():
    one = (Decimal(1), None)
    rows = (
        Row("subtotal", "Total revenue", one, accounts=("a1",)),
        Row("subtotal", "Total costs", one, accounts=("a2",)),
        Row("subtotal", "Gross profit", one, adds=(("Total revenue", 1), ("Total costs", -1), ("Not printed", -1))),
        Row("total", "Net income", one, adds=(("Gross profit", 1),)),
    )
    drawn = printed.markup(statement(*rows), {"a1": "4010", "a2": "5010"})
    both = printed.encoded("4010,5010")
    assert drawn.count(f"search={both}") == 2


def test_a_line_that_adds_one_without_accounts_leads_nowhere():
    one = (Decimal(1), None)
    rows = (Row("line", "Earnings", one), Row("total", "Equity", one, accounts=("a1",), adds=(("Earnings", 1),)))
    assert "href" not in printed.markup(statement(*rows), CODES)


def test_a_computed_line_and_a_share_lead_nowhere():
    assert "href" not in printed.markup(statement(Row("line", "Earnings", (Decimal(1), Decimal("0.5")))), CODES)


def test_a_check_that_fails_says_by_how_much():
    drawn = printed.markup(statement(checks=(Check("Cash ties", Decimal("-0.10"), ""),)), CODES)
    assert "✗ Cash ties: off by (0.10)" in unescape(drawn)


def test_a_closed_section_or_group_hides_what_is_below_it_and_leaves_its_total():
    one = (Decimal(1), None)
    rows = (
        Row("section", "Assets"), Row("group", "Cash", (), "10", 1), Row("account", "Bank", one, "1010", 2, ("a1",)),
        Row("subtotal", "Total Cash", one, "", 1), Row("subtotal", "Total current assets", one),
        Row("account", "Van", one, "1500", 1), Row("total", "Total assets", one), Row("line", "Alone", one, "", 1),
    )  # fmt: skip
    found = printed.markup(statement(*rows), CODES)
    hidden = [row.split('"')[0].split()[1:] for row in found.split('<tr class="')[1:]]
    assert hidden == [[], ["in-0"], ["in-0", "in-1"], ["in-0"], [], ["in-0"], [], []]
    assert [place for place in range(len(rows)) if f'<details class="head-{place}" open>' in found] == [0, 1]
    assert ".statement:has(.head-1:not([open])) .in-1{display:none}" in found
