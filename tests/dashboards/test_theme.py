"""How numbers are written, and that charts follow the theme."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest

from dashboards import navigation, theme


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "records", "–"),
        (None, "currency", "–"),
        (None, "share", "–"),
        (None, "bytes", "–"),
        (0, "records", "0"),
        (9_999, "people", "9,999"),
        (12_345, "people", "12.3k"),
        (146_470, "rows", "146,470"),
        (None, "rows", "–"),
        (999_999, "people", "1.0M"),
        (Decimal("-1234.5"), "currency", "($1,234.50)"),
        (Decimal("90071992547409.93"), "currency", "$90,071,992,547,409.93"),
        (0.1234, "share", "12.3 %"),
        (1_536, "bytes", "1.5 KiB"),
    ],
)
def test_a_number_is_written_in_the_way_of_its_unit(value, unit, text):
    assert theme.number(value, unit) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "–"), (42, "42 s"), (300, "5 min"), (7200, "2 h"), (172_800, "2 d")]
)
def test_an_age_is_written_in_its_largest_fitting_unit(seconds, text):
    assert theme.ago(seconds) == text


def test_light_and_dark_differ_in_every_series_colour():
    assert not set(theme.palette(dark=True)[:5]) & set(theme.palette(dark=False)[:5])
    assert list(theme.template(dark=True).layout.colorway) == list(theme.DARK)


def test_the_charts_of_streamlit_use_the_colours_of_ours():
    config = tomllib.loads((navigation.ROOT / ".streamlit" / "config.toml").read_text())
    assert config["theme"]["light"]["chartCategoricalColors"] == list(theme.LIGHT)
    assert config["theme"]["dark"]["chartCategoricalColors"] == list(theme.DARK)
    assert config["browser"]["gatherUsageStats"] is False
