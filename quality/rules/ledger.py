"""Rules of double-entry bookkeeping on the general ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quality.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

_DRAFT: Final = "('draft')"
_SUMS: Final = (
    "select journal_entry_id, sum(debit) as debits, sum(credit) as credits from ⟦journal_entry_lines⟧ "
    "where journal_entry_id is not null group by journal_entry_id"
)
# Accounts by their code as the dictionary lays it out; 8xxx holds other income and other expense.
_TYPES: Final = (
    "(left(t.account_code, 1) = '1' and t.account_type <> 'asset') or "
    "(left(t.account_code, 1) = '2' and t.account_type <> 'liability') or "
    "(left(t.account_code, 1) = '3' and t.account_type <> 'equity') or "
    "(left(t.account_code, 1) = '4' and t.account_type <> 'revenue') or "
    "(left(t.account_code, 1) in ('5', '6', '7', '9') and t.account_type <> 'expense') or "
    "(left(t.account_code, 1) = '8' and t.account_type not in ('revenue', 'expense'))"
)


def checks(table: sa.Table) -> Iterator[Check]:
    """Yield the checks of the ledger's own tables."""
    if table.name in _CHECKS:
        yield from _CHECKS[table.name]


def _check(table: str, column: str, variant: str, rule: str, where: str, needs: str, **rest: str) -> Check:
    return Check(
        table, column, "ledger", rule, rest.get("severity", "critical"),  # type: ignore[arg-type]
        where=where, needs=tuple(needs.split()), variant=variant,
    )  # fmt: skip


_CHECKS: Final[dict[str, tuple[Check, ...]]] = {
    "journal_entries": (
        _check(
            "journal_entries", "id", "unbalanced",
            "The debits of every entry with both sides equal its credits.",
            f"t.id in (select journal_entry_id from ({_SUMS}) s where debits <> credits and debits <> 0 "
            "and credits <> 0)",
            "journal_entry_lines.debit journal_entry_lines.credit journal_entry_lines.journal_entry_id",
        ),
        _check(
            "journal_entries", "id", "one_sided",
            "Every entry has both debits and credits.",
            f"t.id in (select journal_entry_id from ({_SUMS}) s where (debits = 0) <> (credits = 0))",
            "journal_entry_lines.debit journal_entry_lines.credit journal_entry_lines.journal_entry_id",
        ),
        _check(
            "journal_entries", "id", "without_lines",
            "Every posted entry has lines.",
            f"t.status = 'posted' and t.id not in (select journal_entry_id from ({_SUMS}) s)",
            "journal_entries.status journal_entry_lines.journal_entry_id",
        ),
        _check(
            "journal_entries", "entry_date", "outside_periods",
            "Every entry is dated within a fiscal period.",
            "not exists (select 1 from ⟦fiscal_periods⟧ p where t.entry_date between p.start_date and p.end_date) "
            "and t.entry_date is not null and exists (select 1 from ⟦fiscal_periods⟧ p)",
            "journal_entries.entry_date fiscal_periods.start_date fiscal_periods.end_date",
        ),
        _check(
            "journal_entries", "posted_at", "into_closed_period",
            "No entry is posted into a period after it was closed.",
            "t.status = 'posted' and exists (select 1 from ⟦fiscal_periods⟧ p where p.is_closed "
            "and t.entry_date between p.start_date and p.end_date and t.posted_at > p.closed_at)",
            "journal_entries.posted_at journal_entries.entry_date fiscal_periods.closed_at fiscal_periods.is_closed "
            "fiscal_periods.start_date fiscal_periods.end_date",
        ),
        _check(
            "journal_entries", "posted_at", "status_against_posting",
            "An entry has a time of posting when it is posted, reversed or void, and none as a draft.",
            "(t.status = 'draft' and t.posted_at is not null) or "
            "(t.status in ('posted', 'reversed') and t.posted_at is null)",
            "journal_entries.status journal_entries.posted_at",
        ),
        _check(
            "journal_entries", "fiscal_year", "period_against_date",
            "Fiscal year and month are those of the period that the entry's date lies in.",
            "exists (select 1 from ⟦fiscal_periods⟧ p where t.entry_date between p.start_date and p.end_date "
            "and (p.fiscal_year <> t.fiscal_year or p.fiscal_month <> t.fiscal_month))",
            "journal_entries.fiscal_year journal_entries.fiscal_month journal_entries.entry_date "
            "fiscal_periods.fiscal_year fiscal_periods.fiscal_month fiscal_periods.start_date fiscal_periods.end_date",
            severity="warning",
        ),
    ),
    "journal_entry_lines": (
        _check(
            "journal_entry_lines", "debit", "zero",
            "Every line has an amount on one side.",
            "coalesce(t.debit, 0) = 0 and coalesce(t.credit, 0) = 0",
            "journal_entry_lines.debit journal_entry_lines.credit",
        ),
        _check(
            "journal_entry_lines", "debit", "negative",
            "No line has a negative amount.",
            "t.debit < 0 or t.credit < 0",
            "journal_entry_lines.debit journal_entry_lines.credit",
        ),
        _check(
            "journal_entry_lines", "debit", "both_sides",
            "No line has an amount on both sides.",
            "coalesce(t.debit, 0) <> 0 and coalesce(t.credit, 0) <> 0",
            "journal_entry_lines.debit journal_entry_lines.credit",
        ),
        _check(
            "journal_entry_lines", "account_id", "without_account",
            "Every line is on an account.",
            "t.account_id is null or t.account_id not in (select id from ⟦gl_accounts⟧)",
            "journal_entry_lines.account_id",
        ),
        _check(
            "journal_entry_lines", "journal_entry_id", "without_entry",
            "Every line belongs to an entry.",
            "t.journal_entry_id is null or t.journal_entry_id not in (select id from ⟦journal_entries⟧)",
            "journal_entry_lines.journal_entry_id",
        ),
        _check(
            "journal_entry_lines", "account_id", "inactive_account",
            "No line is on an inactive account.",
            "t.account_id in (select id from ⟦gl_accounts⟧ where not is_active)",
            "journal_entry_lines.account_id gl_accounts.is_active",
            severity="warning",
        ),
    ),
    "gl_accounts": (
        _check(
            "gl_accounts", "account_type", "type_against_code",
            "The type of every account is that of its code's range.",
            _TYPES,
            "gl_accounts.account_code gl_accounts.account_type",
        ),
    ),
    "fiscal_periods": (
        _check(
            "fiscal_periods", "start_date", "overlap",
            "No two fiscal periods overlap.",
            "exists (select 1 from ⟦fiscal_periods⟧ p where p.id <> t.id and p.start_date <= t.end_date "
            "and p.end_date >= t.start_date)",
            "fiscal_periods.start_date fiscal_periods.end_date",
        ),
        _check(
            "fiscal_periods", "is_closed", "closed_against_time",
            "A closed period says when it was closed.",
            "t.is_closed <> (t.closed_at is not null)",
            "fiscal_periods.is_closed fiscal_periods.closed_at",
            severity="warning",
        ),
    ),
}  # fmt: skip
