"""`autorev digest`: the registry, alerts, errors and the worklist in one text, for each audience."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta
from email import message_from_string

import pytest
from typer.testing import CliRunner

from autorev import app
from commands.digest import SHOWN, Audience, Period, document, gather, plain
from commands.document import html, markdown
from metrics import METRICS
from queries.span import Span

NOW = datetime.now(UTC)
MONDAY = NOW.date() - timedelta(days=NOW.weekday())
LAST, BEFORE = MONDAY - timedelta(days=3), MONDAY - timedelta(days=10)


def tables():
    error = (NOW - timedelta(minutes=30)).isoformat()
    return {
        "user_profiles": "id | is_staff | created_at\n"
        + "\n".join(
            f"u{place} | false | {day} 10:00:00+00" for place, day in enumerate([BEFORE, BEFORE, LAST, LAST, LAST])
        ),
        "application_errors": "id | error_type | error_message | severity | user_id | first_seen_at | last_seen_at\n"
        f"e1 | Error | it broke | major | u1 | {error} | {error}",
        "cars": "id | slug | name | brand\n c1 | miata | Miata | Mazda",
    }


@pytest.fixture
def run(monkeypatch, tmp_path, mirror_with):
    """Run a command over a mirror with a few people, an error and a car."""
    mirror = mirror_with(**tables())
    monkeypatch.setenv("AUTOREV_HOME", str(tmp_path))
    monkeypatch.setenv("AUTOREV_MIRROR_NAME", "shown")
    monkeypatch.setenv("AUTOREV_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    (tmp_path / "mirrors").mkdir()
    (tmp_path / "mirrors" / "shown").symlink_to(mirror.folder, target_is_directory=True)

    def call(*told):
        return CliRunner().invoke(app, ["digest", *told, "--no-refresh"])

    return call


def test_the_latest_periods_that_are_over():
    told = Span.over(date(2026, 2, 10), 3, "week")
    assert (told.first, told.last, told.periods()) == (
        date(2026, 1, 19), date(2026, 2, 8), [date(2026, 1, 19), date(2026, 1, 26), date(2026, 2, 2)],
    )  # fmt: skip
    assert Span.over(date(2026, 3, 1), 2, "month").periods() == [date(2026, 1, 1), date(2026, 2, 1)]
    assert Span.over(date(2026, 3, 1), 1, "day").periods() == [date(2026, 2, 28)]


def test_founders_read_every_metric_what_changed_alerts_errors_and_work_in_every_form(mirror_with):
    found = gather(mirror_with(**tables()), Audience.founders, Period.week)
    text, page = markdown(document(found)), html(document(found))
    assert text.startswith(f"# AutoRev for founders: week from {MONDAY - timedelta(days=7)}\n")
    for heading in ("Numbers", "What changed most", "Alerts", "Errors", "What to write next"):
        assert f"\n## {heading}\n" in text
        assert f"<h2>{heading}</h2>" in page
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    assert [row[0] for row in rows[2 : 2 + len(METRICS)]] == [f"| {metric.title}" for metric in METRICS]
    (new,) = [row for row in rows if row[0] == "| New users"][:1]
    assert new[1:5] == ["3", "2", "+50.0 %, better", ""]
    assert ET.fromstring(new[5].removesuffix(" |")).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  ours
    assert "- New: ` it broke `: ` major `, 1 users" in text
    assert "1. ` Miata `: " in text
    assert all(f">{metric.title}</td>" in page for metric in METRICS)
    assert page.count("<svg") == page.count('role="img"') > 5
    outside = page.replace('"http://www.w3.org/2000/svg"', "")
    assert not any(word in outside for word in ("http:", "https:", "src=", "href", "<img"))
    numbers_of(json.loads(json.dumps(plain(found), default=str)))


def numbers_of(told):
    """Look at what JSON holds: numbers as numbers, unknown as null."""
    assert told["for"] == "founders"
    assert told["period"] == {
        "first": str(MONDAY - timedelta(days=7)), "last": str(MONDAY - timedelta(days=1)), "grain": "week",
    }  # fmt: skip
    by_key = {one["metric"]: one for one in told["metrics"]}
    assert by_key["new_users"] == {
        "metric": "new_users", "value": 3, "previous": 2, "change": 0.5, "target": None,
        "series": [0] * 10 + [2, 3], "problem": None,
    }  # fmt: skip
    assert (by_key["cash"]["value"], by_key["cash"]["change"]) == (None, None)
    assert [one["title"] for one in told["errors"]] == ["Came back (0)", "Escalating (0)", "New (1)", "Snooze over (0)"]
    assert told["worklist"][0]["slug"] == "miata"


def test_ops_read_errors_whole_and_no_cars_and_content_reads_cars_and_no_errors(run):
    ops, content = run("--for", "ops").stdout, run("--for", "content").stdout
    assert json.loads(run("--for", "ops", "--format", "json").stdout)["worklist"] is None
    assert run("--for", "ops", "--format", "html").stdout.startswith("<!doctype html>")
    assert "## New (1)\n\n1. ` it broke `: " in ops
    assert "What to write next" not in ops
    assert "Errors" not in content
    assert "1. ` Miata `: " in content
    assert "\n| Cash |" not in ops + content


def test_what_cannot_be_known_is_said_and_leaves_the_rest(mirror_with):
    mirror = mirror_with(unbound=frozenset({"user_profiles.created_at"}), missing=frozenset({"application_errors"}))
    told = gather(mirror, Audience.founders, Period.week)
    assert "user_profiles.created_at" in next(one.problem for one in told.rows if one.metric == "users")
    text = markdown(document(told))
    assert "- Users cannot be known: `" in text
    assert "| Users | – | – | – |  | – |" in text


def test_every_audience_has_metrics_and_founders_have_all():
    assert SHOWN[Audience.founders] == METRICS
    assert all(len(metrics) > 2 for metrics in SHOWN.values())


def test_it_is_sent_by_mail_as_words_and_as_html_and_kept_in_a_file(run, settings, post_office, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOREV_ALERT_SMTP", settings.alert_smtp.get_secret_value())
    monkeypatch.setenv("AUTOREV_ALERT_FROM", settings.alert_from)
    monkeypatch.setenv("AUTOREV_ALERT_TO", '["ann@autorev.example"]')
    sent = run("--for", "ops", "--send", "--file", str(tmp_path / "kept.md"))
    assert "by e-mail, file kept.md." in sent.stderr, sent.exception
    (letter,) = map(message_from_string, post_office.taken)
    words, page = letter.get_payload()
    assert letter["Subject"].startswith("AutoRev for ops: week from ")
    assert (words.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert "<svg" not in words.get_payload(decode=True).decode()
    assert "<svg" in page.get_payload(decode=True).decode()
    assert "# AutoRev for ops" in (tmp_path / "kept.md").read_text()


def test_without_send_nobody_gets_it(run, settings, post_office, monkeypatch):
    monkeypatch.setenv("AUTOREV_ALERT_SMTP", settings.alert_smtp.get_secret_value())
    monkeypatch.setenv("AUTOREV_ALERT_FROM", settings.alert_from)
    monkeypatch.setenv("AUTOREV_ALERT_TO", '["ann@autorev.example"]')
    assert run("--for", "ops").exit_code == 0
    assert post_office.taken == []


def test_where_it_cannot_go_is_said_before_anything_is_asked(run):
    refused = run("--for", "ops", "--send")
    assert isinstance(refused.exception, ValueError)
    assert "AUTOREV_ALERT_SMTP" in str(refused.exception)
    assert "leave out --reveal" in str(run("--for", "ops", "--send", "--reveal", "why").exception)


@pytest.mark.parametrize("audience", [Audience.founders, Audience.ops])
def test_hostile_text_is_shown_and_never_acts(mirror_with, audience):
    text = "<script>alert(1)</script> ![x](http://evil.test/x.png)"
    error = (NOW - timedelta(minutes=30)).isoformat()
    mirror = mirror_with(
        application_errors="id | error_type | error_message | severity | first_seen_at | last_seen_at\n"
        f"e1 | {text} | {text} | {text} | {error} | {error}",
        cars=f"id | slug | name | brand\n c1 | {text} | {text} | {text}",
        user_profiles=f"id | subscription_tier | created_at\n u1 | {text} | {LAST} 10:00:00+00",
        user_attribution=f"id | user_id | utm_source | created_at\n a1 | u1 | {text} | {LAST} 10:00:00+00",
    )
    told = document(gather(mirror, audience, Period.week))
    page, words = html(told), markdown(told, drawn=False)
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page
    assert f"` {text} `" in words
    assert text not in words.replace(f"` {text} `", "")
