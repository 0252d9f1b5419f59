"""Tables that the dictionary leaves out: what the database declares and what its statistics suggest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quality.baseline import WEIGHS, usual_values
from quality.known import KnownColumn, KnownTable, Statistic
from quality.reading import known
from quality.run import run
from quality.suggestions import catalogue_line

pytestmark = pytest.mark.integration
ORDERS = (
    "create table cars (id uuid primary key, slug text, name text)",
    "create type mood as enum ('good', 'it''s bad')",
    """create table orders (
        id int primary key, code text unique, amount int, mood mood not null, status text, note text, email text,
        starts int, ends int,
        constraint positive check (amount > 0), constraint "in order" check (starts <= ends)
    )""",
    """insert into orders select i, 'c' || i, i, 'good', (array['new', 'paid', 'sent'])[1 + i % 3], 'n' || i,
        'jane' || i % 3 || '@x.com', i, i from generate_series(1, 1200) i""",
    "alter table orders add constraint late check (amount <= 1197) not valid",
    "create table lines (id int primary key, order_id int)",
    "insert into lines values (1, 1), (2, 5000)",
    "alter table lines add foreign key (order_id) references orders (id) not valid",
    "analyze orders",
)


@pytest.fixture
def orders(small):
    small.run(*ORDERS)
    small.refresh()
    return small


def judged(small, engine="sql", **more):
    found = run(small.mirror, engine, ["orders", "lines"], **more).results
    return {result.check.id: result for result in found}


def test_constraints_enumerations_and_statistics_are_checks_by_where_they_come_from(orders):
    found = judged(orders)
    said = {name: (one.check.provenance, one.check.severity, one.state, one.rows) for name, one in found.items()}
    assert said["orders.code.key.unique_code"] == ("db_enforced", "critical", "pass", 0)
    assert said["orders.mood.enumeration.labels"] == ("db_enforced", "critical", "pass", 0)
    assert said["orders.amount.range.constraint_positive"] == ("db_enforced", "critical", "pass", 0)
    assert said["orders.*.contradiction.constraint_in order"] == ("db_enforced", "critical", "pass", 0)
    assert said["orders.amount.range.constraint_late"] == ("not_validated", "warning", "fail", 3)
    assert said["lines.order_id.orphan_reference"] == ("not_validated", "warning", "fail", 1)
    assert said["orders.status.enumeration.usual_values"] == ("stats_suggested", "info", "pass", 0)
    assert said["orders.note.not_null.usual"] == ("stats_suggested", "info", "pass", 0)
    assert said["orders.note.key.usual"] == ("stats_suggested", "info", "pass", 0)
    assert WEIGHS.keys() == {"db_enforced", "not_validated", "inferred", "stats_suggested"}
    assert said == {
        name: (one.check.provenance, one.check.severity, one.state, one.rows)
        for name, one in judged(orders, "gx").items()
    }


def test_no_value_of_personal_data_is_kept_from_statistics(orders):
    found = known(orders.mirror).tables["orders"].statistics
    assert found["status"].common != ()
    assert (found["email"].common, found["email"].shares) == ((), ())
    with orders.mirror._opened() as opened:
        kept = opened.connection.cursor().execute("select * from raw.meta.statistics").fetchall()
    assert "@" not in str(kept)


def test_an_accepted_suggestion_weighs_and_its_line_of_the_catalogue_holds_the_values(orders):
    name = "orders.status.enumeration.usual_values"
    orders.run("update orders set status = 'PAID' where id = 7")
    orders.refresh()
    assert (judged(orders)[name].state, judged(orders)[name].check.severity) == ("fail", "info")
    accepted = judged(orders, accepted={name})[name]
    assert (accepted.rows, accepted.check.severity, accepted.check.provenance) == (1, "warning", "accepted")
    line = catalogue_line(orders.mirror, name)
    assert 'column("status", TEXT, "…", one_of=("new", "paid", "sent",), personal="free text"),' in line
    assert line.startswith('orders = table(\n    "orders",\n')
    assert 'references="orders.id"' in catalogue_line(orders.mirror, "lines.order_id.orphan_reference")
    assert "unique=True" in catalogue_line(orders.mirror, "orders.code.key.unique_code")
    assert """one_of=("good", "it's bad",)""" in catalogue_line(orders.mirror, "orders.mood.enumeration.labels")
    for text in (line, catalogue_line(orders.mirror, "orders.mood.enumeration.labels")):
        compile(text, "catalogue", "exec")


@pytest.mark.parametrize(
    ("change", "usual"),
    [
        ({}, True),
        ({"null_share": 0.1, "shares": (0.5, 0.4)}, True),
        ({"null_share": 0.05, "shares": (0.5, 0.4)}, False),
        ({"different": 21.0}, False),
        ({"different": -0.5}, False),
        ({"common": ("a",), "shares": (1.0,)}, False),
        ({"shares": (0.5, 0.4)}, False),
    ],
)
def test_few_values_that_make_up_nearly_all_rows_are_usual(change, usual):
    statistic = replace(Statistic(0.0, 2.0, ("b", "a"), (0.6, 0.4)), **change)
    column = KnownColumn("kind", "undocumented", "kind", "text", mirrored=True, not_null=False)
    table = KnownTable("t", None, False, True, "full", 200, (), {"kind": column}, statistics={"kind": statistic})
    assert usual_values(table, "kind") == (("a", "b") if usual else ())
    assert usual_values(replace(table, rows=199), "kind") == ()
