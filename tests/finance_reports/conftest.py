"""Two companies' real books, imported as anyone would import theirs, beside what other programs make of them."""

from __future__ import annotations

import csv
import fcntl
import os
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from demo.ledger import import_ledger
from finance_reports.books import open_books
from replica import Mirror, generations, refresh
from replica.settings import Settings, mirror_folder

LEDGERS = Path(__file__).resolve().parents[3] / "shared" / "data" / "ledgers"
YEAR_ENDS = {"august-year-end": 8, "calendar-year": 12}
ROOTS = {"asset": "Assets", "liability": "Liabilities", "equity": "Equity", "revenue": "Income", "expense": "Expenses"}


@dataclass(frozen=True)
class Files:
    """The two files of a ledger, read plainly."""

    name: str
    folder: Path
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)

    def entries(self):
        """Return the lines by entry, in the order of the file."""
        found = defaultdict(list)
        for line in self.lines:
            found[line["journal_entry_id"]].append(line)
        return found

    def named(self, code):
        """Return the account as the other programs call it."""
        return f"{ROOTS[self.accounts[code]['account_type']]}:A{code}"


def amount(line):
    return Decimal(line["debit"] or 0) - Decimal(line["credit"] or 0)


@pytest.fixture(scope="session", params=sorted(YEAR_ENDS))
def files(request):
    """Return the files of each ledger in turn."""
    return read_files(request.param)


def read_files(name):
    folder = LEDGERS / name
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("The real ledgers are not beside the repository; put shared/data there.")
        pytest.skip("The real ledgers (shared/data/ledgers) are not beside the repository.")
    with (
        (folder / "accounts.csv").open(encoding="utf-8") as accounts,
        (folder / "lines.csv").open(encoding="utf-8") as lines,
    ):
        by_code = {row["account_code"]: row for row in csv.DictReader(accounts)}
        return Files(name, folder, by_code, list(csv.DictReader(lines)))


@pytest.fixture(scope="session")
def imported(embedded_home, embedded_pair):
    """Return an importer of ledgers: `imported(files)` gives their mirror, once per run."""

    def mirror_of(files):
        name = f"ledger-{files.name}"
        settings = Settings(home=embedded_home).at(embedded_pair.reader_url(name), mirror_name=name)
        with (embedded_home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if generations.current(mirror_folder(settings)) is None:
                accounts, lines = files.folder / "accounts.csv", files.folder / "lines.csv"
                import_ledger(
                    embedded_pair, name, accounts, lines, year_end=YEAR_ENDS.get(files.name, 12), replace_it=True
                )
                refresh(settings)
        return Mirror(mirror_folder(settings), settings)

    return mirror_of


@pytest.fixture
def mirror(files, imported):
    """Return the mirror of the ledger in turn."""
    return imported(files)


@pytest.fixture
def books(mirror):
    """Return its books."""
    return open_books(mirror)
