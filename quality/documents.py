"""The suites as files of Great Expectations, and its Data Docs, written on request.

Neither holds a value of a row: the suites say rules, and of the answers only counts are kept.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from quality.derive import derive
from quality.gx import sources, to_gx
from quality.reading import data_ends, known
from replica.connection import connect

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    from quality.gx import Suite
    from replica.mirror import Mirror

_COUNTS: Final = ("element_count", "unexpected_count", "unexpected_percent", "missing_count", "missing_percent")
_UNSAFE: Final = re.compile(r"[^0-9A-Za-z_.-]+")

_MARKUP: Final = re.compile(r"[^\w.* -]")


def file_name(table: str, taken: Collection[str] = ()) -> str:
    """Return a name for files about a table: its own, without what a path cannot hold, and like no other's."""
    base = _UNSAFE.sub("_", table).strip(".")[:100] or "table"
    name, number = base, 1
    while name.lower() in {one.lower() for one in taken}:
        number += 1
        name = f"{base}_{number}"
    return name


def write_suites(mirror: Mirror, folder: Path, tables: Collection[str] | None = None) -> int:
    """Write the suite of every table (or of those named) as JSON of Great Expectations; return how many.

    Raises:
        ReplicaError: The replica cannot be reached, whose schema the suites are written for.
    """
    there = known(mirror)
    now = data_ends(mirror, there)
    with connect(mirror.settings).open() as connection:
        selects = sources(mirror.settings, connection)
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[str] = []
    for name in there.tables:
        if tables is not None and name not in tables:
            continue
        suite = to_gx(name, derive(name, there), selects, now).expectations
        taken.append(file_name(name, taken))
        told = json.dumps(suite.to_json_dict(), ensure_ascii=False, indent=2)
        (folder / f"{taken[-1]}.json").write_text(f"{told}\n", encoding="utf-8")
    return len(taken)


class Docs:
    """Gathers the answers of a run, then writes them as Data Docs."""

    def __init__(self) -> None:
        self._found: list[tuple[Suite, Any]] = []

    def keep(self, suite: Suite, outcome: Any) -> None:
        """Take a suite and the library's answer to it."""
        self._found.append((suite, outcome))

    def write(self, folder: Path, at: datetime) -> Path:
        """Write the site into a folder and return its first page."""
        import great_expectations as gx  # noqa: PLC0415  seconds to import
        from great_expectations.core.run_identifier import RunIdentifier  # noqa: PLC0415
        from great_expectations.data_context.types.resource_identifiers import (  # noqa: PLC0415
            ExpectationSuiteIdentifier,
            ValidationResultIdentifier,
        )

        context = gx.get_context(mode="ephemeral")
        backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.absolute())}
        context.add_data_docs_site(
            site_name="folder",
            site_config={
                "class_name": "SiteBuilder",
                "store_backend": backend,
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            },
        )
        taken: list[str] = []
        for suite, outcome in self._found:
            taken.append(file_name(suite.table, taken))
            named = gx.ExpectationSuite(name=taken[-1], expectations=list(suite.expectations.expectations))
            context.suites.add(named)
            for one in outcome.results:
                told = _broken(one.result)
                if told and one.expectation_config is not None:
                    one.expectation_config.description = f"{one.expectation_config.description or ''} {_said(told)}"
                one.result = {key: one.result[key] for key in _COUNTS if key in one.result}
                if told is not None:
                    one.result["observed_value"] = f"{len(told)} broken"
            outcome.suite_name = named.name
            key = ValidationResultIdentifier(
                expectation_suite_identifier=ExpectationSuiteIdentifier(named.name),
                run_id=RunIdentifier(run_name="run", run_time=at),
                batch_identifier="replica",
            )
            context.validation_results_store.set(key, outcome)
        context.build_data_docs(site_names=["folder"])
        return folder / "index.html"


def _broken(result: dict[str, Any]) -> dict[str, int] | None:
    """Return the rules that are broken with their rows; None where an answer does not tell of several rules."""
    rows = result.get("details", {}).get("unexpected_rows")
    return None if rows is None else {str(row["id"]): int(row["offended"]) for row in rows}


def _said(broken: dict[str, int]) -> str:
    """Return broken rules as a sentence of nothing but letters: names of a database may be markup."""
    named = (f"{_MARKUP.sub('_', name)} ({rows:,} {'row' if rows == 1 else 'rows'})" for name, rows in broken.items())
    return f"Broken: {', '.join(named)}."
