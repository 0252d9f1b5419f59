"""The views of the running application, rebuilt as they are described, their known faults included."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

VIEWS: Final = (
    "v_trial_balance", "v_gl_account_balances", "v_income_statement_monthly", "v_pnl_summary",
    "v_balance_sheet_current", "v_cash_flow_statement", "v_financial_dashboard", "al_user_balance",
    "city_coverage_report", "v_unresolved_errors", "v_regression_errors",
)  # fmt: skip
MATERIALIZED: Final = ("mv_daily_stats", "mv_car_popularity", "mv_content_coverage", "mv_event_coverage_by_city")

_DOCUMENTED_CATEGORY: Final = """case
    when a.account_type = 'revenue' and a.account_code like '4%' then 'revenue'
    when a.account_type = 'revenue' then 'other_income'
    when a.account_type = 'expense' and a.account_name ~* '\\mtax' then 'taxes'
    when a.account_type = 'expense' and a.account_code like '5%' then 'cogs'
    when a.account_type = 'expense' and concat(a.account_name, ' ', a.subcategory) ~* 'development|research|r&d'
        then 'product_development'
    when a.account_type = 'expense' and a.account_code like '6%' then 'operating_expenses'
    when a.account_type = 'expense' then 'other_expenses'
    else a.account_type
end"""

_WORDS: Final[dict[str, Mapping[str, str]]] = {
    "documented": {
        "code": "account_code",
        "name": "account_name",
        "category": _DOCUMENTED_CATEGORY,
        "account": "account_id",
        "debit_cents": "(l.debit * 100)::bigint",
        "credit_cents": "(l.credit * 100)::bigint",
        "path": "page_url",
        "brand": "brand",
        "price": "price_avg",
        "issues": "i.car_slug = c.slug",
        "fuel": "f.car_slug = c.slug",
        "safety": "s.car_slug = c.slug",
        "maintenance": "m.car_slug = c.slug",
    },
    "live": {
        "code": "code",
        "name": "name",
        "category": "a.category",
        "account": "gl_account_id",
        "debit_cents": "l.debit_amount_cents",
        "credit_cents": "l.credit_amount_cents",
        "path": "path",
        "brand": "make",
        "price": "msrp",
        "issues": "i.car_id = c.id",
        "fuel": "f.car_id = c.id",
        "safety": "s.car_id = c.id",
        "maintenance": "m.car_id = c.id",
    },
}


def definitions(names: str) -> str:
    """Return the statements that make the views of a database built under these names."""
    return Template(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")).substitute(_WORDS[names])
