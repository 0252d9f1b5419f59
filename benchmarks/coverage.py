"""How much faster does the mirror answer coverage than the standby its copies of the live views?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import psycopg

from benchmarks.report import Result
from demo.build import build
from demo.world import Plan
from queries import content
from queries.content import cities
from queries.content import demand as wanted
from queries.events import stream
from replica import Mirror
from replica.refresh import refresh
from replica.settings import load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.cluster import EmbeddedPair

ROUNDS: Final = 5
VIEWS: Final = {
    "coverage, all kinds": "mv_content_coverage",
    "demand, 30 days": "mv_car_popularity",
    "cities": "city_coverage_report",
}


def measure(pair: EmbeddedPair, say: Callable[[str], None]) -> list[Result]:
    """Build the demo, mirror it, and let mirror and standby answer in turns; the views' own statements are put."""
    say("demo for coverage")
    build(pair, "coverage", Plan())
    settings = load_settings(
        home=pair.folder.parent, database_url=pair.reader_url("coverage"), mirror_name="coverage", question_seconds=600
    )
    refresh(settings, full=True)
    mirror = Mirror(mirror_folder(settings), settings)
    # Kept until the next refresh, as every page that counts people keeps it.
    stream(mirror)
    since, until = wanted.window(mirror, days=30)
    ours: dict[str, Callable[[], object]] = {
        "coverage, all kinds": lambda: content.scores(mirror),
        "demand, 30 days": lambda: wanted.demand(mirror, since=since, until=until),
        "cities": lambda: cities.cities(mirror),
    }
    results = []
    with psycopg.connect(pair.reader_url("coverage"), autocommit=True) as standby:
        for name, view in VIEWS.items():
            statement = standby.execute("select pg_get_viewdef(%s::regclass)", (view,)).fetchone()
            if statement is None:
                raise LookupError(f"The demo has no view {view}.")
            ratios, seconds = [], []
            ours[name]()
            for number in range(ROUNDS):
                say(f"{name}, round {number + 1} of {ROUNDS}")
                seconds.append(_seconds(ours[name]))
                text = str(statement[0]).rstrip(";").encode()
                ratios.append(_seconds(lambda text=text: standby.execute(text).fetchall()) / seconds[-1])  # type: ignore[misc]
            results.append(
                Result(
                    f"{name}, mirror against the live view on the standby", ratios, "×", 20, 5,
                    f"309 cars, the statement of {view} as it stands; ours {min(seconds) * 1000:,.0f} ms at best, "
                    "SQL to checked frame",
                )
            )  # fmt: skip
    return results


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
