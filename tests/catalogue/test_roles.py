"""Which role an identity gets, and when it counts for nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalogue.roles import NOBODY, Admission, Viewer

NOW = datetime(2026, 1, 27, tzinfo=UTC)
RULES = Admission(
    "suite",
    {
        "none": ("left@autorev.example",),
        "founder": ("Ann@AutoRev.example",),
        "finance": ("group:Books",),
        "ops": ("group:machines", "bob@autorev.example"),
        "content": ("@autorev.example",),
    },
)
SIGNED_IN = {"is_logged_in": True, "aud": "suite", "exp": NOW.timestamp() + 60, "sub": "s-1"}


def role(**claims):
    return RULES.viewer({**SIGNED_IN, "email_verified": True, **claims}, NOW).role


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"email": "ann@autorev.EXAMPLE"}, "founder"),
        ({"email": "bob@autorev.example", "groups": ["books"]}, "ops"),
        ({"email": "cid@autorev.example", "groups": ["x", "books"]}, "finance"),
        ({"email": "cid@autorev.example", "groups": "machines"}, "ops"),
        ({"email": "cid@autorev.example"}, "content"),
        ({"email": "left@autorev.example"}, "none"),
        ({"email": "cid@sub.autorev.example"}, "none"),
        ({"email": "ann@autorev.example@evil.example"}, "none"),
        ({"email": "autorev.example"}, "none"),
        ({"email": "@autorev.example"}, "content"),
        ({"groups": [{"name": "books"}, None, 7]}, "none"),
        ({}, "none"),
    ],
)
def test_the_address_comes_before_a_group_and_that_before_the_domain(claims, expected):
    assert role(**claims) == expected


@pytest.mark.parametrize("verified", [False, "false", None, 1.5])
def test_an_address_that_is_not_verified_gives_no_role_and_no_name(verified):
    claims = {**SIGNED_IN, "email": "ann@autorev.example", "email_verified": verified}
    assert RULES.viewer(claims, NOW) == Viewer("none", "s-1")


def test_a_provider_that_never_verifies_may_be_trusted_but_not_against_its_word():
    trusting = Admission("suite", RULES.given, trust_email=True)
    claims = {**SIGNED_IN, "email": "ann@autorev.example"}
    assert trusting.viewer(claims, NOW) == Viewer("founder", "ann@autorev.example")
    assert trusting.viewer({**claims, "email_verified": False}, NOW).role == "none"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "admitted"),
        ({"email": "x@y.example"}, "stranger"),
        ({"is_logged_in": False}, "unknown"),
        ({"aud": "another"}, "unknown"),
        ({"aud": ["another"]}, "unknown"),
        ({"aud": None}, "unknown"),
        ({"aud": ["another", "suite"]}, "admitted"),
        ({"exp": NOW.timestamp()}, "ended"),
        ({"exp": None}, "ended"),
        ({"exp": "2099-01-01"}, "ended"),
        ({"exp": True}, "ended"),
    ],
)
def test_an_identity_counts_for_us_and_until_it_expires(changed, expected):
    claims = {**SIGNED_IN, "email": "ann@autorev.example", "email_verified": True, **changed}
    assert RULES.standing(claims, NOW) == expected
    assert (RULES.viewer(claims, NOW).role != "none") == (expected == "admitted")


def test_nobody_is_nobody():
    assert RULES.viewer({}, NOW) == NOBODY
