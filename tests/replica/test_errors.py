"""Errors: a sentence, a next step, an exit code, never a password."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from replica import errors
from replica.errors import redact


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://reader:s3cret@db.example.com/autorev",
        "postgresql://reader:s3cret@a,b:5433/autorev?sslmode=require",
        "host=a password=s3cret user=b",
        "host=a password = 's3cret' user=b",
        r"host=a password='it\'s s3cret' user=b",
        "postgresql:///autorev?host=a&password=s3cret&user=b",
        "postgresql:///autorev?user=b&sslpassword=s3cret",
        'connection to "postgresql://u:s3cret@h/d" failed',
        "PGPASSWORD=s3cret psql",
        "postgresql://u:with@s3cret@h/d",
    ],
)
def test_a_password_is_hidden_in_every_form_of_address(text: str) -> None:
    assert "s3cret" not in redact(text)


def test_what_is_no_password_stays_readable() -> None:
    text = "postgresql://reader:pw@db.example.com:5432/autorev?application_name=x"
    assert redact(text) == "postgresql://reader:****@db.example.com:5432/autorev?application_name=x"
    assert redact("password authentication failed for user x") == "password authentication failed for user x"


def test_a_known_secret_is_hidden_wherever_it_stands_encoded_or_not() -> None:
    assert "p@ss" not in redact("it was p@ss, as typed", "p%40ss")
    assert "p%40ss" not in redact("it was p%40ss, as sent", "p%40ss")


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=8))
def test_no_password_survives_in_an_error(password: str) -> None:
    assume(password not in "postgresql Unreachable password")  # noqa: S105
    error = errors.Unreachable(f"postgresql://u:{password}@h/d is silent.", f"Try password={password} again.")
    assert password not in f"{error} {error!r} {error.sentence} {error.next_step} {error.args}".replace("****", "")


def test_an_error_reads_as_sentence_and_next_step() -> None:
    assert str(errors.NoMirror("Nothing was mirrored.", "Refresh.")) == "Nothing was mirrored. Refresh."


def test_exit_codes_are_those_of_the_command_line() -> None:
    assert errors.Unreachable("x").exit_code == 3
    assert errors.PrimaryRefused("x").exit_code == 2
    assert errors.BadSetting("x").exit_code == 2
    assert errors.UnboundColumn(("cars.hp",)).exit_code == 4


def test_an_unbound_column_names_itself_and_the_line_that_binds_it() -> None:
    error = errors.UnboundColumn(("page_views.page_url", "cars.hp"))
    assert error.sentence == "page_views.page_url, cars.hp have no counterpart in the database."
    assert '"page_views.page_url" = "…"' in error.next_step
    assert "autorev.toml" in error.next_step
