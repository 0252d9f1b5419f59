"""Rules of alerts: what fires, what is as expected, what cannot be known, and what is told of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as some

from metrics import alerts
from metrics.alerts import BadRules, Judgement, Rule, band, due, judge, read

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)  # a Tuesday
SENSIBLE = """
[alerts.mine]
metric = "users"
window = "day"
when = "below"
threshold = "5"
severity = "info"
silence_hours = 1
"""
SIGN_UPS = "id | is_staff | created_at\n"


def rule(**chosen):
    return Rule(**{"key": "r", "metric": "new_users", "window": "day", "when": "below", "threshold": "1",
                   "severity": "warning", "silence_hours": 24} | chosen)  # fmt: skip


def signed_up(*days):
    return SIGN_UPS + "\n".join(f"u{place} | false | {day} 10:00:00+00" for place, day in enumerate(days))


def mondays(counts, last=date(2026, 2, 9)):
    """Return the days of sign-ups: so many on the last Monday, on the one before, and so on."""
    return [last - timedelta(weeks=back) for back, count in enumerate(counts) for _ in range(count)]


def test_the_last_day_that_is_over_is_judged_not_the_one_that_runs(mirror_with):
    mirror = mirror_with(user_profiles=signed_up("2026-02-10"))
    found = judge(mirror, rule(), as_of=NOW)
    assert (found.state, found.period, found.value) == ("fired", date(2026, 2, 9), 0)
    assert found.sentence == "New users: 0 in 2026-02-09; expected at least 1."


def test_what_reaches_its_threshold_is_as_expected(mirror_with):
    assert judge(mirror_with(user_profiles=signed_up("2026-02-09")), rule(), as_of=NOW).state == "fine"


def test_the_days_of_the_zone_are_meant(mirror_with):
    mirror = mirror_with(user_profiles=SIGN_UPS + "u | false | 2026-02-09 23:30:00+00")
    assert judge(mirror, rule(), as_of=NOW).value == 1
    assert judge(mirror, rule(), as_of=NOW, timezone="Europe/Berlin").value == 0


def test_a_day_is_expected_to_be_as_the_same_weekday_was(mirror_with):
    quiet_sundays = mirror_with(user_profiles=signed_up(*mondays([0, *[100] * 8])))
    found = judge(quiet_sundays, rule(when="below band", threshold=None), as_of=NOW)
    assert (found.state, found.value, found.low, found.high) == ("fired", 0, Decimal(70), Decimal(130))
    assert found.sentence.endswith("expected 70 to 130 by the same weekday of 8 weeks before.")
    usual = mirror_with(user_profiles=signed_up(*mondays([71, *[100] * 8])))
    assert judge(usual, rule(when="below band", threshold=None), as_of=NOW).state == "fine"


@pytest.mark.parametrize(
    ("when", "state"), [("above band", "fired"), ("outside band", "fired"), ("below band", "fine")]
)
def test_a_band_has_the_sides_that_the_rule_names(mirror_with, when, state):
    mirror = mirror_with(user_profiles=signed_up(*mondays([131, *[100] * 8])))
    assert judge(mirror, rule(when=when, threshold=None), as_of=NOW).state == state


def test_what_fired_shows_the_newest_rows_behind_it(mirror_with):
    mirror = mirror_with(user_profiles=signed_up(*["2026-02-09"] * 7))
    found = judge(mirror, rule(when="above", threshold="6"), as_of=NOW)
    assert len(found.rows) == 5
    assert all(row.startswith("2026-02-09 10:00") for row in found.rows)


def test_missing_data_never_fires_and_is_named(mirror_with):
    mirror = mirror_with(unbound=frozenset({"user_profiles.created_at"}))
    found = judge(mirror, rule(), as_of=NOW)
    assert (found.state, found.value) == ("unknown", None)
    assert "user_profiles.created_at" in found.sentence
    nothing_sent = judge(mirror_with(), rule(metric="mail_delivered", threshold="0.95"), as_of=NOW)
    assert (nothing_sent.state, nothing_sent.sentence) == ("unknown", "E-mail delivered is unknown for 2026-02-09.")


def test_without_enough_of_a_past_nothing_is_expected(mirror_with):
    found = judge(mirror_with(), rule(metric="job_success", when="below band", threshold=None), as_of=NOW)
    assert found.state == "unknown"


@given(some.lists(some.decimals(0, 10**6, places=2), min_size=5, max_size=12), some.booleans())
def test_a_band_holds_the_median_and_never_shrinks_to_nothing(known, counted):
    low, high = band(known, counted=counted)
    assert low <= median(known) <= high
    assert low < high or not any(known)


def judged(state, key="r"):
    return Judgement(rule(key=key), state, f"It is {state}.")


def told(found, said, now=NOW):
    return [(one.found.rule.key, one.what) for one in due(found, said, now)]


def test_a_rule_that_fired_is_silent_for_its_hours():
    assert told([judged("fired")], {}) == [("r", "fired")]
    assert told([judged("fired")], {"r": ("fired", NOW - timedelta(hours=23))}) == []
    assert told([judged("fired")], {"r": ("fired", NOW - timedelta(hours=24))}) == [("r", "fired")]


def test_that_it_is_over_is_told_once():
    assert told([judged("fine")], {"r": ("fired", NOW)}) == [("r", "over")]
    assert told([judged("fine")], {"r": ("over", NOW)}) == []
    assert told([judged("fine")], {}) == []


def test_that_it_cannot_be_known_is_told_also_within_the_silence():
    assert told([judged("unknown")], {"r": ("fired", NOW)}) == [("r", "unknown")]
    assert told([judged("unknown")], {"r": ("unknown", NOW)}) == []


def test_a_message_names_each_rule_and_what_was_seen():
    notices = due([judged("fired", "a"), judged("unknown", "b"), judged("fine", "c")], {"c": ("fired", NOW)}, NOW)
    assert alerts.subject(notices) == "1 alert, 1 that cannot be known, 1 over"
    assert alerts.message(notices).splitlines()[:2] == ["WARNING  a", "  It is fired."]


def test_our_own_rules_make_sense_and_the_severe_stand_first():
    found = alerts.rules()
    assert [one.severity for one in found] == sorted((one.severity for one in found), key=alerts.SEVERITIES.index)


def test_a_file_in_the_home_takes_the_place_of_ours(tmp_path):
    assert alerts.rules(tmp_path) == alerts.rules()
    (tmp_path / "alerts.toml").write_text(SENSIBLE)
    assert [one.key for one in alerts.rules(tmp_path)] == ["mine"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[alerts", "no TOML"),
        ("alerts = 3", "something else than rules"),
        ('[alerts.x]\nmetric = "users"', "The alert x of alerts.toml makes no sense: window"),
        (SENSIBLE.replace("users", "wealth"), "there is no metric 'wealth'"),
        (SENSIBLE.replace('threshold = "5"', ""), "take a threshold"),
    ],
)
def test_a_rule_that_makes_no_sense_is_said_with_its_name_and_field(text, said):
    with pytest.raises(BadRules, match=said):
        read(text)
