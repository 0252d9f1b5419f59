"""Names of files about tables, whatever the tables are called."""

from __future__ import annotations

import pytest

from quality.documents import file_name


@pytest.mark.parametrize(
    ("table", "name"),
    [("cars", "cars"), ("Mixed Case", "Mixed_Case"), ("../../etc/passwd", "_.._etc_passwd"), ("…", "_"),
     ("..", "table"), ("<script>alert(1)</script>", "_script_alert_1_script_"), ("x" * 200, "x" * 100)],
)  # fmt: skip
def test_a_name_leads_nowhere_else(table, name):
    assert file_name(table) == name


def test_two_tables_have_two_files():
    assert file_name("a b", ["a_b"]) == "a_b_2"
    assert file_name("A_B", ["a_b", "a_b_2"]) == "A_B_3"
