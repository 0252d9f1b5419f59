"""Settings: where they come from, and that secrets stay inside."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from replica.errors import BadSetting, NoDatabase
from replica.settings import Settings, address, check_bind, load_settings, mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "postgresql://reader:s3cret@a.example.com,b.example.com/autorev"  # noqa: S105  made up


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder without AUTOREV_* variables."""
    for name in [name for name in os.environ if name.upper().startswith("AUTOREV_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert settings.database_url is None
    assert settings.refresh_seconds == 60
    assert not settings.allow_primary


def test_environment_wins_over_dotenv_and_that_over_toml(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "autorev.toml").write_text('refresh_seconds = 1\nrow_limit = 11\nmemory_limit = "1GB"\n')
    (folder / ".env").write_text("AUTOREV_REFRESH_SECONDS=2\nAUTOREV_ROW_LIMIT=22\nOTHER=1\n")
    monkeypatch.setenv("AUTOREV_REFRESH_SECONDS", "3")
    settings = load_settings()
    assert (settings.refresh_seconds, settings.row_limit, settings.memory_limit) == (3, 22, "1GB")


def test_a_flag_wins_over_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOREV_DATABASE", "other")
    assert load_settings(database="mine").database == "mine"
    assert load_settings(database=None).database == "other"


@pytest.mark.parametrize(
    "lines",
    ['"page_views.page_url" = "path"', 'page_views.page_url = "path"', '[bindings.page_views]\npage_url = "path"'],
)
def test_bindings_read_the_same_quoted_dotted_or_nested(folder: Path, lines: str) -> None:
    (folder / "autorev.toml").write_text(f"[bindings]\n{lines}\n")
    assert load_settings().bindings == {"page_views.page_url": "path"}


def test_the_password_is_never_shown(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("AUTOREV_DATABASE_URL", SECRET)
    settings = load_settings()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").info("settings %s %r", settings, settings)
    shown = f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()} {caplog.text}"
    assert "s3cret" not in shown
    assert address(settings) == SECRET


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://u:s3cret@h/d?no_such_option=1"),
        ("REFRESH_SECONDS", "s3cret"),
        ("MEMORY_LIMIT", "s3cret"),
        ("TIMEZONE", "Mars/s3cret"),
        ("BINDINGS", "{s3cret"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_setting_only(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"AUTOREV_{name}", value)
    with pytest.raises(BadSetting) as refused:
        load_settings()
    assert "s3cret" not in str(refused.value)
    assert name.lower() in str(refused.value).lower()
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_broken_toml_file_is_said(folder: Path) -> None:
    (folder / "autorev.toml").write_text("refresh_seconds = = 1")
    with pytest.raises(BadSetting, match=r"autorev\.toml"):
        load_settings()


def test_no_address_is_a_sentence() -> None:
    with pytest.raises(NoDatabase, match="AUTOREV_DATABASE_URL"):
        address(Settings())


def test_a_mirror_belongs_to_one_database_whatever_role_or_password() -> None:
    def key(url: str) -> Path:
        return mirror_folder(Settings().at(url))

    first = key("postgresql://reader:a@db.example.com/autorev")
    assert first == key("postgresql://other:b@db.example.com/autorev?connect_timeout=3")
    assert first == key("host=db.example.com dbname=autorev user=x")
    assert first != key("postgresql://reader@db.example.com/staging")
    assert first != key("postgresql://reader@db.example.com:6543/autorev")
    assert first != key("postgresql://reader@elsewhere.example.com/autorev")
    assert "s3cret" not in str(key(SECRET))
    assert first.parent == Path(".autorev/mirrors")


def test_a_name_for_the_mirror_is_kept_whatever_the_port_and_stays_inside_the_folder() -> None:
    settings = Settings().at("postgresql://u@h:5555/d", mirror_name="../../evil")
    assert mirror_folder(settings) == mirror_folder(settings.at("postgresql://u@h:6666/d", mirror_name="../../evil"))
    assert mirror_folder(settings).parent == Path(".autorev/mirrors")


SIGN_IN = {
    "PUBLIC_URL": "https://dash.autorev.example/",
    "SIGN_IN_PROVIDER": "https://id.autorev.example/.well-known/openid-configuration",
    "SIGN_IN_CLIENT_ID": "suite",
    "SIGN_IN_CLIENT_SECRET": "s3cret",
    "SIGN_IN_COOKIE_SECRET": "s3cret" * 6,
    "ROLES": '{"founder": ["ann@autorev.example"], "ops": ["group:ops", "@autorev.example"]}',
}


@pytest.fixture
def sign_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Return a reader of settings with sign-in set up, but for what is given; None leaves a variable out."""

    def read(**changed: str | None) -> Settings:
        for name, value in {**SIGN_IN, **changed}.items():
            if value is None:
                monkeypatch.delenv(f"AUTOREV_{name}", raising=False)
            else:
                monkeypatch.setenv(f"AUTOREV_{name}", value)
        return load_settings()

    return read


def test_sign_in_is_set_up_from_variables_alone(sign_in: Callable[..., Settings]) -> None:
    settings = sign_in()
    assert settings.public_url == "https://dash.autorev.example"
    assert settings.admission is not None
    assert settings.admission.given == {"founder": ("ann@autorev.example",), "ops": ("group:ops", "@autorev.example")}
    assert "s3cret" not in f"{settings!r} {settings.model_dump_json()}"


def test_roles_are_a_table_of_the_file(folder: Path) -> None:
    (folder / "autorev.toml").write_text('[roles]\nfinance = ["group:books"]\ncontent = ["@autorev.example"]\n')
    assert load_settings().roles == {"finance": ("group:books",), "content": ("@autorev.example",)}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SIGN_IN_CLIENT_SECRET": None}, "sign_in_client_secret is missing"),
        ({"PUBLIC_URL": None}, "public_url is missing"),
        ({"SIGN_IN_COOKIE_SECRET": "short"}, "sign_in_cookie_secret"),
        ({"PUBLIC_URL": "http://dash.autorev.example"}, "must begin with https://"),
        ({"PUBLIC_URL": "https://dash.autorev.example/suite"}, "names a path"),
        ({"PUBLIC_URL": "dash.autorev.example"}, "is not an address"),
        ({"SIGN_IN_PROVIDER": "http://id.autorev.example/x"}, "must begin with https://"),
        ({"ROLES": None}, "gives nobody a role"),
        ({"ROLES": '{"none": ["ann@autorev.example"]}'}, "gives nobody a role"),
        ({"ROLES": '{"boss": ["ann@autorev.example"]}'}, "'founder'"),
        ({"ROLES": '{"ops": ["autorev.example"]}'}, "'autorev.example' is neither an e-mail address"),
        ({"ROLES": '{"ops": ["group:"]}'}, "'group:' is neither an e-mail address"),
        ({"ROLES": '{"ops": ["@x.example"], "admin": ["@X.example"]}'}, "is given two roles, ops and admin"),
    ],
)
def test_sign_in_that_cannot_work_is_said_in_words(
    sign_in: Callable[..., Settings], changed: dict[str, str | None], said: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        sign_in(**changed)
    assert said in refused.value.sentence
    assert refused.value.next_step
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST."])
def test_this_computer_is_served_without_sign_in(host: str) -> None:
    check_bind(load_settings(), host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", None, "192.168.1.7", "localhost.evil.example", "unix:///x"])  # noqa: S104
def test_any_other_address_is_refused_until_people_can_sign_in(
    host: str | None, sign_in: Callable[..., Settings]
) -> None:
    with pytest.raises(BadSetting, match="Nobody can sign in"):
        check_bind(load_settings(), host)
    check_bind(sign_in(), host)


def test_every_setting_is_in_the_readme() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`AUTOREV_{name.upper()}`" not in readme] == ["bindings"]
