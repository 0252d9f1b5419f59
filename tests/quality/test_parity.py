from __future__ import annotations

import pytest

from quality.gx import judge
from quality.pulse import pulse
from quality.reading import data_ends, known
from replica.mirror import Mirror
from replica.settings import mirror_folder

pytestmark = pytest.mark.integration


def test_great_expectations_and_the_pulse_agree_on_every_check(demo_settings, embedded_pair):
    # One knowledge of the schema and one end of the data for both, and a standby that has all that the mirror has.
    mirror = Mirror(mirror_folder(demo_settings), demo_settings)
    there = known(mirror)
    ends = data_ends(mirror, there)
    embedded_pair.wait_for_replay("demo")
    pulsed = {one.check.id: (one.state, one.rows) for one in pulse(mirror, found=there, ends=ends)}
    record = {one.check.id: (one.state, one.rows) for one in judge(demo_settings, there, ends)}
    assert record.keys() == pulsed.keys()
    assert {name: (pulsed[name], said) for name, said in record.items() if said != pulsed[name]} == {}
    assert {"pass", "fail", "muted"} == {state for state, _ in record.values()}
