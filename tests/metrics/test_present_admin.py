"""The present admin's faults: on each small data set its formula gives a wrong number and ours the right one.

Each test is named after the fault's mark and what it did; `fault` asks the rows as the present admin does.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import duckdb
import pytest

import catalogue
from metrics import BY_KEY, breakdown, measure
from queries import (
    acquisition,
    activity,
    assistant,
    content,
    engagement,
    finance,
    funnels,
    operations,
    people,
    retention,
    trends,
)
from queries.span import Span
from replica import generations

SPAN = Span(date(2026, 1, 5), date(2026, 1, 7))
VIEWS = """
    id | user_id | visitor_id | session_id | created_at
    p1 | ann     | v1         | s1         | 2026-01-05 10:00:00
    p2 | ann     | v1         | s1         | 2026-01-05 10:01:00
    p3 | ann     | v1         | s2         | 2026-01-05 20:00:00
    p4 | bob     | v2         | s3         | 2026-01-05 11:00:00
    p5 | null    | v3         | s4         | 2026-01-07 11:00:00
"""


def fault(mirror, statement):
    """Return what a statement of the present admin says of the same rows."""
    with duckdb.connect(str(generations.current(mirror.folder))) as connection:
        return connection.execute(statement).fetchone()[0]


def as_of(mirror, moment):
    """Read the data as if it had been copied at a moment."""
    with duckdb.connect(str(generations.current(mirror.folder))) as connection:
        connection.execute("update meta.refresh set snapshot_at = ?::timestamptz", [moment])
    return mirror


def value(mirror, key, span=SPAN):
    return measure(mirror, BY_KEY[key], span=span, compare="none").value


def test_d1_rows_of_page_views_were_called_active_users(mirror_with):
    mirror = mirror_with(page_views=VIEWS)
    assert fault(mirror, "select count(*) from page_views where user_id is not null") == 4
    assert value(mirror, "active_users") == 2


def test_d2_page_views_were_called_people_online(mirror_with):
    mirror = mirror_with(page_views=VIEWS)
    assert fault(mirror, "select count(*) from page_views where created_at < '2026-01-05 10:05:00'") == 2
    assert value(mirror, "visitors", Span(date(2026, 1, 5), date(2026, 1, 5))) == 2
    assert value(mirror, "visitors") == 3


def test_d3_a_goal_was_divided_by_page_views_called_visitors(mirror_with):
    mirror = mirror_with(
        page_views=VIEWS,
        user_events="id | user_id | event_type | created_at\n e1 | ann | bought | 2026-01-05 10:02:00",
    )
    assert fault(mirror, "select 1 / count(*) from page_views where created_at < '2026-01-06'") == 1 / 4
    asked = trends.Trend(("bought", "page_view"), "actors", formula="A/B")
    assert trends.series(mirror, asked=asked, span=SPAN)["value"].to_list() == [1 / 2, None, 0]


def test_d4_somebody_anonymous_was_one_more_active_user(mirror_with):
    mirror = mirror_with(page_views=VIEWS)
    assert fault(mirror, "select len(list_distinct(list(coalesce(user_id::varchar, 'NULL')))) from page_views") == 3
    assert value(mirror, "active_users") == 2
    assert activity.active(mirror, span=SPAN, segment="signed_in")["weekly"].to_list()[-1] == 2


def test_d5_means_were_of_the_oldest_thousand_rows(mirror_with):
    seconds = [10] * 1000 + [100] * 1001
    head = "id | session_id | page_url | engaged_time_seconds | created_at\n"
    rows = "\n".join(f"e{place} | s{place} | / | {one} | 2026-01-05 10:00:00" for place, one in enumerate(seconds))
    mirror = mirror_with(page_engagement=head + rows)
    assert median(seconds[:1000]) == 10
    found = engagement.pages(mirror, span=SPAN).row(0, named=True)
    assert (found["readings"], found["median_seconds"]) == (2001, 100)


def test_d6_stages_were_read_from_a_table_that_is_not_there(mirror_with):
    assert "user_lifecycle_status" not in catalogue.TABLES
    mirror = mirror_with(
        user_profiles="id | created_at\n ann | 2025-06-01\n bob | 2025-06-01\n eve | 2025-06-01",
        page_views=VIEWS,
    )  # fmt: skip
    stages = people.listed(as_of(mirror, "2026-01-08 00:00:00+00"))["lifecycle"].value_counts()
    assert dict(stages.iter_rows()) == {"Active": 2, "Never active": 1}


def test_d7_the_last_day_fell_out_of_every_series(mirror_with):
    mirror = as_of(mirror_with(page_views=VIEWS), "2026-01-07 12:00:00+00")
    assert [SPAN.first + timedelta(days=day) for day in range((SPAN.last - SPAN.first).days)][-1] == date(2026, 1, 6)
    series = measure(mirror, BY_KEY["visitors"], span=SPAN).series
    assert series.row(-1, named=True) == {"period": date(2026, 1, 7), "value": 1, "complete": False}


def test_d8_days_without_views_were_missing_from_the_series(mirror_with):
    mirror = mirror_with(page_views=VIEWS)
    assert fault(mirror, "select count(distinct created_at::date) from page_views") == 2
    assert measure(mirror, BY_KEY["visitors"], span=SPAN).series["value"].to_list() == [2, 0, 1]


MESSAGES = {
    "user_profiles": """
        id  | created_at
        new | 2026-01-16 10:00:00
        old | 2026-01-01 10:00:00
    """,
    "page_views": """
        id | user_id | session_id | created_at
        p1 | new     | s1         | 2026-01-16 10:00:00
        p2 | new     | s2         | 2026-01-19 10:00:00
        p3 | old     | s3         | 2026-01-01 10:00:00
        p4 | old     | s4         | 2026-01-08 10:00:00
    """,
    "al_conversations": "id | user_id | created_at\n c | new | 2026-01-19 10:00:00",
    "al_messages": "id | conversation_id | role | created_at\n m | c | user | 2026-01-19 10:00:00",
}


def test_r1_retention_was_who_signed_up_lately_and_wrote_today(mirror_with):
    mirror = as_of(mirror_with(**MESSAGES), "2026-01-20 00:00:00+00")
    wrote = "select user_id from al_conversations where created_at >= '2026-01-19'"
    share = f"select avg((id in ({wrote}))::int) from user_profiles where created_at >= '2026-01-13'"  # noqa: S608
    assert fault(mirror, share) == 1, "called D7, of somebody who joined four days ago"
    assert fault(mirror, "select count(*) from user_profiles") == 2, "called monthly active users"
    found = retention.cells(mirror, asked=retention.Retention(unit="day", most=7))
    seventh = {str(row["cohort"]): row["retained"] for row in found.filter(period=7).iter_rows(named=True)}
    assert seventh == {"2026-01-01": 1, "2026-01-16": None}
    assert value(mirror, "active_users", Span(date(2026, 1, 9), date(2026, 1, 19))) == 1


def test_r2_week_one_was_any_time_later_and_of_young_cohorts_zero(mirror_with):
    mirror = mirror_with(
        page_views="""
            id | user_id | session_id | created_at
            p1 | ann     | s1         | 2026-01-05 10:00:00
            p2 | ann     | s2         | 2026-01-28 10:00:00
            p3 | bob     | s3         | 2026-01-26 10:00:00
        """
    )
    as_of(mirror, "2026-01-31 00:00:00+00")
    later = """
        select count(distinct user_id) from page_views
        inner join (select user_id, min(created_at) as began from page_views group by user_id) as first using (user_id)
        where created_at >= began + interval 7 day
    """
    assert fault(mirror, later) == 1, "the return in week 3 counts as one in week 1"
    found = retention.cells(mirror, asked=retention.Retention(unit="week", most=1)).filter(period=1)
    assert found["retained"].to_list() == [0, None]


def test_r3_rows_of_favourites_were_counted_as_users(mirror_with):
    mirror = mirror_with(
        user_profiles="id | created_at\n ann | 2026-01-05 09:00:00\n bob | 2026-01-05 09:00:00",
        user_favorites="""
            id | user_id | car_slug | created_at
            f1 | ann     | miata    | 2026-01-05 10:00:00
            f2 | ann     | supra    | 2026-01-05 11:00:00
            f3 | ann     | gt3      | 2026-01-05 12:00:00
        """,
    )
    rows = "(select count(*) from user_favorites) / (select count(*) from user_profiles)"
    assert fault(mirror, f"select {rows}") == 1.5, "150 % of the users"
    assert value(mirror, "activation") == Decimal("0.5")


def test_r4_the_steps_of_a_funnel_were_of_three_different_ranges(mirror_with):
    mirror = mirror_with(
        user_profiles="id | created_at\n ann | 2025-01-01 10:00:00\n bob | 2026-01-05 10:00:00",
        al_conversations="id | user_id | created_at\n c1 | ann | 2026-01-06 10:00:00\n c2 | bob | 2026-01-06 10:00:00",
    )
    signed = "select count(*) from user_profiles where created_at >= '2026-01-05'"
    asked = "select count(distinct user_id) from al_conversations where created_at >= '2026-01-05'"
    assert fault(mirror, f"select ({asked}) / ({signed})") == 2, "twice as many asked as signed up"
    definition = funnels.parse({"steps": ["account_recorded", "conversation_recorded"], "window_s": 7 * 86_400})
    assert funnels.steps(mirror, definition=definition, span=SPAN)["count"].to_list() == [1, 1]


def test_m1_nobody_without_a_tier_in_the_sign_in_data_ever_converted(mirror_with):
    mirror = mirror_with(
        user_profiles="id | subscription_tier | created_at\n ann | tuner | 2026-01-05 10:00:00",
        subscriptions="id | user_id | status | created_at\n s | ann | active | 2026-01-06 10:00:00",
    )
    assert fault(mirror, "select count(*) filter (where null::varchar <> 'free') from user_profiles") == 0
    assert value(mirror, "conversion") == 1
    asked = acquisition.Asked(events=("billing_recorded",))
    assert acquisition.channels(mirror, asked=asked, span=SPAN)["first_touch"].sum() == 1


def test_m2_events_were_found_by_one_spelling_of_their_names(mirror_with):
    mirror = mirror_with(
        user_events="""
            id | user_id | event_type       | created_at
            e1 | ann     | signup_completed | 2026-01-05 10:00:00
            e2 | bob     | Signup Completed | 2026-01-05 10:00:00
        """
    )
    assert fault(mirror, "select count(*) from user_events where event_type = 'signup_completed'") == 1
    asked = trends.Trend(("signup_completed",))
    assert trends.series(mirror, asked=asked, span=SPAN)["value"].to_list() == [2, 0, 0]


def test_m3_sessions_were_called_visitors_and_the_sign_up_the_first_touch(mirror_with):
    mirror = mirror_with(
        page_views="""
            id | user_id | visitor_id | session_id | utm_source | created_at
            p1 | null    | v1         | s1         | youtube    | 2026-01-05 10:00:00
            p2 | ann     | v1         | s2         |            | 2026-01-06 10:00:00
        """,
        user_attribution="id | user_id | first_touch_at | created_at\n a | ann | 2026-01-07 | 2026-01-07",
    )  # fmt: skip
    assert fault(mirror, "select count(distinct session_id) from page_views") == 2
    assert fault(mirror, "select first_touch_at::date from user_attribution") == date(2026, 1, 7)
    [person] = acquisition.people(mirror, asked=acquisition.Asked(), span=SPAN).iter_rows(named=True)
    assert (person["began_at"].date(), person["first_channel"]) == (date(2026, 1, 5), "youtube")


def test_k1_everybody_was_called_a_paying_user(mirror_with):
    mirror = mirror_with(
        user_profiles="id | created_at\n a | 2026-01-01 10:00:00\n b | 2026-01-01 10:00:00\n c | 2026-01-01 10:00:00",
        subscriptions="id | user_id | status | created_at\n s | a | active | 2026-01-06 10:00:00",
    )
    assert fault(mirror, "select count(*) from user_profiles") == 3
    assert value(mirror, "paying_users") == 1
    assert value(mirror, "conversion") == Decimal("0.333333")


USAGE = """
    id | user_id | purpose        | model | cost_cents | input_tokens | output_tokens | created_at
    l1 | ann     | user_chat      | sonnet | 10        | 1000         | 1000          | 2026-01-05 10:00:00
    l2 | ann     | admin_insights | sonnet | 40        | 1000         | 1000          | 2026-01-05 11:00:00
    l3 | null    | enrichment     | haiku  | 50        | 1000         | 1000          | 2026-01-06 10:00:00
"""


def test_l1_the_same_cost_had_four_answers(mirror_with):
    mirror = mirror_with(al_usage_logs=USAGE)
    by_person = fault(mirror, "select sum(cost_cents) from al_usage_logs where user_id is not null")
    by_purpose = fault(mirror, "select sum(cost_cents) from al_usage_logs where purpose = 'user_chat'")
    assert (by_person, by_purpose) == (50, 10), "two answers to what users cost"
    span = {"span": SPAN}
    ours = [
        value(mirror, "model_costs"), assistant.models(mirror, **span)["cost"].sum(),
        assistant.spending(mirror, **span)["cost"].sum(),
        breakdown(mirror, BY_KEY["model_costs"], by="purpose", **span)["value"].sum(),
        finance.assistant_costs(mirror, first=SPAN.first, last=SPAN.last)["amount"].sum(),
    ]  # fmt: skip
    assert ours == [Decimal("1.00")] * 5


def test_l2_tokens_were_priced_by_constants_whatever_was_charged(mirror_with):
    mirror = mirror_with(al_usage_logs=USAGE)
    cents = "select sum(input_tokens * 3 + output_tokens * 15) / 10000 from al_usage_logs"
    assert fault(mirror, cents) == pytest.approx(5.4)
    assert value(mirror, "model_costs") == Decimal("1.00")


def test_l3_constants_were_shown_as_measurements(mirror_with):
    mirror = mirror_with(user_profiles="id | created_at\n ann | 2026-01-05 10:00:00")
    assert (value(mirror, "users"), value(mirror, "model_costs")) == (1, None)


def test_l4_accounts_without_a_word_on_being_unlimited_were_dropped(mirror_with):
    mirror = mirror_with(
        al_user_credits="""
            id | user_id | subscription_tier | balance_cents | spent_cents_this_month | is_unlimited
            c1 | ann     | free              | 5             | 20                     |
            c2 | bob     | free              | 25            | 0                      | false
        """,
        al_usage_logs=USAGE,
    )
    assert fault(mirror, "select count(*) from al_user_credits where is_unlimited = false") == 1
    assert fault(mirror, "select sum(spent_cents_this_month) from al_user_credits") == 20, "whatever the range"
    assert assistant.balances(mirror)["balance"].to_list() == [Decimal("0.05"), Decimal("0.25")]
    assert value(mirror, "model_costs", Span(date(2026, 1, 6), date(2026, 1, 6))) == Decimal("0.50")


def test_l5_beyond_the_first_page_or_thousand_people_were_unknown(mirror_with):
    many = range(1001)
    mirror = mirror_with(
        user_profiles="id | email | created_at\n"
        + "\n".join(f"u{one} | u{one}@example.com | 2026-01-01 10:00:00" for one in many),
        al_usage_logs="id | user_id | cost_cents | created_at\n"
        + "\n".join(f"l{one} | u{one} | 1 | 2026-01-05 10:00:00" for one in many),
    )
    assert fault(mirror, "select count(*) from (select user_id from al_usage_logs limit 1000) as page") == 1000
    assert assistant.spending(mirror, span=SPAN).height == 1001
    assert people.listed(mirror.unmasked)["email"].null_count() == 0


def test_l6_unanswered_conversations_were_read_from_fields_nobody_sent(mirror_with):
    mirror = mirror_with(
        al_conversations="id | user_id | message_count | created_at\n c | ann | 1 | 2026-01-05 10:00:00",
        al_messages="id | conversation_id | role | created_at\n m | c | user | 2026-01-05 10:00:00",
    )
    assert assistant.siblings(mirror, span=SPAN)["unanswered"].item() == 1


def test_l7_a_provider_was_counted_by_its_log_and_by_its_invoice(mirror_with):
    mirror = mirror_with(
        al_usage_logs=USAGE,
        gl_accounts="id | account_code | account_name | account_type\n ai | 5020 | AI | expense",
        cost_entries="id | date | amount | gl_account_id | vendor\n c | 2026-01-06 | 1.00 | ai | Anthropic",
    )  # fmt: skip
    both = "(select sum(cost_cents) / 100 from al_usage_logs) + (select sum(amount) from cost_entries)"
    assert fault(mirror, f"select {both}") == 2
    assert value(mirror, "model_costs") == Decimal("1.00")
    booked = finance.booked_costs(mirror, first=SPAN.first, last=SPAN.last, closings=[])
    assert booked.select("recorded", "booked").rows() == [(Decimal("1.00"), Decimal("0.00"))]


JOBS = "id | job_type | status | created_at | completed_at\n"


def test_o1_nothing_at_all_was_healthy_with_a_success_rate_of_100(mirror_with):
    nothing = mirror_with()
    assert fault(nothing, "select coalesce(avg((status = 'completed')::int), 1) from scrape_jobs") == 1
    assert value(nothing, "job_success") is None
    failed = mirror_with(scrape_jobs=JOBS + "j | reviews | failed | 2026-01-05 10:00:00 | 2026-01-05 11:00:00")
    assert fault(failed, "select count(*) >= 0 from scrape_jobs"), "healthy, whatever the rows say"
    assert value(failed, "job_success") == 0


def test_o2_one_unfinished_job_made_the_last_run_never(mirror_with):
    mirror = mirror_with(
        scrape_jobs=JOBS
        + "a | reviews | completed | 2026-01-05 10:00:00 | 2026-01-05 11:00:00\n"
        + "b | reviews | running | 2026-01-06 10:00:00 |"
    )
    newest = "select completed_at from scrape_jobs order by completed_at desc nulls first limit 1"
    assert fault(mirror, newest) is None
    assert operations.jobs(mirror)["last_success"].item().date() == date(2026, 1, 5)


def test_o3_failures_beyond_the_newest_twenty_jobs_were_not_seen(mirror_with):
    failed = [f"f{one} | reviews | failed | 2026-01-05 10:00:00 | 2026-01-05 11:00:00" for one in range(5)]
    fine = [f"c{one} | reviews | completed | 2026-01-06 10:00:00 | 2026-01-06 11:00:00" for one in range(20)]
    mirror = mirror_with(scrape_jobs=JOBS + "\n".join(failed + fine))
    newest = "(select status from scrape_jobs order by created_at desc limit 20) as newest"
    assert fault(mirror, f"select count(*) filter (where status = 'failed') from {newest}") == 0  # noqa: S608
    assert operations.jobs(mirror).select("failed", "success_rate").row(0) == (5, 0.8)


def test_o6_content_was_counted_up_to_a_thousand_rows(mirror_with):
    videos = "\n".join(f"v{one} | 2026-01-05 10:00:00" for one in range(1001))
    mirror = mirror_with(youtube_videos="video_id | created_at\n" + videos)
    assert fault(mirror, "select count(*) from (select video_id from youtube_videos limit 1000) as page") == 1000
    assert value(mirror, "content") == 1001


PARTS = "id | name | category | created_at\n"


def test_k2_every_part_had_fitments_as_every_part_has_a_category(mirror_with):
    mirror = mirror_with(
        cars="id | slug | name\n c1 | miata | Miata\n c2 | supra | Supra",
        parts=PARTS + "p1 | Coilover | suspension | 2026-01-05\n p2 | Exhaust | exhaust | 2026-01-05",
        part_fitments="id | part_id | car_id\n f1 | p1 | c1",
    )
    assert fault(mirror, "select avg((category is not null)::int) from parts") == 1
    found = content.scores(mirror).filter(kind="fitments")
    assert dict(found.select("slug", "have").iter_rows()) == {"miata": 1, "supra": 0}


def test_o12_fitments_beyond_a_thousand_rows_left_parts_without_any(mirror_with):
    many = range(1001)
    mirror = mirror_with(
        cars="id | slug | name\n c1 | miata | Miata",
        part_fitments="id | part_id | car_id\n" + "\n".join(f"f{one} | p{one} | c1" for one in many),
    )
    page = "(select part_id from part_fitments limit 1000) as page"
    assert fault(mirror, f"select count(distinct part_id) from {page}") == 1000  # noqa: S608
    assert content.scores(mirror).filter(kind="fitments")["have"].item() == 1001


def accounts(*rows):
    return "id | email | subscription_tier | created_at\n" + "\n".join(f"{row} | 2025-06-01" for row in rows)


def test_s1_an_e_mail_address_was_not_searched(mirror_with, uuid_of):
    mirror = mirror_with(user_profiles=accounts("ann | ann@example.com | free", "bob | bob@example.com | free"))
    assert fault(mirror, "select count(*) from user_profiles where display_name ilike '%bob@%'") == 0
    assert people.listed(mirror.unmasked, words="bob@")["user_id"].to_list() == [uuid_of("bob")]


def test_s2_only_the_page_of_25_that_was_shown_was_sorted(mirror_with, uuid_of):
    rows = "\n".join(f"u{one:02} | 2026-01-{one + 1:02}" for one in range(26))
    mirror = mirror_with(
        user_profiles="id | created_at\n" + rows,
        user_vehicles="id | user_id | created_at\n v | u00 | 2026-01-05",
    )
    page = "(select id from user_profiles order by created_at desc limit 25) as page"
    owned = f"select count(*) from {page} inner join user_vehicles as owned on page.id = owned.user_id"  # noqa: S608
    assert fault(mirror, owned) == 0, "whoever has the most vehicles is on the second page"
    found = people.listed(mirror).sort("vehicles", descending=True)
    assert found.select("user_id", "vehicles").row(0) == (uuid_of("u00"), 1)


def test_s3_the_filter_used_the_stored_plan_and_the_badge_the_effective_one(mirror_with, uuid_of):
    mirror = mirror_with(
        user_profiles=accounts("ann | | free"),
        plans="id | name | tier\n p | Tuner | tuner",
        subscriptions="id | user_id | plan_id | status | created_at\n s | ann | p | active | 2025-06-01",
    )
    assert fault(mirror, "select count(*) from user_profiles where subscription_tier = 'tuner'") == 0
    found = people.listed(mirror, tier="tuner")
    assert found.select("user_id", "stored_tier", "effective_tier").rows() == [(uuid_of("ann"), "free", "tuner")]


def test_s4_every_row_was_one_more_call(mirror_with):
    mirror = mirror_with(user_profiles=accounts(*(f"u{one} | | free" for one in range(30))))
    assert fault(mirror, "select count(*) from user_profiles") == 30, "a call each"
    with mirror.trace() as trace:
        assert people.listed(mirror).height == 30
    assert len(trace.questions) == 1


def test_s5_a_comma_or_a_parenthesis_broke_the_search(mirror_with, uuid_of):
    mirror = mirror_with(user_profiles="id | display_name | created_at\n ann | Doe, (Ann) 'x' | 2025-06-01")
    assert ["Doe", " (Ann) 'x'"][0] == "Doe", "the filter ended at the comma"
    assert people.listed(mirror.unmasked, words="doe, (ann) 'x")["user_id"].to_list() == [uuid_of("ann")]


def test_s6_credit_was_read_from_columns_that_are_no_more(mirror_with):
    mirror = mirror_with(
        user_profiles=accounts("ann | | free"),
        al_user_credits="id | user_id | balance_cents\n c | ann | 123",
    )
    assert "current_credits" not in catalogue.TABLES["al_user_credits"].columns
    assert people.listed(mirror)["balance"].to_list() == [Decimal("1.23")]


def test_s7_activity_left_out_page_views_and_product_events(mirror_with):
    mirror = mirror_with(user_profiles=accounts("ann | | free", "bob | | free"), page_views=VIEWS)
    assert "user_activity" not in catalogue.TABLES
    found = people.listed(as_of(mirror, "2026-01-08 00:00:00+00"))
    assert found["active_days"].to_list() == [1, 1]


def test_e1_errors_were_counted_where_nobody_writes_them(mirror_with):
    mirror = mirror_with(
        application_errors="id | is_resolved | created_at\n a | false | 2026-01-05 10:00:00",
        user_feedback="id | category | created_at\n f | praise | 2026-01-05 10:00:00",
    )
    assert fault(mirror, "select count(*) from user_feedback where category = 'auto-error'") == 0
    assert "error_logs" not in catalogue.TABLES
    assert value(mirror, "open_errors") == 1
