"""Personal data: its kinds, what is shown in place of each, who may reveal which, and how it is recognised by name.

Documented columns are marked where they are declared (`personal=`). Of tables that the dictionary leaves out only
names and types are known: `guessed` decides by them, and every further text is scrubbed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catalogue._declare import Personal
    from catalogue.roles import Role

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "personal-data.md"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of personal data: what belongs to it, what is shown instead, an example of a value and of its mask."""

    meaning: str
    shown: str
    value: str
    mask: str


KINDS: Final[Mapping[Personal, Kind]] = {
    "email": Kind(
        "E-mail addresses.",
        "A pseudonym, the same for the same address; the domain stays where it serves millions of people.",
        "jane@gmail.com",
        "5f2ab0c91e@gmail.com",
    ),
    "phone": Kind(
        "Telephone numbers.", "A pseudonym, the same for the same number.", "+1 415 555 0123", "phone 5f2ab0c91e"
    ),
    "name": Kind("Names of people.", "A pseudonym, the same for the same name.", "Jane Doe", "name 5f2ab0c91e"),
    "vin": Kind(
        "Vehicle identification numbers.",
        "Maker and model (the first eight characters); anything but 17 characters is hidden.",
        "1HGCM82633A004352",
        "1HGCM826…",
    ),
    "location": Kind("Postal codes, towns, streets, coordinates of people.", "The word hidden.", "94107", "hidden"),
    "region": Kind(
        "States and countries of people.",
        "A code of two letters stays, since it says little; anything longer is hidden.",
        "CA",
        "CA",
    ),
    "network": Kind(
        "Addresses of machines on a network.",
        "A pseudonym, the same for the same address.",
        "192.0.2.7",
        "address 5f2ab0c91e",
    ),
    "identifier": Kind(
        "Numbers that name a person or open a door outside this database: payment provider, files, links, plates.",
        "A pseudonym, the same for the same number.",
        "cus_NffrFeUfNV2Hib",
        "id 5f2ab0c91e",
    ),
    "message": Kind(
        "What people wrote to us, to the assistant or for themselves, and copies of whole rows.",
        "How long it is.",
        "My clutch slips in third",
        "hidden (24 characters)",
    ),
    "free text": Kind(
        "Texts that the work needs and that may hold something personal: faults, addresses of pages, public posts.",
        "The text without e-mail addresses, telephone and card numbers, keys, network addresses, VINs and what JSON "
        "and addresses of pages name as personal. Names within sentences are not recognised.",
        "Mail to jane@example.com bounced",
        "Mail to <email> bounced",
    ),
    "pseudonym": Kind(
        "Numbers that this database made up for a person, a browser or a request and that mean nothing elsewhere.",
        "The number itself: it is a pseudonym already.",
        "sess_01h8x",
        "sess_01h8x",
    ),
}
EVERYTHING: Final[frozenset[Personal]] = frozenset(KINDS)
SHOWN: Final[frozenset[Personal]] = frozenset({"pseudonym"})

REVEALS: Final[Mapping[Role, frozenset[Personal]]] = {
    "founder": EVERYTHING,
    "ops": frozenset({"email", "name", "network", "message", "free text"}),
    "content": frozenset({"name", "message", "free text"}),
    "finance": frozenset({"email", "name", "identifier"}),
    "admin": EVERYTHING,
    "none": frozenset(),
}
"""What a role may reveal, one deliberate act at a time; the setting `reveals` may say otherwise for a role."""

_BY_TYPE: Final[Mapping[str, Personal]] = {
    **dict.fromkeys(("inet", "cidr", "macaddr", "macaddr8"), "network"),
    **dict.fromkeys(("point", "line", "lseg", "box", "path", "polygon", "circle", "geometry", "geography"), "location"),
}
_BY_NAME: Final[tuple[tuple[Personal, str], ...]] = (
    ("email", "e_?mails?|mails?|recipients?|reply_to|cc|bcc"),
    ("phone", "phones?|mobile|tel|telephone|cell|fax|sms|whatsapp"),
    ("vin", "vins?|chassis_number"),
    ("network", "ips?|ip_?addr(?:ess)?|remote_addr|mac|forwarded_for|host_?name"),
    (
        "identifier",
        (
            "plates?|registration_number|fingerprint|tokens?|secrets?|pass(?:word|wd|phrase|port)|api_?keys?|keys|"
            "endpoint|cookies?|stripe|customer_id|charge_id|payment_method|iban|bic|account_number|card|ssn|tax_id|"
            "device_id|avatar|photo|share_link|invite_code|referral_code|otp|signature|login|handle"
        ),
    ),
    (
        "location",
        (
            "address(?:es)?|street|city|town|zip|zip_code|postal|post_?code|lat|latitude|lon|lng|longitude|locations?|"
            "geo|coordinates?|home"
        ),
    ),
    (
        "message",
        (
            "messages?|body|content|comments?|notes?|bio|about|feedback|chat|prompts?|questions?|answers?|responses?|"
            "replies|reply|transcript|text|payload|(?:old|new)_(?:row|values?|data)|raw|conversations?|birth(?:day|date)?|"
            "dob|caption|quotes?"
        ),
    ),
    (
        "name",
        (
            "(?:display|full|first|last|middle|user|nick|real|contact|customer|owner|given|family|sender|author|person|"
            "driver|member|holder)_?name|surname|contact|author|owner|person|sender|performed_by"
        ),
    ),
)
_PEOPLE: Final = re.compile(
    r"(?:^|_)(?:users?|members?|people|persons?|customers?|contacts?|profiles?|accounts?|drivers?|subscribers?|leads?)"
    r"(?:_|$)"
)
_BIRTH: Final = re.compile(r"(?:^|_)(?:birth(?:day|date)?|dob)(?:_|$)")


def guessed(table: str, column: str, live_type: str) -> Personal | None:
    """Return the kind of personal data that a column outside the dictionary seems to hold.

    Every text that nothing else is said of is free text; numbers, flags and moments are personal only where their name
    says that they are a place, a telephone number or a birthday.
    """
    base = live_type.lower().removesuffix("[]").split("(")[0].strip()
    if base in _BY_TYPE:
        return _BY_TYPE[base]
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column).lower()
    found = next((kind for kind, words in _BY_NAME if re.search(rf"(?:^|_)(?:{words})(?:_|$)", name)), None)
    if name == "name" and _PEOPLE.search(table.lower()):
        found = "name"
    if base in _TEXTS:
        return found or "free text"
    if base in _NUMBERS:
        return found if found in {"location", "phone"} else None
    if base.startswith(("date", "timestamp", "int", "boolean", "time")) or base in _OTHERS:
        return "message" if _BIRTH.search(name) else None
    # Types of their own: enumerations and domains, whose values are texts.
    return found or "free text"


_TEXTS: Final = frozenset(
    {"text", "varchar", "character varying", "char", "character", "bpchar", "citext", "name", "json", "jsonb", "xml",
     "hstore", "tsvector", "bytea"}
)  # fmt: skip
_NUMBERS: Final = frozenset(
    {"smallint", "integer", "bigint", "int2", "int4", "int8", "numeric", "decimal", "real", "double precision",
     "float4", "float8", "oid", "money"}
)  # fmt: skip
_OTHERS: Final = frozenset({"uuid", "interval", "bit", "bit varying", "numrange", "tsrange", "tstzrange", "vector"})


INTRODUCTION: Final = """\
# Personal data

Everybody sees personal data masked. Whoever has the right to may reveal it: one deliberate act with a reason, for this
session and 15 minutes, on record. Exports, charts and the command line obey the same state. Written by
`python -m catalogue`; change `catalogue/personal.py`, not this page.

Masks are laid over the tables where questions are answered, so that no question can forget them: filters, sorts and
counts work on what is shown. NULL stays NULL. A pseudonym is the first ten digits of a keyed SHA-256; the key lies in
the home folder and never leaves it, so that nobody finds a value by hashing guesses. Numbers, dates and coordinates of
a hidden kind become NULL, flags stay.

## What is shown in place of each kind

| Kind | What belongs to it | What is shown | A value | Its mask |
|---|---|---|---|---|
"""
ROLES_HEAD: Final = """
## Who may reveal what

`[reveals]` in `autorev.toml` changes it: `ops = ["email"]` leaves ops the addresses only. Whoever may reveal nothing is
refused in words.

| Role | Kinds |
|---|---|
"""
COLUMNS_HEAD: Final = """
## Columns

Tables that the dictionary leaves out are judged by the names and types of their columns; every text of theirs that
nothing else is said of counts as free text, and a column of which nothing is known shows only how long its text is.

| Kind | Columns |
|---|---|
"""


def page() -> str:
    """Return docs/personal-data.md, ending with a newline."""
    from catalogue import TABLES, column_note  # noqa: PLC0415  the domain modules are gathered after this one

    kinds = [f"| {name} | {one.meaning} | {one.shown} | `{one.value}` | `{one.mask}` |" for name, one in KINDS.items()]
    hidden = [name for name in KINDS if name not in SHOWN]
    rights = [
        f"| {role} | {'all' if may >= set(hidden) else ', '.join(k for k in hidden if k in may) or 'nothing'} |"
        for role, may in REVEALS.items()
    ]
    columns: dict[Personal, list[str]] = {name: [] for name in KINDS}
    for table in sorted(TABLES.values(), key=lambda table: table.name):
        for column in table.columns:
            kind = column_note(column).personal
            if kind is not None:
                columns[kind].append(f"`{table.name}.{column.name}`")
    marked = [f"| {name} | {', '.join(found) or '–'} |" for name, found in columns.items()]
    return (
        INTRODUCTION + "\n".join(kinds) + "\n" + ROLES_HEAD + "\n".join(rights) + "\n" + COLUMNS_HEAD
        + "\n".join(marked) + "\n"
    )  # fmt: skip
