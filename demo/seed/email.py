"""E-mail: nine templates, sixty messages with what became of them, and the referral programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from demo.seed._draw import DAY, HOUR, MINUTE, SECOND, moment, moments, places_by, stamps, text_of

if TYPE_CHECKING:
    from demo.seed._draw import Moments
    from demo.world import World

MAILS: Final = 60
TEMPLATES: Final = (
    # slug, name, subject, category, opt in, active
    ("welcome", "Welcome", "Welcome to AutoRev, {{name}}", "transactional", False, True),
    ("password-reset", "Password reset", "Reset your password", "transactional", False, True),
    ("garage-reminder", "Service reminder", "Your {{car}} is due for service", "feature", True, True),
    ("al-introduction", "Meet AL", "Ask AL anything about your {{car}}", "feature", True, True),
    ("weekend-events", "Events near you", "This weekend near {{city}}", "event", True, True),
    ("event-digest", "Monthly events", "Track days and meets in {{month}}", "event", True, False),
    ("onboarding-nudge", "Finish setting up", "Two minutes left, {{name}}", "engagement", True, True),
    ("win-back", "We miss you", "New on AutoRev since you left", "engagement", True, True),
    ("referral-invite", "Invite a friend", "{{name}} thinks you would like AutoRev", "referral", True, True),
)
STATUSES: Final = ("delivered", "bounced", "sent", "failed", "queued", "skipped", "complained", "unsubscribed")
STATUS_WEIGHTS: Final = (70, 8, 6, 3, 2, 5, 2, 4)
REASONS: Final = {
    "bounced": "550 5.1.1 The address does not exist",
    "failed": "Delivery service answered 429 Too Many Requests",
    "skipped": "The recipient has not opted in",
}
MILESTONES: Final = (
    (3, "credits", 100, "100 credits for the assistant"),
    (5, "credits", 200, "200 credits for the assistant"),
    (10, "collector_months", 1, "One month of the Collector tier"),
    (25, "tuner_months", 1, "One month of the Tuner tier"),
)


def seed(world: World) -> None:
    """Add the four tables of e-mail and referrals; nobody has been referred yet."""
    world.tables["email_templates"] = _templates(world)
    world.tables["email_logs"] = _logs(world)
    world.tables["referrals"] = pl.DataFrame(schema={"id": pl.String})
    world.tables["referral_milestones"] = pl.DataFrame({
        "id": world.ids("referral_milestones", len(MILESTONES)),
        "friends_required": [row[0] for row in MILESTONES],
        "reward_type": [row[1] for row in MILESTONES],
        "reward_value": [row[2] for row in MILESTONES],
        "description": [row[3] for row in MILESTONES],
    })  # fmt: skip


def _templates(world: World) -> pl.DataFrame:
    rng = world.random("email_templates")
    count = len(TEMPLATES)
    now = moment(world.now)
    made = np.sort(now - rng.integers(150 * DAY, 290 * DAY, count))
    variables = [[word.split("}}")[0] for word in row[2].split("{{")[1:]] for row in TEMPLATES]
    return pl.DataFrame({
        "id": world.ids("email_templates", count),
        "slug": [row[0] for row in TEMPLATES],
        "name": [row[1] for row in TEMPLATES],
        "subject": [row[2] for row in TEMPLATES],
        "preview_text": [f"{row[1]}: a short note from the AutoRev team." for row in TEMPLATES],
        "html_content": [f"<h1>{row[2]}</h1><p>{row[1]} from the AutoRev team.</p>" for row in TEMPLATES],
        "category": [row[3] for row in TEMPLATES],
        "requires_opt_in": [row[4] for row in TEMPLATES],
        "is_active": [row[5] for row in TEMPLATES],
        "available_variables": [text_of(names) for names in variables],
        "created_at": stamps(made),
        "updated_at": stamps(made + rng.integers(0, 100 * DAY, count)),
    })  # fmt: skip


def _logs(world: World) -> pl.DataFrame:
    """Draw sixty messages: a welcome for the newest users, the rest by template; each step follows the one before."""
    rng = world.random("email_logs")
    people = world.tables["user_profiles"]
    welcomed = 28
    newest = np.arange(people.height - welcomed, people.height)
    others = rng.integers(0, people.height, MAILS - welcomed)
    who = people[np.concatenate([newest, others]).tolist()]
    template = np.concatenate([
        np.zeros(welcomed, dtype=np.int64),
        places_by(rng, MAILS - welcomed, [0, 2, 5, 4, 7, 0, 6, 4, 1]),
    ])  # fmt: skip
    now = moment(world.now)
    joined = moments(who["created_at"])
    later = np.maximum(joined + HOUR, now - 110 * DAY)
    spread = (rng.random(MAILS) * np.maximum(now - 3 * HOUR - later, MINUTE)).astype(np.int64)
    queued = np.where(np.arange(MAILS) < welcomed, joined + 5 * SECOND, later + spread)
    queued = np.minimum(queued, now - 30 * MINUTE)
    status = np.array(STATUSES)[places_by(rng, MAILS, STATUS_WEIGHTS)]
    status[(status == "queued") & (queued < now - DAY)] = "delivered"
    left = np.isin(status, ("queued", "skipped", "failed"), invert=True)
    arrived = np.isin(status, ("delivered", "complained", "unsubscribed"))
    opened = (arrived & (rng.random(MAILS) < 0.55)) | np.isin(status, ("complained", "unsubscribed"))
    clicked = opened & ((rng.random(MAILS) < 0.4) | (status == "unsubscribed"))
    sent_at = queued + rng.integers(SECOND, 20 * SECOND, MAILS)
    delivered_at = sent_at + rng.integers(SECOND, 40 * SECOND, MAILS)
    opened_at = np.minimum(delivered_at + rng.integers(MINUTE, 2 * DAY, MAILS), now - MINUTE)
    clicked_at = np.minimum(opened_at + rng.integers(2 * SECOND, 5 * MINUTE, MAILS), now)
    names = who["display_name"].str.split(" ").list.first().to_list()
    words = [
        TEMPLATES[int(place)][2]
        .replace("{{name}}", name)
        .replace("{{city}}", city)
        .replace("{{car}}", "car")
        .replace("{{month}}", "the coming month")
        for place, name, city in zip(template, names, who["location_city"], strict=True)
    ]
    keys = world.ids("email_logs.resend", MAILS)

    def where(mask: Any, values: Moments) -> pl.Series:
        return stamps([int(value) if has else None for value, has in zip(values, mask, strict=True)])

    frame = pl.DataFrame({
        "user_id": who["id"],
        "recipient_email": who["email"],
        "template_slug": [TEMPLATES[int(place)][0] for place in template],
        "subject": words,
        "resend_id": [f"re_{key[:8]}" if has else None for key, has in zip(keys, left, strict=True)],
        "status": status.tolist(),
        "error_message": [REASONS.get(str(each)) for each in status],
        "sent_at": where(left, sent_at),
        "delivered_at": where(arrived, delivered_at),
        "opened_at": where(opened, opened_at),
        "clicked_at": where(clicked, clicked_at),
        "created_at": stamps(queued),
    }).sort("created_at", maintain_order=True)  # fmt: skip
    return frame.insert_column(0, world.ids("email_logs", MAILS).alias("id"))
