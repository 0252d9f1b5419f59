"""What is taken out of free text and what must stay, in Python and in DuckDB alike."""

from __future__ import annotations

import time

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.scrub import macros, scrub

TAKEN_OUT = {
    "mail jane.doe+shop@example.co.uk now": "mail <email> now",
    "to=jane%40example.com&x=1": "to=<email>&x=1",
    '{"to":"jane\\u0040example.com"}': '{"to":"<email>"}',
    "jörg@exämple.de": "<email>",
    "call +1 (415) 555-0123 or +4930123456789": "call <phone> or <phone>",
    "415-555-0123, (415) 555-0123, 415.555.0123, 1-415-555-0123": "<phone>, <phone>, <phone>, <phone>",
    "card 4111 1111 1111 1111, 5500-0000-0000-0004, 340000000000009": "card <card>, <card>, <card>",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_DEF": "<token>",
    "Authorization: Bearer abcd1234efgh5678": "Authorization: Bearer <token>",
    "sk_live_abcdefgh12345678 AKIAIOSFODNN7EXAMPLE ghp_abcdefghijklmnop1234": "<token> <token> <token>",
    "https://x.example/?token=abc&page=2&api_key=q": "https://x.example/?token=<token>&page=2&api_key=<token>",
    "postgres://reader:s3cret@db:5432/autorev": "postgres://<token>@db:5432/autorev",
    "from 192.0.2.7 and http://192.0.2.8/x, 2001:db8::1": "from <ip> and http://<ip>/x, <ip>",
    "VIN 1HGCM82633A004352": "VIN <vin>",
    '{"first_name":"Jane","userEmail":"j","lat":41.25,"password":"p"}': (
        '{"first_name":"<hidden>","userEmail":"<hidden>","lat":"<hidden>","password":"<token>"}'
    ),
    "/search?q=1&last_name=Doe&zip=94107": "/search?q=1&last_name=<hidden>&zip=<hidden>",
}
LEFT_ALONE = (
    "4111 1111 1111 1112 has a wrong check digit",
    "12345678-4111-1111-1111-111111111111",
    "id 1769500000123, 1769500000123456, 7219847612938471",
    "2026-01-27 00:00:00.123456+00, 2026-01-27T10:00:00+02:00, 12:34:56",
    "$1,234.56 and 40.12345678901234 and 0.4111111111111111",
    "at render (app.js:123:456) chunk.js:1:2345",
    "handler@https://autorev.app/_next/static/chunk.js:1:2345",
    "react@18.2.0 node_modules/next@14.1.0/dist",
    "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36",
    "Unexpected token < in JSON at position 0; max_tokens=4096; Basic authentication failed",
    '[DATABASE] relation "analytics_events" does not exist 42P01',
    "commit 44ec5c8a9906254168c0af0e7184226a7ef5b95f, request req_mk3x9q_a1b2c3",
    "bmw-m3-g80 2023 Porsche 911 GT3 RS, 10-15-2026, 100-200-300",
    '{"name":"TypeError","message":"x is undefined","status":500}',
)  # fmt: skip


@pytest.fixture(scope="module")
def in_duckdb():
    connection = duckdb.connect()
    for macro in macros():
        connection.execute(macro)
    return lambda text: connection.execute("select scrub(?)", [text]).fetchone()[0]


@pytest.mark.parametrize(("text", "left"), TAKEN_OUT.items())
def test_what_is_personal_is_taken_out(in_duckdb, text, left):
    assert scrub(text) == left
    assert in_duckdb(text) == left


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_the_work_needs_stays(in_duckdb, text):
    assert scrub(text) == text
    assert in_duckdb(text) == text


pieces = st.lists(
    st.sampled_from([*TAKEN_OUT, *LEFT_ALONE]) | st.text("aA1 .@-:/+%&=?\"'<é4eyJ(", max_size=12), max_size=6
)


@settings(max_examples=120, deadline=None)
@given(pieces)
def test_both_give_the_same_answer(in_duckdb, parts):
    text = "".join(parts)
    once = scrub(text)
    assert in_duckdb(text) == once


def test_nothing_stays_nothing(in_duckdb):
    assert in_duckdb(None) is None


@pytest.mark.parametrize("word", ["a@", "eyJ-", '"a', "1:", "-4", "token"])
def test_a_megabyte_is_read_in_seconds(in_duckdb, word):
    text = word * (1_000_000 // len(word))
    started = time.process_time()
    assert in_duckdb(text) == scrub(text)
    assert time.process_time() - started < 20
