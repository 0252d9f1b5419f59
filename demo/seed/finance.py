"""Financial System: a chart of 174 accounts and 24 months of double-entry books of a young company.

The books are written in whole cents and become DECIMAL at the very end, so every posted entry balances exactly.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from demo.seed import _content as content
from demo.seed import billing
from demo.seed._draw import DAY, HOUR, MINUTE, MONEY, moment, moments, places_by, stamps

if TYPE_CHECKING:
    from demo.world import World

Whole = npt.NDArray[np.int64]

MONTHS: Final = 24
"""How many months the journal covers, the anchor's included."""

_EPOCH: Final = date(1970, 1, 1)
_CLOSED_ACCOUNTS: Final = ("1560", "1660", "2720", "4090")
_OTHER_INCOME_BELOW: Final = "8500"
_DAYS_UNTIL_CLOSE: Final = 10
_YEAR: Final = 12

_BANK: Final = "1010"
_RESERVE: Final = "1030"
_LEAST_IN_BANK: Final = 4_000_000
_TRANSFER: Final = 7_500_000
_FOUNDED_WITH: Final = 25_000_000
_SEED_ROUND: Final = 110_000_000
_SEED_MONTH: Final = 8

_BILLS: Final = (
    # account, vendor, cents in the first month, growth in % a month, day of the month, every how many months
    ("5010", "Vercel", 24_000, 3.5, 3, 1),
    ("5020", "Supabase", 19_900, 3.0, 4, 1),
    ("5030", "Cloudflare", 7_500, 2.0, 6, 1),
    ("5040", "Resend", 4_000, 2.5, 7, 1),
    ("5110", "Anthropic", 48_000, 6.0, 2, 1),
    ("5120", "OpenAI", 6_200, 3.0, 2, 1),
    ("5130", "Exa", 9_000, 2.0, 5, 1),
    ("5220", "Supadata", 4_700, 1.5, 9, 1),
    ("5230", "Google Maps Platform", 5_100, 1.5, 1, 1),
    ("6110", "Google Workspace", 7_200, 2.0, 1, 1),
    ("6120", "Figma", 4_500, 0.0, 11, 1),
    ("6130", "PostHog", 3_000, 4.0, 8, 1),
    ("6210", "Google Ads", 90_000, 3.0, 26, 1),
    ("6220", "Creators", 120_000, 2.0, 18, 2),
    ("6330", "Verizon", 11_800, 0.0, 12, 1),
    ("6410", "Harbor Legal", 145_000, 0.0, 20, 3),
    ("6420", "Ledgerline Accounting", 38_000, 0.0, 22, 1),
    ("7020", "Contract developers", 260_000, 1.0, 24, 2),
)
_EQUIPMENT: Final = (
    # month, asset, its depreciation, cents, what
    (0, "1510", "1610", 842_000, "Laptops"),
    (2, "1520", "1620", 515_000, "Cameras for video"),
    (9, "1510", "1610", 1_264_000, "Laptops for new engineers"),
    (12, "1530", "1630", 377_500, "Desks"),
)
_LIFE_MONTHS: Final = 36
_LICENSED_DATA: Final = 1_800_000
_INSURANCE: Final = 432_000
_SHOPS: Final = (
    "Ridgeline Motorsport", "Apex & Oil", "Eastside Tuning", "Bluebird Imports", "Northgate Performance", "Kerb Garage",
    "Torque House", "Harbor Speed", "Redline Dyno", "Canyon Works", "Flatsix Specialists", "Boxer Barn",
    "Summit Euro Service", "Two Stroke Alley", "Pine Street Auto", "Heel and Toe", "Midnight Motors", "Delta Fab",
    "Old Mill Restorations", "Paddock Nine", "Union Brake", "Lakeside Alignment", "Grid Fourteen", "Copper Valley Cars",
)  # fmt: skip
_COSTS: Final = (
    # category, what, cents, days before the anchor, vendor, account, comes back
    ("infrastructure", "Database hosting, production project", 59_900, 26, "Supabase", "5020", True),
    ("infrastructure", "Application hosting, team plan", 42_000, 24, "Vercel", "5010", True),
    ("ai", "Assistant answers", 131_245, 22, "Anthropic", "5110", True),
    ("ai", "Web search for answers", 12_500, 20, "Exa", "5130", True),
    ("data", "Video transcripts", 4_700, 17, "Supadata", "5220", True),
    ("tools", "Error tracking, yearly plan", 31_200, 141, "Sentry", "6130", True),
    ("marketing", "Stand at an autumn cars and coffee", 85_000, 96, "Peachtree Cars & Coffee", "6230", False),
    ("legal", "Trademark filing", 112_500, 203, "Harbor Legal", "6410", False),
    ("domains", "Renewal of three domains", 5_433, 75, "Namecheap", "6110", True),
)


def seed(world: World) -> None:
    """Add the five tables of the domain; the journal stays empty when the plan asks for the documented state."""
    world.tables["gl_accounts"] = _accounts(world)
    world.tables["fiscal_periods"] = _periods(world)
    world.tables["cost_entries"] = _costs(world)
    if world.plan.as_documented:
        world.tables["journal_entries"] = content.empty("journal_entries")
        world.tables["journal_entry_lines"] = content.empty("journal_entry_lines")
        return
    world.tables["journal_entries"], world.tables["journal_entry_lines"] = _journal(world)


def money(cents: pl.Series) -> pl.Series:
    """Return whole cents, none negative, as exact dollars, DECIMAL(18,2)."""
    dollars, rest = cents // 100, cents % 100
    text = dollars.cast(pl.String) + "." + rest.cast(pl.String).str.zfill(2)
    return text.cast(MONEY).rename(cents.name)


def _month_at(world: World, back: int) -> date:
    """Return the first day of the month that lies `back` months before the anchor's."""
    months = world.now.year * _YEAR + world.now.month - 1 - back
    return date(months // _YEAR, months % _YEAR + 1, 1)


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _closes_at(last_day: date) -> datetime:
    return datetime(last_day.year, last_day.month, last_day.day, 18, tzinfo=UTC) + timedelta(days=_DAYS_UNTIL_CLOSE)


def _chart() -> pl.DataFrame:
    """Return the accounts of `accounts.csv` with class, usual side and the code of the account they are part of."""
    chart = pl.read_csv(Path(__file__).with_name("accounts.csv"), separator="|", schema_overrides={"code": pl.String})
    code, section = pl.col("code"), pl.col("code").str.head(1)
    other_income = (section == "8") & (code < _OTHER_INCOME_BELOW)
    group = code.str.head(2) + "00"
    names = dict(chart.filter(group == code).select("code", "name").iter_rows())
    return chart.with_columns(
        type=pl.when(other_income)
        .then(pl.lit("revenue"))
        .otherwise(
            section.replace_strict(
                {"1": "asset", "2": "liability", "3": "equity", "4": "revenue"},
                default="expense",
                return_dtype=pl.String,
            )
        ),
        parent=pl.when(group != code).then(group),
        subcategory=group.replace_strict(names).str.to_lowercase().str.replace_all("[^a-z]+", "_"),
    ).with_columns(
        side=pl.when(pl.col("type").is_in(["asset", "expense"]) == pl.col("contra").is_null())
        .then(pl.lit("debit"))
        .otherwise(pl.lit("credit"))
    )


def _accounts(world: World) -> pl.DataFrame:
    chart = _chart()
    count = len(chart)
    ids = world.ids("gl_accounts", count)
    id_of = dict(zip(chart["code"], ids, strict=True))
    opened = moment(datetime.combine(_month_at(world, MONTHS - 1), datetime.min.time(), UTC)) - 20 * DAY
    return pl.DataFrame(
        {
            "id": ids,
            "account_code": chart["code"],
            "account_name": chart["name"],
            "account_type": chart["type"],
            "normal_balance": chart["side"],
            "is_active": ~chart["code"].is_in(_CLOSED_ACCOUNTS),
            "parent_account_id": [id_of.get(code) for code in chart["parent"]],
            "subcategory": chart["subcategory"],
            "description": chart["description"],
            "created_at": stamps(opened + np.arange(count) * 40_000_000),
        }
    )


def _periods(world: World) -> pl.DataFrame:
    """Return the 36 months of three fiscal years, which are calendar years; they close ten days after their end."""
    first = world.now.year - 2
    starts = [date(first + n // _YEAR, n % _YEAR + 1, 1) for n in range(world.rows("fiscal_periods"))]
    ends = [_last_day(start) for start in starts]
    closes = [_closes_at(end) if _closes_at(end) < world.now else None for end in ends]
    return pl.DataFrame(
        {
            "id": world.ids("fiscal_periods", len(starts)),
            "period_name": [f"FY{start.year}-{start.month:02}" for start in starts],
            "start_date": starts,
            "end_date": ends,
            "is_closed": [at is not None for at in closes],
            "fiscal_year": [start.year for start in starts],
            "fiscal_month": [start.month for start in starts],
            "closed_at": pl.Series(closes, dtype=pl.Datetime("us", "UTC")),
        }
    )


def _costs(world: World) -> pl.DataFrame:
    accounts = world.tables["gl_accounts"]
    id_of = dict(accounts.select("account_code", "id").iter_rows())
    categories, what, cents, days, vendors, codes, recurring = (list(each) for each in zip(*_COSTS, strict=True))
    at = [world.now - timedelta(days=back, hours=-9) for back in days]
    return pl.DataFrame(
        {
            "id": world.ids("cost_entries", len(_COSTS)),
            "category": categories,
            "description": what,
            "amount": money(pl.Series(cents, dtype=pl.Int64)),
            "date": [each.date() for each in at],
            "vendor": vendors,
            "gl_account_id": [id_of[code] for code in codes],
            "is_recurring": recurring,
            "created_at": stamps([moment(each) + 2 * DAY for each in at]),
        }
    )


@dataclass
class _Book:
    """The journal while it is written: entries by number, and their lines in signed cents, debit positive."""

    world: World
    rng: np.random.Generator
    entries: list[tuple[int, date, str, str, str, int, int | None, int | None]] = field(default_factory=list)
    lines: list[tuple[int, int, str, int]] = field(default_factory=list)
    bills: int = 0

    def post(
        self,
        day: date,
        text: str,
        reference: str,
        *lines: tuple[str, int],
        status: str = "posted",
        written: int | None = None,
        reverses: int | None = None,
    ) -> int:
        """Write one entry, unless it would lie after the anchor; return its number."""
        number = len(self.entries)
        late = int(self.rng.integers(0, 150)) * MINUTE
        at = written or moment(datetime(day.year, day.month, day.day, 15, tzinfo=UTC)) + 2 * late
        if at + late + MINUTE > moment(self.world.now):
            return number
        posted = at + late + MINUTE if status != "draft" else None
        self.entries.append((number, day, text, reference, status, at, posted, reverses))
        self.lines.extend((number, place, code, cents) for place, (code, cents) in enumerate(lines) if cents)
        return number

    def bill(self, day: date, account: str, vendor: str, cents: int) -> None:
        """Book a vendor's invoice, and its payment two to four weeks later."""
        self.bills += 1
        reference = f"BILL-{self.bills:05}"
        self.post(day, f"{vendor}, invoice of {day:%B %Y}", reference, (account, cents), ("2010", -cents))
        paid = day + timedelta(days=int(self.rng.integers(14, 29)))
        self.post(paid, f"Payment to {vendor}", reference, ("2010", cents), (_BANK, -cents))

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return entries and lines as frames."""
        entries = pl.DataFrame(
            self.entries,
            orient="row",
            schema={
                "number": pl.Int64,
                "day": pl.Date,
                "description": pl.String,
                "reference": pl.String,
                "status": pl.String,
                "at": pl.Int64,
                "posted": pl.Int64,
                "reverses": pl.Int64,
            },
        )
        lines = pl.DataFrame(
            self.lines,
            orient="row",
            schema={"number": pl.Int64, "place": pl.Int64, "code": pl.String, "cents": pl.Int64},
        )
        return entries, lines


def _journal(world: World) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Write the books in the order in which one thing needs another; return the two tables."""
    book = _Book(world, world.random("journal"))
    months = [_month_at(world, back) for back in range(MONTHS - 1, -1, -1)]
    sold, sold_lines, tax, earned = _invoices(world, months)
    _funding(book, months)
    _assets(book, months)
    _operations(book, months)
    _people(book, months)
    _subscriptions(book)
    _sales(book, months, tax, earned)
    _corrections(book, months)

    def whole() -> tuple[pl.DataFrame, pl.DataFrame]:
        entries, lines = book.frames()
        shift = len(book.entries)
        return (
            pl.concat([entries, sold.with_columns(pl.col("number") + shift)]),
            pl.concat([lines, sold_lines.with_columns(pl.col("number") + shift)]),
        )

    _reserve(book, months, *whole())
    _year_ends(book, months, *whole())
    return _tables(world, *whole())


def _funding(book: _Book, months: list[date]) -> None:
    """Founders' shares at the start, a priced seed round eight months on, what the lawyers took, the reserve."""
    par, seed_par, lawyers = 50_000, 20_000, 1_850_000
    start = months[0]
    round_ = months[_SEED_MONTH].replace(day=14)
    book.post(
        start, "Founders' shares", "STK-001", (_BANK, _FOUNDED_WITH), ("3010", -par), ("3110", par - _FOUNDED_WITH)
    )
    book.post(
        round_, "Seed round", "STK-002", (_BANK, _SEED_ROUND), ("3020", -seed_par), ("3120", seed_par - _SEED_ROUND)
    )
    book.post(round_ + timedelta(days=2), "Costs of the seed round", "STK-003", ("3140", lawyers), (_BANK, -lawyers))
    share = _SEED_ROUND * 4 // 5
    book.post(round_ + timedelta(days=3), "Seed round to the reserve", "TRF-SEED", (_RESERVE, share), (_BANK, -share))


def _evenly(cents: int, months: int, month: int) -> int:
    """Return that month's part (from 0) of an amount spread over `months`; all parts add up to the amount."""
    return cents * (month + 1) // months - cents * month // months


def _assets(book: _Book, months: list[date]) -> None:
    """Equipment, bought data and insurance, each charged month by month."""
    for place, (bought, asset, _, cents, what) in enumerate(_EQUIPMENT):
        book.post(months[bought].replace(day=10), what, f"FA-{place + 1:03}", (asset, cents), (_BANK, -cents))
    book.post(
        months[1].replace(day=16), "Vehicle data, bought", "FA-100", ("1740", _LICENSED_DATA), (_BANK, -_LICENSED_DATA)
    )
    for number, month in enumerate(months):
        day, name = _last_day(month), f"{month:%Y-%m}"
        charged: dict[str, int] = {}
        for bought, _, depreciation, cents, _ in _EQUIPMENT:
            if number >= bought:
                charged[depreciation] = charged.get(depreciation, 0) + _evenly(cents, _LIFE_MONTHS, number - bought)
        taken = [(account, -cents) for account, cents in charged.items()]
        book.post(day, f"Depreciation {name}", f"DEP-{name}", ("6510", sum(charged.values())), *taken)
        if number:
            part = _evenly(_LICENSED_DATA, _LIFE_MONTHS, number - 1)
            book.post(day, f"Amortization {name}", f"AMO-{name}", ("6520", part), ("1790", -part))
        if number % _YEAR == 0:
            book.post(month, "Insurance for a year", f"INS-{name}", ("1220", _INSURANCE), (_BANK, -_INSURANCE))
        part = _evenly(_INSURANCE, _YEAR, number % _YEAR)
        book.post(day, f"Insurance {name}", f"PRE-{name}", ("6320", part), ("1220", -part))


def _operations(book: _Book, months: list[date]) -> None:
    """Rent, vendors' invoices, partners' commissions and the small state taxes of a company without profit."""
    rent, fee, tax = 95_000, 2_500, 20_000
    for number, month in enumerate(months):
        name = f"{month:%Y-%m}"
        book.post(month, f"Desks {name}", f"RENT-{name}", ("6310", rent), (_BANK, -rent))
        book.post(_last_day(month), f"Bank fees {name}", f"BANK-{name}", ("6430", fee), (_BANK, -fee))
        for account, vendor, first, growth, day, every in _BILLS:
            if number % every == 0:
                cents = int(first * (1 + growth / 100) ** number * book.rng.uniform(0.93, 1.07))
                book.bill(month.replace(day=day), account, vendor, cents)
        commission = int(21_000 * 1.06**number * book.rng.uniform(0.8, 1.2))
        later = _last_day(month) + timedelta(days=15)
        reference = f"AFF-{name}"
        book.post(
            _last_day(month), f"Affiliate commissions {name}", reference, ("1120", commission), ("4310", -commission)
        )
        book.post(later, f"Affiliate payout {name}", reference, (_BANK, commission), ("1120", -commission))
        if month.month % 3 == 0:
            reference = f"TAX-{name}"
            book.post(_last_day(month), f"State tax, quarter to {name}", reference, ("9020", tax), ("2520", -tax))
            book.post(later, f"State tax paid, quarter to {name}", reference, ("2520", tax), (_BANK, -tax))


def _people(book: _Book, months: list[date]) -> None:
    """Wages twice a month, what is withheld from them and what comes on top, paid out of their own account."""
    for number, month in enumerate(months):
        grown = number > _SEED_MONTH
        engineers, operations = (1_350_000, 450_000) if grown else (450_000, 150_000)
        for half, day in enumerate((month.replace(day=15), _last_day(month)), 1):
            gross = engineers + operations
            social, federal, state, health = gross * 765 // 10_000, gross * 14 // 100, gross * 4 // 100, 62_500
            net = gross - social - federal - state
            owed = 2 * social + federal + state + health
            name = f"{month:%Y-%m}-{half}"
            book.post(
                day - timedelta(days=1), f"Funding of wages {name}", f"TRF-{name}", ("1020", net + owed),
                (_BANK, -net - owed),
            )  # fmt: skip
            book.post(
                day, f"Wages {name}", f"PAY-{name}", ("7010", engineers), ("6010", operations), ("6020", social),
                ("6030", health), ("2310", -federal), ("2320", -state), ("2330", -2 * social), ("2350", -health),
                ("1020", -net),
            )  # fmt: skip
            book.post(
                day + timedelta(days=3), f"Wage taxes and insurance {name}", f"DEPOSIT-{name}", ("2310", federal),
                ("2320", state), ("2330", 2 * social), ("2350", health), ("1020", -owed),
            )  # fmt: skip


def _subscriptions(book: _Book) -> None:
    """What the paying users of `user_profiles` were charged, every 30 days since they subscribed."""
    payers = book.world.tables["user_profiles"].filter(
        (pl.col("stripe_subscription_status") != "none") & (pl.col("stripe_subscription_status") != "trialing")
    )
    account_of = {"enthusiast": "4010", "collector": "4020", "tuner": "4030"}
    now = moment(book.world.now)
    charges = sorted(
        (at, tier)
        for tier, started in zip(payers["subscription_tier"], moments(payers["subscription_started_at"]), strict=True)
        for at in range(int(started), now, 30 * DAY)
    )
    for number, (at, tier) in enumerate(charges, 1):
        price = billing.PRICES[tier]
        fee = price * 29 // 1000 + 30
        day = _EPOCH + timedelta(days=at // DAY)
        reference = f"SUB-{number:05}"
        book.post(
            day, f"{tier.capitalize()} plan, one month", reference, ("1060", price - fee), ("5310", fee),
            (account_of[tier], -price), written=at,
        )  # fmt: skip
        book.post(
            day + timedelta(days=2), f"Payout of {reference}", reference, (_BANK, price - fee), ("1060", fee - price)
        )


def _invoices(world: World, months: list[date]) -> tuple[pl.DataFrame, pl.DataFrame, Whole, Whole]:
    """Draw the invoices to shops and their payments; a larger scale splits the same sales into more of them.

    Returns entries and lines numbered from 0, the sales tax charged in each month, and what each month earns of
    yearly licenses, both in cents.
    """
    rng, scale, now = world.random("invoices"), world.plan.scale, moment(world.now)
    ahead = np.arange(MONTHS)
    each = (22 + 2.2 * ahead).astype(np.int64) * scale + (scale - 1) * 18
    count = int(each.sum())
    month = np.repeat(ahead, each)
    weight = rng.gamma(2.0, 1.0, count) + 0.2
    wanted = np.maximum(380_000 * 1.07**ahead, 50.0 * each)
    cents = (weight / np.bincount(month, weight)[month] * wanted[month]).astype(np.int64) + 1
    first = np.array([(start - _EPOCH).days for start in months])
    days = first[month] + (rng.random(count) * np.array([_last_day(start).day for start in months])[month]).astype(int)
    at = days * DAY + (rng.uniform(13, 22, count) * HOUR).astype(np.int64)
    order = np.argsort(at, kind="stable")
    month, cents, days, at = month[order], cents[order], days[order], at[order]

    yearly = rng.random(count) < 0.3
    tax = np.where(rng.random(count) < 0.35, cents * 825 // 10_000, 0)
    by_card = rng.random(count) < 0.6
    fee = np.where(by_card, (cents + tax) * 29 // 1000, 0)
    paid = at + np.where(by_card, rng.uniform(0.2, 20, count), rng.gamma(6.0, 4.5, count)) * DAY // MINUTE * MINUTE
    paid = paid.astype(np.int64)
    shops = pl.Series(_SHOPS)[places_by(rng, count, np.arange(len(_SHOPS), 0, -1.0)).tolist()]
    sent, settled = at + 3 * MINUTE <= now, paid + 3 * MINUTE <= now
    spread = np.zeros(MONTHS + _YEAR, dtype=np.int64)
    for part in range(_YEAR):
        due = cents * (part + 1) // _YEAR - cents * part // _YEAR
        np.add.at(spread, month[yearly & sent] + part, due[yearly & sent])
    taxed = np.zeros(MONTHS, dtype=np.int64)
    np.add.at(taxed, month[sent], tax[sent])

    numbers = np.arange(count)
    drawn = pl.DataFrame(
        {
            "number": numbers,
            "at": at,
            "paid": paid,
            "cents": cents,
            "tax": tax,
            "fee": fee,
            "yearly": yearly,
            "shop": shops,
            "sent": sent,
            "settled": settled,
        }
    ).with_columns(
        reference=pl.format("INV-{}", (pl.col("number") + 1).cast(pl.String).str.zfill(7)),
        total=pl.col("cents") + pl.col("tax"),
    )
    return *_invoice_rows(drawn, count), taxed, spread[:MONTHS]


def _invoice_rows(drawn: pl.DataFrame, count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the entries and lines of drawn invoices, then of their payments, numbered on from `count`."""
    sent = drawn.filter("sent")
    settled = drawn.filter("settled").with_columns(number=pl.col("number") + count, at="paid")
    license_ = pl.when("yearly").then(pl.lit("Shop license, a year")).otherwise(pl.lit("Shop license, a month"))

    def entries(rows: pl.DataFrame, text: pl.Expr) -> pl.DataFrame:
        return rows.select(
            "number",
            day=pl.col("at").cast(pl.Datetime("us")).dt.date(),
            description=text,
            reference="reference",
            status=pl.lit("posted"),
            at="at",
            posted=pl.col("at") + 2 * MINUTE,
            reverses=pl.lit(None, dtype=pl.Int64),
        )

    def lines(rows: pl.DataFrame, place: int, code: pl.Expr, cents: pl.Expr) -> pl.DataFrame:
        return rows.select("number", place=pl.lit(place, dtype=pl.Int64), code=code, cents=cents).filter(
            pl.col("cents") != 0
        )

    sold_on = pl.when("yearly").then(pl.lit("2420")).otherwise(pl.lit("4110"))
    return (
        pl.concat(
            [
                entries(sent, pl.format("{}, {}", license_, pl.col("shop"))),
                entries(settled, pl.format("Payment of {}, {}", pl.col("reference"), pl.col("shop"))),
            ]
        ),
        pl.concat(
            [
                lines(sent, 0, pl.lit("1110"), pl.col("total")),
                lines(sent, 1, sold_on, -pl.col("cents")),
                lines(sent, 2, pl.lit("2510"), -pl.col("tax")),
                lines(settled, 0, pl.lit(_BANK), pl.col("total") - pl.col("fee")),
                lines(settled, 1, pl.lit("5310"), pl.col("fee")),
                lines(settled, 2, pl.lit("1110"), -pl.col("total")),
            ]
        ),
    )


def _sales(book: _Book, months: list[date], tax: Whole, earned: Whole) -> None:
    """Earn the yearly licenses, hand over sales tax, refund a little, write down what will not be paid."""
    for number, month in enumerate(months):
        name, day = f"{month:%Y-%m}", _last_day(month)
        part, due = int(earned[number]), int(tax[number])
        book.post(day, f"Yearly licenses earned {name}", f"REV-{name}", ("2420", part), ("4120", -part))
        book.post(day + timedelta(days=20), f"Sales tax of {name}", f"STAX-{name}", ("2510", due), (_BANK, -due))
        refund = int(book.rng.integers(900, 9_000))
        book.post(
            month.replace(day=int(book.rng.integers(5, 27))), f"Refunds {name}", f"REF-{name}", ("4910", refund),
            (_BANK, -refund),
        )  # fmt: skip
        if month.month % 3 == 0:
            doubtful = int(earned[number]) // 50
            book.post(
                day, f"Doubtful receivables, quarter to {name}", f"BAD-{name}", ("6610", doubtful), ("1190", -doubtful)
            )


def _corrections(book: _Book, months: list[date]) -> None:
    """An accrual that the next month takes back, a voided duplicate, and drafts of the last days."""
    accrued, twice = 240_000, 38_000
    number = book.post(
        _last_day(months[14]), "Legal work not invoiced yet", "ACC-001", ("6410", accrued), ("2230", -accrued)
    )
    book.post(months[15], "Reversal of ACC-001", "ACC-001-R", ("6410", -accrued), ("2230", accrued), reverses=number)
    book.post(
        months[17].replace(day=22), "Accounting, entered twice", "BILL-VOID", ("6420", twice), ("2010", -twice),
        status="void",
    )  # fmt: skip
    today = book.world.now.date()
    for place, (account, cents, what) in enumerate(
        (("6220", 180_000, "Creator campaign"), ("6340", 64_250, "Flights"), ("7020", 310_000, "Contractor, estimate"))
    ):
        book.post(
            today - timedelta(days=2 + 4 * place), f"{what}, to be checked", f"DRAFT-{place + 1}", (account, cents),
            ("2010", -cents), status="draft",
        )  # fmt: skip


def _flows(entries: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Return cents per account and month of what is posted."""
    posted = entries.filter(pl.col("status") == "posted").select("number", month=pl.col("day").dt.truncate("1mo"))
    return lines.join(posted, on="number").group_by("code", "month").agg(pl.col("cents").sum()).sort("code", "month")


def _reserve(book: _Book, months: list[date], entries: pl.DataFrame, lines: pl.DataFrame) -> None:
    """Top the bank account up from the reserve before it runs low, and earn interest on what is left there."""
    flows = _flows(entries, lines)
    net = {(code, month): cents for code, month, cents in flows.iter_rows()}
    bank = reserve = 0
    for month in months:
        reserve += net.get((_RESERVE, month), 0)
        bank += net.get((_BANK, month), 0)
        name = f"{month:%Y-%m}"
        needed = max(0, _LEAST_IN_BANK - bank)
        moved = min(-(-needed // _TRANSFER) * _TRANSFER, reserve)
        if moved:
            book.post(month, f"From the reserve {name}", f"TRF-{name}", (_BANK, moved), (_RESERVE, -moved))
            bank, reserve = bank + moved, reserve - moved
        interest = reserve * 33 // 10_000
        if interest and _last_day(month) < book.world.now.date():
            book.post(_last_day(month), f"Interest {name}", f"INT-{name}", (_RESERVE, interest), ("8010", -interest))
            reserve += interest


def _year_ends(book: _Book, months: list[date], entries: pl.DataFrame, lines: pl.DataFrame) -> None:
    """Move the result of each finished year to retained earnings, as its last entry."""
    flows = _flows(entries, lines).filter(pl.col("code") >= "4000")
    for year in sorted({earlier.year for earlier, later in pairwise(months) if later.year > earlier.year}):
        results = (
            flows.filter(pl.col("month").dt.year() == year)
            .group_by("code")
            .agg(pl.col("cents").sum())
            .filter(pl.col("cents") != 0)
            .sort("code")
        )
        closing = [(code, -cents) for code, cents in results.iter_rows()]
        book.post(
            date(year, 12, 31),
            f"Year-end closing {year}",
            f"CLOSE-{year}",
            *closing,
            ("3210", int(results["cents"].sum())),
            written=moment(datetime(year + 1, 1, 8, 16, tzinfo=UTC)),
        )


def _tables(world: World, entries: pl.DataFrame, lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return journal_entries and journal_entry_lines, in the order in which they were written."""
    entries = entries.sort("at", "number").with_columns(id=world.ids("journal_entries", len(entries)))
    key_of = entries.select("number", key="id")
    utc = pl.Datetime("us", "UTC")
    names = world.tables["gl_accounts"].select(code="account_code", account_id="id", account="account_name")
    lines = (
        lines.join(
            entries.select("number", "id", "at", written=pl.int_range(pl.len())), on="number", maintain_order="left"
        )
        .join(names, on="code", maintain_order="left")
        .sort("written", "place")
    )
    return (
        entries.join(key_of.rename({"number": "reverses"}), on="reverses", how="left", maintain_order="left").select(
            "id",
            "description",
            "reference",
            "status",
            entry_date="day",
            posted_at=pl.col("posted").cast(utc),
            fiscal_year=pl.col("day").dt.year().cast(pl.Int64),
            fiscal_month=pl.col("day").dt.month().cast(pl.Int64),
            reverses_entry_id="key",
            created_at=pl.col("at").cast(utc),
        ),
        lines.select(
            journal_entry_id="id",
            account_id="account_id",
            debit=money(lines["cents"].clip(lower_bound=0)),
            credit=money((-lines["cents"]).clip(lower_bound=0)),
            description="account",
            line_number=pl.int_range(1, pl.len() + 1).over("id").cast(pl.Int64),
            created_at=pl.col("at").cast(utc),
        ).with_columns(id=world.ids("journal_entry_lines", len(lines))),
    )
