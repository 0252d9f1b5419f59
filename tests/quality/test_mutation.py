"""Break a clean database: the right check fails wherever it was broken, and only checks that speak of it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.trial import Trial
from quality.check import CLASSES

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def clean(mirror_of):
    return Trial(mirror_of("clean", clean=True))


def test_one_defect_fails_the_check_of_its_class_and_place_and_only_checks_that_read_it(clean, tmp_path_factory):
    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(one=st.sampled_from(clean.drawn(7).all()))
    def broken(one):
        score = clean.judge([one], tmp_path_factory.mktemp("broken"))
        assert [one.place for one in score.missed] == []
        assert score.strange == []
        assert score.errors == []

    broken()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_defect_of_every_class_is_found_at_places_that_nobody_chose(clean, tmp_path, seed):
    drawn = clean.drawn(seed).one_of_each()
    assert {one.klass for one in drawn} >= CLASSES.keys() - {"element_reference"}
    score = clean.judge(drawn, tmp_path)
    assert [one.place for one in score.missed] == []
    assert score.strange == []
    assert score.errors == []
