"""The names that events go by: one spelling for what three vocabularies call differently.

A name is read in lower case with one underscore between its words, then by the aliases below. What is on neither list
keeps its name and is listed as unmapped.
"""

from __future__ import annotations

from typing import Final

TRACKED: Final[dict[str, str]] = {
    "signup_started": "Somebody began to sign up.",
    "signup_completed": "An account was opened.",
    "onboarding_started": "Onboarding was begun.",
    "onboarding_step_completed": "One step of onboarding was done; `step` says which.",
    "onboarding_completed": "Onboarding was finished.",
    "session_start": "A visit began, as the client counts visits.",
    "page_view_reported": "A page was shown, as reported among the product events; `page_view` is the measured one.",
    "feature_used": "A feature was used; `feature` says which.",
    "car_selected": "A car was looked at.",
    "car_favorited": "A car was saved as a favourite.",
    "garage_added": "A vehicle was added to the garage.",
    "build_saved": "A build was saved.",
    "al_conversation_started": "A conversation with the assistant was begun.",
    "pricing_viewed": "Prices were looked at.",
    "checkout_started": "Somebody went to pay.",
    "subscription_created": "A paid subscription began.",
}
"""Events that the product reports about itself."""

MEASURED: Final[dict[str, str]] = {
    "page_view": "A page was shown (page_views).",
    "click": "Something was clicked (click_events).",
    "page_engagement": "A reading of a page ended; depth and seconds say how it went (page_engagement).",
}
"""Events that the site measures."""

RECORDED: Final[dict[str, str]] = {
    "account_recorded": "The account's own row was written (user_profiles).",
    "onboarding_recorded": "The account says that onboarding ended (user_profiles).",
    "subscription_recorded": "The account says that a paid plan began (user_profiles).",
    "billing_recorded": "A subscription's row was written (subscriptions).",
    "favorite_recorded": "A favourite's row was written (user_favorites).",
    "vehicle_recorded": "A vehicle's row was written (user_vehicles).",
    "build_recorded": "A build's row was written (user_projects).",
    "conversation_recorded": "A conversation's row was written (al_conversations).",
    "message_recorded": "Somebody wrote to the assistant (al_messages).",
}
"""Milestones that a table proves, whether or not they were tracked."""

KNOWN: Final[dict[str, str]] = {**TRACKED, **MEASURED, **RECORDED}

ALIASES: Final[dict[str, str]] = {
    "signed_up": "signup_completed",
    "user_signed_up": "signup_completed",
    "onboarding_finished": "onboarding_completed",
    "session_started": "session_start",
    "page_view": "page_view_reported",
    "page_viewed": "page_view_reported",
    "pageview": "page_view_reported",
    "car_viewed": "car_selected",
    "favorite_added": "car_favorited",
    "car_favorite_added": "car_favorited",
    "garage_vehicle_added": "garage_added",
    "vehicle_added": "garage_added",
    "al_chat_started": "al_conversation_started",
    "ai_mechanic_used": "al_conversation_started",
    "pricing_page_viewed": "pricing_viewed",
    "subscription_started": "subscription_created",
}
"""Other spellings, as `user_events` and the tracking plan use them, of the names above."""
