"""TODO Financial System."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DATE,
    INTEGER,
    MONEY,
    TEXT,
    TIMESTAMP,
    UUID,
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "Financial System"

gl_accounts = table(
    "gl_accounts",
    Note(
        title='Chart of Accounts',
        domain=DOMAIN,
        grain="TODO",
        rows=174,
        columns=11,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("account_code", TEXT, "TODO Account code (1xxx-9xxx)"),
    column("account_name", TEXT, "TODO Account name"),
    column("account_type", TEXT, "TODO Type (asset/liability/equity/revenue/expense)"),
    column("normal_balance", TEXT, "TODO Debit or credit"),
    column("is_active", BOOLEAN, "TODO Is currently active"),
    column("parent_account_id", UUID, "TODO Parent account for hierarchy", references="gl_accounts.id"),
    assumed("subcategory", TEXT, "TODO"),
    assumed("description", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


journal_entries = table(
    "journal_entries",
    Note(
        title='Transaction Records',
        domain=DOMAIN,
        grain="TODO",
        rows=0,
        columns=26,
        event_time="entry_date",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("entry_date", DATE, "TODO Transaction date"),
    column("description", TEXT, "TODO Transaction description"),
    column("reference", TEXT, "TODO Reference number"),
    column("status", TEXT, "TODO Entry status"),
    column("posted_at", TIMESTAMP, "TODO When posted"),
    assumed("fiscal_year", INTEGER, "TODO"),
    assumed("fiscal_month", INTEGER, "TODO"),
    assumed("reverses_entry_id", UUID, "TODO", references="journal_entries.id"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


journal_entry_lines = table(
    "journal_entry_lines",
    Note(
        title='Transaction Details',
        domain=DOMAIN,
        grain="TODO",
        rows=0,
        columns=15,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("journal_entry_id", UUID, "TODO FK to journal_entries", references="journal_entries.id"),
    column("account_id", UUID, "TODO FK to gl_accounts", references="gl_accounts.id"),
    column("debit", MONEY, "TODO Debit amount"),
    column("credit", MONEY, "TODO Credit amount"),
    column("description", TEXT, "TODO Line description"),
    assumed("line_number", INTEGER, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


fiscal_periods = table(
    "fiscal_periods",
    Note(
        title='Accounting Periods',
        domain=DOMAIN,
        grain="TODO",
        rows=36,
        columns=14,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("period_name", TEXT, "TODO Period name"),
    column("start_date", DATE, "TODO Period start"),
    column("end_date", DATE, "TODO Period end"),
    column("is_closed", BOOLEAN, "TODO Is period closed"),
    column("fiscal_year", INTEGER, "TODO Fiscal year"),
    assumed("fiscal_month", INTEGER, "TODO"),
    assumed("closed_at", TIMESTAMP, "TODO"),
)


cost_entries = table(
    "cost_entries",
    Note(
        title='Cost Tracking',
        domain=DOMAIN,
        grain="TODO",
        rows=9,
        columns=20,
        event_time="date",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("category", TEXT, "TODO Cost category"),
    column("description", TEXT, "TODO Cost description"),
    column("amount", MONEY, "TODO Amount"),
    column("date", DATE, "TODO Transaction date"),
    column("vendor", TEXT, "TODO Vendor name"),
    assumed("gl_account_id", UUID, "TODO", references="gl_accounts.id"),
    assumed("is_recurring", BOOLEAN, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
