"""The pulse on a database in which every text and name is an attack: all is judged, nothing raises."""

from __future__ import annotations

import pytest

from quality.gx import judge
from quality.pulse import pulse
from quality.reading import data_ends, known
from quality.run import run
from quality.sentences import sentence

pytestmark = pytest.mark.integration


def test_every_check_is_judged_whatever_the_texts_are(hostile_mirror):
    found = run(hostile_mirror)
    assert [(one.check.id, one.words) for one in found.results if one.state == "error"] == []
    assert all(sentence(one) for one in found.results if one.state == "fail")


def test_great_expectations_reads_every_name_as_the_pulse_does(hostile_mirror):
    there = known(hostile_mirror)
    named = [name for name, table in there.tables.items() if not table.documented and table.readable]
    columns = [column for name in named for column in there.tables[name].columns]
    assert all(any(odd in column for column in columns) for odd in (" :name %s %(x)s {x}", "%00", ":red[", "Hx7"))
    ends = data_ends(hostile_mirror, there)
    judged = judge(hostile_mirror.settings, there, ends, named)
    pulsed = {one.check.id: (one.state, one.rows) for one in pulse(hostile_mirror, named, found=there, ends=ends)}
    assert [(one.check.id, one.words) for one in judged if one.state == "error"] == []
    assert {one.check.id: (one.state, one.rows) for one in judged} == pulsed
