"""Which columns are personal, of which kind, and that the page for people says the same."""

from __future__ import annotations

import pytest

from catalogue import TABLES, column_note
from catalogue.personal import EVERYTHING, KINDS, PAGE, REVEALS, guessed, page
from catalogue.roles import ROLES

IMPERSONAL = {
    "application_errors": {"error_hash", "feature_context", "http_method", "external_service", "browser", "os",
                           "app_version"},
    "al_usage_logs": {"model", "source"},
    "audit_log": {"table_name"},
    "click_events": {"element_type"},
    "community_posts": {"post_type", "status"},
    "email_logs": set(),
    "user_achievements": {"achievement_type"},
    "user_events": {"event_type"},
    "user_favorites": {"car_name"},
    "user_profile_summary": {"engagement_style", "interests", "category_completion"},
    "user_projects": {"selected_upgrades"},
    "user_questionnaire_responses": {"question_id", "question_category"},
    "user_uploaded_images": {"mime_type", "entity_type"},
    "user_vehicles": {"installed_modifications"},
}  # fmt: skip
"""Texts of tables about people that say nothing of the person, each a decision."""


def about_people():
    return [
        table
        for table in TABLES.values()
        if table.name == "user_profiles"
        or any(key.target_fullname == "user_profiles.id" for column in table.columns for key in column.foreign_keys)
    ]


@pytest.mark.parametrize("table", about_people(), ids=lambda table: table.name)
def test_every_text_in_a_table_about_people_is_marked_or_decided(table):
    texts = {
        column.name
        for column in table.columns
        for note in [column_note(column)]
        if note.spelling in {"TEXT", "JSONB", "TEXT[]"}
        and not (note.one_of or note.elements_of or note.personal or column.foreign_keys or column.primary_key)
    }
    assert texts == IMPERSONAL.get(table.name, set())


def test_the_committed_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "Run `python -m catalogue` and commit docs/personal-data.md."


def test_every_role_has_its_rights_and_strangers_have_none():
    assert set(REVEALS) == set(ROLES)
    assert REVEALS["none"] == frozenset()
    assert REVEALS["admin"] == EVERYTHING == set(KINDS)


@pytest.mark.parametrize(
    ("table", "column", "kind", "personal"),
    [
        ("anything", "userEmail", "text", "email"),
        ("anything", "contact_phone", "bigint", "phone"),
        ("anything", "license_plate", "varchar(12)", "identifier"),
        ("users", "name", "text", "name"),
        ("part_vendors", "name", "text", "free text"),
        ("anything", "address", "inet", "network"),
        ("anything", "lat", "double precision", "location"),
        ("anything", "latency_ms", "integer", None),
        ("anything", "tokens", "integer", None),
        ("anything", "tokens", "text[]", "identifier"),
        ("anything", "date_of_birth", "date", "message"),
        ("anything", "created_at", "timestamp with time zone", None),
        ("anything", "strange", "text", "free text"),
        ("anything", "mood", "mood_enum", "free text"),
        ("anything", "id", "uuid", None),
    ],
)
def test_columns_outside_the_dictionary_are_judged_by_name_and_type(table, column, kind, personal):
    assert guessed(table, column, kind) == personal
