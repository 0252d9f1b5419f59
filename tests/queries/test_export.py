"""No exported text is taken for a formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from queries.export import defused


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=1"])
def test_a_text_that_could_act_as_a_formula_gets_a_quote_before_it(text):
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "+1,234", "-1e5", "plain", "", "a=b", "2026-01-01"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    assert defused(text) == text


@given(some.text())
def test_no_exported_text_begins_like_a_formula_unless_it_is_a_number(text):
    safe = defused(text)
    assert not safe.startswith(("=", "@", "\t", "\r"))
    assert safe.removeprefix("'") == text.removeprefix("'")
