"""What the mirror knows of the database: tables, columns, bindings, drift, values that could not be carried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy

if TYPE_CHECKING:
    from replica import Mirror

HERE = Path(__file__).parent


class Tables(dy.Schema):
    """One row per table, documented ones first."""

    table_name = dy.String(primary_key=True, description="Documented name, else the live one.")
    domain = dy.String(nullable=True, description="Domain of the dictionary; null for undocumented tables.")
    documented = dy.Bool(description="Whether the dictionary describes it.")
    found = dy.Bool(description="Whether the database has it.")
    live_name = dy.String(nullable=True, description="Its name in the database.")
    rows = dy.Int64(nullable=True, min=0, description="Rows; null where they cannot be known.")
    rows_exact = dy.Bool(nullable=True, description="False where rows is the planner's estimate.")
    documented_rows = dy.Int64(nullable=True, description="Rows as documented on 27 January 2026.")
    live_columns = dy.Int64(nullable=True, description="Columns in the database.")
    documented_columns = dy.Int64(nullable=True, description="Columns as documented.")
    documented_columns_at_least = dy.Bool(nullable=True, description="True where the count is a lower bound.")
    bytes = dy.Int64(nullable=True, description="Size with indexes, in bytes.")
    refreshed_at = dy.Datetime(nullable=True, time_zone="UTC", description="When it was last copied.")
    mode = dy.String(nullable=True, description="full, incremental, unchanged, sampled, missing or hidden.")
    seconds = dy.Float64(nullable=True, description="What the copy took.")
    newest_event = dy.Datetime(nullable=True, time_zone="UTC", description="The latest event time in it.")
    hidden = dy.Bool(nullable=True, description="Whether row-level security hides rows from our role.")
    key_columns = dy.List(dy.String(nullable=True), nullable=True, description="Columns of the primary key.")
    comment = dy.String(nullable=True, description="What a row stands for.")


class Columns(dy.Schema):
    """One row per column of a table, documented or live."""

    table_name = dy.String(primary_key=True, description="Documented name of the table, else the live one.")
    column_name = dy.String(primary_key=True, description="Documented name, else the live one.")
    position = dy.Int64(nullable=True, description="Place within the table.")
    state = dy.String(
        primary_key=True, description="exact, alias, derived, setting, unbound, unexpected or undocumented."
    )
    live_name = dy.String(nullable=True, description="Live column or columns it reads.")
    live_type = dy.String(nullable=True, description="Type in the database.")
    documented_type = dy.String(nullable=True, description="Type as the dictionary spells it.")
    conversion = dy.String(nullable=True, description="What is done to the value on its way in.")
    setting = dy.String(nullable=True, description="The line of autorev.toml that would bind it.")
    comment = dy.String(nullable=True, description="What the value means.")
    mirrored = dy.Bool(nullable=True, description="Whether its values are copied.")
    is_key = dy.Bool(nullable=True, description="Whether it is part of the primary key.")
    references_column = dy.String(nullable=True, description="table.column that it points to.")


class Drift(dy.Schema):
    """One row per change of the schema seen between two refreshes."""

    first_seen = dy.Datetime(time_zone="UTC", description="The refresh that saw it first.")
    kind = dy.String(description="Kind of change.")
    table_name = dy.String(nullable=True, description="Table that changed.")
    column_name = dy.String(nullable=True, description="Column that changed.")
    words = dy.String(description="The change in one sentence.")


class Uncarried(dy.Schema):
    """One row per column and reason for which values could not be carried as they are."""

    table_name = dy.String(description="Documented name of the table.")
    column_name = dy.String(description="Documented name of the column.")
    reason = dy.String(description="Why, in words.")
    rows = dy.Int64(min=1, description="How many rows.")


class LastRefresh(dy.Schema):
    """The one row that says where and when the mirror was read."""

    refreshed_at = dy.Datetime(time_zone="UTC", description="When the refresh ended.")
    snapshot_at = dy.Datetime(time_zone="UTC", description="The moment whose state was read.")
    seconds = dy.Float64(description="What it took.")
    role = dy.String(description="standby or primary.")
    host = dy.String(nullable=True, description="The host that answered.")
    database = dy.String(description="Name of the database.")
    server_version = dy.String(nullable=True, description="Version of the server.")
    lag_seconds = dy.Float64(nullable=True, description="How far the replica was behind.")
    warnings = dy.List(dy.String(nullable=True), nullable=True, description="What the operator should know.")


def tables(mirror: Mirror) -> dy.DataFrame[Tables]:
    """Which tables are there, and how do they compare with the dictionary?"""
    return mirror.ask(HERE / "tables.sql", Tables)


def columns(mirror: Mirror, *, table_name: str | None = None) -> dy.DataFrame[Columns]:
    """What is each column of a table (of every table without a name) bound to?"""
    return mirror.ask(HERE / "columns.sql", Columns, table_name=table_name)


def drift(mirror: Mirror) -> dy.DataFrame[Drift]:
    """What changed in the schema, latest first?"""
    return mirror.ask(HERE / "drift.sql", Drift)


def uncarried(mirror: Mirror) -> dy.DataFrame[Uncarried]:
    """Which values could not be carried into the mirror as they are?"""
    return mirror.ask(HERE / "uncarried.sql", Uncarried)


def last_refresh(mirror: Mirror) -> dy.DataFrame[LastRefresh]:
    """When, from where and how was the mirror read?"""
    return mirror.ask(HERE / "refresh.sql", LastRefresh)
