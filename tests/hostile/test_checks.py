"""The pulse on a database in which every text and name is an attack: all is judged, nothing raises."""

from __future__ import annotations

import pytest

from quality.run import run
from quality.sentences import sentence

pytestmark = pytest.mark.integration


def test_every_check_is_judged_whatever_the_texts_are(hostile_mirror):
    found = run(hostile_mirror)
    assert [(one.check.id, one.words) for one in found.results if one.state == "error"] == []
    assert all(sentence(one) for one in found.results if one.state == "fail")
