"""The chart of accounts as statements read it: class, section and place in the tree, and what does not agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from finance_reports.mapping import Mapping, Place, placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

Kind = Literal["asset", "liability", "equity", "revenue", "expense", "unknown"]
Section = Literal[
    "assets", "liabilities", "equity", "revenue", "cost_of_revenue", "operating_expenses", "research_and_development",
    "other_income", "other_expense", "taxes", "unclassified",
]  # fmt: skip
TITLES: Final[dict[Section, str]] = {
    "assets": "Assets",
    "liabilities": "Liabilities",
    "equity": "Equity",
    "revenue": "Revenue",
    "cost_of_revenue": "Cost of revenue",
    "operating_expenses": "Operating expenses",
    "research_and_development": "Research and development",
    "other_income": "Other income",
    "other_expense": "Other expense",
    "taxes": "Income taxes",
    "unclassified": "Unclassified",
}
CREDIT_KINDS: Final = frozenset({"liability", "equity", "revenue"})
CREDIT_SECTIONS: Final = frozenset({"liabilities", "equity", "revenue", "other_income"})
RESULT_KINDS: Final = frozenset({"revenue", "expense"})
NO_ACCOUNT: Final = ""
"""The id under which lines without a known account are kept together."""

_BY_DIGIT: Final[dict[str, Kind]] = {
    "1": "asset", "2": "liability", "3": "equity", "4": "revenue", "5": "expense", "6": "expense", "7": "expense",
    "9": "expense",
}  # fmt: skip
_OF_EXPENSE: Final[dict[str, Section]] = {
    "4": "revenue", "5": "cost_of_revenue", "6": "operating_expenses", "7": "research_and_development",
    "8": "other_expense", "9": "taxes",
}  # fmt: skip
_OF_REVENUE: Final[dict[str, Section]] = {
    "4": "revenue", "5": "cost_of_revenue", "6": "operating_expenses", "7": "research_and_development",
    "8": "other_income", "9": "taxes",
}  # fmt: skip
_OF_BALANCE: Final[dict[Kind, Section]] = {"asset": "assets", "liability": "liabilities", "equity": "equity"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account with its place in the statements.

    `parent` is the account it is a part of, None at the top, where the parent is of another section, or where the
    chart goes round in a circle.
    """

    id: str
    code: str
    name: str
    kind: Kind
    section: Section
    parent: str | None = None
    active: bool = True
    cash: bool = False
    retained: bool = False
    uses: int = 0
    indirect: Place | None = None
    direct: Place | None = None

    @property
    def is_result(self) -> bool:
        """Tell whether it belongs to the income statement."""
        return self.kind in RESULT_KINDS

    @property
    def sign(self) -> int:
        """Return 1 where a debit balance is natural, -1 where a credit balance is."""
        return -1 if self.kind in CREDIT_KINDS else 1


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about the chart that an accountant would question."""

    rule: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All accounts, by code, and what is doubtful about them."""

    accounts: tuple[Account, ...]
    doubts: tuple[Doubt, ...] = ()
    by_id: dict[str, Account] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the accounts."""
        self.by_id.update((account.id, account) for account in self.accounts)

    def of(self, sections: Iterable[Section]) -> tuple[Account, ...]:
        """Return the accounts of these sections, by code."""
        wanted = set(sections)
        return tuple(account for account in self.accounts if account.section in wanted)

    def with_code(self, code: str) -> tuple[Account, ...]:
        """Return the accounts of that code, none or several included."""
        return tuple(account for account in self.accounts if account.code == code)

    def ancestors(self, account: Account) -> tuple[Account, ...]:
        """Return the accounts above this one, the topmost first."""
        found: list[Account] = []
        above = account.parent
        while above is not None:
            found.append(self.by_id[above])
            above = found[-1].parent
        return tuple(reversed(found))

    def below(self, account: Account) -> tuple[Account, ...]:
        """Return the account and all that are part of it, by code."""
        return tuple(one for one in self.accounts if one == account or account in self.ancestors(one))


def chart_of(accounts: pl.DataFrame, mapping: Mapping) -> Chart:
    """Return the chart that `queries.finance.accounts` answered, classified."""
    doubts: list[Doubt] = []
    made = [_account(row, mapping, doubts) for row in accounts.iter_rows(named=True)]
    doubts += [
        Doubt("duplicate_code", code, f"{count} accounts have the code {code}; each is shown on its own.")
        for code, count in Counter(account.code for account in made).items()
        if count > 1 and code
    ]
    return Chart(tuple(_tree(made, doubts)), tuple(doubts))


def _account(row: dict[str, object], mapping: Mapping, doubts: list[Doubt]) -> Account:
    code, name = str(row["account_code"] or "").strip(), str(row["account_name"] or "").strip()
    kind = _kind(code, row["account_type"], doubts)
    subcategory = None if row["subcategory"] is None else str(row["subcategory"])
    return Account(
        id=str(row["account_id"]),
        code=code,
        name=name,
        kind=kind,
        section=_section(code, kind, doubts),
        parent=None if row["parent_id"] is None else str(row["parent_id"]),
        active=row["is_active"] is not False,
        cash=kind == "asset" and mapping.is_cash(code, subcategory),
        retained=kind == "equity" and mapping.is_retained(code, name),
        uses=int(str(row["uses"])),
        indirect=placed(code, mapping.indirect),
        direct=placed(code, mapping.direct),
    )


def _kind(code: str, given: object, doubts: list[Doubt]) -> Kind:
    """Return the class that the account states, else the one of its code."""
    expected = _expected(code)
    if given in ("asset", "liability", "equity", "revenue", "expense"):
        stated: Kind = given
        if expected is not None and stated != expected and not code.startswith("8"):
            doubts.append(
                Doubt(
                    "type_against_code", code, f"{code or 'An account'} is of type {stated}; its code says {expected}."
                )
            )
        return stated
    kind = expected or "unknown"
    doubts.append(
        Doubt("unknown_type", code, f"{code or 'An account'} is of type {given or 'none'}; it is taken for {kind}.")
    )
    return kind


def _expected(code: str) -> Kind | None:
    if code.startswith("8"):
        return "revenue" if code < "85" else "expense"
    return _BY_DIGIT.get(code[:1])


def _section(code: str, kind: Kind, doubts: list[Doubt]) -> Section:
    if kind == "revenue":
        if code[:1] in _OF_REVENUE:
            return _OF_REVENUE[code[:1]]
        doubts.append(Doubt("no_section", code, f"{code or 'An account'} is revenue of no section: other income."))
        return "other_income"
    if kind == "expense":
        if code[:1] in _OF_EXPENSE:
            return _OF_EXPENSE[code[:1]]
        doubts.append(Doubt("no_section", code, f"{code or 'An account'} is expense of no section: other expense."))
        return "other_expense"
    return _OF_BALANCE.get(kind, "unclassified")


def _tree(accounts: Sequence[Account], doubts: list[Doubt]) -> list[Account]:
    """Return the accounts with parents that exist, are of the same section, and form no circle."""
    by_id = {account.id: account for account in accounts}
    parents = {
        account.id: account.parent
        for account in accounts
        if account.parent in by_id and by_id[account.parent].section == account.section
    }
    for account in accounts:
        seen = [account.id]
        while (above := parents.get(seen[-1])) is not None:
            if above == account.id:
                codes = ", ".join(by_id[one].code for one in seen)
                doubts.append(
                    Doubt("parent_cycle", account.code, f"{codes} are parts of one another: cut at {account.code}.")
                )
                del parents[account.id]
                break
            if above in seen:
                break
            seen.append(above)
    doubts.extend(
        Doubt("parent_unknown", account.code, f"{account.code} is part of an account that there is not.")
        for account in accounts
        if account.parent is not None and account.parent not in by_id
    )
    return [replace(account, parent=parents.get(account.id)) for account in accounts]
