"""Finance: key figures, how profit comes about, where costs go, what recurs, and whether costs are booked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import plotly.graph_objects as go
import polars as pl

from dashboards import charts, theme
from dashboards.view import Column, Computed, Figure, Number, TableSettings, View
from finance_reports.books import ZERO
from finance_reports.chart import TITLES
from finance_reports.income_statement import SECTIONS
from finance_reports.written import money

if TYPE_CHECKING:
    from decimal import Decimal

    from dashboards.view import Good
    from finance_reports.chart import Section
    from finance_reports.income_statement import IncomeStatement
    from finance_reports.pack import Overview

UNITS: Final[dict[str, str]] = {"currency": "currency", "share": "share", "months": "months", "ratio": "ratio"}
LARGEST: Final = 6
"""Vendors with a colour of their own."""
OTHERS: Final = "All others"
EARNING: Final[tuple[Section, ...]] = ("revenue", "other_income")
DOWN: Final = frozenset({"burn", "debt_to_equity"})
PROFIT: Final = "Income statement of the range: revenue, less each section of expense, down to net income."
RECURRING: Final = (
    "Subscriptions and plans at the end of each period; start and movements add up to the end. Trials earn nothing. "
    "The ledger's subscription revenue (4xxx) is another number: it is booked, this one recurs."
)
RECORDED: Final = (
    "cost_entries of the range beside the ledger: a cost is matched by the same amount on the same account within five "
    "days."
)
SPENT: Final = "cost_entries of the range, added up by calendar month; one without amount counts as nothing."
RECONCILED: Final = "Expense accounts of the ledger, closings left out, beside recorded costs of the same account."
ASSISTANT: Final = "al_usage_logs: what language models cost by the log of their use, in currency units."
NO_SUBSCRIPTIONS: Final = "Nobody ever subscribed in this database: what recurs monthly is unknown."


def figures(books: Overview, computed: Computed) -> View:
    """Return the key figures as cards; one that cannot be said is blank and says why."""
    numbers = tuple(
        Number(
            one.key,
            one.title,
            one.value,
            UNITS[one.unit],
            Computed(
                f"{one.definition} {one.why}".strip(), computed.tables, computed.rows, computed.sql, computed.as_of
            ),
            good=_good(one.key),
        )
        for one in books.figures.measures
    )
    return View(numbers, notes=("No budget is recorded in this database: figures are compared with no plan.",))


def _good(key: str) -> Good:
    return "down" if key in DOWN else "up"


def profit(books: Overview, computed: Computed, *, dark: bool) -> View:
    """Return how profit comes about, as a waterfall and as flows, and what costs are made of."""
    report = books.income
    within = report.columns[0]
    rows = [(TITLES[section], report.contribution((section,))[0]) for section in SECTIONS]
    shown = [(name, amount) for name, amount in rows if amount]
    net = report.net_income[0]
    steps = pl.DataFrame(
        [*shown, ("Net income", net)], schema={"step": pl.String, "amount": pl.Decimal(38, 2)}, orient="row"
    )
    words = f"{within.first} to {within.last}: {'net loss' if net < 0 else 'net income'} {money(net)}."
    settings = TableSettings((Column("step", "Step"), Column("amount", "Amount", "plain")))
    accounts = _accounts(report)
    tree = accounts.filter(pl.col("amount") > 0)
    table = TableSettings(
        (
            Column("section", "Section"),
            Column("code", "Account"),
            Column("name", "Name"),
            Column("amount", "Amount", "plain"),
        )
    )
    return View(
        figures=(
            Figure("profit-waterfall", "From revenue to net income", steps if shown else steps.clear(), words, computed,
                   _waterfall(shown, dark=dark), settings, empty="Nothing was earned or spent in this range."),
            Figure("profit-flows", "Where revenue goes", accounts, words, computed, _sankey(report, dark=dark), table,
                   empty="Nothing was earned or spent in this range."),
            Figure("cost-tree", "What costs are made of", tree, f"{tree.height} accounts with costs.", computed,
                   _treemap(tree, dark=dark), table, empty="Nothing was spent in this range."),
        )
    )  # fmt: skip


def _accounts(report: IncomeStatement) -> pl.DataFrame:
    rows = [
        (TITLES[line.account.section], line.account.code, line.account.name, line.amounts[0])
        for line in report.lines
        if line.account.section not in {"revenue", "other_income"}
    ]
    return pl.DataFrame(
        rows,
        schema={"section": pl.String, "code": pl.String, "name": pl.String, "amount": pl.Decimal(38, 2)},
        orient="row",
    )


def _waterfall(shown: list[tuple[str, Decimal]], *, dark: bool) -> go.Figure:
    colours = theme.palette(dark=dark)
    chart = go.Figure(layout={"template": theme.template(dark=dark), "height": 380, "showlegend": False})
    chart.add_waterfall(
        x=[name for name, _ in shown] + ["Net income"],
        y=[amount for _, amount in shown] + [0],
        measure=["relative"] * len(shown) + ["total"],
        increasing={"marker": {"color": colours[2]}},
        decreasing={"marker": {"color": colours[1]}},
        totals={"marker": {"color": colours[0]}},
        connector={"line": {"width": 1, "color": colours[6]}},
    )
    return chart


def _sankey(report: IncomeStatement, *, dark: bool) -> go.Figure:
    """Return revenue and income flowing into expenses; a loss flows in from what was saved before."""
    colours = theme.palette(dark=dark)
    uses = {section: -report.contribution((section,))[0] for section in SECTIONS if section not in EARNING}
    net = report.net_income[0]
    names, links = ["All money"], []
    earned = [(TITLES[section], report.contribution((section,))[0]) for section in EARNING]
    incoming = [(name, amount) for name, amount in earned if amount > 0]
    incoming += [("Net loss", -net)] if net < 0 else []
    outgoing = [(TITLES[section], amount) for section, amount in uses.items() if amount > 0]
    outgoing += [("Net income", net)] if net > 0 else []
    for name, amount in incoming:
        names.append(name)
        links.append((len(names) - 1, 0, amount))
    for name, amount in outgoing:
        names.append(name)
        links.append((0, len(names) - 1, amount))
    chart = go.Figure(layout={"template": theme.template(dark=dark), "height": 360})
    chart.add_sankey(
        node={"label": names, "pad": 18, "thickness": 14, "color": colours[0], "line": {"width": 0}},
        link={
            "source": [link[0] for link in links],
            "target": [link[1] for link in links],
            "value": [link[2] for link in links],
            "color": "rgba(120,140,150,.28)",
        },
    )
    return chart


def _treemap(tree: pl.DataFrame, *, dark: bool) -> go.Figure:
    sections = tree.group_by("section", maintain_order=True).agg(pl.col("amount").sum())
    chart = go.Figure(layout={"template": theme.template(dark=dark), "height": 420})
    names = tree.select(pl.concat_str("code", pl.lit(" "), "name"))
    chart.add_treemap(
        ids=[*(f"s{place}" for place in range(sections.height)), *(f"a{place}" for place in range(tree.height))],
        labels=[*sections["section"], *names.to_series()],
        parents=[
            *([""] * sections.height),
            *(f"s{sections['section'].to_list().index(one)}" for one in tree["section"]),
        ],
        values=[*sections["amount"], *tree["amount"]],
        branchvalues="total",
        textinfo="label+percent root",
    )
    return chart


def recurring(frame: pl.DataFrame, computed: Computed, *, dark: bool) -> View:
    """Return monthly recurring revenue with what moved it."""
    chart = go.Figure(layout={"template": theme.template(dark=dark), "height": 340, "barmode": "relative"})
    colours = theme.palette(dark=dark)
    for colour, name in zip(colours, ("new", "expansion", "reactivation", "contraction", "churn"), strict=False):
        chart.add_bar(
            x=frame["last_day"].to_list(), y=frame[name].to_list(), name=name.capitalize(), marker={"color": colour}
        )
    chart.add_scatter(
        x=frame["last_day"].to_list(), y=frame["closing"].to_list(), name="At the end", mode="lines+markers"
    )
    last = frame["closing"][-1] if frame.height else None
    words = NO_SUBSCRIPTIONS if last is None else f"Monthly recurring revenue {money(last)} at the end of the range."
    settings = TableSettings(
        tuple(Column(name, name.replace("_", " ").capitalize(), "plain") for name in frame.columns)
    )
    return View(
        figures=(
            Figure("recurring-revenue", "Monthly recurring revenue and what moved it", frame, words, computed, chart,
                   settings, charts.days_of(frame["last_day"]), empty=NO_SUBSCRIPTIONS),
        )
    )  # fmt: skip


def costs(recorded: pl.DataFrame, computed: Computed) -> View:
    """Return recorded costs, each with the line of the ledger that matches it."""
    kinds: dict[str, Literal["plain", "flag", "text"]] = {
        "day": "plain",
        "amount": "plain",
        "recurring": "flag",
        "matched": "flag",
    }
    names = ("day", "category", "vendor", "description", "amount", "recurring", "account_code", "matched", "reference")
    settings = TableSettings(
        tuple(Column(name, name.replace("_", " ").capitalize(), kinds.get(name, "text")) for name in names)
    )
    unmatched = recorded.filter(~pl.col("matched")).height
    words = f"{recorded.height} recorded costs, {unmatched} without a line of the ledger."
    figure = Figure("recorded-costs", "Recorded costs", recorded, words, computed, settings=settings,
                    empty="No cost was recorded in this range.")  # fmt: skip
    return View(figures=(figure,), notes=(words,) if recorded.height else ())


def spent(frame: pl.DataFrame, computed: Computed, *, dark: bool) -> View:
    """Return recorded costs month by month: by category, by what comes back and what does not, and by vendor."""
    months = frame["month"].unique().sort()
    categories = frame.group_by("category").agg(pl.col("amount").sum()).sort("amount", "category", descending=True)
    colours = theme.palette(dark=dark)
    by_category = _by_month(dark=dark)
    names = categories["category"].to_list()
    for place, name in enumerate(names):
        part = _of_months(frame.filter(pl.col("category") == name), months)
        by_category.add_bar(x=months.to_list(), y=part, name=name, marker={"color": colours[place % len(colours)]})
    by_kind = _by_month(dark=dark)
    for colour, (name, recurring) in zip(colours, (("Recurring", True), ("One-off", False)), strict=False):
        part = _of_months(frame.filter(pl.col("recurring") == recurring), months)
        by_kind.add_bar(x=months.to_list(), y=part, name=name, marker={"color": colour})
    vendors = frame.group_by("vendor").agg(pl.col("amount", "costs").sum())
    vendors = vendors.sort("amount", "vendor", descending=[True, False])
    by_vendor, most = _by_month(dark=dark), vendors["vendor"].head(LARGEST).to_list()
    for place, name in enumerate([*most, OTHERS] if vendors.height > LARGEST else most):
        among = ~pl.col("vendor").is_in(most) if name == OTHERS else pl.col("vendor") == name
        part = _of_months(frame.filter(among), months)
        by_vendor.add_bar(x=months.to_list(), y=part, name=name, marker={"color": colours[place % len(colours)]})
    total, back = (sum(one["amount"], ZERO) for one in (frame, frame.filter("recurring")))
    words = f"Costs of {money(total)} in {len(months)} months, {money(back)} of them recurring."
    table = TableSettings(
        (
            Column("month", "Month", "plain"),
            Column("category", "Category"),
            Column("vendor", "Vendor"),
            Column("recurring", "Recurring", "flag"),
            Column("amount", "Amount", "plain"),
            Column("costs", "Costs", "integer"),
        )
    )
    of_vendors = TableSettings(
        (Column("vendor", "Vendor"), Column("amount", "Amount", "plain"), Column("costs", "Costs", "integer"))
    )
    empty, days = "No cost was recorded in this range.", charts.days_of(months)
    return View(
        figures=(
            Figure("costs-by-category", "Recorded costs by category", frame, words, computed, by_category, table,
                   days, empty=empty),
            Figure("costs-by-kind", "Recurring and one-off costs", frame, words, computed, by_kind, table, days,
                   empty=empty),
            Figure("costs-by-vendor", "Recorded costs by vendor", vendors, f"{vendors.height} vendors.", computed,
                   by_vendor, of_vendors, days, empty=empty),
        )
    )  # fmt: skip


def _by_month(*, dark: bool) -> go.Figure:
    return go.Figure(
        layout={
            "template": theme.template(dark=dark), "height": 320, "barmode": "relative", "bargap": 0.3,
            "xaxis": {"tickformat": "%b %Y"},
        }
    )  # fmt: skip


def _of_months(frame: pl.DataFrame, months: pl.Series) -> list[Decimal]:
    found = dict(frame.group_by("month").agg(pl.col("amount").sum()).iter_rows())
    return [found.get(month, ZERO) for month in months]


def reconciled(booked: pl.DataFrame, computed: Computed) -> View:
    """Return expense accounts of the ledger beside what was recorded for them."""
    kinds: dict[str, Literal["plain", "text"]] = {"booked": "plain", "recorded": "plain"}
    settings = TableSettings(
        tuple(Column(name, name.replace("_", " ").capitalize(), kinds.get(name, "text")) for name in booked.columns)
    )
    figure = Figure("costs-to-ledger", "Recorded costs and the ledger", booked, f"{booked.height} accounts.", computed,
                    settings=settings, empty="Nothing was booked or recorded in this range.")  # fmt: skip
    return View(figures=(figure,))


def assistant(frame: pl.DataFrame, recorded: pl.DataFrame, booked: pl.DataFrame, computed: Computed) -> View:
    """Return what language models cost by the log of their use, beside the accounts that such costs belong on."""
    codes = recorded.filter(pl.col("category").str.to_lowercase() == "ai")["account_code"].drop_nulls().unique().sort()
    logged = sum(frame["amount"], ZERO)
    beside = sum(booked.filter(pl.col("account_code").is_in(codes.implode()))["booked"], ZERO)
    words = (
        f"Logged {money(logged)}; booked {money(beside)} on the accounts that recorded costs of category ai belong on: "
        f"{', '.join(codes)}."
        if len(codes)
        else f"Logged {money(logged)}; no cost of category ai was recorded, so no account stands beside it."
    )
    settings = TableSettings(
        (Column("model", "Model"), Column("requests", "Requests", "integer"), Column("amount", "Amount", "plain"))
    )
    figure = Figure("assistant-costs", "Language models by the log of their use", frame, f"{frame.height} models.",
                    computed, settings=settings, empty="No use of a language model was logged.")  # fmt: skip
    return View(figures=(figure,), notes=(words,) if frame.height else ())
