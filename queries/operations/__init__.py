"""Operations: e-mail, ingestion, community, garage, plans, feedback and the record of changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy

if TYPE_CHECKING:
    from queries.span import Span
    from replica import Mirror

HERE = Path(__file__).parent


class Mail(dy.Schema):
    """One row per template, most used first; rates are shares of the step before, null where nobody was there."""

    template = dy.String(nullable=True)
    category = dy.String(nullable=True)
    requires_opt_in = dy.Bool(nullable=True)
    queued = dy.Int64(nullable=True)
    sent = dy.Int64(nullable=True)
    delivered = dy.Int64(nullable=True)
    opened = dy.Int64(nullable=True)
    clicked = dy.Int64(nullable=True)
    bounced = dy.Int64(nullable=True)
    complained = dy.Int64(nullable=True)
    unsubscribed = dy.Int64(nullable=True)
    delivery_rate = dy.Float64(nullable=True)
    open_rate = dy.Float64(nullable=True)
    click_rate = dy.Float64(nullable=True)
    bounce_rate = dy.Float64(nullable=True)
    complaint_rate = dy.Float64(nullable=True)


class Jobs(dy.Schema):
    """One row per kind of job, most failures first."""

    job_type = dy.String(nullable=True)
    jobs = dy.Int64(nullable=True)
    pending = dy.Int64(nullable=True)
    running = dy.Int64(nullable=True)
    completed = dy.Int64(nullable=True)
    failed = dy.Int64(nullable=True)
    missed = dy.Int64(nullable=True)
    retried = dy.Int64(nullable=True)
    success_rate = dy.Float64(nullable=True)
    oldest_open = dy.Datetime(time_zone="UTC", nullable=True)
    last_success = dy.Datetime(time_zone="UTC", nullable=True)


class Queues(dy.Schema):
    """One row per queue and status."""

    queue = dy.String(nullable=True)
    status = dy.String(nullable=True)
    waiting = dy.Int64(nullable=True)
    attempts = dy.Float64(nullable=True)
    oldest = dy.Datetime(time_zone="UTC", nullable=True)


class Forums(dy.Schema):
    """One row per forum, longest unread first."""

    slug = dy.String(nullable=True)
    is_active = dy.Bool(nullable=True)
    last_scraped_at = dy.Datetime(time_zone="UTC", nullable=True)
    threads = dy.Int64(nullable=True)


class Changes(dy.Schema):
    """One row per change, newest first."""

    changed_at = dy.Datetime(time_zone="UTC", nullable=True)
    table_name = dy.String(nullable=True)
    action = dy.String(nullable=True)
    changed_by = dy.String(nullable=True)
    changed = dy.String(nullable=True, description="Fields that changed; null where the rows may not be seen.")
    record_id = dy.String(nullable=True)
    before = dy.String(nullable=True)
    after = dy.String(nullable=True)


class Moderation(dy.Schema):
    """One row per comment that waits, oldest first."""

    comment_id = dy.String(nullable=True)
    created_at = dy.Datetime(time_zone="UTC", nullable=True)
    moderation_status = dy.String(nullable=True)
    moderation_score = dy.Float64(nullable=True)
    moderation_reason = dy.String(nullable=True)
    content = dy.String(nullable=True)
    user_id = dy.String(nullable=True)


class Posts(dy.Schema):
    """One row per post, newest first."""

    post_id = dy.String(nullable=True)
    created_at = dy.Datetime(time_zone="UTC", nullable=True)
    post_type = dy.String(nullable=True)
    title = dy.String(nullable=True)
    status = dy.String(nullable=True)
    likes = dy.Int64(nullable=True)
    stored_likes = dy.Int64(nullable=True)
    comments = dy.Int64(nullable=True)
    stored_comments = dy.Int64(nullable=True)


class Levels(dy.Schema):
    """One row per level."""

    level = dy.Int64(nullable=True)
    title = dy.String(nullable=True)
    xp_required = dy.Int64(nullable=True)
    people = dy.Int64(nullable=True)
    stored_differs = dy.Int64(nullable=True)


class TakingPart(dy.Schema):
    """One row per kind of thing people add or join."""

    what = dy.String(nullable=True)
    counted = dy.Int64(nullable=True)
    people = dy.Int64(nullable=True)


class Garage(dy.Schema):
    """One row per car, most people first."""

    car_slug = dy.String(nullable=True)
    brand = dy.String(nullable=True)
    vehicles = dy.Int64(nullable=True)
    owners = dy.Int64(nullable=True)
    saved_by = dy.Int64(nullable=True)
    builds = dy.Int64(nullable=True)
    people = dy.Int64(nullable=True)


class Due(dy.Schema):
    """One row per vehicle with something due."""

    vehicle_id = dy.String(nullable=True)
    car_slug = dy.String(nullable=True)
    usage_type = dy.String(nullable=True)
    current_mileage = dy.Int64(nullable=True)
    last_oil_change_date = dy.Date(nullable=True)
    miles_since_oil = dy.Int64(nullable=True)
    registration_due_date = dy.Date(nullable=True)
    inspection_due_date = dy.Date(nullable=True)
    due = dy.String(nullable=True)


class Plans(dy.Schema):
    """One row per plan, cheapest first."""

    name = dy.String(nullable=True)
    tier = dy.String(nullable=True)
    price_monthly = dy.Decimal(18, 2, nullable=True)
    price_annual = dy.Decimal(18, 2, nullable=True)
    features = dy.Int64(nullable=True)
    accounts = dy.Int64(nullable=True)
    paying = dy.Int64(nullable=True)
    trialing = dy.Int64(nullable=True)
    ending = dy.Int64(nullable=True)
    canceled = dy.Int64(nullable=True)


class Referrals(dy.Schema):
    """One row per state of invitations, and per milestone."""

    part = dy.String(nullable=True)
    step = dy.String(nullable=True)
    counted = dy.Int64(nullable=True)
    people = dy.Int64(nullable=True)
    credits = dy.Int64(nullable=True)


class Feedback(dy.Schema):
    """One row per message that is not settled."""

    feedback_id = dy.String(nullable=True)
    created_at = dy.Datetime(time_zone="UTC", nullable=True)
    feedback_type = dy.String(nullable=True)
    severity = dy.String(nullable=True)
    status = dy.String(nullable=True)
    message = dy.String(nullable=True)
    page_url = dy.String(nullable=True)
    user_tier = dy.String(nullable=True)
    age_days = dy.Int64(nullable=True)


class Config(dy.Schema):
    """One row per setting of the application."""

    key = dy.String(nullable=True)
    value = dy.String(nullable=True)
    description = dy.String(nullable=True)
    is_public = dy.Bool(nullable=True)
    updated_at = dy.Datetime(time_zone="UTC", nullable=True)


def mail(mirror: Mirror, *, span: Span) -> dy.DataFrame[Mail]:
    """How do e-mails of the range fare, by template?"""
    return mirror.ask(HERE / "mail.sql", Mail, since=span.start, until=span.end)


class WaitingEvents(dy.Schema):
    """One row per event that waits for a decision."""

    event_id = dy.String(primary_key=True, description="events.id")
    name = dy.String(nullable=True, description="What it is called.")
    start_date = dy.Date(nullable=True, description="Its first day.")
    city = dy.String(nullable=True)
    state = dy.String(nullable=True)
    status = dy.String(nullable=True, description="As it is stored.")
    source_url = dy.String(nullable=True, description="Where it was found.")
    created_at = dy.Datetime(time_zone="UTC", nullable=True)


class FailedVideos(dy.Schema):
    """One row per video whose ingestion failed."""

    queue_id = dy.String(primary_key=True, description="youtube_ingestion_queue.id")
    video_id = dy.String(nullable=True)
    target_car_slug = dy.String(nullable=True, description="The car it was meant for.")
    attempts = dy.Int64(nullable=True, description="How often it was tried.")
    error_message = dy.String(nullable=True)
    created_at = dy.Datetime(time_zone="UTC", nullable=True)
    processed_at = dy.Datetime(time_zone="UTC", nullable=True)


class FailedJobs(dy.Schema):
    """One row per job that failed."""

    job_id = dy.String(primary_key=True, description="scrape_jobs.id")
    job_type = dy.String(nullable=True)
    car_slug = dy.String(nullable=True)
    attempts = dy.Int64(nullable=True, description="How often it was tried.")
    error_message = dy.String(nullable=True)
    created_at = dy.Datetime(time_zone="UTC", nullable=True)
    completed_at = dy.Datetime(time_zone="UTC", nullable=True)


def waiting_events(mirror: Mirror) -> dy.DataFrame[WaitingEvents]:
    """Which events wait for a decision?"""
    return mirror.ask(HERE / "waiting_events.sql", WaitingEvents)


def failed_videos(mirror: Mirror) -> dy.DataFrame[FailedVideos]:
    """Which videos could not be read in?"""
    return mirror.ask(HERE / "failed_videos.sql", FailedVideos)


def failed_jobs(mirror: Mirror) -> dy.DataFrame[FailedJobs]:
    """Which jobs failed and were not run again?"""
    return mirror.ask(HERE / "failed_jobs.sql", FailedJobs)


def jobs(mirror: Mirror) -> dy.DataFrame[Jobs]:
    """How do ingestion jobs fare, over all that there ever were?"""
    return mirror.ask(HERE / "jobs.sql", Jobs, as_of=mirror.freshness().snapshot_at)


def queues(mirror: Mirror) -> dy.DataFrame[Queues]:
    """What waits, and since when?"""
    return mirror.ask(HERE / "queues.sql", Queues)


def forums(mirror: Mirror) -> dy.DataFrame[Forums]:
    """When was each forum last read, and what did it give?"""
    return mirror.ask(HERE / "forums.sql", Forums)


def audit(mirror: Mirror, *, span: Span) -> dy.DataFrame[Changes]:
    """Who changed what in the range, at most the newest 500?"""
    return mirror.ask(HERE / "audit.sql", Changes, since=span.start, until=span.end)


def moderation(mirror: Mirror) -> dy.DataFrame[Moderation]:
    """Which comments wait for a decision?"""
    return mirror.ask(HERE / "moderation.sql", Moderation)


def posts(mirror: Mirror) -> dy.DataFrame[Posts]:
    """How are posts received, and do their stored counts agree with likes and comments?"""
    return mirror.ask(HERE / "posts.sql", Posts)


def levels(mirror: Mirror) -> dy.DataFrame[Levels]:
    """How many people are on each level?"""
    return mirror.ask(HERE / "levels.sql", Levels)


def taking_part(mirror: Mirror) -> dy.DataFrame[TakingPart]:
    """What do people add and join?"""
    return mirror.ask(HERE / "taking_part.sql", TakingPart)


def garage(mirror: Mirror) -> dy.DataFrame[Garage]:
    """Which cars do people own, save and build?"""
    return mirror.ask(HERE / "garage.sql", Garage)


def due(mirror: Mirror) -> dy.DataFrame[Due]:
    """Which vehicles have something due?"""
    return mirror.ask(HERE / "due.sql", Due, today=mirror.freshness().snapshot_at.date())


def plans(mirror: Mirror) -> dy.DataFrame[Plans]:
    """What do the plans grant, and who is on them?"""
    return mirror.ask(HERE / "plans.sql", Plans)


def referrals(mirror: Mirror) -> dy.DataFrame[Referrals]:
    """How far have invitations come, and who reached which milestone?"""
    return mirror.ask(HERE / "referrals.sql", Referrals)


def feedback(mirror: Mirror) -> dy.DataFrame[Feedback]:
    """Which messages of people wait for an answer?"""
    return mirror.ask(HERE / "feedback.sql", Feedback, as_of=mirror.freshness().snapshot_at)


def config(mirror: Mirror) -> dy.DataFrame[Config]:
    """How is the application set?"""
    return mirror.ask(HERE / "config.sql", Config)
