"""What questions see of personal data when nothing, some kinds or everything is revealed."""

from __future__ import annotations

import re
from pathlib import Path

import dataframely as dy
import duckdb
import pytest
import sqlalchemy as sa

import catalogue
from catalogue.personal import EVERYTHING, KINDS
from replica import generations, masking
from replica.errors import QuestionFailed, WrongShape
from replica.lineage import reads
from replica.mirror import Mirror
from replica.settings import Settings

ROOT = Path(catalogue.__file__).parent.parent
PROFILES = """
    id | display_name | email            | location_zip | location_state | stripe_customer_id | subscription_tier
    u1 | Jane Doe     | Jane@Gmail.com   | 94107        | CA             | cus_1              | free
    u2 | Jane Doe     | jane@gmail.com   | 94107        | California     | cus_2              | free
    u3 |              | boss@tiny.example|              |                |                    | tuner
"""
UNMASKED_IN = {
    "queries/assistant/__init__.py",
    "queries/errors/built.py",
    "queries/errors/statistics.py",
    "queries/founders/days.py",
    "quality/reading.py",
}
"""Files whose questions read without masks, since what they answer holds nothing personal: each is a decision."""


def rows(mirror, table, *names):
    columns = catalogue.TABLES[table].c
    return mirror.ask_select(sa.select(*(columns[name] for name in names)).order_by(columns.id)).rows()


@pytest.fixture
def people(mirror_with, uuid_of):
    mirror = mirror_with(
        user_profiles=PROFILES,
        user_vehicles="id | vin\nv1 | 1HGCM82633A004352\nv2 | 12345",
        application_errors="id | error_message | metadata\n"
        'e1 | mail to jane@gmail.com from 192.0.2.7 failed | {"url":"/x?email=jane@gmail.com","status":500}\n'
        'e2 | x | {"card": 4111111111111111}',
        community_insight_sources='id | extracted_quotes\nq1 | [write to jane@gmail.com, "no, thanks"]',
    )  # fmt: skip
    return mirror, uuid_of


def by_id(mirror, table, *names):
    frame = mirror.ask_select(sa.select(*(catalogue.TABLES[table].c[name] for name in ("id", *names))))
    return {row[0]: row[1:] for row in frame.iter_rows()}


def test_an_address_becomes_a_pseudonym_that_can_be_counted(people):
    mirror, uuid_of = people
    found = {key: by_id(mirror, "user_profiles", "email")[uuid_of(key)][0] for key in ("u1", "u2", "u3")}
    assert re.fullmatch(r"[0-9a-f]{10}@gmail\.com", found["u1"])
    assert found["u1"] == found["u2"]
    assert re.fullmatch(r"[0-9a-f]{10}@…", found["u3"])


def test_each_kind_has_its_mask_and_null_stays_null(people):
    mirror, uuid_of = people
    names = ("display_name", "location_zip", "location_state", "stripe_customer_id", "subscription_tier")
    found = by_id(mirror, "user_profiles", *names)
    assert found[uuid_of("u1")][0] == found[uuid_of("u2")][0]
    assert re.fullmatch("name [0-9a-f]{10}", found[uuid_of("u1")][0])
    assert found[uuid_of("u1")][1:3] == ("hidden", "CA")
    assert found[uuid_of("u2")][1:3] == ("hidden", "hidden")
    assert re.fullmatch("id [0-9a-f]{10}", found[uuid_of("u1")][3])
    assert found[uuid_of("u3")] == (None, None, None, None, "tuner")
    cars = by_id(mirror, "user_vehicles", "vin")
    assert cars[uuid_of("v1")] == ("1HGCM826…",)
    assert cars[uuid_of("v2")] == ("hidden (5 characters)",)


def test_free_text_is_scrubbed_also_within_json_and_lists(people):
    mirror, uuid_of = people
    faults = by_id(mirror, "application_errors", "error_message", "metadata")
    assert faults[uuid_of("e1")] == ("mail to <email> from <ip> failed", '{"url":"/x?email=<email>","status":500}')
    assert faults[uuid_of("e2")] == ("x", '"hidden (26 characters)"')
    quotes = by_id(mirror, "community_insight_sources", "extracted_quotes")
    assert quotes[uuid_of("q1")] == (["write to <email>", "no, thanks"],)


def test_only_what_is_revealed_is_seen_as_it_is(people):
    mirror, uuid_of = people
    found = by_id(mirror.seeing({"name"}), "user_profiles", "display_name", "email")[uuid_of("u1")]
    assert found[0] == "Jane Doe"
    assert "jane" not in found[1].lower()
    found = by_id(mirror.unmasked, "user_profiles", "display_name", "email")[uuid_of("u1")]
    assert found == ("Jane Doe", "Jane@Gmail.com")
    assert "Jane" not in str(by_id(mirror, "user_profiles", "display_name", "email"))


def test_a_question_without_masks_can_scrub_what_it_compares(people):
    mirror, _ = people
    said = sa.func.scrub(catalogue.TABLES["application_errors"].c.error_message)
    probe = sa.select(sa.func.count()).where(said.icontains("jane"))
    assert mirror.unmasked.ask_select(probe).item() == 0
    assert mirror.unmasked.ask_select(sa.select(sa.func.count()).where(said.icontains("mail to"))).item() == 1


def test_a_filter_meets_the_mask_and_not_what_is_behind_it(people):
    mirror, _ = people
    profiles = catalogue.TABLES["user_profiles"]
    probe = sa.select(sa.func.count()).where(profiles.c.email.icontains("jane"))
    assert mirror.ask_select(probe).item() == 0
    assert mirror.seeing({"email"}).ask_select(probe).item() == 2


@pytest.mark.parametrize(
    "sql",
    [
        "select email from raw.main.user_profiles",
        "select email from raw.user_profiles",
        "select (select max(email) from raw.main.user_profiles) from user_profiles",
        "with x as (from raw.user_profiles) from x",
        "select email from query_table('raw.main.user_profiles')",
        "from query('from raw.user_profiles')",
    ],
)
def test_a_question_cannot_name_the_tables_behind_the_masks(people, sql, tmp_path):
    mirror, _ = people
    path = tmp_path / "q.sql"
    path.write_text(sql)
    with pytest.raises(ValueError, match="A question"):
        reads(sql)
    with pytest.raises(ValueError, match="A question"):
        mirror.ask(path, dy.Schema)


def test_masks_of_columns_that_a_question_does_not_read_are_not_planned_and_cannot_be_read(people):
    mirror, _ = people
    with duckdb.connect() as connection:
        views = masking.Views(connection, generations.current(mirror.folder))
        path = views.path(reads("select count(*) from user_profiles where display_name is not null"))
        assert path.split(",")[1:] == ["main"]
        [(planned,)] = connection.execute(
            "select sql from duckdb_views() where schema_name = $schema", {"schema": path.split(",")[0]}
        ).fetchall()
        assert "mask_name" in planned
        assert "mask_email" not in planned
        cursor = connection.cursor()
        masking.say(cursor, "key", frozenset(), path)
        assert cursor.execute("select count(*) from user_profiles").fetchone() == (3,)
        assert cursor.execute("select count(distinct display_name) from user_profiles").fetchone() == (1,)
        for read in ("email", "coalesce(email, 'x')", "email is null", "length(email)", "user_profiles"):
            with pytest.raises(duckdb.InvalidInputException, match="not known to read"):
                cursor.execute(f"select {read} from user_profiles").fetchall()  # noqa: S608  ours


def test_questions_that_read_the_same_masked_columns_share_a_view(people):
    mirror, _ = people
    with duckdb.connect() as connection:
        views = masking.Views(connection, generations.current(mirror.folder))
        told = [
            views.path(reads(sql))
            for sql in (
                "select id from user_profiles", "select count(*) from user_profiles",
                "select email from user_profiles", "select max(email) from user_profiles where id is not null",
                "select email from main.user_profiles",
            )
        ]  # fmt: skip
        assert told[0] == told[1] != told[2] == told[3]
        assert told[4] == "main"


@pytest.mark.parametrize("sees", [frozenset(), frozenset(EVERYTHING)], ids=["masked", "unmasked"])
def test_masks_keep_the_types_of_columns(mirror_with, sees):
    mirror = mirror_with().seeing(sees)
    for table in catalogue.TABLES.values():
        columns = [column for column in table.columns if catalogue.column_note(column).mirrored]
        masked, raw = (one.ask_select(sa.select(*columns)).schema for one in (mirror, mirror.unmasked))
        assert masked == raw, table.name


@pytest.fixture
def undocumented(mirror_with):
    """Return a mirror with a table that the dictionary leaves out."""
    mirror = mirror_with()
    with duckdb.connect(str(generations.current(mirror.folder))) as connection:
        connection.execute(
            "create table other.contacts (name varchar, mood varchar, last_ip varchar, lat double, born date, "
            "payload json, kind enum('a', 'b'), wholly_new varchar, vip boolean);"
            "insert into other.contacts values ('Jane Doe', 'jane@x.example is happy', '192.0.2.7', 41.25, "
            "'1990-01-02', '{\"a\": 1}', 'a', 'Jane', true)"
        )
        connection.executemany(
            "insert into meta.columns (table_name, column_name, live_type, state, mirrored) "
            "values ('contacts', ?, ?, 'undocumented', true)",
            [("name", "text"), ("mood", "text"), ("last_ip", "inet"), ("lat", "double precision"), ("born", "date"),
             ("payload", "jsonb"), ("kind", "contact_kind"), ("vip", "boolean")],
        )  # fmt: skip
    return mirror


def test_tables_outside_the_dictionary_are_judged_by_names_and_types(undocumented):
    names = ("name", "mood", "last_ip", "lat", "born", "payload", "kind", "wholly_new", "vip")
    table = sa.table("contacts", *map(sa.column, names), schema="other")
    (row,) = undocumented.ask_select(sa.select(table)).rows(named=True)
    assert re.fullmatch("name [0-9a-f]{10}", row["name"])
    assert row["mood"] == "<email> is happy"
    assert re.fullmatch("address [0-9a-f]{10}", row["last_ip"])
    assert (row["lat"], row["payload"], row["kind"], row["vip"]) == (None, '"hidden (8 characters)"', "a", True)
    assert row["wholly_new"] == "hidden (4 characters)"
    (row,) = undocumented.unmasked.ask_select(sa.select(table)).rows(named=True)
    assert (row["name"], row["lat"], row["payload"]) == ("Jane Doe", 41.25, '{"a": 1}')


def test_a_fault_of_a_question_repeats_no_value(people, tmp_path):
    mirror, _ = people
    path = tmp_path / "q.sql"
    path.write_text("select cast(email as integer) as n from user_profiles")
    with pytest.raises(QuestionFailed) as fault:
        mirror.unmasked.ask(path, dy.Schema)
    assert "jane" not in str(fault.value).lower()
    assert fault.value.__cause__ is None

    class Number(dy.Schema):
        n = dy.Int64()

    path = tmp_path / "r.sql"
    path.write_text("select email as n from user_profiles")
    with pytest.raises(WrongShape) as misfit:
        mirror.unmasked.ask(path, Number)
    assert "jane" not in str(misfit.value).lower()
    assert misfit.value.__cause__ is None


def test_pseudonyms_differ_between_homes_and_stay_within_one(people, tmp_path):
    mirror, _uuid_of = people
    elsewhere = Mirror(mirror.folder, Settings(home=tmp_path / "elsewhere"))
    first = masking.key(tmp_path)
    assert masking.key(tmp_path) == first
    assert masking.key(tmp_path / "elsewhere") != first
    assert (tmp_path / masking.KEY_FILE).stat().st_mode & 0o077 == 0
    assert by_id(elsewhere, "user_profiles", "email") != {}


def test_every_kind_has_a_mask_or_is_shown():
    for kind in KINDS:
        shown = masking.expression("c", "VARCHAR", kind)
        assert ("sees(" in shown) == (kind != "pseudonym")


def test_who_reads_without_masks_is_decided():
    rooms = [path for path in ROOT.iterdir() if (path / "__init__.py").exists() and path.name != "tests"]
    files = [*(file for room in [*rooms, ROOT / "pages"] for file in room.rglob("*.py")), ROOT / "autorev.py"]
    asking = {
        str(file.relative_to(ROOT))
        for file in files
        if re.search(r"\.unmasked\b|EVERYTHING|\._opened\(", file.read_text(encoding="utf-8"))
    }
    assert asking - {"replica/mirror.py", "replica/masking.py", "catalogue/personal.py"} == UNMASKED_IN
