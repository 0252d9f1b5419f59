"""Events: meets, track days and shows in American cities, most over, a healthy share still to come.

Places are those of `_content.cities`; a series repeats by an iCalendar rule and its events fall on the rule's days.
"""

from __future__ import annotations

from calendar import monthcalendar
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from demo.seed import _content as content
from demo.seed._draw import DAY, HOUR, moment, pick, places_by, stamps
from demo.seed.core_cars import catalogue_of_cars, popularity
from demo.seed.tracks import slugs

if TYPE_CHECKING:
    from demo.world import World

Places = npt.NDArray[np.int64]

_TYPES: Final = (
    # slug, name, description, icon, on a track, share of events, days at most, begins at, price
    ("cars-and-coffee", "Cars & Coffee", "Morning gathering, free to join", "☕", False, 34, 1, 8, 0),
    ("car-show", "Car Show", "Judged or open display", "🏆", False, 16, 2, 9, 20),
    ("club-meetup", "Club Meetup", "One club or one make meets", "🤝", False, 13, 1, 10, 0),
    ("cruise", "Cruise", "Drive together on a set route", "🛣️", False, 9, 1, 9, 0),
    ("autocross", "Autocross", "Timed runs around cones", "🔶", True, 9, 2, 8, 65),
    ("track-day", "Track Day", "Open lapping in run groups", "🏁", True, 8, 2, 7, 320),
    ("time-attack", "Time Attack", "Fastest lap wins", "⏱️", True, 2, 2, 8, 280),
    ("industry", "Industry", "Trade shows and openings", "🏭", False, 2, 4, 9, 60),
    ("auction", "Auction", "Collector cars change hands", "🔨", False, 2, 3, 10, 30),
    ("professional-race", "Professional Race", "Spectator weekends", "🏎️", True, 2, 3, 9, 75),
    ("drag-night", "Drag Night", "Test and tune on the strip", "🚦", True, 2, 1, 17, 25),
    ("other", "Other", "Anything else with cars", "🚗", False, 1, 1, 10, 10),
)
_RULES: Final = (
    # recurrence rule, months it runs in, how many days from which it may begin, share
    ("FREQ=MONTHLY;BYDAY={nth}SA", 46),
    ("FREQ=MONTHLY;BYDAY={nth}SU", 24),
    ("FREQ=WEEKLY;BYDAY=SU", 6),
    ("FREQ=WEEKLY;BYDAY=SA", 5),
    ("FREQ=MONTHLY;BYDAY={nth}SA;BYMONTH=4,5,6,7,8,9,10", 12),
    ("FREQ=YEARLY;BYMONTH={month};BYDAY={nth}SA", 7),
)
_WEEKDAYS: Final = {"SA": 5, "SU": 6}
_CENSUS: Final = {
    "Northeast": "CT ME MA NH RI VT NJ NY PA",
    "Midwest": "IL IN MI OH WI IA KS MN MO NE ND SD",
    "South": "DE FL GA MD NC SC VA DC WV AL KY MS TN AR LA OK TX",
    "West": "AZ CO ID MT NV NM UT WY AK CA HI OR WA",
}
_ZIPS: Final = (
    "CT ME MA NH NJ RI VT", "DE NY PA", "DC MD NC SC VA WV", "AL FL GA MS TN", "IN KY MI OH", "IA MN MT ND SD WI",
    "IL KS MO NE", "AR LA OK TX", "AZ CO ID NM NV UT WY", "AK CA HI OR WA",
)  # fmt: skip
_STREETS: Final = ("Main", "Market", "Harbor", "Canyon", "Airport", "Commerce", "Mill", "Lake", "Union", "Speedway")
_KINDS_OF_STREET: Final = ("Street", "Avenue", "Road", "Boulevard", "Drive", "Way")
_VENUES: Final = (
    "{city} Town Center", "{city} Fairgrounds", "{street} Coffee Roasters", "{city} Convention Center",
    "{street} Brewing Company", "{city} Community College", "{city} Municipal Airport", "{street} Plaza",
    "{city} Auto Mall", "{city} Riverfront Park",
)  # fmt: skip
_NAMES: Final = {
    "cars-and-coffee": ("{city} Cars & Coffee", "{street} Street Cars & Coffee", "Caffeine & Octane {city}"),
    "car-show": ("{city} Classic Car Show", "{city} Import Showcase", "{city} Concours", "{brand} Show of {city}"),
    "club-meetup": ("{brand} Owners of {city}", "{city} {brand} Club Meetup", "{city} Enthusiasts Social"),
    "cruise": ("{city} Sunset Cruise", "{street} Canyon Run", "{city} Backroads Cruise"),
    "autocross": ("{city} Region Autocross", "{city} Solo Series", "{brand} Autocross {city}"),
    "track-day": ("{city} Open Track Day", "{brand} Track Day at {city}", "Hooked on Driving {city}"),
    "time-attack": ("{city} Time Attack", "Global Time Attack {city}"),
    "industry": ("{city} Tuning Expo", "{city} Auto Show"),
    "auction": ("{city} Collector Auction", "{city} Spring and Fall Auction"),
    "professional-race": ("Grand Prix of {city}", "{city} Endurance Weekend"),
    "drag-night": ("{city} Test and Tune", "Friday Night Drags {city}"),
    "other": ("{city} Swap Meet", "{city} Garage Tour", "{city} Charity Drive"),
}


def seed(world: World) -> None:
    """Add types, series, events, the cars they welcome, the one saved event, and the cities aimed at."""
    world.tables["event_types"] = _types(world)
    series = _series(world)
    world.tables["event_series"] = series.drop("place", "kind", "rule_days")
    world.tables["events"] = _events(world, series)
    world.tables["event_car_affinities"] = _affinities(world)
    world.tables["event_rsvps"] = content.empty("event_rsvps")
    world.tables["event_saves"] = _saves(world)
    world.tables["target_cities"] = _target_cities(world)


def region_of(state: str) -> str:
    """Return the census region of a state given by its two letters."""
    return next(region for region, states in _CENSUS.items() if state in states.split())


def occurrences(rule: str, first: date, last: date) -> list[date]:
    """Return the days from `first` to `last` on which a recurrence rule of `_RULES` falls.

    >>> occurrences("FREQ=MONTHLY;BYDAY=1SA", date(2026, 1, 1), date(2026, 3, 1))
    [datetime.date(2026, 1, 3), datetime.date(2026, 2, 7)]
    """
    parts = dict(part.split("=") for part in rule.split(";"))
    weekday = _WEEKDAYS[parts["BYDAY"][-2:]]
    if parts["FREQ"] == "WEEKLY":
        begin = first + timedelta(days=(weekday - first.weekday()) % 7)
        return [begin + timedelta(weeks=week) for week in range((last - begin).days // 7 + 1)]
    months = {int(month) for month in parts.get("BYMONTH", "1,2,3,4,5,6,7,8,9,10,11,12").split(",")}
    nth = int(parts["BYDAY"][0])
    days = []
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        year, number = month // 12, month % 12 + 1
        if number in months:
            falls = [week[weekday] for week in monthcalendar(year, number) if week[weekday]]
            days.append(date(year, number, falls[nth - 1]))
    return [day for day in days if first <= day <= last]


def _types(world: World) -> pl.DataFrame:
    count = world.rows("event_types")
    return pl.DataFrame(
        {
            "id": world.ids("event_types", count),
            "slug": [each[0] for each in _TYPES[:count]],
            "name": [each[1] for each in _TYPES[:count]],
            "description": [each[2] + "." for each in _TYPES[:count]],
            "icon": [each[3] for each in _TYPES[:count]],
            "sort_order": list(range(1, count + 1)),
            "is_track_event": [each[4] for each in _TYPES[:count]],
        }
    )


def _appeal(world: World) -> npt.NDArray[np.float64]:
    """Return how likely an event is in each city; one city in four has none."""
    cities = content.cities()
    weights = cities["population"].to_numpy() ** 0.72 * world.random("car culture").gamma(1.3, size=len(cities))
    weights[world.random("cities without events").random(len(cities)) < 0.27] = 0.0
    return np.asarray(weights)


def _names(rng: np.random.Generator, kinds: Places, cities: list[str]) -> tuple[list[str], list[str]]:
    """Return event names and venues."""
    brands = catalogue_of_cars()["brand"].unique(maintain_order=True).to_list()
    streets, makes = pick(rng, _STREETS, len(kinds)), pick(rng, brands, len(kinds))
    draws = rng.integers(0, 12, len(kinds)).tolist()
    rows = list(zip(kinds.tolist(), cities, streets, makes, draws, strict=True))
    names, venues = [], []
    for kind, city, street, make, draw in rows:
        patterns = _NAMES[_TYPES[kind][0]]
        names.append(patterns[draw % len(patterns)].format(city=city, street=street, brand=make))
        venue = "{city} Raceway" if _TYPES[kind][4] else _VENUES[draw % len(_VENUES)]
        venues.append(venue.format(city=city, street=street))
    return names, venues


def _series(world: World) -> pl.DataFrame:
    """Return the series with helper columns: the row of the city, of the type, and all days of the rule."""
    count = world.rows("event_series")
    rng = world.random("event_series")
    place = places_by(rng, count, _appeal(world))
    cities = content.cities()[place.tolist()]
    kind = places_by(rng, count, [30, 6, 14, 10, 12, 8, 1, 0, 0, 0, 5, 1])
    names, venues = _names(rng, kind, cities["city"].to_list())
    patterns = pick(rng, [each[0] for each in _RULES], count, [each[1] for each in _RULES])
    nth, month = rng.integers(1, 5, count).tolist(), rng.integers(3, 12, count).tolist()
    rules = [pattern.format(nth=n, month=m) for pattern, n, m in zip(patterns, nth, month, strict=True)]
    today, opened = world.now.date(), content.OPENED.date()
    back = (rng.beta(1.1, 1.6, count) * (today - opened).days).astype(int).tolist()
    days = [
        occurrences(rule, opened + timedelta(days=ago), today + timedelta(days=365))
        for rule, ago in zip(rules, back, strict=True)
    ]
    first = [each[0] for each in days]
    created = moment(world.now) - 1 - (rng.random(count) * 0.1 * DAY).astype(np.int64)
    starts = np.array([(each - date(1970, 1, 1)).days for each in first]) * DAY
    created = np.minimum(np.maximum(starts - rng.integers(5, 60, count) * DAY, moment(content.OPENED)), created)
    return pl.DataFrame(
        {
            "id": world.ids("event_series", count),
            "name": names,
            "recurrence_rule": rules,
            "event_type_id": world.tables["event_types"]["id"].gather(kind),
            "venue_name": venues,
            "city": cities["city"],
            "state": cities["state"],
            "start_date": first,
            "timezone": cities["timezone"],
            "created_at": stamps(created),
            "place": place,
            "kind": kind,
            "rule_days": days,
        }
    )


def _when_and_where(world: World, series: pl.DataFrame, count: int) -> pl.DataFrame:
    """Return day, city, type, name and venue of every event: six in ten out of a series, the rest alone."""
    rng = world.random("when and where")
    horizon = world.now.date() + timedelta(days=210)
    repeated = series.select("name", "venue_name", "place", "kind", day="rule_days").explode("day")
    repeated = repeated.filter(pl.col("day") <= horizon)
    repeated = repeated[np.sort(rng.permutation(len(repeated))[: int(count * 0.6)]).tolist()]
    alone = count - len(repeated)
    place = places_by(rng, alone, _appeal(world))
    kind = places_by(rng, alone, [each[5] for each in _TYPES])
    names, venues = _names(rng, kind, content.cities()["city"].gather(place).to_list())
    opened = (content.OPENED.date() - date(1970, 1, 1)).days
    span = (horizon - date(1970, 1, 1)).days - opened
    drawn = opened + (rng.random(alone * 3) ** 0.85 * span).astype(np.int64)
    # Weekends, and summer more than winter, by keeping days as often as they suit.
    weekday, of_year = (drawn + 3) % 7, (drawn + 60) % 365.25
    suits = np.choose(weekday, [0.08, 0.08, 0.1, 0.14, 0.3, 1.0, 0.85]) * (
        0.75 - 0.25 * np.cos(of_year / 365.25 * 6.283)
    )
    day = drawn[np.sort(np.argsort(-(np.log(suits) + rng.gumbel(size=len(suits))), kind="stable")[:alone])]
    single = pl.DataFrame(
        {
            "name": names,
            "venue_name": venues,
            "place": place,
            "kind": kind,
            "day": pl.Series(day[rng.permutation(alone)]).cast(pl.Int32).cast(pl.Date),
        }
    )
    together: pl.DataFrame = pl.concat([repeated, single])
    return together.sort("day", "name", maintain_order=True)


def _events(world: World, series: pl.DataFrame) -> pl.DataFrame:
    count = world.rows("events")
    rng = world.random("events")
    rows = _when_and_where(world, series, count)
    kind, place = rows["kind"].to_numpy(), rows["place"].to_numpy()
    cities = content.cities()[place.tolist()]
    today = world.now.date()
    most = np.array([each[6] for each in _TYPES])[kind]
    length = np.where(rng.random(count) < 0.6, most, 1)
    start = rows["day"]
    end = start + pl.Series(length - 1).cast(pl.Int64) * timedelta(days=1)
    over = (end < today).to_numpy()
    status = np.where(
        over,
        pick(rng, ("expired", "rejected"), count, [90, 10]),
        pick(rng, ("approved", "pending", "rejected"), count, [78, 17, 5]),
    )
    # Entered weeks ahead; what lies further ahead than the product is old was entered at the start.
    ahead = rng.gamma(2.2, 22.0, count) + 2
    days = start.cast(pl.Int32).to_numpy().astype(np.int64) * DAY
    created = np.clip((days - ahead * DAY).astype(np.int64), moment(content.OPENED), moment(world.now) - 4 * HOUR)
    created += rng.integers(0, 2 * HOUR, count)
    approved = np.minimum(created + (rng.gamma(1.1, 30.0, count) * HOUR).astype(np.int64), moment(world.now) - 1)
    passed = np.isin(status, ["approved", "expired"])
    begins = np.array([each[7] for each in _TYPES])[kind]
    begins = np.clip(begins + rng.integers(-1, 2, count), 6, 19)
    lasts = np.where(kind == 0, 3, rng.integers(3, 8, count))
    half = rng.choice([0, 30], count)
    price = np.array([each[8] for each in _TYPES])[kind] * rng.choice([0.75, 1.0, 1.0, 1.5], count)
    free = (price == 0) | (rng.random(count) < 0.06)
    slug = slugs(
        pl.select(pl.concat_str(rows["name"], cities["state"], start.cast(pl.String), separator=" ")).to_series()
    )
    slug = _numbered(slug)
    state = cities["state"].to_list()
    streets = zip(
        rng.integers(1, 9900, count).tolist(),
        pick(rng, _STREETS, count),
        pick(rng, _KINDS_OF_STREET, count),
        strict=True,
    )
    hidden_end = pl.Series((length == 1) & (rng.random(count) < 0.2))
    zips = {letters: digit for digit, states in enumerate(_ZIPS) for letters in states.split()}
    tail = (np.arange(len(content.cities())) * 37 % 9000 + 500)[place]
    return pl.DataFrame(
        {
            "id": world.ids("events", count),
            "slug": slug,
            "name": rows["name"],
            "description": content.filled(
                rng,
                (
                    "{name} brings enthusiasts of {city} together at {venue}.",
                    "Join us at {venue} in {city} for {name}; all makes are welcome.",
                    "{name}: come early, parking at {venue} fills quickly.",
                ),
                name=rows["name"].to_list(),
                city=cities["city"].to_list(),
                venue=rows["venue_name"].to_list(),
            ),
            "event_type_id": world.tables["event_types"]["id"].gather(kind),
            "start_date": start,
            "end_date": end.set(hidden_end, None),
            "start_time": [time(hour, minute) for hour, minute in zip(begins.tolist(), half.tolist(), strict=True)],
            "end_time": [
                time(min(hour + more, 23), minute)
                for hour, more, minute in zip(begins.tolist(), lasts.tolist(), half.tolist(), strict=True)
            ],
            "timezone": cities["timezone"],
            "venue_name": rows["venue_name"],
            "address": content.some(rng, 0.88, [f"{number} {street} {way}" for number, street, way in streets]),
            "city": cities["city"],
            "state": cities["state"],
            "zip": [f"{zips[letters]}{number:04d}" for letters, number in zip(state, tail.tolist(), strict=True)],
            "country": ["USA"] * count,
            "latitude": (cities["latitude"] + rng.normal(0, 0.025, count)).round(5),
            "longitude": (cities["longitude"] + rng.normal(0, 0.03, count)).round(5),
            "region": [region_of(letters) for letters in state],
            "source_url": [f"https://calendar.example.com/events/{each}" for each in slug],
            "registration_url": pl.Series([f"https://register.example.com/{each}" for each in slug]).set(
                pl.Series(free), None
            ),
            "image_url": content.some(rng, 0.55, [f"https://media.example.com/events/{each}.webp" for each in slug]),
            "cost_text": ["Free" if no else f"${round(each)}" for no, each in zip(free, price, strict=True)],
            "is_free": free,
            "status": status,
            "featured": passed & (rng.random(count) < 0.03),
            "approved_at": stamps(approved).set(pl.Series(~passed), None),
            "created_at": stamps(created),
            "updated_at": stamps(np.where(passed, approved, created)),
        }
    )


def _numbered(slug: pl.Series) -> pl.Series:
    """Tell equal slugs apart by a number at the end of all but the first."""
    rows = pl.DataFrame({"slug": slug}).with_columns(nth=pl.int_range(1, pl.len() + 1).over("slug"))
    return rows.select(
        pl.when(pl.col("nth") > 1).then(pl.format("{}-no-{}", "slug", "nth")).otherwise("slug").alias("slug")
    )["slug"]


def _affinities(world: World) -> pl.DataFrame:
    count = world.rows("event_car_affinities")
    rng = world.random("event_car_affinities")
    events = world.tables["events"]
    chosen = events[np.sort(rng.permutation(len(events))[:count]).tolist()]
    car = places_by(rng, count, popularity(world))
    by_brand = pl.Series(rng.random(count) < 0.6)
    return pl.DataFrame(
        {
            "id": world.ids("event_car_affinities", count),
            "event_id": chosen["id"],
            "car_id": world.tables["cars"]["id"].gather(car).set(by_brand, None),
            "brand": catalogue_of_cars()["brand"].gather(car).set(~by_brand, None),
            "affinity_type": pick(rng, ("welcome", "featured", "exclusive"), count, [6, 3, 1]),
            "created_at": chosen["created_at"],
        }
    )


def _saves(world: World) -> pl.DataFrame:
    count = world.rows("event_saves")
    coming = world.tables["events"].filter(
        pl.col("status") == "approved", pl.col("start_date") > world.now.date() + timedelta(days=20)
    )
    return pl.DataFrame(
        {
            "id": world.ids("event_saves", count),
            "user_id": world.ids("user_profiles", count),
            "event_id": coming["id"].head(count),
            "notes": ["Ask the club for a paddock spot"] * count,
            "created_at": stamps([moment(world.now) - 9 * HOUR] * count),
        }
    )


def _target_cities(world: World) -> pl.DataFrame:
    cities = content.cities()
    count = world.rows("target_cities")
    rng = world.random("target_cities")
    shown = world.tables["events"].filter(pl.col("status").is_in(["approved", "expired"]))
    coffee = world.tables["event_types"].filter(pl.col("slug") == "cars-and-coffee")["id"][0]
    found = shown.group_by("city", "state").agg(
        events=pl.len().cast(pl.Int64), coffee=(pl.col("event_type_id") == coffee).any()
    )
    rows = cities.join(found, on=["city", "state"], how="left", maintain_order="left")
    checked = moment(world.now) - 1 - (rng.beta(1, 4, count) * 90 * DAY).astype(np.int64)
    return pl.DataFrame(
        {
            "id": world.ids("target_cities", count),
            "city": rows["city"],
            "state": rows["state"],
            "population": rows["population"],
            "population_rank": list(range(1, count + 1)),
            "latitude": rows["latitude"],
            "longitude": rows["longitude"],
            "region": [region_of(state) for state in rows["state"]],
            "priority_tier": np.searchsorted([50, 150, 300], np.arange(count), side="right") + 1,
            "has_cnc_coverage": rows["coffee"].fill_null(value=False),
            "total_event_count": rows["events"].fill_null(0),
            "last_coverage_check": stamps(checked),
            "created_at": stamps(np.full(count, moment(content.OPENED) + 40 * DAY)),
        }
    )
