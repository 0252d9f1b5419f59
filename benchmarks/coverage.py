"""How fast is coverage, at 309 cars and at 75,750, and how much faster than the standby's copies of the live views?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import duckdb
import psycopg
from psycopg import sql

from benchmarks.report import Result
from demo.build import build
from demo.world import Plan
from queries import content, kept
from queries.content import cities, worklist
from queries.content import demand as wanted
from queries.events import stream
from replica import Mirror, generations
from replica.mirror import forget
from replica.refresh import refresh
from replica.settings import load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from demo.cluster import EmbeddedPair

ROUNDS: Final = 5
CARS: Final = 75_750
VIEWS: Final = 10_000_000
DAYS: Final = 30
PATIENCE_SECONDS: Final = 60
COVERAGE: Final = "mv_content_coverage"
POPULARITY: Final = "mv_car_popularity"
CITIES: Final = "city_coverage_report"

# Every car in years and trims, so many rows in all; those that are there stay, with all that is linked to them.
_CARS: Final = """
insert into cars (id, slug, name, {others})
select
    md5(slug || ' ' || n)::uuid,
    slug || '-' || 1990 + n % 35 || '-trim-' || n / 35,
    concat_ws(' ', 1990 + n % 35, name, 'Trim', n / 35),
    {others}
from cars, generate_series(1, {wanted} / (select count(*) from cars)) as n
order by n, slug
limit {wanted} - (select count(*) from cars)
"""

# The last thirty days: visits of six views, four visits a visitor, a tenth of the visitors signed in, few cars with
# most of the views; three of four views are a car's page, one in twenty a sub-page, one in twenty a search.
_VIEWS: Final = """
insert into page_views (id, user_id, session_id, visitor_id, page_url, is_bot, country, created_at)
with numbered as (select slug, row_number() over (order by md5(slug)) - 1 as place from cars),
people as (select id, row_number() over (order by id) - 1 as place from user_profiles),
drawn as (
    select
        i,
        hash(-i) % 20 as kind,
        floor((select count(*) from cars) * power((hash(i) % 1000003) / 1000003.0, 3))::bigint as car,
        case when i // 24 % 10 = 0 then i // 240 % (select count(*) from user_profiles) end as person
    from range($views) as t(i)
)
select
    md5('view ' || i)::uuid,
    people.id,
    'session-' || i // 6,
    'visitor-' || i // 24,
    case
        when kind = 0 then '/cars/' || slug || '/tuning'
        when kind = 1 then '/browse-cars?q=' || slug
        when kind < 17 then '/cars/' || slug
        else ['/', '/browse-cars', '/events', '/garage'][1 + i % 4]
    end,
    i // 6 % 50 = 0,
    'US',
    (select snapshot_at from meta.refresh) - to_microseconds(((i + 1) * ($days * 86400e6 / $views))::bigint)
from drawn
inner join numbered on drawn.car = numbered.place
left join people on drawn.person = people.place
"""


def measure(pair: EmbeddedPair, say: Callable[[str], None]) -> list[Result]:
    """Build the demo and mirror it; mirror and standby answer in turns, then both with many cars."""
    say("demo for coverage")
    build(pair, "coverage", Plan())
    settings = load_settings(
        home=pair.folder.parent, database_url=pair.reader_url("coverage"), mirror_name="coverage", question_seconds=600,
        row_limit=50_000_000,
    )  # fmt: skip
    refresh(settings, full=True)
    mirror = Mirror(mirror_folder(settings), settings)
    results = _small(pair, mirror, say)
    say(f"{CARS:,} cars and {VIEWS:,} views")
    started = time.perf_counter()
    with psycopg.connect(pair.primary_url("coverage"), autocommit=True) as primary:
        more_cars(primary, CARS)
        primary.execute("analyze cars")
    pair.wait_for_replay("coverage", seconds=600)
    refresh(settings, full=True)
    many_views(mirror.folder, VIEWS)
    with psycopg.connect(pair.primary_url("coverage"), autocommit=True) as primary:
        same_addresses(primary, mirror.folder)
        primary.execute("analyze page_views")
    pair.wait_for_replay("coverage", seconds=600)
    say(f"made in {time.perf_counter() - started:,.0f} s")
    return results + _large(pair, mirror, say)


def covered(mirror: Mirror, *, by_model: bool | None = None) -> pl.DataFrame:
    """Return how well each car is covered over all kinds, from SQL to the checked frame."""
    return content.coverage(content.cars(mirror, by_model=by_model), content.scores(mirror, by_model=by_model))


def prioritised(mirror: Mirror, *, by_model: bool | None = None) -> pl.DataFrame:
    """Return coverage, demand of the last thirty days, and what follows for the order of work."""
    listed, scored = content.cars(mirror, by_model=by_model), content.scores(mirror, by_model=by_model)
    return worklist.priorities(listed, scored, demanded(mirror, by_model=by_model))


def demanded(mirror: Mirror, *, by_model: bool | None = None) -> pl.DataFrame:
    """Return how much each car was wanted in the last thirty days."""
    since, until = wanted.window(mirror, days=DAYS)
    return wanted.demand(mirror, since=since, until=until, by_model=by_model)


def more_cars(primary: psycopg.Connection[Any], number: int) -> None:
    """Bring the catalogue to so many rows: its cars by year and trim, each with a slug of its own."""
    columns = primary.execute(
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = 'cars' "
        "and column_name not in ('id', 'slug', 'name')"
    ).fetchall()
    others = sql.SQL(", ").join(sql.Identifier(name) for (name,) in columns)
    primary.execute(sql.SQL(_CARS).format(others=others, wanted=sql.Literal(number)))


def many_views(folder: Path, number: int) -> None:
    """Publish a generation that is the current one but for its page views: so many of the last thirty days."""
    newest = generations.current(folder)
    if newest is None:
        raise LookupError("There is no generation to begin with.")
    unfinished = generations.building(folder)
    generations.clone(newest, unfinished)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("delete from page_views")
        connection.execute(_VIEWS, {"views": number, "days": DAYS})
        connection.execute("update meta.tables set rows = $rows where table_name = 'page_views'", {"rows": number})
        connection.execute("checkpoint")
    generations.publish(unfinished)


def same_addresses(primary: psycopg.Connection[Any], folder: Path) -> None:
    """Add one view of every address that the current generation holds: the live view counts by address first."""
    newest = generations.current(folder)
    if newest is None:
        raise LookupError("There is no generation to read from.")
    with duckdb.connect(str(newest), read_only=True) as connection:
        addresses = connection.execute("select distinct page_url from page_views order by all").fetchall()
    latest = primary.execute("select max(created_at) from page_views").fetchone()
    with primary.cursor() as cursor, cursor.copy("copy page_views (id, page_url, created_at) from stdin") as copy:
        for (address,) in addresses:
            copy.write_row((uuid4(), address, latest and latest[0]))


def live(standby: psycopg.Connection[Any], view: str) -> tuple[float, bool]:
    """Return the seconds of a live view's own statement, and whether it came to its end within our patience."""
    statement = standby.execute("select pg_get_viewdef(%s::regclass)", (view,)).fetchone()
    if statement is None:
        raise LookupError(f"The demo has no view {view}.")
    standby.execute(f"set statement_timeout = {1000 * PATIENCE_SECONDS:.0f}")
    text = str(statement[0]).rstrip(";").encode()
    started = time.perf_counter()
    try:
        standby.execute(text).fetchall()
    except (psycopg.errors.QueryCanceled, psycopg.errors.SerializationFailure):
        # Our patience, or the standby's with what holds up its replay.
        return time.perf_counter() - started, False
    return time.perf_counter() - started, True


def _small(pair: EmbeddedPair, mirror: Mirror, say: Callable[[str], None]) -> list[Result]:
    # Kept until the next refresh, as every page that counts people keeps it.
    stream(mirror)
    warm, anew = "what is kept until the next refresh kept, as pages ask", "every statement put again"
    ours: dict[str, tuple[str, Callable[[], object], str]] = {
        "coverage, all kinds, warm": (COVERAGE, lambda: covered(mirror), warm),
        "coverage, all kinds, read anew": (COVERAGE, lambda: covered(mirror), anew),
        "demand, 30 days, warm": (POPULARITY, lambda: demanded(mirror), warm),
        "cities": (CITIES, lambda: cities.cities(mirror), anew),
    }
    results = []
    with psycopg.connect(pair.reader_url("coverage"), autocommit=True) as standby:
        for name, (view, ask, how) in ours.items():
            ratios, taken = [], []
            ask()
            for number in range(ROUNDS):
                say(f"{name}, round {number + 1} of {ROUNDS}")
                if how != warm:
                    kept.forget(mirror, current=True)
                    forget(mirror.folder)
                taken.append(_taken(ask))
                ratios.append(live(standby, view)[0] / taken[-1][0])
            if view == COVERAGE:
                results.append(
                    Result(
                        f"309 cars: {name}", [1000 * wall for wall, _ in taken], "ms", 100, 200,
                        f"wall time to the checked frame of every car, {how}; CPU {_spread(taken)}",
                    )
                )  # fmt: skip
            if how == anew and view == COVERAGE:
                # Pages never wait for this: a generation is made ready before they show it.
                say(f"{name}: {min(ratios):.2f} to {max(ratios):.2f} × the live view on the standby")
                continue
            results.append(
                Result(
                    f"{name}, mirror against the live view on the standby", ratios, "×", 20, 5,
                    f"309 cars, the statement of {view} as it stands; ours "
                    f"{1000 * min(wall for wall, _ in taken):,.1f} ms at best to the checked frame, {how}",
                )
            )  # fmt: skip
    return results


def _large(pair: EmbeddedPair, mirror: Mirror, say: Callable[[str], None]) -> list[Result]:
    say("the list of events")
    made = _taken(lambda: stream(mirror))[0]
    ours: dict[str, Callable[[], pl.DataFrame]] = {
        "under their model": lambda: prioritised(mirror),
        "row by row": lambda: prioritised(mirror, by_model=False),
    }
    results = []
    for name, ask in ours.items():
        say(f"coverage, demand and priority {name}")
        first, taken = _taken(ask)[0], []
        for number in range(ROUNDS):
            say(f"{name}, round {number + 1} of {ROUNDS}")
            taken.append(_taken(ask))
        results.append(
            Result(
                f"Coverage, demand and priority of {CARS:,} cars, {name}", [1000 * wall for wall, _ in taken], "ms",
                3_000, 6_000,
                f"wall time, warm, {VIEWS / 1e6:g} M page views in the {DAYS} days asked for, {ask().height:,} rows; "
                f"CPU {_spread(taken)}; {first:,.1f} s the first time, after {made:,.0f} s for the list of events, "
                "made once after a refresh",
            )
        )  # fmt: skip
    return results + _against(pair, mirror, say)


def _against(pair: EmbeddedPair, mirror: Mirror, say: Callable[[str], None]) -> list[Result]:
    """Let the standby answer once, as long as we are patient; it holds one view of each address alone."""
    results = []
    sides: dict[str, tuple[str, Callable[[], object]]] = {
        "coverage, all kinds": (COVERAGE, lambda: covered(mirror, by_model=False)),
        "demand, 30 days": (POPULARITY, lambda: demanded(mirror, by_model=False)),
    }
    with psycopg.connect(pair.reader_url("coverage"), autocommit=True) as standby:
        for name, (view, ask) in sides.items():
            say(f"{view} of {CARS:,} cars on the standby")
            seconds, ended = live(standby, view)
            took = f"took {seconds:,.1f} s" if ended else f"was ended after {seconds:,.0f} s, so at least this"
            own = [_taken(ask)[0] for _ in range(ROUNDS)]
            fewer = f"; it holds one view of each address, ours {VIEWS / 1e6:g} M" if view == POPULARITY else ""
            results.append(
                Result(
                    f"{name}, mirror against the live view on the standby, {CARS:,} cars",
                    [seconds / one for one in own], "×", 20, 5,
                    f"the statement of {view} as it stands {took}{fewer}; ours {min(own):,.2f} s at best, row by row",
                )
            )  # fmt: skip
    return results


def _spread(taken: list[tuple[float, float]]) -> str:
    return f"{1000 * min(cpu for _, cpu in taken):,.0f} – {1000 * max(cpu for _, cpu in taken):,.0f} ms"


def _taken(run: Callable[[], object]) -> tuple[float, float]:
    """Return wall and CPU seconds."""
    started, worked = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - started, time.process_time() - worked
