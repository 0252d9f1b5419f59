"""TODO Analytics & Tracking."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    INTEGER,
    JSONB,
    TEXT,
    TIMESTAMP,
    UUID,
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "Analytics & Tracking"

click_events = table(
    "click_events",
    Note(
        title='Click Tracking',
        domain=DOMAIN,
        grain="TODO",
        rows=29444,
        columns=15,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("session_id", TEXT, "TODO Session identifier"),
    column("element_type", TEXT, "TODO Element type clicked"),
    column("element_id", TEXT, "TODO Element identifier"),
    column("page_url", TEXT, "TODO Page URL"),
    column("metadata", JSONB, "TODO Additional context"),
    assumed("visitor_id", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


page_views = table(
    "page_views",
    Note(
        title='Page View Tracking',
        domain=DOMAIN,
        grain="TODO",
        rows=11088,
        columns=26,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("session_id", TEXT, "TODO Session identifier"),
    column("page_url", TEXT, "TODO Page URL"),
    column("referrer", TEXT, "TODO Referrer URL"),
    column("duration_ms", INTEGER, "TODO Time on page"),
    column("device_info", JSONB, "TODO Device metadata"),
    assumed("visitor_id", TEXT, "TODO"),
    assumed("is_bot", BOOLEAN, "TODO"),
    assumed("utm_source", TEXT, "TODO"),
    assumed("utm_medium", TEXT, "TODO"),
    assumed("utm_campaign", TEXT, "TODO"),
    assumed("country", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


page_engagement = table(
    "page_engagement",
    Note(
        title='Engagement Metrics',
        domain=DOMAIN,
        grain="TODO",
        rows=7131,
        columns=16,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("page_view_id", UUID, "TODO FK to page_views", references="page_views.id"),
    column("scroll_depth", INTEGER, "TODO Max scroll percentage"),
    column("time_on_page", INTEGER, "TODO Time in seconds"),
    column("interactions", JSONB, "TODO Interaction events"),
    assumed("session_id", TEXT, "TODO"),
    assumed("page_url", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


user_events = table(
    "user_events",
    Note(
        title='User Interaction Events',
        domain=DOMAIN,
        grain="TODO",
        rows=1375,
        columns=17,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("event_type", TEXT, "TODO Event type"),
    column("event_data", JSONB, "TODO Event payload"),
    column("session_id", TEXT, "TODO Session identifier"),
    column("page_url", TEXT, "TODO Page URL"),
    assumed("visitor_id", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


application_errors = table(
    "application_errors",
    Note(
        title='Error Tracking',
        domain=DOMAIN,
        grain="TODO",
        rows=3850,
        columns=44,
        event_time="last_seen_at",
        append_only=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("error_type", TEXT, "TODO Error classification"),
    column("error_message", TEXT, "TODO Error message"),
    column("stack_trace", TEXT, "TODO Stack trace"),
    column("user_id", UUID, "TODO Affected user", references="user_profiles.id"),
    column("page_url", TEXT, "TODO Page URL"),
    column("severity", TEXT, "TODO Error severity"),
    column("is_resolved", BOOLEAN, "TODO Resolution status"),
    assumed("error_hash", TEXT, "TODO"),
    assumed("error_source", TEXT, "TODO"),
    assumed("api_route", TEXT, "TODO"),
    assumed("component_name", TEXT, "TODO"),
    assumed("feature_context", TEXT, "TODO"),
    assumed("http_method", TEXT, "TODO"),
    assumed("http_status", INTEGER, "TODO"),
    assumed("request_duration_ms", INTEGER, "TODO"),
    assumed("request_id", TEXT, "TODO"),
    assumed("browser", TEXT, "TODO"),
    assumed("os", TEXT, "TODO"),
    assumed("is_mobile", BOOLEAN, "TODO"),
    assumed("app_version", TEXT, "TODO"),
    assumed("metadata", JSONB, "TODO"),
    assumed("occurrence_count", INTEGER, "TODO"),
    assumed("status", TEXT, "TODO"),
    assumed("issue_addressed", BOOLEAN, "TODO"),
    assumed("first_seen_at", TIMESTAMP, "TODO"),
    assumed("last_seen_at", TIMESTAMP, "TODO"),
    assumed("resolved_at", TIMESTAMP, "TODO"),
    assumed("fixed_at", TIMESTAMP, "TODO"),
    assumed("fixed_in_version", TEXT, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


user_attribution = table(
    "user_attribution",
    Note(
        title='Marketing Attribution',
        domain=DOMAIN,
        grain="TODO",
        rows=42,
        columns=19,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("user_id", UUID, "TODO FK to user_profiles", references="user_profiles.id"),
    column("utm_source", TEXT, "TODO UTM source"),
    column("utm_medium", TEXT, "TODO UTM medium"),
    column("utm_campaign", TEXT, "TODO UTM campaign"),
    column("referrer", TEXT, "TODO Referrer URL"),
    column("landing_page", TEXT, "TODO First page visited"),
    assumed("first_touch_at", TIMESTAMP, "TODO"),
    assumed("last_touch_at", TIMESTAMP, "TODO"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


audit_log = table(
    "audit_log",
    Note(
        title='System Audit Trail',
        domain=DOMAIN,
        grain="TODO",
        rows=15751,
        columns=10,
        columns_at_least=True,
        event_time="changed_at",
        append_only=True,
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("action", TEXT, "TODO Action type (INSERT/UPDATE/DELETE)"),
    column("table_name", TEXT, "TODO Affected table"),
    column("record_id", UUID, "TODO Record ID"),
    column("changed_by", UUID, "TODO User who made change", references="user_profiles.id"),
    column("old_values", JSONB, "TODO Previous values"),
    column("new_values", JSONB, "TODO New values"),
    column("changed_at", TIMESTAMP, "TODO Change timestamp"),
)
