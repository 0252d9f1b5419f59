"""What the operator may choose: AUTOREV_* variables, then `.env`, then `autorev.toml`."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from decimal import Decimal  # noqa: TC003  pydantic reads it from the annotation
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from catalogue._declare import Personal  # noqa: TC001  pydantic reads it from the annotation
from catalogue.personal import REVEALS, SHOWN
from catalogue.roles import GROUP, Admission, Role
from replica.errors import BadSetting, NoDatabase, redact

SIGN_IN: Final = ("sign_in_provider", "sign_in_client_id", "sign_in_client_secret", "sign_in_cookie_secret")


class Settings(BaseSettings):
    """Every setting of the suite; the database's address is never printed."""

    model_config = SettingsConfigDict(
        env_prefix="AUTOREV_",
        env_file=".env",
        toml_file="autorev.toml",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        env_ignore_empty=True,
    )

    database_url: SecretStr | None = Field(
        default=None, description="libpq URL or keyword string of one or more replicas."
    )
    primary_url: SecretStr | None = Field(
        default=None, description="libpq URL of the primary for a role that may only write what people decide."
    )
    home: Path = Field(default=Path(".autorev"), description="Folder of mirrors, state and the embedded server.")
    database: str = Field(default="autorev", min_length=1, description="Database on the embedded server.")
    mirror_name: str | None = Field(
        default=None, description="Folder of the mirror, when host and database should not name it."
    )
    allow_primary: bool = Field(default=False, description="Read from a server that is not a standby.")
    refresh_seconds: int = Field(default=60, ge=1, description="Seconds between two refreshes in the background.")
    connect_timeout_seconds: int = Field(default=5, ge=2, description="Seconds before a silent host is given up.")
    statement_timeout_seconds: int = Field(default=60, ge=1, description="Seconds a statement may run on the replica.")
    question_seconds: int = Field(default=10, ge=1, description="Seconds a question may run on the mirror.")
    row_limit: int = Field(default=200_000, ge=1, description="Most rows of one answer.")
    memory_limit: str = Field(default="2GB", pattern=r"^\d+(\.\d+)?\s?([KMGT]i?)?B$", description="Memory of DuckDB.")
    threads: int | None = Field(
        default=None,
        ge=1,
        description="Threads of a question, all cores when unset; readers of a full refresh, 2 when unset.",
    )
    overlap_minutes: int = Field(
        default=60, ge=0, description="Minutes before the newest event read again at each refresh."
    )
    reconcile_seconds: int = Field(default=3600, ge=1, description="Seconds between two comparisons of counts per day.")
    incremental_rows: int = Field(
        default=50_000, ge=0, description="Rows from which an append-only table is read in parts."
    )
    sample_rows: int = Field(
        default=10_000, ge=1, description="Most rows kept of a table that the dictionary leaves out."
    )
    check_hour: int = Field(default=3, ge=0, le=23, description="Hour (UTC) of the nightly run of all suites.")
    count_staff: bool = Field(default=False, description="Count our own people among the actors of events.")
    count_bots: bool = Field(default=False, description="Count programs among the actors of events.")
    entity: str = Field(default="AutoRev", description="Whose books they are, at the head of every statement.")
    currency: str = Field(default="USD", description="Currency of the ledger, at the head of every statement.")
    targets: dict[str, Decimal] = Field(
        default_factory=dict, description="Metric (its key in the glossary) = value aimed at; shown on Home."
    )
    alert_smtp: SecretStr | None = Field(
        default=None, description="Server that takes e-mail: smtp://user:password@host:587, or smtps://."
    )
    alert_from: str | None = Field(default=None, description="Who alerts and digests come from, as an e-mail address.")
    alert_to: tuple[str, ...] = Field(default=(), description="E-mail addresses that alerts go to.")
    alert_webhook: SecretStr | None = Field(
        default=None, description="Address that alerts are posted to, in the form that Slack takes."
    )
    timezone: str = Field(default="UTC", description="Zone of days and weeks where a page names none.")
    address: str = Field(default="127.0.0.1", min_length=1, description="Network address that the app is served at.")
    ready_seconds: int = Field(default=3600, ge=1, description="Age of the mirror from which /readyz says no.")
    public_url: str | None = Field(default=None, description="Where browsers find the app: https://host, no path.")
    sign_in_provider: str | None = Field(default=None, description="Address of the provider's OpenID configuration.")
    sign_in_client_id: str | None = Field(default=None, min_length=1, description="The app's name at the provider.")
    sign_in_client_secret: SecretStr | None = Field(
        default=None, min_length=1, description="The app's secret at the provider."
    )
    sign_in_cookie_secret: SecretStr | None = Field(
        default=None, min_length=32, description="What identities are signed with in the browser's cookie."
    )
    sign_in_scope: str = Field(default="openid email profile", description="What the provider is asked for.")
    sign_in_trust_email: bool = Field(
        default=False, description="Take an e-mail address of which the provider never says whether it is verified."
    )
    group_claim: str = Field(default="groups", min_length=1, description="The claim that lists a person's groups.")
    roles: dict[Role, tuple[str, ...]] = Field(
        default_factory=dict, description="For each role its people: e-mail addresses, @domain, group:name."
    )
    reveals: dict[Role, frozenset[Personal]] = Field(
        default_factory=dict, description="For a role the kinds of personal data it may reveal, where they differ."
    )
    bindings: dict[str, str] = Field(
        default_factory=dict, description='"table.column" = the live column or SQL expression that holds it.'
    )

    @field_validator("bindings", mode="before")
    @classmethod
    def _flatten(cls, given: Any) -> Any:
        """Accept `page_views.page_url = …` (a nested TOML table) beside the quoted `"page_views.page_url" = …`."""
        if not isinstance(given, dict):
            return given
        flat: dict[str, Any] = {}
        for key, value in given.items():
            flat.update(
                {f"{key}.{name}": inner for name, inner in value.items()} if isinstance(value, dict) else {key: value}
            )
        return flat

    @field_validator("public_url", "sign_in_provider")
    @classmethod
    def _web_address(cls, given: str | None) -> str | None:
        if given is None:
            return None
        parts = urlsplit(given)
        if not parts.hostname or parts.scheme not in {"http", "https"}:
            raise ValueError("is not an address such as https://dashboards.example")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must begin with https:// because identities travel there")
        return given

    @field_validator("public_url")
    @classmethod
    def _without_path(cls, given: str | None) -> str | None:
        if given is not None and urlsplit(given)._replace(scheme="", netloc="").geturl() not in {"", "/"}:
            raise ValueError("names a path; the app has a host of its own")
        return given and given.rstrip("/")

    @field_validator("alert_smtp", "alert_webhook")
    @classmethod
    def _alert_address(cls, given: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if given is None:
            return None
        parts, mail = urlsplit(given.get_secret_value()), info.field_name == "alert_smtp"
        if not parts.hostname or parts.scheme not in ({"smtp", "smtps"} if mail else {"https", "http"}):
            raise ValueError(f"is not an address such as {'smtp://host:587' if mail else 'https://hooks.example/…'}")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must begin with https:// because what it posts is nobody else's business")
        return given

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        if self.alert_smtp is not None and not (self.alert_from and self.alert_to):
            raise ValueError("alert_smtp is set and alert_from or alert_to is missing")
        return self

    @field_validator("roles")
    @classmethod
    def _each_person_once(cls, given: dict[Role, tuple[str, ...]]) -> dict[Role, tuple[str, ...]]:
        seen: dict[str, Role] = {}
        for role, people in given.items():
            for person in people:
                if not re.fullmatch(rf"{GROUP}\s*\S.*|[^\s@]*@[^\s@]+", person):
                    raise ValueError(f"{person!r} is neither an e-mail address nor @domain nor {GROUP}name")
                if seen.setdefault(person.casefold(), role) != role:
                    raise ValueError(f"{person!r} is given two roles, {seen[person.casefold()]} and {role}")
        return given

    @model_validator(mode="after")
    def _sign_in_is_whole(self) -> Self:
        named = {name: getattr(self, name) is not None for name in (*SIGN_IN, "public_url")}
        if any(named[name] for name in SIGN_IN):
            missing = [name for name, is_set in named.items() if not is_set]
            if missing:
                raise ValueError(f"sign-in is set up in part: {', '.join(missing)} is missing")
            if not any(people for role, people in self.roles.items() if role != "none"):
                raise ValueError("sign-in is set up and roles gives nobody a role")
        return self

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError("is not the name of a time zone, such as UTC or America/New_York") from unknown
        return given

    @field_validator("database_url", "primary_url")
    @classmethod
    def _readable_address(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None:
            try:
                conninfo_to_dict(given.get_secret_value())
            except psycopg.ProgrammingError:
                # The cause would repeat the address, password included.
                raise ValueError("is not a Postgres address, such as postgresql://reader@host/database") from None
        return given

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the places settings come from, strongest first."""
        return (
            init_settings,
            env_settings,
            dotenv_settings,
            TomlConfigSettingsSource(settings_cls),
            file_secret_settings,
        )

    @property
    def admission(self) -> Admission | None:
        """Return by which rule people who sign in get a role, None where nobody can sign in."""
        if self.sign_in_client_id is None:
            return None
        return Admission(self.sign_in_client_id, self.roles, self.group_claim, self.sign_in_trust_email)

    def may_reveal(self, role: Role) -> frozenset[Personal]:
        """Return the kinds of personal data that a role may reveal."""
        return self.reveals.get(role, REVEALS[role]) - SHOWN

    def at(self, url: str, *, mirror_name: str | None = None) -> Self:
        """Return these settings for another database.

        An entry point that starts the embedded pair names its mirror, because a new start may bring a new port.
        """
        return self.model_copy(update={"database_url": SecretStr(url), "mirror_name": mirror_name})


def load_settings(**chosen: Any) -> Settings:
    """Return the settings in force; `chosen` (flags of a command) win over environment and files.

    Raises:
        BadSetting: A value cannot be used; the sentence names the setting and never its value.
    """
    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        if not name:
            raise BadSetting(
                f"The settings do not fit together: {reason}.", "Change AUTOREV_… variables, .env or autorev.toml."
            ) from None
        raise BadSetting(
            f"The setting {name} cannot be used: {reason}.",
            f"Change AUTOREV_{name.split('.', maxsplit=1)[0].upper()}, or {name} in .env or autorev.toml.",
        ) from None
    except (SettingsError, ValueError, OSError) as unreadable:
        raise BadSetting(
            f"The settings cannot be read: {redact(str(unreadable))}.", "Correct autorev.toml, .env or the variable."
        ) from None


@lru_cache
def is_loopback(host: str) -> bool:
    """Return whether a host name or address means this computer only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold().rstrip(".") == "localhost"


def check_bind(settings: Settings, host: str | None) -> None:
    """Refuse to serve other computers while nobody can sign in; None is every address of this computer.

    Raises:
        BadSetting: The address is not a loopback one.
    """
    if settings.admission is None and not (host and is_loopback(host)):
        raise BadSetting(
            f"Nobody can sign in, so the app serves this computer only and refuses the address {host or '0.0.0.0'}.",  # noqa: S104  named to be refused
            "Set up sign-in (docs/deploy.md), or leave AUTOREV_ADDRESS at 127.0.0.1.",
        )


def address(settings: Settings) -> str:
    """Return the database's address, password included: for connecting, never for showing.

    Raises:
        NoDatabase: None is set.
    """
    if settings.database_url is None:
        raise NoDatabase("No database is named.", "Set AUTOREV_DATABASE_URL to the address of a read replica.")
    return settings.database_url.get_secret_value()


def mirror_folder(settings: Settings) -> Path:
    """Return the folder of this database's mirror: `home/mirrors/<database>-<key of hosts, ports and database>`.

    The key leaves out role, password and options, so that changing them keeps the mirror.
    """
    mirrors = settings.home / "mirrors"
    if settings.mirror_name is not None:
        return mirrors / _file_name(settings.mirror_name)
    if settings.database_url is None:
        return mirrors / _file_name(f"embedded-{settings.database}")
    parts = conninfo_to_dict(address(settings))
    place = [str(parts.get(key) or "") for key in ("host", "hostaddr", "port", "dbname", "service")]
    key = hashlib.sha256("\0".join(place).encode()).hexdigest()[:12]
    return mirrors / f"{_file_name(str(parts.get('dbname') or parts.get('user') or 'database'))}-{key}"


def _file_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text).strip("_") or "mirror"
