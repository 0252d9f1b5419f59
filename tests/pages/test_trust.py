"""A page says beside its freshness when the checks found fault with what it reads."""

from __future__ import annotations

from quality import history
from quality.run import run
from replica.mirror import Mirror


def test_a_page_that_reads_a_table_in_trouble_says_so_and_another_does_not(open_page, mirror_with, tmp_path):
    mirror = mirror_with(cars="slug | name\n a | TBD", tracks="id | slug | name\n t1 | a | Oval")
    shown = Mirror(tmp_path / "mirrors" / "shown", mirror.settings)
    history.record(shown, run(mirror, tables=["cars"]))
    said = "The checks found fault with tables that this page reads."
    assert said in [one.value for one in open_page("tables", mirror, table="cars").text]
    assert said not in [one.value for one in open_page("tables", mirror, table="tracks").text]
