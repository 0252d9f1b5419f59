"""`autorev alerts run` tells whom the settings name: by a mail server, a webhook and a file of the test."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

import autorev
from commands import delivery
from commands.delivery import NotDelivered, deliver
from replica.settings import BadSetting, load_settings


def test_everybody_named_is_told(settings, post_office, hook, tmp_path):
    went = deliver(settings, "AutoRev: 1 alert", "CRITICAL  visitors", file=tmp_path / "told.txt")
    assert went == ("e-mail", "webhook", "file told.txt")
    (letter,) = post_office.taken
    assert "Subject: AutoRev: 1 alert" in letter
    assert "To: ann@autorev.example, bob@autorev.example" in letter
    assert "CRITICAL  visitors" in letter
    assert hook.taken == [{"text": "AutoRev: 1 alert\nCRITICAL  visitors", "mrkdwn": False}]
    assert (tmp_path / "told.txt").read_text() == "AutoRev: 1 alert\n\nCRITICAL  visitors\n"


def test_text_of_others_is_no_header_link_or_mention(settings, post_office, hook):
    deliver(settings, "one\r\nBcc: eve@evil.example", "<!channel> <http://evil.example|here> & \x1b[2J")
    (letter,) = post_office.taken
    assert not any(line.startswith("Bcc:") for line in letter.splitlines())
    assert hook.taken[0]["text"].endswith("&lt;!channel&gt; &lt;http://evil.example|here&gt; &amp; \\u001b[2J")


def test_one_way_that_fails_keeps_the_others_from_nothing_and_is_said_without_the_address(settings, hook, post_office):
    hook.answers = 500
    with pytest.raises(NotDelivered, match=r"Not delivered: webhook: HTTP Error 500.* It did reach e-mail\.") as failed:
        deliver(settings, "s", "t")
    assert "/hook" not in str(failed.value)
    assert len(post_office.taken) == 1


def test_a_server_that_is_not_there_is_said(settings, post_office):
    post_office.shutdown()
    post_office.server_close()
    with pytest.raises(NotDelivered, match=r"e-mail: .*refused"):
        deliver(settings, "s", "t")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"alert_smtp": SecretStr("smtp://host")}, "alert_from or alert_to is missing"),
        ({"alert_smtp": SecretStr("host:25")}, "is not an address such as smtp"),
        ({"alert_webhook": SecretStr("http://hooks.example/secret")}, "must begin with https"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_words(chosen, said):
    with pytest.raises(BadSetting, match=said) as refused:
        load_settings(**chosen)
    assert "secret" not in str(refused.value)


RULES = """
[alerts.no_users]
metric = "users"
window = "day"
when = "below"
threshold = "10"
severity = "critical"
silence_hours = 24
"""


@pytest.fixture
def run(monkeypatch, tmp_path, mirror_with):
    """Run a command over an empty mirror, with a rule that fires there."""
    mirror = mirror_with()
    monkeypatch.setenv("AUTOREV_HOME", str(tmp_path))
    monkeypatch.setenv("AUTOREV_MIRROR_NAME", "shown")
    monkeypatch.setenv("AUTOREV_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    (tmp_path / "mirrors").mkdir()
    (tmp_path / "mirrors" / "shown").symlink_to(mirror.folder, target_is_directory=True)
    (tmp_path / "alerts.toml").write_text(RULES)

    def call(*told):
        return CliRunner().invoke(autorev.app, ["alerts", *told, "--no-refresh", "--format", "json"])

    return call


def test_what_fired_is_told_once_within_its_silence(run, tmp_path):
    file = tmp_path / "told.txt"
    first = run("run", "--file", str(file))
    assert [row["told"] for row in json.loads(first.stdout)] == ["fired"], first.stderr
    assert "Told: AutoRev: 1 alert; by file told.txt." in first.stderr
    again = run("run", "--file", str(file))
    assert [row["told"] for row in json.loads(again.stdout)] == [None]
    assert file.read_text().count("CRITICAL  no_users") == 1


def test_while_nobody_is_named_nothing_counts_as_told(run, tmp_path):
    assert "Nobody is named to be told: AutoRev: 1 alert." in run("run").stderr
    assert "by file later.txt" in run("run", "--file", str(tmp_path / "later.txt")).stderr


def test_the_list_tells_nobody(run, tmp_path):
    (row,) = json.loads(run().stdout)
    assert (row["alert"], row["state"], row["value"], row["low"], row["high"]) == ("no_users", "fired", 0, 10, None)
    assert "by file told.txt" in run("run", "--file", str(tmp_path / "told.txt")).stderr


def test_nothing_waits_for_ever_on_a_server_that_says_nothing():
    assert delivery.SECONDS <= 10
