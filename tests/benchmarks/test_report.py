"""What a benchmark's table says and keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.home import for_postgres
from benchmarks.report import Result, keep

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("rounds", "aim", "floor", "verdict"),
    [
        ((1.0, 1.4, 9.0), 1.5, 2.5, "aim"),
        ((2.5, 2.5, 2.5), 1.5, 2.5, "floor"),
        ((2.6,), 1.5, 2.5, "missed"),
        ((5.0,), 5, 2, "aim"),
        ((2.0,), 5, 2, "floor"),
        ((1.9,), 5, 2, "missed"),
    ],
)
def test_the_median_is_judged_by_the_aim_then_by_the_floor_whichever_way_is_better(
    rounds: tuple[float, ...], aim: float, floor: float, verdict: str
) -> None:
    assert Result("q", rounds, "×", aim, floor, "").verdict == verdict


def test_earlier_results_stay_below_the_newest(tmp_path: Path) -> None:
    file = tmp_path / "results.md"
    for question in ("first", "second", "third"):
        keep([Result(question, (1.0,), "×", 1, 2, "how")], question, 1, file)
    text = file.read_text(encoding="utf-8")
    assert text.count("# Results") == 1
    assert text.index("| third |") < text.index("| second |") < text.index("| first |")


def test_postgres_gets_places_for_group_by_all_and_its_own_parameters() -> None:
    asked = "select case when a >= $since then a end as p, sum(b) as v from t where c like '10%' group by all"
    assert for_postgres(asked) == (
        "SELECT CASE WHEN a >= %(since)s THEN a END AS p, SUM(b) AS v FROM t WHERE c LIKE '10%%' GROUP BY 1"
    )
