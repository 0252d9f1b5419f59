"""Users, what they own, plan and say: 70 people who signed up over the ten months before the anchor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from demo.seed._draw import DAY, HOUR, MINUTE, SECOND, moment, moments, pick, places_by, stamps, text_of, to_utc
from demo.seed.core_cars import popularity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from demo.seed._draw import Moments
    from demo.world import World

USERS: Final = 70
STAFF: Final = 3
HISTORY_DAYS: Final = 300
LAST_STEP: Final = 5

FIRST_NAMES: Final = (
    "Alex", "Priya", "Marcus", "Elena", "Tom", "Yuki", "Carlos", "Hannah", "Devon", "Sofia", "Liam", "Noor", "Ethan",
    "Grace", "Omar", "Mia", "Jonas", "Ava", "Ravi", "Chloe", "Nate", "Isabel", "Kofi", "Lena", "Sam", "Bianca", "Owen",
    "Mei", "Felix", "Tara", "Hugo", "Dana", "Victor", "Ingrid", "Cole",
)  # fmt: skip
LAST_NAMES: Final = (
    "Reyes", "Shah", "Bennett", "Kowalski", "Okafor", "Tanaka", "Mendez", "Fischer", "Walsh", "Romano", "Hughes",
    "Haddad", "Park", "Larsen", "Farouk", "Dubois", "Weber", "Collins", "Iyer", "Martin", "Sanders", "Costa",
)  # fmt: skip
PLACES: Final = (
    ("Austin", "TX", "78704", "America/Chicago"),
    ("Chicago", "IL", "60614", "America/Chicago"),
    ("Nashville", "TN", "37209", "America/Chicago"),
    ("Atlanta", "GA", "30308", "America/New_York"),
    ("Charlotte", "NC", "28203", "America/New_York"),
    ("Boston", "MA", "02127", "America/New_York"),
    ("Tampa", "FL", "33606", "America/New_York"),
    ("Brooklyn", "NY", "11215", "America/New_York"),
    ("Denver", "CO", "80211", "America/Denver"),
    ("Salt Lake City", "UT", "84105", "America/Denver"),
    ("Phoenix", "AZ", "85016", "America/Phoenix"),
    ("Los Angeles", "CA", "90026", "America/Los_Angeles"),
    ("San Jose", "CA", "95126", "America/Los_Angeles"),
    ("Portland", "OR", "97214", "America/Los_Angeles"),
    ("Seattle", "WA", "98103", "America/Los_Angeles"),
    ("London", None, None, "Europe/London"),
    ("Munich", None, None, "Europe/Berlin"),
    ("Sydney", None, None, "Australia/Sydney"),
)
PLACE_WEIGHTS: Final = (5, 5, 3, 5, 4, 4, 4, 6, 4, 2, 4, 8, 5, 4, 5, 3, 2, 2)
SOURCES: Final = ("google", "youtube", "reddit", "friend", "instagram", "forum", "cars_and_coffee")
INTENTS: Final = ("owner", "shopping", "researching", "tracking_builds", "learning")
VIN_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
QUESTIONS: Final = (
    ("driving_experience", "core", ("new", "some", "seasoned")),
    ("primary_use", "core", ("daily", "weekend", "track")),
    ("canyon_or_track", "driving_behavior", ("canyon", "track", "neither")),
    ("miles_per_year", "driving_behavior", ("under_5000", "5000_12000", "over_12000")),
    ("diy_comfort", "wrenching", ("none", "oil_changes", "engine_out")),
    ("mod_budget", "modification", ("under_2000", "2000_10000", "over_10000")),
    ("favourite_era", "taste", ("eighties", "nineties", "modern")),
    ("sound_or_speed", "taste", ("sound", "speed")),
)
SAID: Final = (
    ("bug", "bug", "major", "The garage page lost my oil change date after I edited the mileage."),
    ("bug", "bug", "minor", "Event filters reset when I come back from an event page."),
    ("bug", "bug", "blocking", "Sign-in loops on Safari until I clear cookies."),
    ("bug", "data", "minor", "The torque figure for my trim is the one of the older engine."),
    ("bug", "data", "major", "Recall list shows a campaign that does not cover my model year."),
    ("feature", "feature", "minor", "Please let me compare three cars side by side on a phone."),
    ("feature", "feature", "minor", "Would love reminders for brake fluid as well as oil."),
    ("feature", "general", "minor", "Can builds be shared with a link that needs no account?"),
    ("praise", "praise", None, "The assistant found the exact coolant spec, saved me an hour."),
    ("praise", "praise", None, "Best overview of known issues I have seen for this platform."),
    ("question", "general", None, "Does the tuner plan include dyno comparisons?"),
    ("question", "data", None, "Where do the lap times come from?"),
)


def seed(world: World) -> None:
    """Add the nine tables of user data; favourites, vehicles and projects follow their owner's signup."""
    world.tables["user_profiles"] = _profiles(world)
    world.tables["user_projects"] = _projects(world)
    world.tables["user_vehicles"] = _vehicles(world)
    world.tables["user_favorites"] = _favorites(world)
    world.tables["user_project_parts"] = _project_parts(world)
    world.tables["user_service_logs"] = _service_logs(world)
    world.tables["user_feedback"] = _feedback(world)
    world.tables["user_questionnaire_responses"] = _answers(world)
    world.tables["user_profile_summary"] = _summaries(world)


def after(world: World, name: str, starts: Moments) -> Moments:
    """Draw one moment per start, between it and the anchor, sooner more likely than later."""
    rng = world.random(name)
    return starts + ((moment(world.now) - HOUR - starts) * rng.beta(0.8, 2.2, len(starts))).astype(np.int64)


def _profiles(world: World) -> pl.DataFrame:
    """Draw who signed up when, where they live, how far they came and what they pay for."""
    rng = world.random("user_profiles")
    now = moment(world.now)
    places = [PLACES[place] for place in places_by(rng, USERS, PLACE_WEIGHTS)]
    zones = np.array([place[3] for place in places])
    days = np.sort(HISTORY_DAYS * rng.random(USERS) ** 1.25)[::-1].astype(np.int64) + 1
    clock = (now // DAY - days) * DAY + (rng.normal(19.0, 2.6, USERS).clip(7, 23.5) * HOUR).astype(np.int64)
    created = np.minimum(to_utc(clock, zones), now - 2 * HOUR)
    created.sort()

    steps = rng.choice(LAST_STEP + 1, USERS, p=[0.06, 0.09, 0.08, 0.07, 0.06, 0.64])
    steps[:STAFF] = LAST_STEP
    minutes = np.cumsum(rng.uniform(0.4, 3.0, (USERS, LAST_STEP)), axis=1)
    finished = created + (minutes[:, -1] * MINUTE).astype(np.int64)
    done = steps == LAST_STEP

    tier = np.array(pick(rng, ("free", "enthusiast", "tuner", "collector"), USERS, (0.7, 0.13, 0.1, 0.07)))
    tier[~done] = "free"
    tier[:STAFF] = "collector"
    paid = (tier != "free") & (np.arange(USERS) >= STAFF)
    started = created + ((now - created) * rng.uniform(0.01, 0.5, USERS)).astype(np.int64)
    started = np.maximum(started, finished + 5 * MINUTE)
    paid &= started < now
    tier[~paid & (np.arange(USERS) >= STAFF)] = "free"
    status = pick(rng, ("active", "trialing", "past_due", "canceled"), USERS, (0.8, 0.08, 0.06, 0.06))
    month = 30 * DAY
    renewal = started + ((now - started) // month + 1) * month
    first = pick(rng, FIRST_NAMES, USERS)
    last = pick(rng, LAST_NAMES, USERS)
    hosts = pick(rng, ("example.com", "example.org", "example.net"), USERS, (6, 2, 1))
    avatars = rng.random(USERS) < 0.45
    quiet = rng.random(USERS)
    updated = after(world, "user_profiles.updated_at", np.maximum(created, np.where(paid, started, created)))
    ids = world.ids("user_profiles", USERS)
    return pl.DataFrame(
        {
            "id": ids,
            "display_name": [f"{a} {b}" for a, b in zip(first, last, strict=True)],
            "avatar_url": [
                f"https://images.example.com/avatars/{key}.webp" if has else None
                for key, has in zip(ids, avatars, strict=True)
            ],
            "subscription_tier": tier.tolist(),
            "preferred_units": ["imperial" if place[1] else "metric" for place in places],
            "email_notifications": (quiet < 0.82).tolist(),
            "stripe_customer_id": _when(paid, [f"cus_{n:014x}" for n in rng.integers(1 << 40, 1 << 50, USERS)]),
            "stripe_subscription_id": _when(paid, [f"sub_{n:014x}" for n in rng.integers(1 << 40, 1 << 50, USERS)]),
            "stripe_subscription_status": [s if has else "none" for s, has in zip(status, paid, strict=True)],
            "subscription_started_at": stamps(_when(paid, started.tolist())),
            "subscription_ends_at": stamps(_when(paid, renewal.tolist())),
            "cancel_at_period_end": [bool(has and s == "canceled") for s, has in zip(status, paid, strict=True)],
            "al_credits_purchased": np.where(paid, rng.choice([0, 0, 0, 50, 100], USERS), 0).tolist(),
            "referral_source": pick(rng, SOURCES, USERS, (5, 4, 4, 3, 2, 2, 1)),
            "user_intent": [
                intent if step > 1 else None for intent, step in zip(pick(rng, INTENTS, USERS), steps, strict=True)
            ],
            "onboarding_completed_at": stamps(_when(done, finished.tolist())),
            "onboarding_step": steps.tolist(),
            "location_zip": [place[2] for place in places],
            "location_city": [place[0] for place in places],
            "location_state": [place[1] for place in places],
            "email": [
                f"{a}.{b}{n}@{host}".lower() for n, (a, b, host) in enumerate(zip(first, last, hosts, strict=True), 1)
            ],
            "timezone": zones.tolist(),
            "is_staff": (np.arange(USERS) < STAFF).tolist(),
            "created_at": stamps(created),
            "updated_at": stamps(np.maximum(updated, np.where(done, finished, created))),
        }
    )


def _when(has: Any, values: Sequence[Any]) -> list[Any]:
    """Keep the values whose row has one, null elsewhere."""
    return [value if keep else None for value, keep in zip(values, has, strict=True)]


def owners(world: World, name: str, count: int) -> pl.DataFrame:
    """Draw `count` rows of people who finished onboarding (some more than once), with a moment after it."""
    rng = world.random(f"{name}.owners")
    people = world.tables["user_profiles"].filter(pl.col("onboarding_completed_at").is_not_null())
    eager = (1.0 + np.arange(people.height)) ** -0.6
    rows = people[rng.permutation(people.height)][places_by(rng, count, eager)]
    return rows.with_columns(at=stamps(after(world, f"{name}.at", moments(rows["onboarding_completed_at"])))).sort("at")


def chosen_cars(world: World, name: str, count: int) -> pl.DataFrame:
    """Draw `count` cars, popular ones more often."""
    cars = world.tables["cars"]
    return cars[places_by(world.random(f"{name}.cars"), count, popularity(world))]


def _projects(world: World) -> pl.DataFrame:
    """Draw 32 builds with the gains and costs of their upgrades."""
    count = 32
    rng = world.random("user_projects")
    who = owners(world, "user_projects", count)
    cars = chosen_cars(world, "user_projects", count)
    keys = world.tables["upgrade_keys"]
    gain: list[int] = []
    low: list[int] = []
    high: list[int] = []
    chosen: list[str] = []
    for _ in range(count):
        rows = keys[rng.choice(keys.height, int(rng.integers(2, 7)), replace=False).tolist()]
        gain.append(int(rng.integers(6, 28)) * rows.height)
        low.append(int(rows["typical_cost_low"].sum()))
        high.append(int(rows["typical_cost_high"].sum()))
        chosen.append(text_of(rows["key"].to_list()))
    words = pick(rng, ("Weekend build", "Track day", "Stage 2", "OEM plus", "Daily, faster", "Canyon car"), count)
    quicker = np.round(1 + np.array(gain) / 600, 3)
    return pl.DataFrame(
        {
            "id": world.ids("user_projects", count),
            "user_id": who["id"],
            "car_slug": cars["slug"],
            "car_id": cars["id"],
            "project_name": [f"{word} {name}" for word, name in zip(words, cars["name"], strict=True)],
            "selected_upgrades": chosen,
            "total_hp_gain": gain,
            "total_cost_low": low,
            "total_cost_high": high,
            "stock_hp": cars["hp"].cast(pl.Int64),
            "final_hp": cars["hp"].cast(pl.Int64) + pl.Series(gain),
            "stock_zero_to_sixty": cars["zero_to_sixty"].cast(pl.Float64),
            "final_zero_to_sixty": (cars["zero_to_sixty"].cast(pl.Float64) / pl.Series(quicker)).round(1),
            "created_at": who["at"],
            "updated_at": stamps(after(world, "user_projects.updated_at", moments(who["at"]))),
        }
    )


def _vehicles(world: World) -> pl.DataFrame:
    """Draw 45 owned cars with a variant that exists, service dates in the past and due dates ahead."""
    count = 45
    rng = world.random("user_vehicles")
    who = owners(world, "user_vehicles", count)
    variants = world.tables["car_variants"].select(
        "car_id", "trim", variant="id", start="model_year_start", end="model_year_end"
    )
    demand = world.tables["cars"].select("id", weight=pl.Series(popularity(world)))
    known = variants.join(demand, left_on="car_id", right_on="id", maintain_order="left")
    mine = known[places_by(rng, count, known["weight"].to_numpy())].join(
        world.tables["cars"].select("id", "slug", "name", "brand"),
        left_on="car_id",
        right_on="id",
        maintain_order="left",
    )
    this_year = world.now.year
    first_year = mine["start"].fill_null(2010).to_numpy()
    last_year = np.minimum(mine["end"].fill_null(this_year).to_numpy(), this_year)
    years = first_year + (rng.random(count) * (np.maximum(last_year, first_year) - first_year + 1)).astype(np.int64)
    miles = (np.maximum(this_year - years, 0.4) * rng.normal(8500, 2500, count).clip(1500, 16000)).astype(
        np.int64
    ) + 120
    now = moment(world.now)
    today = now // DAY
    added = moments(who["at"])

    def days(offsets: Any) -> pl.Series:
        return pl.Series((today + offsets).astype(np.int32), dtype=pl.Int32).cast(pl.Date)

    builds = world.tables["user_projects"].group_by("user_id", maintain_order=True).first().select("user_id", "id")
    build_of = dict(builds.iter_rows())
    keys = world.tables["upgrade_keys"]["key"].to_list()
    installed = [[str(key) for key in rng.choice(keys, n, replace=False)] for n in rng.integers(0, 5, count)]
    modded = np.array([bool(keys) for keys in installed])
    stored = rng.random(count) < 0.12
    oil_days = rng.integers(10, 300, count)
    changed = after(world, "user_vehicles.updated_at", added)
    return pl.DataFrame(
        {
            "id": world.ids("user_vehicles", count),
            "user_id": who["id"],
            "matched_car_slug": mine["slug"],
            "matched_car_id": mine["car_id"],
            "matched_car_variant_id": mine["variant"],
            "vin": ["".join(VIN_LETTERS[n] for n in row) for row in rng.integers(0, len(VIN_LETTERS), (count, 17))],
            "year": years.tolist(),
            "make": mine["brand"],
            "model": [str(name).removeprefix(f"{brand} ") for name, brand in mine.select("name", "brand").iter_rows()],
            "trim": mine["trim"],
            "nickname": pick(
                rng, (None, "Blue", "Weekend car", "The wagon", "Project", "Gretel"), count, (5, 1, 1, 1, 1, 1)
            ),
            "mileage": miles.tolist(),
            "purchase_date": days(-rng.integers(310, 1500, count)),
            "purchase_price": (rng.integers(120, 900, count) * 100).tolist(),
            "installed_modifications": [text_of(row) for row in installed],
            "active_build_id": [build_of.get(user) for user in who["id"]],
            "total_hp_gain": [len(row) * 14 for row in installed],
            "modified_at": stamps(_when(modded, changed.tolist())),
            "current_mileage": (miles + rng.integers(0, 900, count)).tolist(),
            "mileage_updated_at": stamps(changed),
            "usage_type": np.where(
                stored, "stored", np.array(pick(rng, ("daily", "weekend", "track"), count, (5, 4, 1)))
            ).tolist(),
            "last_oil_change_miles": np.maximum(miles - oil_days * 20, 0).tolist(),
            "last_oil_change_date": days(-oil_days),
            "last_brake_fluid_date": days(-rng.integers(60, 700, count)),
            "last_started_at": stamps(now - rng.integers(HOUR, 20 * DAY, count)),
            "battery_status": pick(rng, ("good", "fair", "weak", "unknown"), count, (6, 2, 1, 1)),
            "battery_installed_date": days(-rng.integers(90, 1500, count)),
            "storage_mode": stored.tolist(),
            "tire_brand_model": pick(
                rng, ("Michelin Pilot Sport 4S", "Bridgestone Potenza Sport", "Yokohama Advan Apex", None), count
            ),
            "tire_tread_32nds": rng.integers(3, 11, count).tolist(),
            "registration_due_date": days(rng.integers(5, 360, count)),
            "inspection_due_date": days(rng.integers(5, 360, count)),
            "created_at": who["at"],
            "updated_at": stamps(changed),
        }
    )


def _favorites(world: World) -> pl.DataFrame:
    """Draw 17 saved cars, none twice by one person."""
    count = 17
    rng = world.random("user_favorites")
    who = owners(world, "user_favorites", count)
    weights = popularity(world)
    places = rng.choice(len(weights), count, replace=False, p=weights / weights.sum())
    cars = world.tables["cars"][places.tolist()]
    return pl.DataFrame(
        {
            "id": world.ids("user_favorites", count),
            "user_id": who["id"],
            "car_slug": cars["slug"],
            "car_id": cars["id"],
            "car_name": cars["name"],
            "notes": pick(rng, (None, "Next one, if prices drop", "Test drive in spring"), count, (6, 1, 1)),
            "created_at": who["at"],
        }
    )


def _project_parts(world: World) -> pl.DataFrame:
    """Draw 16 parts of builds with the names that the catalogue gives them."""
    count = 16
    rng = world.random("user_project_parts")
    projects = world.tables["user_projects"][np.sort(rng.integers(0, 32, count)).tolist()]
    parts = world.tables["parts"]
    chosen = parts[rng.choice(parts.height, count, replace=False).tolist()]
    return pl.DataFrame(
        {
            "id": world.ids("user_project_parts", count),
            "project_id": projects["id"],
            "part_id": chosen["id"],
            "quantity": pick(rng, (1, 2, 4), count, (8, 1, 1)),
            "part_name": chosen["name"],
            "brand_name": chosen["brand_name"],
            "price_cents": (rng.integers(40, 2400, count) * 100 + 99).tolist(),
            "created_at": stamps(after(world, "user_project_parts.created_at", moments(projects["created_at"]))),
        }
    )


def _service_logs(world: World) -> pl.DataFrame:
    """Log the one service that anyone has entered."""
    vehicle = world.tables["user_vehicles"].head(1)
    return pl.DataFrame(
        {
            "id": world.ids("user_service_logs", 1),
            "user_vehicle_id": vehicle["id"],
            "service_type": ["oil_change"],
            "service_date": vehicle["last_oil_change_date"],
            "odometer_reading": vehicle["last_oil_change_miles"],
            "performed_by": ["shop"],
            "shop_name": ["Eastside European"],
            "parts_cost": [86],
            "labor_cost": [75],
            "total_cost": [161],
            "created_at": stamps(after(world, "user_service_logs.created_at", moments(vehicle["created_at"]))),
        }
    )


def _feedback(world: World) -> pl.DataFrame:
    """Draw 43 messages, nine of them errors logged here before `application_errors` took them."""
    count, automatic = 43, 9
    rng = world.random("user_feedback")
    now = moment(world.now)
    people = world.tables["user_profiles"]
    who = people[rng.integers(0, people.height, count).tolist()]
    signed_up = moments(who["created_at"])
    at = np.minimum(after(world, "user_feedback.at", signed_up), now - 3 * HOUR)
    old = now - rng.integers(95 * DAY, 150 * DAY, count)
    is_automatic = np.arange(count) < automatic
    at = np.where(is_automatic, old, at)
    known = (rng.random(count) < 0.75) & (signed_up < at)
    said = [SAID[n] for n in rng.integers(0, len(SAID), count)]
    status = np.array(
        pick(
            rng,
            ("new", "reviewed", "in_progress", "resolved", "closed", "wont_fix", "fixed"),
            count,
            (9, 6, 4, 9, 3, 2, 4),
        )
    )
    status[is_automatic] = "closed"
    settled = np.isin(status, ("resolved", "closed", "wont_fix", "fixed"))
    seen = np.isin(status, ("new",), invert=True)
    responded = np.minimum(at + rng.integers(HOUR, 5 * DAY, count), now - HOUR)
    resolved = np.minimum(responded + rng.integers(HOUR, 9 * DAY, count), now - MINUTE)
    pages = ("/garage", "/events", "/al", "/cars/bmw-m3-g80", "/tuning-shop", "/")
    failure = "[Auto] Failed to save metadata"
    cars = chosen_cars(world, "user_feedback", count)
    metadata = text_of(
        {"errorType": "api_failure", "errorMessage": "Failed to save metadata", "apiRoute": "/api/garage",
         "occurrenceCount": 1, "browser": "Chrome", "os": "Windows", "screenSize": "1536x864", "isMobile": False}
    )  # fmt: skip
    return pl.DataFrame(
        {
            "id": world.ids("user_feedback", count),
            "user_id": _when(known, who["id"].to_list()),
            "page_url": pick(rng, pages, count),
            "feedback_type": ["bug" if auto else row[0] for row, auto in zip(said, is_automatic, strict=True)],
            "message": [failure if auto else row[3] for row, auto in zip(said, is_automatic, strict=True)],
            "email": _when(known & ~is_automatic, who["email"].to_list()),
            "category": ["auto-error" if auto else row[1] for row, auto in zip(said, is_automatic, strict=True)],
            "severity": ["major" if auto else row[2] for row, auto in zip(said, is_automatic, strict=True)],
            "rating": _when(~is_automatic & (rng.random(count) < 0.5), rng.integers(2, 6, count).tolist()),
            "user_tier": _when(known, who["subscription_tier"].to_list()),
            "status": status.tolist(),
            "issue_addressed": settled.tolist(),
            "car_id": _when(rng.random(count) < 0.4, cars["id"].to_list()),
            "priority": pick(rng, ("low", "normal", "high", "urgent"), count, (3, 6, 2, 1)),
            "error_metadata": _when(is_automatic, [metadata] * count),
            "responded_at": stamps(_when(seen, responded.tolist())),
            "resolved_at": stamps(_when(settled, resolved.tolist())),
            "fixed_at": stamps(_when(status == "fixed", resolved.tolist())),
            "created_at": stamps(at),
            "updated_at": stamps(np.where(settled, resolved, np.where(seen, responded, at))),
        }
    )


def _answers(world: World) -> pl.DataFrame:
    """Draw 82 answers: two people answer every question, others stop part of the way."""
    count = 82
    rng = world.random("user_questionnaire_responses")
    people = world.tables["user_profiles"].filter(pl.col("onboarding_completed_at").is_not_null())
    order = rng.permutation(people.height)
    rows: list[dict[str, Any]] = []
    for turn, place in enumerate(order):
        wanted = len(QUESTIONS) if turn < 2 else int(rng.integers(2, len(QUESTIONS)))
        person = people.row(int(place), named=True)
        at = moment(person["onboarding_completed_at"])
        for question, category, options in QUESTIONS[: min(wanted, count - len(rows))]:
            at += int(rng.integers(6 * SECOND, 40 * SECOND))
            rows.append(
                {
                    "user_id": person["id"],
                    "question_id": question,
                    "question_category": category,
                    "answer": text_of({"value": str(rng.choice(options))}),
                    "answered_at": at,
                }
            )
        if len(rows) == count:
            break
    frame = pl.DataFrame(rows).with_columns(pl.col("answered_at").cast(pl.Datetime("us", "UTC")))
    return frame.insert_column(0, world.ids("user_questionnaire_responses", frame.height).alias("id"))


def _summaries(world: World) -> pl.DataFrame:
    """Sum up the two people who answered everything."""
    answers = world.tables["user_questionnaire_responses"]
    full = (
        answers.group_by("user_id", maintain_order=True)
        .agg(pl.len(), at=pl.col("answered_at").max())
        .filter(pl.col("len") == len(QUESTIONS))
        .head(2)
    )
    share = text_of(dict.fromkeys(sorted({question[1] for question in QUESTIONS}), 100))
    return pl.DataFrame(
        {
            "id": world.ids("user_profile_summary", 2),
            "user_id": full["user_id"],
            "profile_completeness_pct": [100, 100],
            "driving_persona": ["track_enthusiast", "weekend_warrior"],
            "knowledge_level": ["expert", "intermediate"],
            "engagement_style": ["contributor", "reader"],
            "interests": [["track days", "suspension"], ["road trips", "detailing"]],
            "category_completion": [share, share],
            "computed_at": stamps(moments(full["at"]) + MINUTE),
        }
    )
