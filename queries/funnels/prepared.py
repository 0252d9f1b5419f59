"""Funnels to begin with, each as the definition that the page opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from queries.funnels.definition import Definition, parse

ANY_PAGE: Final = "/cars/{slug}"
_HALF_HOUR, _DAY = 1800, 86_400
_ACCOUNT: Final = {"any_of": ["signup_completed", "account_recorded"], "name": "Account opened"}
_VEHICLE: Final = {"any_of": ["garage_added", "vehicle_recorded"], "name": "Vehicle in the garage"}
_CONVERSATION: Final = {
    "any_of": ["al_conversation_started", "conversation_recorded"], "name": "Conversation begun",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prepared:
    """A funnel with its name and the question it answers."""

    key: str
    title: str
    question: str
    given: dict[str, Any]

    @property
    def of_page(self) -> bool:
        """Return whether it asks of one page, which may be another one."""
        return any(isinstance(step, dict) and step.get("where") == {"route": ANY_PAGE} for step in self.given["steps"])

    def definition(self, route: str = ANY_PAGE) -> Definition:
        """Return what it asks, of the pages of a route where it asks of one."""
        steps = [
            {**step, "where": {"route": route}} if self.of_page and step.get("where") == {"route": ANY_PAGE} else step
            for step in self.given["steps"]
        ]
        return parse({**self.given, "steps": steps})


FUNNELS: Final[tuple[Prepared, ...]] = (
    Prepared(
        "onboarding",
        "Onboarding",
        "Of those who begin to sign up, who finishes onboarding?",
        {
            "steps": [
                {"event": "signup_started", "name": "Sign-up begun"},
                _ACCOUNT,
                {"event": "onboarding_step_completed", "name": "A step of onboarding", "optional": True},
                {"any_of": ["onboarding_completed", "onboarding_recorded"], "name": "Onboarding finished"},
            ],
            "window_s": 14 * _DAY,
        },
    ),
    Prepared(
        "activation",
        "Activation",
        "Of those who open an account, who looks at a car and then keeps something?",
        {
            "steps": [
                _ACCOUNT,
                {"any_of": ["car_selected", "page_view"], "where": {"route": "/cars/*"}, "name": "A car looked at"},
                {
                    "any_of": [
                        "garage_added",
                        "vehicle_recorded",
                        "car_favorited",
                        "favorite_recorded",
                        "build_recorded",
                        "al_conversation_started",
                        "conversation_recorded",
                    ],
                    "name": "Something kept or asked",
                },
            ],
            "window_s": 7 * _DAY,
        },
    ),
    Prepared(
        "garage",
        "Garage",
        "Of those who look at a car, who puts a vehicle into the garage?",
        {
            "steps": [
                {"event": "page_view", "where": {"route": "/cars/*"}, "name": "A car's page"},
                {"event": "page_view", "where": {"route": "/garage*"}, "name": "The garage"},
                _VEHICLE,
            ],
            "window_s": 14 * _DAY,
        },
    ),
    Prepared(
        "assistant",
        "Assistant",
        "Of those who open the assistant, who talks with it, and who talks on?",
        {
            "steps": [
                {"event": "page_view", "where": {"route": "/al*"}, "name": "The assistant's page"},
                _CONVERSATION,
                {"event": "message_recorded", "name": "A message written"},
                {"event": "message_recorded", "name": "A second message"},
            ],
            "window_s": 7 * _DAY,
        },
    ),
    Prepared(
        "checkout",
        "Checkout",
        "Of those who look at prices, who pays?",
        {
            "steps": [
                {"event": "pricing_viewed", "name": "Prices looked at"},
                {"event": "checkout_started", "name": "Checkout begun"},
                {"any_of": ["subscription_created", "subscription_recorded"], "name": "Subscription begun"},
            ],
            "window_s": 7 * _DAY,
        },
    ),
    Prepared(
        "clicks",
        "Click path of a page",
        "Of the visits that open a page, which click on it, click again, and go on to another page?",
        {
            "steps": [
                {"event": "page_view", "where": {"route": ANY_PAGE}, "name": "The page"},
                {"event": "click", "where": {"route": ANY_PAGE}, "name": "A click"},
                {"event": "click", "where": {"route": ANY_PAGE}, "name": "A second click"},
                {"event": "page_view", "name": "A next page"},
            ],
            "window_s": _HALF_HOUR,
            "count_by": "session",
        },
    ),
    Prepared(
        "scroll",
        "Scroll depth",
        "How far is a page read, of the visits whose reading was measured?",
        {
            "steps": [
                {
                    "event": "page_engagement",
                    "where": {"route": ANY_PAGE},
                    "min": {"property": "depth", "value": least},
                    "name": name,
                }
                for least, name in ((0, "Opened"), (25, "A quarter"), (50, "Half"), (75, "Three quarters"), (95, "End"))
            ],
            "window_s": _HALF_HOUR,
            "count_by": "session",
        },
    ),
)
PREPARED: Final = {one.key: one for one in FUNNELS}
