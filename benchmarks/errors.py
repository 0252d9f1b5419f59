"""How fast are errors grouped and counted, beside the normalisers of bugsink and drain3; how fast is the list?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import psutil

import catalogue
from benchmarks.report import Result
from queries import errors
from queries.errors.built import compute, forget
from replica import generations, layout
from replica.mirror import Mirror
from replica.mirror import forget as forget_answers
from replica.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES: Final = (1_000_000, 10_000_000)
GROUPS: Final = 2_000
MESSAGES: Final = 200_000
PEER_ROWS: Final = 100_000
ROUNDS: Final = 5

# A third of the groups has a stack; messages differ by numbers and ids; ninety days, every fourth row lasts two hours.
_ROWS: Final = """
insert into application_errors (
    id, error_type, error_message, stack_trace, user_id, page_url, severity, is_resolved, api_route, browser, os,
    is_mobile, app_version, occurrence_count, status, first_seen_at, last_seen_at, created_at
)
with drawn as (select i, (hash(i) % $messages)::int as m from range($first, $until) as t(i)),
grouped as (
    select *, m % $groups as g,
        ['Reading', 'Writing', 'Loading', 'Saving', 'Parsing', 'Sending', 'Fetching', 'Deleting', 'Copying', 'Moving',
         'Checking', 'Drawing', 'Opening', 'Closing', 'Joining', 'Sorting', 'Packing', 'Posting', 'Pricing', 'Rating']
            as verbs,
        ['car', 'part', 'event', 'build', 'video', 'track', 'article', 'garage', 'profile', 'session'] as nouns,
        translate(lpad((m % $groups)::varchar, 4, '0'), '0123456789', 'abcdefghij') as word,
        timestamptz '2026-01-01' + to_seconds((i * 7.7)::bigint % 7776000) as begun
    from drawn
)
select
    md5(i::varchar)::uuid,
    ['server_error', 'api_failure', 'render_error', 'database_error'][1 + g % 4],
    '[API] ' || verbs[1 + g % 20] || ' ' || nouns[1 + g // 20 % 10] || ' ' || word || ' failed for order ' || m * 7919
    || ' of ' || md5(m::varchar) || ' after ' || m % 900 || ' ms',
    case when g % 3 = 0 then
        'TypeError: x is undefined' || chr(10)
        || '    at load' || word || ' (/var/task/.next/server/lib/' || word || '.js:' || m % 97 || ':5)' || chr(10)
        || '    at GET (/var/task/.next/server/app/api/orders/route.js:1:2)' || chr(10)
        || '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)'
    end,
    case when i % 3 > 0 then md5('user ' || i % 50000)::uuid end,
    'https://autorev.app/cars/' || i % 300,
    ['blocking', 'major', 'minor'][1 + g % 3], i % 5 = 0, '/api/orders/' || g % 50, 'Chrome', 'Windows', i % 2 = 0,
    ['a1b2c3d', 'b2c3d4e', 'c3d4e5f'][1 + (i * 3 // $total)], 1 + i % 3,
    case when i % 5 = 0 then 'fixed' else 'new' end, begun,
    begun + case when i % 4 = 0 then interval 2 hour else interval 0 hour end, begun
from grouped
"""

# Run by the interpreter of the peer's own environment: reads messages, prints seconds.
_PEERS: Final = {
    "bugsink": """
import json, sys, time
from issues.grouping_mechanisms.v2 import default_issue_grouper as key
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
begun = time.perf_counter()
groups = {key({}, kind, message) for kind, message in rows}
print(json.dumps([time.perf_counter() - begun, len(groups)]))
""",
    # With the masks of its own example and a likeness at which it finds the groups: as it comes, it finds one.
    "drain3": r"""
import json, logging, sys, time
logging.disable(logging.CRITICAL)
from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
begin, end = "((?<=[^A-Za-z0-9])|^)", "((?=[^A-Za-z0-9])|$)"
masks = {
    "(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))": "ID",
    r"(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})": "IP",
    "([0-9a-f]{6,} ?){3,}": "SEQ",
    "([0-9A-F]{4} ?){4,}": "SEQ",
    "(0x[a-f0-9A-F]+)": "HEX",
    r"([\-\+]?\d+)": "NUM",
}
config = TemplateMinerConfig()
config.masking_instructions = [MaskingInstruction(begin + one + end, name) for one, name in masks.items()]
config.drain_sim_th, config.drain_depth, config.drain_max_children = 0.9, 7, 5_000
miner = TemplateMiner(config=config)
begun = time.perf_counter()
groups = {miner.add_log_message(message)["cluster_id"] for _, message in rows}
print(json.dumps([time.perf_counter() - begun, len(groups)]))
""",
}


def measure(say: Callable[[str], None]) -> list[Result]:
    """Group and count a million and ten million rows, ask for the list, and let the peers normalise some messages."""
    results: list[Result] = []
    peers: dict[str, tuple[float, int]] = {}
    for rows in SIZES:
        with _folder() as folder:
            say(f"{rows:,} recorded errors")
            mirror = _mirror(folder, rows)
            peers = peers or _peers(folder, mirror, say)
            results += _measured(mirror, rows, peers, say)
    return results


def _measured(
    mirror: Mirror, rows: int, peers: dict[str, tuple[float, int]], say: Callable[[str], None]
) -> list[Result]:
    seconds, megabytes = [], []
    for number in range(ROUNDS):
        say(f"errors, round {number + 1} of {ROUNDS}")
        forget_answers(mirror.folder)
        with _peak() as peak:
            begun = time.perf_counter()
            made = compute(mirror, {}, mirror.folder / "round")
            seconds.append(time.perf_counter() - begun)
        megabytes.append(peak[0] / 1e6)
        if made.issues.height != GROUPS or made.issues["events"].sum() < rows:
            raise RuntimeError(f"{made.issues.height:,} issues came out of {GROUPS:,} groups.")
    size = f"{rows / 1e6:g} M rows, {GROUPS:,} groups, {MESSAGES:,} messages"
    results = [
        Result(f"Grouping against {name}, {rows / 1e6:g} M rows", [one / PEER_ROWS / (own / rows) for own in seconds],
               "×", 50, 20,
               f"{name}'s wall time per row over ours: theirs on one core, taken on {PEER_ROWS:,} rows of the same "
               f"messages in an environment of its own ({groups:,} groups), ours on two with counting")
        for name, (one, groups) in peers.items()
    ]  # fmt: skip
    if rows < max(SIZES):
        return results
    return [
        Result("Errors grouped and counted", [1000 * one for one in seconds], "ms", 8_000, 10_000,
               f"wall time from the mirror to issues, hourly counts and states, nothing known before, {size}"),
        Result("Memory while grouping errors", megabytes, "MB", 3_000, 4_000, f"most resident in the process, {size}"),
        Result("List of issues from stored counts", _list(mirror), "ms", 200, 300,
               f"wall time of the default view in a process that holds nothing yet, {size}"),
        *results,
    ]  # fmt: skip


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="autorev-bench-errors-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _mirror(folder: Path, rows: int) -> Mirror:
    unfinished = generations.building(folder)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        layout.create_empty(connection)
        step = 1_000_000
        for first in range(0, rows, step):
            connection.execute(
                _ROWS,
                {"first": first, "until": min(first + step, rows), "total": rows, "groups": GROUPS,
                 "messages": MESSAGES},
            )  # fmt: skip
        now = datetime.now(UTC)
        connection.execute(
            "insert into meta.refresh (layout, refreshed_at, snapshot_at, seconds, role, host, database, lag_seconds, "
            "generation) values (?, ?, ?, 0, 'standby', 'bench', 'bench', 0, 1)",
            [layout.VERSION, now, now],
        )
        connection.execute(
            "insert into meta.tables (table_name, documented, found, rows) "
            "values ('application_errors', true, true, ?), ('user_feedback', true, true, 0)",
            [rows],
        )
        connection.executemany(
            "insert into meta.columns (table_name, column_name, state) values (?, ?, 'exact')",
            [
                (table, column.name)
                for table in ("application_errors", "user_feedback")
                for column in catalogue.TABLES[table].columns
            ],
        )
        connection.execute("checkpoint")
    generations.publish(unfinished)
    return Mirror(folder, Settings(home=folder))


def _list(mirror: Mirror) -> list[float]:
    """Return the milliseconds of the default view, each time without what the process holds of it."""
    errors.built(mirror)
    taken = []
    for _ in range(ROUNDS + 1):
        forget()
        begun = time.perf_counter()
        errors.issues(mirror, states=errors.SHOWN, noise=False, most=1_000)
        taken.append(1000 * (time.perf_counter() - begun))
    # The first one opens the file and makes the masked views, once in the life of a generation.
    return taken[1:]


@contextmanager
def _peak() -> Iterator[list[int]]:
    """Yield the most memory that this process held meanwhile, looked at every 20 ms."""
    own, peak, ended = psutil.Process(os.getpid()), [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.02):
            peak[0] = max(peak[0], own.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def _peers(folder: Path, mirror: Mirror, say: Callable[[str], None]) -> dict[str, tuple[float, int]]:
    """Return the seconds and groups of each peer on some of the messages; one that cannot be installed is left out."""
    sample = folder / "messages.jsonl"
    with duckdb.connect(str(generations.current(mirror.folder)), read_only=True) as connection:
        rows = connection.execute("select error_type, error_message from application_errors limit ?", [PEER_ROWS])
        sample.write_text("\n".join(json.dumps(row) for row in rows.fetchall()), encoding="utf-8")
    found = {}
    for name, program in _PEERS.items():
        say(f"an environment with {name}")
        home = folder / name
        uv = [sys.executable, "-m", "uv"]
        try:
            _run([*uv, "venv", "--quiet", "--python", sys.executable, str(home)])
            _run([*uv, "pip", "install", "--quiet", "--python", str(home / "bin" / "python"), name])
            said = _run([str(home / "bin" / "python"), "-c", program, str(sample)])
        except subprocess.CalledProcessError as failed:
            say(f"{name} is left out, it cannot be installed here: {failed.stderr.strip()[-200:]}")
            continue
        seconds, groups = json.loads(said)
        found[name] = (float(seconds), int(groups))
    return found


def _run(command: list[str]) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603
    return done.stdout
