"""Financial System: the chart of accounts, the journal, fiscal periods and recorded costs."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DATE,
    INTEGER,
    MONEY,
    TEXT,
    TIMESTAMP,
    UUID,
    Alias,
    Derived,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Financial System"

gl_accounts = table(
    "gl_accounts",
    Note(
        title="Chart of Accounts",
        domain=DOMAIN,
        grain="One row per account of the general ledger.",
        rows=174,
        columns=11,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the account.", primary_key=True),
    column(
        "account_code",
        TEXT,
        "Number of the account; its first digit names the section: 1 assets, 2 liabilities, 3 equity, 4 revenue, "
        "5 cost of goods, 6 operating expenses, 7 research and development, 8 other, 9 taxes.",
        unique=True,
        live=Alias("code"),
    ),
    column("account_name", TEXT, "Name of the account.", live=Alias("name")),
    column(
        "account_type",
        TEXT,
        "Class of the account; decides its statement and its sign.",
        one_of=("asset", "liability", "equity", "revenue", "expense"),
        live=Derived(
            ("category",),
            "case when lower({category}) in ('revenue', 'other_income') then 'revenue' "
            "when lower({category}) in ('cogs', 'operating_expense', 'operating_expenses', 'product_development', "
            "'r_and_d', 'other_expense', 'other_expenses', 'taxes') then 'expense' "
            "when lower({category}) in ('asset', 'assets') then 'asset' "
            "when lower({category}) in ('liability', 'liabilities') then 'liability' "
            "else lower({category}) end",
            "category to class of account",
        ),
        homonym_beside=("category",),
    ),
    column("normal_balance", TEXT, "Side on which the account usually stands.", one_of=("debit", "credit")),
    column("is_active", BOOLEAN, "True while the account may be posted to."),
    column("parent_account_id", UUID, "Account it is a part of.", references="gl_accounts.id"),
    assumed("subcategory", TEXT, "Finer heading within its section."),
    assumed("description", TEXT, "What belongs on the account."),
    assumed("created_at", TIMESTAMP, "When the account was opened."),
)


journal_entries = table(
    "journal_entries",
    Note(
        title="Transaction Records",
        domain=DOMAIN,
        grain="One row per booked transaction; its amounts are in its lines.",
        rows=0,
        columns=26,
        event_time="entry_date",
    ),
    assumed("id", UUID, "Identifies the entry.", primary_key=True),
    column("entry_date", DATE, "Day the transaction counts for."),
    column("description", TEXT, "What the transaction was.", personal="free text"),
    column("reference", TEXT, "Number of the document behind it.", personal="free text"),
    column(
        "status",
        TEXT,
        "Whether the entry counts; only posted ones do.",
        one_of=("draft", "posted", "reversed", "void"),
    ),
    column("posted_at", TIMESTAMP, "When it was posted."),
    assumed("fiscal_year", INTEGER, "Fiscal year stored with the entry; should agree with entry_date.", unit="year"),
    assumed("fiscal_month", INTEGER, "Month of that year, stored with the entry.", unit="month"),
    assumed("reverses_entry_id", UUID, "Entry that this one takes back.", references="journal_entries.id"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


journal_entry_lines = table(
    "journal_entry_lines",
    Note(
        title="Transaction Details",
        domain=DOMAIN,
        grain="One row per amount on one account within an entry.",
        rows=0,
        columns=15,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Identifies the line.", primary_key=True),
    column("journal_entry_id", UUID, "Entry it belongs to.", references="journal_entries.id"),
    column("account_id", UUID, "Account it is booked on.", references="gl_accounts.id", live=Alias("gl_account_id")),
    column(
        "debit",
        MONEY,
        "Amount on the debit side.",
        unit="dollars",
        live=Derived(("debit_amount_cents",), "{debit_amount_cents}::numeric(38,2) / 100", "cents to dollars"),
    ),
    column(
        "credit",
        MONEY,
        "Amount on the credit side.",
        unit="dollars",
        live=Derived(("credit_amount_cents",), "{credit_amount_cents}::numeric(38,2) / 100", "cents to dollars"),
    ),
    column("description", TEXT, "What this amount was for.", personal="free text"),
    assumed("line_number", INTEGER, "Place of the line in its entry."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


fiscal_periods = table(
    "fiscal_periods",
    Note(
        title="Accounting Periods",
        domain=DOMAIN,
        grain="One row per accounting period, usually a month.",
        rows=36,
        columns=14,
    ),
    assumed("id", UUID, "Identifies the period.", primary_key=True),
    column(
        "period_name",
        TEXT,
        "Name of the period, such as FY2026-01.",
        live=(
            Derived(
                ("period_name", "fiscal_year", "fiscal_month"),
                "coalesce({period_name}, 'FY' || {fiscal_year} || '-' || lpad({fiscal_month}::text, 2, '0'))",
                "fiscal year and month where the name is empty",
                always=True,
            ),
            Derived(
                ("fiscal_year", "fiscal_month"),
                "'FY' || {fiscal_year} || '-' || lpad({fiscal_month}::text, 2, '0')",
                "fiscal year and month to a name",
            ),
        ),
    ),
    column("start_date", DATE, "First day of the period."),
    column("end_date", DATE, "Last day of the period, included."),
    column("is_closed", BOOLEAN, "True once nothing more may be posted into it."),
    column("fiscal_year", INTEGER, "Fiscal year it is part of.", unit="year"),
    assumed("fiscal_month", INTEGER, "Place of the period in its fiscal year, from 1.", unit="month"),
    assumed("closed_at", TIMESTAMP, "When it was closed."),
)


cost_entries = table(
    "cost_entries",
    Note(
        title="Cost Tracking",
        domain=DOMAIN,
        grain="One row per cost that somebody recorded outside the journal.",
        rows=9,
        columns=20,
        event_time="date",
    ),
    assumed("id", UUID, "Identifies the cost.", primary_key=True),
    column("category", TEXT, "What kind of cost it is.", live=Alias("cost_category")),
    column("description", TEXT, "What was paid for.", personal="free text"),
    column(
        "amount",
        MONEY,
        "How much it was.",
        unit="dollars",
        live=Derived(("amount_cents",), "{amount_cents}::numeric(38,2) / 100", "cents to dollars"),
    ),
    column("date", DATE, "Day the cost counts for.", live=Alias("entry_date")),
    column("vendor", TEXT, "Who was paid.", personal="free text"),
    assumed("gl_account_id", UUID, "Account it belongs on.", references="gl_accounts.id"),
    assumed("is_recurring", BOOLEAN, "True when it comes back every month or year."),
    assumed("created_at", TIMESTAMP, "When it was recorded."),
)
