"""Nobody sees personal data that they did not reveal: every page, table, export and command, as every role.

Pages and commands added later are walked without being named here; a command that cannot run without arguments needs
them in ARGUMENTS.
"""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, datetime
from itertools import product

import openpyxl
import pypdfium2
import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

import autorev
import catalogue
from catalogue.personal import EVERYTHING, SHOWN
from catalogue.roles import EVERYONE, ROLES, Viewer
from commands.digest import Audience
from commands.report import Kind
from dashboards import navigation, reveal, shell
from queries import errors, explorer, system
from queries.explorer import Filter
from replica.settings import Settings
from store import Store
from tests.pages.test_every_page import CASES

ADDRESS = {"range": "All time"}
DEFINITION = {"steps": ["page_view", "click"], "window_s": 86_400}
ARGUMENTS: dict[str, list[list[str]]] = {
    "check": [["--engine", "sql", "--table", "user_profiles"], ["--engine", "sql", "--table", "user_feedback"]],
    "coverage car": [["no-such-car"]],
    **{
        f"errors {verb}": [["errors", "fingerprint"]]
        for verb in ("show", "resolve", "reopen", "ignore", "snooze", "assign")
    },
    "digest": [["--for", audience.value, "--period", "day"] for audience in Audience],
    "funnel": [["--definition", "definition.json"]],
    "report": [[kind.value] for kind in Kind if kind is not Kind.pack],
}
"""Of commands that read a database and need arguments: with which they are called, each list once."""
NAMED = {name for name in ARGUMENTS if name.startswith("errors ")}
"""Commands whose argument is read from the first row of another command: its name and the field stand above."""
EMPTY_HANDED = {"content"}
"""Pages with nothing to export over this database, whose cars have neither content nor visitors."""
CONNECTING = {"doctor", "coverage car"}
"""Commands that answer only where the server does, or where a car has a slug that can be told."""
RIGHTS = {role: Settings().may_reveal(role) for role in ROLES}


@pytest.fixture
def exports(monkeypatch):
    """Return what is offered for download, by the name of the file."""
    offered = {}
    button = shell.st.download_button

    def noted(label, data, name, *rest, **more):
        offered[name] = data
        return button(label, data, name, *rest, **more)

    monkeypatch.setattr(shell.st, "download_button", noted)
    return offered


def sent(page):
    """Return all that a page sent to the browser, the cells of tables spelled out."""
    cells = [frame.value.to_csv() for frame in page.dataframe]
    return "\n".join([*cells, *(str(getattr(element, "proto", "")) for element in page._tree)])


def written(offered):
    """Return all that the offered files hold, and their names."""
    texts = list(offered)
    for name, make in offered.items():
        data = make() if callable(make) else make
        if name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(data))
            texts += [str(cell) for sheet in book for row in sheet.values for cell in row]
        elif name.endswith(".pdf"):
            texts += [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]
        else:
            texts.append(data.decode(errors="replace"))
    return "\n".join(texts)


def revealing(role):
    """Return the state of a session in which somebody of this role revealed all that the role may."""
    viewer = Viewer(role, f"{role}@suite.example")
    return {reveal.STATE: reveal.Revealed(viewer, RIGHTS[role], "walk", datetime.now(UTC), "home")}


def stored(home):
    """Return what the suite's own state holds, as it lies on the disk."""
    return b"".join(file.read_bytes() for file in home.glob("store.sqlite*")).decode("latin-1")


@pytest.mark.parametrize("key", [page.key for page in navigation.PAGES])
def test_a_page_and_its_exports_show_each_role_what_it_may_see(open_page, marked, exports, caplog, tmp_path, key):
    caplog.set_level(logging.DEBUG)
    address = {**ADDRESS, **CASES[key].address}
    for role in sorted(EVERYONE):
        exports.clear()
        page = open_page(key, marked.mirror, unfold=True, role=role, **address)
        assert [one.stack_trace for one in page.exception] == []
        assert marked.found(sent(page) + written(exports)) == set()
        assert bool(exports) == (role in navigation.BY_KEY[key].roles and key not in EMPTY_HANDED)
    assert marked.found(caplog.text + stored(tmp_path)) == set()
    for role in sorted(navigation.BY_KEY[key].roles):
        exports.clear()
        page = open_page(key, marked.mirror, unfold=True, role=role, session=revealing(role), **address)
        assert marked.kinds_in(sent(page) + written(exports)) <= RIGHTS[role]
    assert marked.found(caplog.text + stored(tmp_path)) == set()


def test_an_issue_shows_each_role_what_it_may_see(open_page, marked, exports):
    for role in sorted(navigation.BY_KEY["errors"].roles):
        for issue in errors.issues(marked.mirror)["fingerprint"]:
            exports.clear()
            page = open_page("errors", marked.mirror, unfold=True, role=role, **ADDRESS, issue=issue)
            assert [one.stack_trace for one in page.exception] == []
            assert marked.found(sent(page) + written(exports)) == set()
            assert exports


@pytest.mark.parametrize("table", ["user_profiles", "user_feedback", "application_errors", "leads", "mail queue"])
def test_a_table_on_its_page_shows_each_role_what_it_may_see(open_page, marked, exports, table):
    here = {kind for number, kind in marked.kinds.items() if marked.places[number][0] == table}
    for role in ("content", "founder"):
        exports.clear()
        page = open_page("tables", marked.mirror, unfold=True, role=role, table=table)
        assert marked.found(sent(page) + written(exports)) == set()
        exports.clear()
        page = open_page("tables", marked.mirror, unfold=True, role=role, session=revealing(role), table=table)
        assert marked.kinds_in(sent(page)) == marked.kinds_in(written(exports)) == here & RIGHTS[role]


def answers(mirror, table):
    """Return all that the explorer answers of a table: rows and profile."""
    names = explorer.explored(mirror, table).columns
    rows = explorer.rows(mirror, table, sort=names[-1] if names else None, descending=True)
    return f"{rows.rows()} {explorer.profile(mirror, table).rows()}"


def test_every_table_shows_each_role_what_it_may_see(marked):
    tables = system.tables(marked.mirror)["table_name"].to_list()
    assert set(tables) >= set(catalogue.TABLES)
    for table in tables:
        here = {kind for number, kind in marked.kinds.items() if marked.places[number][0] == table}
        assert marked.found(answers(marked.mirror, table)) == set(), table
        found = explorer.explored(marked.mirror, table)
        select = sa.select(*(found.column(name) for name in found.columns)).select_from(found.table)
        for rights in {RIGHTS[role] for role in ROLES} if here else ():
            rows = marked.mirror.seeing(rights).ask_select(select).rows()
            assert marked.kinds_in(str(rows)) == here & rights, table


def test_no_filter_finds_out_what_is_masked(marked):
    of_each_kind = {kind: number for number, kind in marked.kinds.items()}
    for kind, number in of_each_kind.items():
        table, column = marked.places[number]
        for operator in ("contains", "starts", "is"):
            probe = Filter(column, operator, f"zq{number:05}zq")
            assert explorer.matching(marked.mirror, table, filters=[probe]) == 0
        probe = Filter(column, "contains", f"zq{number:05}zq")
        assert explorer.matching(marked.mirror.seeing({kind}), table, filters=[probe]) == 1


def test_all_that_is_personal_is_marked(marked):
    assert set(marked.kinds.values()) == EVERYTHING - SHOWN
    assert len(set(marked.places.values())) > 100


def commands(group=None, before=()):
    """Yield every command that answers from a mirror, with the words that call it."""
    group = group or typer.main.get_command(autorev.app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        elif any("--no-refresh" in option.opts for option in command.params):
            yield " ".join((*before, name)), command


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_nothing_that_was_not_revealed(marked, monkeypatch, tmp_path, name):
    monkeypatch.setenv("AUTOREV_HOME", str(tmp_path))
    monkeypatch.setenv("AUTOREV_MIRROR_NAME", "shown")
    (tmp_path / "mirrors").mkdir()
    (tmp_path / "mirrors" / "shown").symlink_to(marked.mirror.folder, target_is_directory=True)
    monkeypatch.setenv("AUTOREV_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    required = [option.name for option in COMMANDS[name].params if option.required]
    assert not required or name in ARGUMENTS, f"Give the arguments of {name} in ARGUMENTS."
    form = next(option for option in COMMANDS[name].params if "--format" in option.opts).type_descriptor.annotation
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definition.json").write_text(json.dumps(DEFINITION))
    answered, arguments = [], ARGUMENTS.get(name, [[]])
    if name in NAMED:
        lister, field = arguments[0]
        told = CliRunner().invoke(autorev.app, [lister, "--no-refresh", "--format", "json"])
        arguments = [[row[field]] for row in json.loads(told.stdout or "[]")[:1]]
        assert arguments, told.stderr
    for one, given in product(form, arguments):
        answer = tmp_path / f"answer.{one.value}"
        told = [*name.split(), *given, "--no-refresh", "--format", one.value, "--output", str(answer)]
        result = CliRunner().invoke(autorev.app, told)
        answered.append(result.exception is None or isinstance(result.exception, SystemExit))
        assert marked.found(f"{result.output} {result.stderr} {result.exception}") == set()
        if answer.exists():
            assert marked.found(written({answer.name: answer.read_bytes})) == set()
    assert any(answered) or name in CONNECTING
    assert marked.found(stored(tmp_path)) == set()


def test_a_command_reveals_with_a_reason_on_record(marked, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOREV_HOME", str(tmp_path))
    monkeypatch.setenv("AUTOREV_MIRROR_NAME", "shown")
    monkeypatch.setenv("AUTOREV_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    (tmp_path / "mirrors").mkdir()
    (tmp_path / "mirrors" / "shown").symlink_to(marked.mirror.folder, target_is_directory=True)
    refused = CliRunner().invoke(autorev.app, ["tables", "--no-refresh", "--reveal", " "])
    assert isinstance(refused.exception, ValueError)
    assert Store(tmp_path).reveals() == ()
    done = CliRunner().invoke(autorev.app, ["tables", "--no-refresh", "--reveal", "ticket 12"])
    assert done.exit_code == 0, done.exception
    (entry,) = Store(tmp_path).reveals()
    assert (entry.what, entry.place, entry.reason) == ("begun", "autorev tables", "ticket 12")
    assert entry.who
    assert set(entry.kinds) == RIGHTS["admin"]
    assert not set(entry.kinds) & SHOWN
