"""Other judges of the checks on single columns: pointblank and pandera on frames, Great Expectations the usual way.

Each answers with the number of offending values by the id of our check, so that answers can be compared and timed.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import polars as pl

from quality import gx as ours
from quality.derive import derive
from quality.reading import raw
from replica.masking import RAW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quality.check import Check
    from quality.known import Known
    from replica.mirror import Mirror


def column_checks(table: str, there: Known) -> list[Check]:
    """Return the checks that every library knows: not null, one of a set, within bounds, of a format, unique."""
    return [check for check in derive(table, there) if check.native is not None or _is_unique(check)]


def frame(mirror: Mirror, table: str) -> pl.DataFrame:
    """Return a documented table as it is in the mirror, unmasked."""
    with raw(mirror) as cursor:
        return cursor.execute(f'select * from {RAW}.main."{table}"').pl()  # noqa: S608  of the catalogue


def by_pointblank(rows: pl.DataFrame, checks: Sequence[Check]) -> dict[str, int]:
    """Judge a frame with pointblank."""
    import pointblank as pb  # noqa: PLC0415  seconds to import

    plan = pb.Validate(data=rows)
    for check in checks:
        column, given = str(check.column), _arguments(check)
        if _is_unique(check):
            plan = plan.rows_distinct(columns_subset=[column], pre=_present(column))
        elif "value_set" in given:
            plan = plan.col_vals_in_set(columns=column, set=given["value_set"], pre=_present(column))
        elif "regex" in given:
            plan = plan.col_vals_regex(columns=column, pattern=given["regex"], na_pass=True)
        elif "min_value" not in given:
            plan = plan.col_vals_not_null(columns=column)
        elif given["max_value"] is None:
            plan = plan.col_vals_ge(columns=column, value=given["min_value"], na_pass=True)
        elif given["min_value"] is None:
            plan = plan.col_vals_le(columns=column, value=given["max_value"], na_pass=True)
        else:
            plan = plan.col_vals_between(
                columns=column, left=given["min_value"], right=given["max_value"], na_pass=True
            )
    judged = plan.interrogate(collect_extracts=any(map(_is_unique, checks)))
    failed = judged.n_failed()
    found = {}
    for number, check in enumerate(checks, start=1):
        count = int(failed[number] or 0)
        if _is_unique(check) and count:
            count = _later(judged.get_data_extracts(i=number, frame=True)[str(check.column)])
        found[check.id] = count
    return found


def by_pandera(rows: pl.DataFrame, checks: Sequence[Check]) -> dict[str, int]:
    """Judge a frame with pandera."""
    import pandera.polars as pa  # noqa: PLC0415  seconds to import

    order: dict[tuple[str, str], str] = {}
    said: dict[str, dict[str, Any]] = {}
    for check in checks:
        column, given = str(check.column), _arguments(check)
        own = said.setdefault(column, {"nullable": True, "unique": False, "checks": []})
        if _is_unique(check):
            own["unique"], order[column, "field_uniqueness"] = True, check.id
        elif len(given) == 1:
            own["nullable"], order[column, "not_nullable"] = False, check.id
        else:
            order[column, str(len(own["checks"]))] = check.id
            own["checks"].append(_said_to_pandera(given))
    found = dict.fromkeys((check.id for check in checks), 0)
    try:
        pa.DataFrameSchema({name: pa.Column(**own) for name, own in said.items()}).validate(rows, lazy=True)
    except pa.errors.SchemaErrors as faults:
        for (column, check, number), several in faults.failure_cases.group_by("column", "check", "check_number"):
            key = order.get((column, check)) or order[column, str(number)]
            found[key] = _later(several["failure_case"]) if check == "field_uniqueness" else several.height
    return found


def _said_to_pandera(given: Mapping[str, Any]) -> Any:
    import pandera.polars as pa  # noqa: PLC0415  seconds to import

    if "value_set" in given:
        return pa.Check.isin(given["value_set"])
    if "regex" in given:
        return pa.Check.str_matches(given["regex"])
    if given["max_value"] is None:
        return pa.Check.ge(given["min_value"])
    if given["min_value"] is None:
        return pa.Check.le(given["max_value"])
    return pa.Check.in_range(given["min_value"], given["max_value"])


def by_checkpoints(conninfo: str, plan: Mapping[str, Sequence[Check]]) -> dict[str, int]:
    """Judge tables of the server with Great Expectations the usual way: an asset, a suite and a checkpoint a table."""
    import great_expectations as gx  # noqa: PLC0415  seconds to import
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415  seconds to import
    from great_expectations.expectations import core  # noqa: PLC0415  seconds to import

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_sql(  # type: ignore[call-arg]
        "replica",
        connection_string=ours.address(conninfo),
        create_temp_table=False,
        kwargs={"isolation_level": "AUTOCOMMIT"},
    )
    found = {}
    for table, checks in plan.items():
        said = []
        for check in checks:
            kind = getattr(core, "ExpectColumnValuesToBeUnique" if check.native is None else check.native.name)
            given = _arguments(check) or {"column": check.column}
            said.append(kind(**given, meta={"id": check.id}))
        suite = context.suites.add(gx.ExpectationSuite(name=table, expectations=said))
        batch = source.add_table_asset(table, table_name=table).add_batch_definition_whole_table("whole")
        definition = gx.ValidationDefinition(name=table, data=batch, suite=suite)
        context.validation_definitions.add(definition)
        checkpoint = context.checkpoints.add(gx.Checkpoint(name=table, validation_definitions=[definition]))
        outcome = checkpoint.run()
        for judged in outcome.run_results.values():
            for one in judged.results:
                meta = (one.expectation_config and one.expectation_config.meta) or {}
                with suppress(KeyError, TypeError):  # what raised has no count
                    found[meta["id"]] = int(one.result["unexpected_count"])
    return found


def _is_unique(check: Check) -> bool:
    return check.klass == "key"


def _arguments(check: Check) -> dict[str, Any]:
    return dict(check.native.arguments) if check.native is not None else {}


def _present(column: str) -> Any:
    return lambda rows: rows.filter(pl.col(column).is_not_null())


def _later(repeated: pl.Series) -> int:
    """Return how many values are one too many, of all that are there more than once."""
    return len(repeated) - repeated.n_unique()
