"""What visitors did: visits with page views, clicks, engagement and product events over the 90 days before the anchor.

A visit belongs to one visitor; a visitor who signs up has the user's id from then on. Clicks and engagement lie
within their page view. Milestones of the users' own tables (signup, onboarding, favourites, garage, assistant,
subscription) each lie inside a visit of that user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from demo.seed import _audit, _errors
from demo.seed._draw import DAY, HOUR, MINUTE, SECOND, moment, moments, pick, places_by, stamps, text_of, to_utc
from demo.seed.core_cars import popularity
from demo.seed.users import PLACES

if TYPE_CHECKING:
    from demo.seed._draw import Moments
    from demo.world import World

Numbers = npt.NDArray[np.int64]

WINDOW_DAYS: Final = 90
VISITORS: Final = 2100
BOTS: Final = 36
IDLE: Final = 28 * MINUTE
"""Dwell times stay below half an hour, so that a visit is one session by the usual rule."""

DEVICES: Final = (
    ("Desktop", "Chrome", "143.0", "Windows", "11"),
    ("Desktop", "Chrome", "143.0", "macOS", "15.2"),
    ("Desktop", "Safari", "18.6", "macOS", "15.2"),
    ("Desktop", "Firefox", "146.0", "Windows", "11"),
    ("Desktop", "Edge", "143.0", "Windows", "11"),
    ("Mobile", "Safari", "18.6", "iOS", "18.6"),
    ("Mobile", "Chrome", "143.0", "Android", "16"),
    ("Mobile", "Chrome", "143.0", "Android", "16"),
    ("Tablet", "Safari", "18.6", "iPadOS", "18.6"),
)
DEVICE_WEIGHTS: Final = (20, 9, 7, 5, 5, 28, 16, 6, 4)
BOT_DEVICE: Final = ("Desktop", "HeadlessChrome", "131.0", "Linux", "x86_64")
ORIGINS: Final = (
    # utm_source, utm_medium, utm_campaign, referrer
    (None, None, None, None),
    (None, None, None, "https://www.google.com/"),
    (None, None, None, "https://duckduckgo.com/"),
    (None, None, None, "https://www.reddit.com/r/cars/"),
    ("google", "cpc", "winter_search", "https://www.google.com/"),
    ("youtube", "video", "channel_launch", "https://www.youtube.com/"),
    ("instagram", "social", "builds_weekly", "https://l.instagram.com/"),
    ("newsletter", "email", "weekly_digest", None),
    ("reddit", "social", "ama_january", "https://www.reddit.com/"),
    (None, None, None, "https://www.bimmerpost.example/forums/thread/118"),
)
ORIGIN_WEIGHTS: Final = (30, 26, 3, 7, 9, 8, 7, 5, 3, 2)
PAGES: Final = (
    # page, weight for a first view, for a later view of a guest, of a user
    ("/", 34, 9, 6),
    ("/cars/{slug}", 38, 34, 24),
    ("/cars/{slug}/maintenance", 4, 6, 6),
    ("/cars/{slug}/issues", 6, 7, 5),
    ("/cars/{slug}/compare", 1, 3, 2),
    ("/browse-cars", 5, 11, 6),
    ("/browse-cars?category=Mid&sort=hp", 1, 3, 2),
    ("/browse-cars?q={brand}", 1, 4, 3),
    ("/events", 4, 6, 6),
    ("/events?city=Austin&type=cars-and-coffee", 1, 2, 3),
    ("/pricing", 1, 4, 2),
    ("/al", 1, 2, 9),
    ("/garage", 0, 1, 12),
    ("/garage?tab=service", 0, 0, 4),
    ("/garage/builds", 0, 0, 4),
    ("/tuning-shop/{slug}", 2, 3, 7),
    ("/encyclopedia", 1, 2, 2),
    ("/community", 1, 3, 3),
    ("/join", 0, 2, 0),
)
ELEMENTS: Final = (
    # page prefix, element type, element id, weight
    ("/cars", "tab", "specs", 5), ("/cars", "tab", "known-issues", 4), ("/cars", "tab", "videos", 3),
    ("/cars", "button", "add-to-garage", 2), ("/cars", "button", "favorite", 1), ("/cars", "link", "related-car", 4),
    ("/cars", "image", "hero", 2), ("/browse-cars", "card", "car-card", 9), ("/browse-cars", "input", "search", 4),
    ("/browse-cars", "select", "sort", 2), ("/browse-cars", "button", "filter-brand", 3),
    ("/events", "card", "event-card", 7), ("/events", "select", "city", 3), ("/events", "link", "register", 1),
    ("/al", "input", "prompt", 5), ("/al", "button", "send", 5), ("/al", "button", "suggestion", 2),
    ("/garage", "card", "vehicle-card", 5), ("/garage", "button", "log-service", 1), ("/garage", "tab", "service", 2),
    ("/garage", "input", "mileage", 1), ("/tuning-shop", "button", "add-upgrade", 4),
    ("/tuning-shop", "card", "package-card", 3), ("/tuning-shop", "button", "save-build", 1),
    ("/pricing", "button", "choose-plan", 3), ("/pricing", "toggle", "annual", 2), ("/join", "button", "sign-up", 4),
    ("/join", "input", "email", 3), ("/onboarding", "button", "next", 5), ("/onboarding", "card", "intent", 3),
    ("/checkout", "button", "pay", 2), ("/encyclopedia", "link", "topic", 5), ("/community", "card", "build-card", 5),
    ("/", "link", "nav-browse", 4), ("/", "link", "nav-events", 2), ("/", "button", "get-started", 3),
    ("/", "card", "featured-car", 4), ("/", "input", "search", 2),
)  # fmt: skip
HOURS: Final = (2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 10, 12, 11, 10, 10, 11, 13, 15, 18, 20, 19, 13, 6)
"""How busy each hour of the visitor's own day is."""
WEEKDAYS: Final = (10, 9, 9, 10, 11, 15, 15)
"""How busy each day from Monday to Sunday is."""


class Visitors(NamedTuple):
    """One entry per visitor; users first, in the order of `user_profiles`."""

    key: npt.NDArray[np.object_]
    zone: npt.NDArray[np.str_]
    country: npt.NDArray[np.object_]
    device: Numbers
    origin: Numbers
    signed_up: Moments
    bot: npt.NDArray[np.bool_]
    users: int


class Views(NamedTuple):
    """One entry per page view, visit by visit in order of time."""

    visit: Numbers
    visitor: Numbers
    url: pl.Series
    at: Moments
    dwell: Moments
    first: npt.NDArray[np.bool_]
    signed_in: npt.NDArray[np.bool_]


class Milestones(NamedTuple):
    """One entry per thing that a user's own tables prove, by user and time."""

    user: Numbers
    at: Moments
    event: list[str]
    url: list[str]
    data: list[str]


NEVER: Final = np.int64(1) << 62


def seed(world: World) -> None:
    """Add the seven tables of analytics and tracking."""
    visitors = _visitors(world)
    milestones = _milestones(world)
    views = _views(world, visitors, milestones)
    world.tables["page_views"] = _page_views(world, visitors, views)
    world.tables["click_events"] = _clicks(world, views)
    world.tables["page_engagement"] = _engagement(world, visitors, views)
    world.tables["user_events"] = _user_events(world, visitors, views, milestones)
    world.tables["user_attribution"] = _attribution(world, visitors)
    world.tables["application_errors"] = _errors.application_errors(world)
    world.tables["audit_log"] = _audit.audit_log(world)


def _visitors(world: World) -> Visitors:
    """Draw the visitors: every user, the scaled crowd that stays anonymous, and the bots."""
    rng = world.random("visitors")
    people = world.tables["user_profiles"]
    users, guests, bots = people.height, VISITORS * world.plan.scale, BOTS * world.plan.scale
    count = users + guests + bots
    places = places_by(rng, count, np.array([5, 5, 3, 5, 4, 4, 4, 6, 4, 2, 4, 8, 5, 4, 5, 3, 2, 2]))
    zone = np.array([place[3] for place in PLACES])[places]
    zone[:users] = people["timezone"].to_numpy()
    abroad = {"Europe/London": "GB", "Europe/Berlin": "DE", "Australia/Sydney": "AU"}
    zones, which = np.unique(zone, return_inverse=True)
    signed_up = np.full(count, NEVER)
    signed_up[:users] = moments(people["created_at"])
    bot = np.arange(count) >= users + guests
    return Visitors(
        key=("v_" + world.ids("visitors", count).str.slice(0, 13)).to_numpy(),
        zone=zone,
        country=np.array([abroad.get(str(each), "US") for each in zones], dtype=object)[which],
        device=np.where(bot, len(DEVICES), places_by(rng, count, DEVICE_WEIGHTS)),
        origin=np.where(bot, 0, places_by(rng, count, ORIGIN_WEIGHTS)),
        signed_up=signed_up,
        bot=bot,
        users=users,
    )


def _milestones(world: World) -> Milestones:
    """Gather what the users' tables say happened in the window, with the page on which it did."""
    people = world.tables["user_profiles"]
    number = {user: place for place, user in enumerate(people["id"])}
    begin = moment(world.now) - WINDOW_DAYS * DAY
    found: list[tuple[int, int, int, str, str, dict[str, Any]]] = []

    def note(user: str, at: int, event: str, url: str, **data: Any) -> None:
        if at >= begin:
            found.append((number[user], at, len(found), event, url, data))

    for row in people.iter_rows(named=True):
        at = moment(row["created_at"])
        method = "google" if number[row["id"]] % 3 else "email"
        note(row["id"], at - 40 * SECOND, "signup_started", "/join", method=method)
        note(row["id"], at, "signup_completed", "/join", method=method)
        done = row["onboarding_completed_at"]
        last = moment(done) if done else at + (row["onboarding_step"] + 1) * MINUTE
        for step in range(1, row["onboarding_step"] + 1):
            when = at + (last - at) * step // (row["onboarding_step"] + 1)
            note(row["id"], when, f"onboarding_step_{step}", "/onboarding", step=step)
        if done:
            note(row["id"], last, "onboarding_completed", "/onboarding", intent=row["user_intent"])
        if row["subscription_started_at"]:
            paid = moment(row["subscription_started_at"])
            note(row["id"], paid - 6 * MINUTE, "pricing_viewed", "/pricing")
            note(row["id"], paid - 3 * MINUTE, "checkout_started", "/checkout", tier=row["subscription_tier"])
            note(row["id"], paid, "subscription_created", "/checkout", tier=row["subscription_tier"])
    for user, slug, when in world.tables["user_favorites"].select("user_id", "car_slug", "created_at").iter_rows():
        note(user, moment(when) - 30 * SECOND, "car_selected", f"/cars/{slug}", car_slug=slug)
        note(user, moment(when), "car_favorited", f"/cars/{slug}", car_slug=slug)
    garage = world.tables["user_vehicles"].select("user_id", "matched_car_slug", "created_at")
    for user, slug, when in garage.iter_rows():
        note(user, moment(when), "garage_added", "/garage", car_slug=slug)
    for user, key, when in world.tables["al_conversations"].select("user_id", "id", "created_at").iter_rows():
        note(user, moment(when), "al_conversation_started", "/al", conversation_id=key)
    found.sort()
    return Milestones(
        user=np.array([row[0] for row in found]),
        at=np.array([row[1] for row in found]),
        event=[row[3] for row in found],
        url=[row[4] for row in found],
        data=[text_of(row[5]) for row in found],
    )


def _starts(world: World, visitors: Visitors, who: Numbers) -> Moments:
    """Draw when each visit begins: busier lately, by weekday and by hour of the visitor's own day."""
    rng = world.random("visits.start")
    now = moment(world.now)
    today = now // DAY
    days = today - WINDOW_DAYS + np.arange(1, WINDOW_DAYS + 1)
    growth = np.linspace(0.7, 1.3, WINDOW_DAYS) * np.array(WEEKDAYS)[(days + 3) % 7]
    day = days[places_by(rng, len(who), growth)]
    clock = day * DAY + places_by(rng, len(who), HOURS) * HOUR + (rng.random(len(who)) * HOUR).astype(np.int64)
    start = to_utc(clock, visitors.zone[who])
    whole_days = np.maximum(0, -(-(start - (now - 15 * MINUTE)) // DAY))
    early = np.maximum(0, -((start - (now - WINDOW_DAYS * DAY)) // DAY))
    return np.asarray(start - whole_days * DAY + early * DAY)


def _views(world: World, visitors: Visitors, milestones: Milestones) -> Views:
    """Draw the visits and their page views; those that hold a milestone show its page at that moment."""
    rng = world.random("views")
    now = moment(world.now)
    total = world.rows("page_views")
    proven_visit, proven = _proven_views(milestones)
    wanted = total - len(proven_visit)

    share = np.concatenate([
        rng.lognormal(0.0, 1.0, visitors.users) * 9 + 4,
        rng.pareto(1.9, len(visitors.key) - visitors.users) + 0.25,
    ])  # fmt: skip
    share[: visitors.users] *= world.plan.scale
    who = places_by(rng, wanted // 2 + 60, share)
    length = np.minimum(rng.geometric(np.where(visitors.bot[who], 0.08, 0.33)), 40)
    end = np.cumsum(length)
    if end[-1] < wanted:
        length = np.append(length, np.ones(wanted - int(end[-1]), dtype=np.int64))
        who = np.append(who, places_by(rng, wanted - int(end[-1]), share))
        end = np.cumsum(length)
    visits = int(np.searchsorted(end, wanted)) + 1
    who, length = who[:visits], length[:visits].copy()
    length[-1] -= int(length.sum()) - wanted
    start = _starts(world, visitors, who)

    visit = np.repeat(np.arange(visits), length)
    visitor = who[visit]
    first = np.ones(wanted, dtype=bool)
    first[1:] = visit[1:] != visit[:-1]
    dwell = np.clip(rng.lognormal(3.5, 1.1, wanted), 1.5, IDLE / SECOND) * SECOND
    dwell = np.where(visitors.bot[visitor], rng.uniform(0.2, 2.0, wanted) * SECOND, dwell).astype(np.int64)
    before = np.cumsum(dwell) - dwell
    at = (start[visit] + before - np.repeat(before[first], length)).astype(np.int64)
    late = np.zeros(visits, dtype=np.int64)
    np.maximum.at(late, visit, at + dwell - now)
    at -= (np.maximum(0, -(-late // DAY)) * DAY)[visit]
    url = _urls(world, visitors, visitor, first, at)

    everyone = np.concatenate([visitor, milestones.user[proven.anchor]])
    joined = Views(
        visit=np.concatenate([visit, visits + proven_visit]),
        visitor=everyone,
        url=pl.concat([url, pl.Series(proven.url, dtype=pl.String)]),
        at=np.concatenate([at, proven.at]),
        dwell=np.concatenate([dwell, proven.dwell]),
        first=np.concatenate([first, proven.first]),
        signed_in=np.zeros(0, dtype=bool),
    )
    order = np.lexsort((joined.at, joined.visit))
    forgot = rng.random(visits + int(proven_visit.max(initial=0)) + 1) < 0.08
    forgot[visits:] = False
    signed_in = (joined.at >= visitors.signed_up[everyone]) & ~forgot[joined.visit]
    return Views(
        visit=joined.visit[order],
        visitor=everyone[order],
        url=joined.url.gather(order),
        at=joined.at[order],
        dwell=joined.dwell[order],
        first=joined.first[order],
        signed_in=signed_in[order],
    )


class Proven(NamedTuple):
    """The views of visits that hold milestones, with the milestone each one belongs to."""

    anchor: Numbers
    url: list[str]
    at: Moments
    dwell: Moments
    first: npt.NDArray[np.bool_]


def _proven_views(milestones: Milestones) -> tuple[Numbers, Proven]:
    """Lay a view over each run of milestones on one page, milestones less than 20 minutes apart sharing a visit."""
    user, at, url = milestones.user, milestones.at, np.array(milestones.url)
    fresh = np.ones(len(at), dtype=bool)
    fresh[1:] = (user[1:] != user[:-1]) | (at[1:] - at[:-1] > 20 * MINUTE)
    page = fresh.copy()
    page[1:] |= url[1:] != url[:-1]
    begins = np.flatnonzero(page)
    opened = at[begins] - 15 * SECOND
    visit = (np.cumsum(fresh) - 1)[begins]
    last = at[np.append(begins[1:], len(at)) - 1]
    follows = np.append(opened[1:], 0)
    same = np.append(visit[1:] == visit[:-1], False)
    dwell = np.where(same, follows - opened, last - opened + 20 * SECOND)
    return visit, Proven(begins, url[begins].tolist(), opened, dwell, fresh[begins])


def _urls(world: World, visitors: Visitors, visitor: Numbers, first: npt.NDArray[np.bool_], at: Moments) -> pl.Series:
    """Draw the page of each view; cars by popularity, the garage and the assistant mostly for users."""
    rng = world.random("views.url")
    cars = world.tables["cars"]
    known = at >= visitors.signed_up[visitor]
    kind = np.empty(len(visitor), dtype=np.int64)
    for rows, column in ((first, 1), (~first & ~known, 2), (~first & known, 3)):
        kind[rows] = places_by(rng, int(rows.sum()), [float(page[column]) for page in PAGES])
    car = places_by(rng, len(visitor), popularity(world))
    slugs, brands = cars["slug"], cars["brand"].str.to_lowercase().str.replace_all(" ", "+")
    frame = pl.DataFrame({
        "page": pl.Series([page[0] for page in PAGES]).gather(kind),
        "slug": slugs.gather(car),
        "brand": brands.gather(car),
    })  # fmt: skip
    return frame.select(
        pl.col("page")
        .str.replace("{slug}", pl.col("slug"), literal=True)
        .str.replace("{brand}", pl.col("brand"), literal=True)
        .alias("url")
    )["url"]


def _user_of(world: World, views: Views, rows: Numbers) -> pl.Series:
    """Return the user id of the views in `rows`, null where nobody was signed in."""
    people = world.tables["user_profiles"]["id"]
    who = np.where(views.signed_in[rows], views.visitor[rows], people.len())
    return people.extend_constant(None, 1).gather(who)


def _sessions(world: World, views: Views) -> pl.Series:
    """Return the session id of every view."""
    keys = "s_" + world.ids("visits", int(views.visit.max()) + 1).str.replace_all("-", "").str.slice(0, 20)
    return keys.gather(views.visit)


def _page_views(world: World, visitors: Visitors, views: Views) -> pl.DataFrame:
    """Spell the views out, in order of time; campaign and referrer stand on the first view of a visit."""
    rng = world.random("page_views")
    count = len(views.at)
    origin = np.where(views.first & (rng.random(count) < 0.85), visitors.origin[views.visitor], 0)
    sources: list[tuple[str | None, ...]] = list(ORIGINS)
    devices = pl.Series([
        text_of(dict(zip(("device_type", "browser", "browser_version", "os", "os_version"), device, strict=True)))
        for device in (*DEVICES, BOT_DEVICE)
    ])  # fmt: skip
    inner = ("https://autorev.app" + views.url.shift(1)).to_frame("r").select(
        pl.when(~pl.Series(views.first)).then("r")
    )["r"]  # fmt: skip
    outer = pl.Series([row[3] for row in sources]).gather(origin)
    spent = (
        pl.Series(views.dwell // 1000).to_frame("d").select(pl.when(pl.Series(rng.random(count) < 0.84)).then("d"))["d"]
    )
    frame = pl.DataFrame({
        "id": world.ids("page_views", count),
        "user_id": _user_of(world, views, np.arange(count)),
        "session_id": _sessions(world, views),
        "page_url": views.url,
        "referrer": inner.fill_null(outer),
        "duration_ms": spent,
        "device_info": devices.gather(visitors.device[views.visitor]),
        "visitor_id": pl.Series(visitors.key, dtype=pl.String).gather(views.visitor),
        "is_bot": visitors.bot[views.visitor],
        "utm_source": pl.Series([row[0] for row in sources]).gather(origin),
        "utm_medium": pl.Series([row[1] for row in sources]).gather(origin),
        "utm_campaign": pl.Series([row[2] for row in sources]).gather(origin),
        "country": pl.Series(visitors.country, dtype=pl.String).gather(views.visitor),
        "page_load_time": np.clip(rng.lognormal(6.9, 0.5, count), 120, 15_000).astype(np.int64),
        "created_at": stamps(views.at),
    })  # fmt: skip
    return frame.sort("created_at", maintain_order=True)


def _clicks(world: World, views: Views) -> pl.DataFrame:
    """Draw the clicks within the views of people, more in longer ones."""
    rng = world.random("click_events")
    count = world.rows("click_events")
    human = views.dwell > 2 * SECOND
    rows = places_by(rng, count, np.where(human, np.minimum(views.dwell / SECOND, 240) ** 0.7, 0.0))
    at = views.at[rows] + ((0.02 + 0.96 * rng.random(count)) * views.dwell[rows]).astype(np.int64)
    url = views.url.gather(rows)
    prefix = ("/" + url.str.extract(r"^/([a-z-]*)").fill_null("")).to_numpy()
    element = np.full(count, len(ELEMENTS) - 1, dtype=np.int64)
    for page in sorted({each[0] for each in ELEMENTS}):
        here = np.flatnonzero(prefix == page)
        options = [place for place, each in enumerate(ELEMENTS) if each[0] == page]
        element[here] = np.array(options)[places_by(rng, len(here), [float(ELEMENTS[place][3]) for place in options])]
    page_views = world.tables["page_views"].select("id", "session_id", "visitor_id", device=pl.col("device_info"))
    by_view = world.ids("page_views", len(views.at)).to_frame("id").join(page_views, on="id", maintain_order="left")
    kinds = by_view["device"].str.json_path_match("$.device_type").gather(rows)
    spots = pl.Series([text_of({"x_percent": x, "y_percent": y}) for x, y in rng.integers(1, 100, (400, 2)).tolist()])
    where = spots.gather(rng.integers(0, 400, count)).str.strip_prefix("{")
    frame = pl.DataFrame({
        "id": world.ids("click_events", count),
        "user_id": _user_of(world, views, rows),
        "session_id": by_view["session_id"].gather(rows),
        "element_type": pl.Series([each[1] for each in ELEMENTS]).gather(element),
        "element_id": pl.Series([each[2] for each in ELEMENTS]).gather(element),
        "page_url": url,
        "metadata": '{"device_type":"' + kinds + '",' + where,
        "visitor_id": by_view["visitor_id"].gather(rows),
        "created_at": stamps(at),
    })  # fmt: skip
    return frame.sort("created_at", maintain_order=True)


def _engagement(world: World, visitors: Visitors, views: Views) -> pl.DataFrame:
    """Draw how far people scrolled and what they touched, once for each of the measured views."""
    rng = world.random("page_engagement")
    count = world.rows("page_engagement")
    human = np.flatnonzero(~visitors.bot[views.visitor])
    rows = np.sort(rng.choice(human, count, replace=False))
    seconds = views.dwell[rows] // SECOND
    depth = np.clip(rng.beta(1.1, 1.2, count) * 70 + np.minimum(seconds, 120) / 4, 0, 100).astype(np.int64)
    shown = [
        text_of({"click_count": clicks, "copy_count": copies, "form_interactions": forms})
        for clicks, copies, forms in rng.integers(0, (12, 3, 5), (60, 3)).tolist()
    ]  # fmt: skip
    options = pl.Series([text_of({"click_count": 0, "copy_count": 0, "form_interactions": 0}), *shown])
    used = np.where(seconds > 8, rng.integers(1, len(shown) + 1, count), 0)
    ids = world.ids("page_views", len(views.at))
    frame = pl.DataFrame({
        "id": world.ids("page_engagement", count),
        "page_view_id": ids.gather(rows),
        "scroll_depth": depth,
        "time_on_page": seconds,
        "interactions": options.gather(used),
        "session_id": _sessions(world, views).gather(rows),
        "page_url": views.url.gather(rows),
        "engaged_time_seconds": seconds * 3 // 5,
        "created_at": stamps(views.at[rows] + views.dwell[rows]),
    })  # fmt: skip
    return frame.sort("created_at", maintain_order=True)


def _user_events(world: World, visitors: Visitors, views: Views, milestones: Milestones) -> pl.DataFrame:
    """Add to the milestones what the pages themselves report: visits begun, pages, cars and prices looked at."""
    rng = world.random("user_events")
    count = world.rows("user_events")
    people = world.tables["user_profiles"]["id"]
    sessions = _sessions(world, views)
    keys = pl.Series(visitors.key, dtype=pl.String)

    proven = pl.DataFrame({"visitor": milestones.user, "at": milestones.at}).with_row_index("place").sort("at")
    seen = pl.DataFrame({"visitor": views.visitor, "opened": views.at, "session": sessions, "url": views.url}).sort(
        "opened"
    )
    shown = pl.Series("url", milestones.url).gather(proven["place"])
    held = proven.with_columns(url=shown).join_asof(
        seen, left_on="at", right_on="opened", by=["visitor", "url"], check_sortedness=False
    )
    held = held.sort("place")
    early = np.isin(np.array(milestones.event), ("signup_started",))
    proven_user = people.gather(milestones.user).to_frame("u").select(pl.when(~pl.Series(early)).then("u"))["u"]

    rest = count - len(milestones.at)
    human = np.flatnonzero(~visitors.bot[views.visitor])
    rows = np.sort(rng.choice(human, rest, replace=False))
    url = views.url.gather(rows)
    car = url.str.extract(r"^/cars/([a-z0-9-]+)$")
    event = (
        pl.DataFrame({"url": url, "car": car, "first": views.first[rows], "luck": rng.random(rest)})
        .select(
            pl.when(pl.col("url") == "/pricing").then(pl.lit("pricing_viewed"))
            .when(pl.col("car").is_not_null() & (pl.col("luck") < 0.75)).then(pl.lit("car_selected"))
            .when(pl.col("first")).then(pl.lit("session_start"))
            .when((pl.col("url") == "/join") & (pl.col("luck") < 0.6)).then(pl.lit("signup_started"))
            .when(pl.col("luck") < 0.25).then(pl.lit("feature_used"))
            .otherwise(pl.lit("page_view")).alias("event")
        )["event"]
    )  # fmt: skip
    data = _event_data(event, car)
    frame = pl.DataFrame({
        "user_id": pl.concat([proven_user, _user_of(world, views, rows)]),
        "event_type": pl.concat([pl.Series(milestones.event), event]),
        "event_data": pl.concat([pl.Series(milestones.data), data]),
        "session_id": pl.concat([held["session"], sessions.gather(rows)]),
        "page_url": pl.concat([pl.Series(milestones.url), url]),
        "visitor_id": pl.concat([keys.gather(milestones.user), keys.gather(views.visitor[rows])]),
        "created_at": stamps(np.concatenate([milestones.at, views.at[rows]])),
    })  # fmt: skip
    return frame.sort("created_at", maintain_order=True).insert_column(0, world.ids("user_events", count).alias("id"))


def _event_data(event: pl.Series, car: pl.Series) -> pl.Series:
    """Return the payload of each event that a page reported."""
    return pl.DataFrame({"event": event, "car": car}).select(
        pl.when(pl.col("event") == "car_selected")
        .then(pl.concat_str(pl.lit('{"car_slug":"'), "car", pl.lit('"}')))
        .when(pl.col("event") == "feature_used")
        .then(pl.lit('{"feature":"filters"}'))
        .otherwise(pl.lit("{}"))
        .alias("data")
    )["data"]


def _attribution(world: World, visitors: Visitors) -> pl.DataFrame:
    """Draw how 42 users found the site: their first touch before the signup, their last one at it."""
    count = 42
    rng = world.random("user_attribution")
    people = world.tables["user_profiles"]
    places = np.sort(rng.choice(people.height, count, replace=False))
    joined = moments(people["created_at"])[places]
    origin = [ORIGINS[place] for place in visitors.origin[places]]
    again = rng.random(count) < 0.5
    last = [ORIGINS[0] if direct else row for row, direct in zip(origin, again, strict=True)]
    slugs = world.tables["cars"]["slug"].gather(places_by(rng, count, popularity(world)))
    landing = [
        page.replace("{slug}", slug)
        for page, slug in zip(
            pick(rng, ("/", "/cars/{slug}", "/events", "/pricing"), count, (5, 6, 2, 1)), slugs, strict=True
        )
    ]
    return pl.DataFrame({
        "id": world.ids("user_attribution", count),
        "user_id": people["id"].gather(places),
        "utm_source": [row[0] for row in origin],
        "utm_medium": [row[1] for row in origin],
        "utm_campaign": [row[2] for row in origin],
        "referrer": [row[3] for row in origin],
        "landing_page": landing,
        "last_touch_source": [row[0] for row in last],
        "last_touch_medium": [row[1] for row in last],
        "last_touch_campaign": [row[2] for row in last],
        "last_touch_referrer": [row[3] for row in last],
        "last_touch_landing_page": pick(rng, ("/join", "/", "/pricing"), count, (6, 3, 1)),
        "first_touch_at": stamps(joined - rng.integers(MINUTE, 12 * DAY, count)),
        "last_touch_at": stamps(joined - rng.integers(20 * SECOND, 50 * SECOND, count)),
        "created_at": stamps(joined),
    })  # fmt: skip
