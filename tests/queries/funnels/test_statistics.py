"""Intervals and tests, against an independent library and by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from queries.funnels.statistics import Table, fisher, holm, odds_ratio, two_proportions, wilson

CELLS = st.integers(0, 60)


@given(CELLS, CELLS)
def test_the_interval_is_wilsons(did, did_not):
    total = did + did_not
    if not total:
        assert wilson(did, total) is None
        return
    low, high = wilson(did, total)
    wanted = stats.binomtest(did, total).proportion_ci(method="wilson")
    assert (low, high) == (pytest.approx(wanted.low, abs=1e-9), pytest.approx(wanted.high, abs=1e-9))


@given(CELLS, CELLS, CELLS, CELLS)
def test_small_tables_are_tested_exactly(a, b, c, d):
    wanted = stats.fisher_exact([[a, b], [c, d]]).pvalue
    assert fisher(Table(a, b, c, d)) == pytest.approx(wanted, rel=1e-6, abs=1e-9)


def test_large_tables_are_tested_as_chi_square_without_correction():
    table = Table(40, 60, 55, 45)
    wanted = stats.chi2_contingency([[40, 60], [55, 45]], correction=False).pvalue
    assert two_proportions(table) == pytest.approx(wanted)
    assert two_proportions(Table(2, 3, 4, 1)) == fisher(Table(2, 3, 4, 1))
    assert two_proportions(Table(0, 5, 0, 5)) is None
    assert two_proportions(Table(0, 0, 0, 0)) is None


def test_holm_raises_probabilities_in_order_and_leaves_the_unknown():
    assert holm([0.01, None, 0.04, 0.03]) == [pytest.approx(0.03), None, pytest.approx(0.06), pytest.approx(0.06)]


def test_odds_of_nothing_are_finite():
    ratio, low, high = odds_ratio(Table(10, 0, 0, 10))
    assert low < ratio < high < float("inf")
    assert odds_ratio(Table(5, 5, 5, 5))[0] == 1
