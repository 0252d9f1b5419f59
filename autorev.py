"""AutoRev on the command line: the same questions as the pages, without Streamlit.

The answer goes to stdout; words and progress go to stderr. Exit codes: 0 answered, 2 wrong input, 3 database
unreachable, 4 a needed column is unbound.
"""

from __future__ import annotations

import sys

import typer

from commands import alerts, analytics, check, coverage, demo, digest, errors, funnels, report, system
from commands.common import words
from demo.errors import DemoError
from queries.export import visible
from replica.errors import ReplicaError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(system.app)
app.add_typer(funnels.app)
app.add_typer(analytics.app)
app.add_typer(check.app)
app.add_typer(digest.app)
app.add_typer(alerts.app, name="alerts")
app.add_typer(coverage.app, name="coverage")
app.add_typer(demo.app, name="demo")
app.add_typer(errors.app, name="errors")
app.add_typer(report.app)
app.add_typer(report.ledger_app, name="ledger")


def main() -> None:
    """Run the command line; every known fault becomes a sentence on stderr and an exit code."""
    try:
        app(standalone_mode=True)
    except (ReplicaError, DemoError) as fault:
        words.print(visible(str(fault)))
        sys.exit(fault.exit_code)
    except ValueError as wrong:
        words.print(visible(str(wrong)))
        sys.exit(2)


if __name__ == "__main__":
    main()
