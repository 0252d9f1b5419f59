"""Subscription & Billing: three plans on offer and what each of them includes; nobody is in `subscriptions` yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from demo.seed import _content as content
from demo.seed._draw import text_of

if TYPE_CHECKING:
    from demo.world import World

PRICES: Final = {"enthusiast": 499, "collector": 999, "tuner": 1_999}
"""Cents a month of each plan, by tier; ten months pay for a year."""

_PAID_MONTHS_OF_A_YEAR: Final = 10
_FEATURES: Final = {
    "enthusiast": ("Full garage", "Maintenance reminders", "25 assistant questions a month"),
    "collector": ("Everything in Enthusiast", "Service history export", "Market values", "100 assistant questions"),
    "tuner": ("Everything in Collector", "Build projects", "Dyno comparisons", "250 assistant questions"),
}
_ENTITLEMENTS: Final = (
    # feature, then enthusiast, collector, tuner: -1 without limit, 0 not included, else how many
    ("assistant_questions_monthly", 25, 100, 250),
    ("assistant_web_search", 0, -1, -1),
    ("assistant_forum_insights", -1, -1, -1),
    ("garage_vehicles", 3, 10, 25),
    ("garage_vin_decode", -1, -1, -1),
    ("garage_documents", 10, 100, 500),
    ("garage_photos", 20, 200, 1000),
    ("favorites", -1, -1, -1),
    ("car_comparisons", 3, 6, 10),
    ("car_market_values", 0, -1, -1),
    ("car_price_history", 0, -1, -1),
    ("known_issues", -1, -1, -1),
    ("recall_alerts", -1, -1, -1),
    ("service_log", -1, -1, -1),
    ("service_reminders", -1, -1, -1),
    ("service_history_export", 0, -1, -1),
    ("build_projects", 1, 3, 25),
    ("build_sharing", -1, -1, -1),
    ("build_cost_planner", 0, 0, -1),
    ("parts_fitment_search", -1, -1, -1),
    ("dyno_comparisons", 0, 0, -1),
    ("lap_time_log", 0, -1, -1),
    ("track_guides", -1, -1, -1),
    ("event_calendar_export", -1, -1, -1),
    ("community_posts", -1, -1, -1),
    ("priority_support", 0, 0, -1),
)
_TUNER_ONLY: Final = "tuning_profile_downloads"


def seed(world: World) -> None:
    """Add the three tables of the domain."""
    tiers = list(PRICES)
    opened = content.written(world, "plans", 1, until=0.02)[0]
    ids = world.ids("plans", len(tiers))
    world.tables["plans"] = pl.DataFrame(
        {
            "id": ids,
            "name": [tier.capitalize() for tier in tiers],
            "tier": tiers,
            "price_monthly": list(PRICES.values()),
            "price_annual": [price * _PAID_MONTHS_OF_A_YEAR for price in PRICES.values()],
            "features": [text_of(list(_FEATURES[tier])) for tier in tiers],
            "created_at": [opened] * len(tiers),
        },
        schema_overrides={"created_at": pl.Datetime("us", "UTC")},
    )
    granted = [
        (plan, feature, limits[place])
        for place, plan in enumerate(ids)
        for feature, *limits in (*_ENTITLEMENTS, (_TUNER_ONLY, 0, 0, 40))
        if feature != _TUNER_ONLY or tiers[place] == "tuner"
    ]
    world.tables["plan_entitlements"] = pl.DataFrame(
        {
            "id": world.ids("plan_entitlements", len(granted)),
            "plan_id": [plan for plan, _, _ in granted],
            "feature_key": [feature for _, feature, _ in granted],
            "enabled": [limit != 0 for _, _, limit in granted],
            "limit": pl.Series([limit if limit > 0 else None for *_, limit in granted], dtype=pl.Int64),
        }
    )
    world.tables["subscriptions"] = content.empty("subscriptions")
