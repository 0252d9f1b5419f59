"""Alembic, which knows nothing of our binding, finds the demo's documented tables to be what the catalogue declares."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import catalogue

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore:Did not recognize type"),
    pytest.mark.filterwarnings("ignore:Can't validate argument"),
]


def is_documented(item, name, kind, reflected, compare_to):
    """Keep tables and columns of the catalogue; what the dictionary leaves out is no difference here."""
    return kind == "column" or (kind == "table" and not (reflected and compare_to is None))


def differences(url):
    """Return what Alembic would change to make a database what the catalogue declares."""
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
    with engine.connect() as connection:
        options = {"include_object": is_documented, "compare_type": True}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), catalogue.metadata)
    engine.dispose()
    return found


def test_the_documented_demo_differs_in_nothing(embedded_pair, built):
    assert differences(embedded_pair.reader_url(built("demo"))) == []


def test_the_live_demo_differs_where_the_dictionary_does(embedded_pair, built):
    found = differences(embedded_pair.reader_url(built("clean_live", names="live", clean=True)))
    added = {(change[2], change[3].name) for change in found if change[0] == "add_column"}
    assert {("page_views", "page_url"), ("journal_entry_lines", "debit"), ("cars", "score_sound")} <= added
