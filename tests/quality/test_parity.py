from __future__ import annotations

import pytest

from quality.run import run
from replica.mirror import Mirror
from replica.settings import mirror_folder

pytestmark = pytest.mark.integration


def test_great_expectations_and_the_pulse_agree_on_every_check(demo_settings, spoilt):
    judged = run(Mirror(mirror_folder(demo_settings), demo_settings), "gx")
    pulse = {result.check.id: (result.state, result.rows) for result in spoilt.results}
    record = {result.check.id: (result.state, result.rows) for result in judged.results}
    assert record.keys() == pulse.keys()
    assert {name: (pulse[name], said) for name, said in record.items() if said != pulse[name]} == {}
    assert {"pass", "fail", "muted"} == {state for state, _ in record.values()}
