"""Analytics & Tracking: clicks, page views, engagement, events, errors, attribution and the audit trail."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    INTEGER,
    JSONB,
    TEXT,
    TIMESTAMP,
    UUID,
    Alias,
    Derived,
    Note,
    assumed,
    column,
    table,
)
from catalogue.users import SEVERITIES, TRIAGE_STATUSES

DOMAIN = "Analytics & Tracking"

SETTLED = "coalesce({status}, '') in ('resolved', 'closed', 'fixed', 'wont_fix', 'duplicate')"

click_events = table(
    "click_events",
    Note(
        title="Click Tracking",
        domain=DOMAIN,
        grain="One row per click on something that can be clicked.",
        rows=29444,
        columns=15,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Identifies the click.", primary_key=True),
    column("user_id", UUID, "Who clicked; empty for visitors not signed in.", references="user_profiles.id"),
    column("session_id", TEXT, "Browser session, as the client counts it.", personal="pseudonym"),
    column("element_type", TEXT, "Kind of element: its HTML tag.", live=Alias("element_tag")),
    column("element_id", TEXT, "Which element of the page.", personal="free text"),
    column("page_url", TEXT, "Page on which it happened.", live=Alias("path"), personal="free text"),
    column(
        "metadata",
        JSONB,
        "Further details of the click: the element's class, text and link, position, window size, device.",
        live=Derived(
            (
                "element_class",
                "element_text",
                "element_href",
                "x_percent",
                "y_percent",
                "viewport_width",
                "viewport_height",
                "device_type",
            ),
            "jsonb_strip_nulls(jsonb_build_object("
            "'element_class', {element_class}, 'element_text', {element_text}, 'element_href', {element_href}, "
            "'x_percent', {x_percent}, 'y_percent', {y_percent}, 'viewport_width', {viewport_width}, "
            "'viewport_height', {viewport_height}, 'device_type', {device_type}))",
            "flat columns to one JSON",
        ),
        personal="free text",
    ),
    assumed("visitor_id", TEXT, "Browser, recognised across sessions.", personal="pseudonym"),
    assumed("created_at", TIMESTAMP, "When the click happened."),
)


page_views = table(
    "page_views",
    Note(
        title="Page View Tracking",
        domain=DOMAIN,
        grain="One row per page shown to somebody.",
        rows=11088,
        columns=26,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Identifies the view.", primary_key=True),
    column("user_id", UUID, "Who looked; empty for visitors not signed in.", references="user_profiles.id"),
    column("session_id", TEXT, "Browser session, as the client counts it.", personal="pseudonym"),
    column("page_url", TEXT, "Page that was shown.", live=Alias("path"), personal="free text"),
    column("referrer", TEXT, "Page the visitor came from.", personal="free text"),
    column("duration_ms", INTEGER, "Time the page stayed open.", unit="milliseconds"),
    column(
        "device_info",
        JSONB,
        "Device: its type, browser and operating system with their versions.",
        live=Derived(
            ("device_type", "browser", "browser_version", "os", "os_version"),
            "jsonb_build_object('device_type', {device_type}, 'browser', {browser}, "
            "'browser_version', {browser_version}, 'os', {os}, 'os_version', {os_version})",
            "flat columns to one JSON",
        ),
        personal="free text",
    ),
    assumed("visitor_id", TEXT, "Browser, recognised across sessions.", personal="pseudonym"),
    assumed("is_bot", BOOLEAN, "True when the reader is a program."),
    assumed("utm_source", TEXT, "Source named by the campaign link.", personal="free text"),
    assumed("utm_medium", TEXT, "Medium named by the campaign link.", personal="free text"),
    assumed("utm_campaign", TEXT, "Campaign named by the link.", personal="free text"),
    assumed("country", TEXT, "Country the request came from.", personal="region"),
    assumed("page_load_time", INTEGER, "Time until the page was ready.", unit="milliseconds"),
    assumed("created_at", TIMESTAMP, "When the page was shown."),
)


page_engagement = table(
    "page_engagement",
    Note(
        title="Engagement Metrics",
        domain=DOMAIN,
        grain="One row per page view that reported how far and how long it was read.",
        rows=7131,
        columns=16,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Identifies the report.", primary_key=True),
    column("page_view_id", UUID, "View it belongs to; often empty.", references="page_views.id"),
    column(
        "scroll_depth",
        INTEGER,
        "Farthest point reached on the page.",
        unit="percent 0-100",
        live=Alias("max_scroll_depth_percent"),
    ),
    column(
        "time_on_page",
        INTEGER,
        "Time between opening and leaving the page.",
        unit="seconds",
        live=Alias("time_on_page_seconds"),
    ),
    column(
        "interactions",
        JSONB,
        "Counts of what the reader did: clicks, copied texts, uses of forms.",
        live=Derived(
            ("click_count", "copy_count", "form_interactions"),
            "jsonb_build_object('click_count', {click_count}, 'copy_count', {copy_count}, "
            "'form_interactions', {form_interactions})",
            "flat counts to one JSON",
        ),
        personal="free text",
    ),
    assumed("engaged_time_seconds", INTEGER, "Time with the page in view and in use.", unit="seconds"),
    assumed("session_id", TEXT, "Browser session, as the client counts it.", personal="pseudonym"),
    assumed("page_url", TEXT, "Page that was read.", live=Alias("path"), personal="free text"),
    assumed("created_at", TIMESTAMP, "When the report came in."),
)


user_events = table(
    "user_events",
    Note(
        title="User Interaction Events",
        domain=DOMAIN,
        grain="One row per named step of a journey, such as a finished sign-up.",
        rows=1375,
        columns=17,
        event_time="created_at",
        append_only=True,
    ),
    assumed("id", UUID, "Identifies the event.", primary_key=True),
    column("user_id", UUID, "Who did it; empty before sign-in.", references="user_profiles.id"),
    column("event_type", TEXT, "What happened; spelled by three vocabularies.", live=Alias("event_name")),
    column("event_data", JSONB, "Details that belong to the event.", live=Alias("properties"), personal="free text"),
    column("session_id", TEXT, "Browser session, as the client counts it.", personal="pseudonym"),
    column("page_url", TEXT, "Page on which it happened.", live=Alias("page_path"), personal="free text"),
    assumed("visitor_id", TEXT, "Browser, recognised across sessions.", personal="pseudonym"),
    assumed("created_at", TIMESTAMP, "When it happened."),
)


application_errors = table(
    "application_errors",
    Note(
        title="Error Tracking",
        domain=DOMAIN,
        grain="One row per recorded fault; repeats of the same hash raise its count.",
        rows=3850,
        columns=44,
        event_time="last_seen_at",
        append_only=True,
    ),
    assumed("id", UUID, "Identifies the row.", primary_key=True),
    column(
        "error_type",
        TEXT,
        "Kind of fault, as the logger classed it.",
        one_of=(
            "server_error",
            "external_api_failure",
            "database_error",
            "auth_error",
            "cron_failure",
            "slow_request",
            "unhandled_exception",
            "api_failure",
            "render_error",
            "network_timeout",
            "client_error",
        ),
    ),
    column("error_message", TEXT, "What the fault said.", personal="free text", live=Alias("message")),
    column("stack_trace", TEXT, "Calls that led to it; cut after 2,000 or 3,000 characters.", personal="free text"),
    column("user_id", UUID, "Who met it; the running database does not record that.", references="user_profiles.id"),
    column("page_url", TEXT, "Page on which it happened.", personal="free text"),
    column("severity", TEXT, "How much it hinders people.", one_of=SEVERITIES),
    column(
        "is_resolved",
        BOOLEAN,
        "True once the fault was settled, in whatever way.",
        live=(
            Derived(
                ("status", "resolved_at", "fixed_at", "issue_addressed"),
                "{resolved_at} is not null or {fixed_at} is not null or coalesce({issue_addressed}, false) "
                f"or {SETTLED}",
                "settled by a date, the addressed mark or the status",
            ),
            Derived(
                ("status", "resolved_at", "fixed_at"),
                f"{{resolved_at}} is not null or {{fixed_at}} is not null or {SETTLED}",
                "settled by a date or the status",
            ),
            Derived(
                ("status", "resolved_at"), f"{{resolved_at}} is not null or {SETTLED}", "settled by date or status"
            ),
        ),
    ),
    assumed("error_hash", TEXT, "The logger's own group key; splits one fault into many."),
    assumed(
        "error_source",
        TEXT,
        "Part of the system that reported it.",
        one_of=("api", "cron", "external_api", "database", "auth", "client"),
    ),
    assumed("api_route", TEXT, "Server route that failed.", personal="free text"),
    assumed("component_name", TEXT, "Part of the page that failed to draw.", personal="free text"),
    assumed("feature_context", TEXT, "Feature guessed by the logger from the address; unreliable."),
    assumed("http_method", TEXT, "Method of the request."),
    assumed("http_status", INTEGER, "Status of the response."),
    assumed("request_duration_ms", INTEGER, "Time the request took.", unit="milliseconds"),
    assumed("request_id", TEXT, "Number of the request.", personal="pseudonym"),
    assumed("external_service", TEXT, "Outside service that failed."),
    assumed("browser", TEXT, "Browser, as the logger read it."),
    assumed("os", TEXT, "Operating system, as the logger read it."),
    assumed("is_mobile", BOOLEAN, "True on a phone."),
    assumed("app_version", TEXT, "Release that ran: seven characters of its commit, without order."),
    assumed("metadata", JSONB, "Everything else the logger knew.", personal="free text"),
    assumed("occurrence_count", INTEGER, "Times it happened, at least: loggers hold repeats back.", unit="occurrences"),
    assumed(
        "status",
        TEXT,
        "How far the fault has been dealt with.",
        one_of=TRIAGE_STATUSES,
    ),
    assumed("issue_addressed", BOOLEAN, "True once somebody marked it as taken care of."),
    assumed("is_regression", BOOLEAN, "True when the same hash had been marked fixed before."),
    assumed("first_seen_at", TIMESTAMP, "When it first happened.", live=Alias("first_seen")),
    assumed("last_seen_at", TIMESTAMP, "When it last happened.", live=Alias("last_seen")),
    assumed("resolved_at", TIMESTAMP, "When it was marked settled."),
    assumed("fixed_at", TIMESTAMP, "When it was marked repaired."),
    assumed("fixed_in_version", TEXT, "Release said to hold the repair; free text.", personal="free text"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


user_attribution = table(
    "user_attribution",
    Note(
        title="Marketing Attribution",
        domain=DOMAIN,
        grain="One row per account: where its first and its latest visit before sign-up came from.",
        rows=42,
        columns=19,
        event_time="created_at",
    ),
    assumed("id", UUID, "Identifies the row.", primary_key=True),
    column("user_id", UUID, "Account that came this way.", references="user_profiles.id"),
    column("utm_source", TEXT, "Source of the first visit.", live=Alias("first_touch_source"), personal="free text"),
    column("utm_medium", TEXT, "Medium of the first visit.", live=Alias("first_touch_medium"), personal="free text"),
    column(
        "utm_campaign", TEXT, "Campaign of the first visit.", live=Alias("first_touch_campaign"), personal="free text"
    ),
    column(
        "referrer", TEXT, "Page the first visit came from.", live=Alias("first_touch_referrer"), personal="free text"
    ),
    column(
        "landing_page",
        TEXT,
        "Page the first visit began on.",
        live=Alias("first_touch_landing_page"),
        personal="free text",
    ),
    assumed("last_touch_source", TEXT, "Source of the latest visit before sign-up.", personal="free text"),
    assumed("last_touch_medium", TEXT, "Medium of the latest visit before sign-up.", personal="free text"),
    assumed("last_touch_campaign", TEXT, "Campaign of the latest visit before sign-up.", personal="free text"),
    assumed("last_touch_referrer", TEXT, "Page the latest visit came from.", personal="free text"),
    assumed("last_touch_landing_page", TEXT, "Page the latest visit began on.", personal="free text"),
    assumed("first_touch_at", TIMESTAMP, "When the first visit was."),
    assumed("last_touch_at", TIMESTAMP, "When the latest visit before sign-up was."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


audit_log = table(
    "audit_log",
    Note(
        title="System Audit Trail",
        domain=DOMAIN,
        grain="One row per change that was made to a row of another table.",
        rows=15751,
        columns=10,
        columns_at_least=True,
        event_time="changed_at",
        append_only=True,
    ),
    assumed("id", UUID, "Identifies the change.", primary_key=True),
    column("action", TEXT, "What was done to the row.", one_of=("INSERT", "UPDATE", "DELETE")),
    column("table_name", TEXT, "Table that was changed."),
    column("record_id", UUID, "Row that was changed; its table is in table_name."),
    column("changed_by", UUID, "Who changed it; empty for the system.", references="user_profiles.id"),
    column("old_values", JSONB, "The row before the change.", personal="message"),
    column("new_values", JSONB, "The row after the change.", personal="message"),
    column("changed_at", TIMESTAMP, "When it was changed."),
)
