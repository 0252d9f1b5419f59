"""What is masked in a message and what is kept."""

from __future__ import annotations

import polars as pl
import pytest

from queries.errors.messages import normalise


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Request failed with status code 404", "Request failed with status code 404"),
        ("HTTP 503 from upstream 3", "HTTP 503 from upstream <int>"),
        ("GET /api/x/12 404 Not Found", "GET /api/x/<int> 404 Not Found"),
        ("error code 23505", "error code 23505"),
        ("PGRST116: no row", "PGRST116: no row"),
        ("port 404 of 500", "port <int> of <int>"),
        ("took 6.3s (412 ms)", "took <duration> (<duration>)"),
        ("from 10.0.0.1:8080, 2001:db8::ff00:42:8329 and ::1", "from <ip>, <ip> and <ip>"),
        ("mail bob.o@x.co.uk now", "mail <email> now"),
        ("at 2026-01-02T10:11:12.123Z", "at <date>"),
        ("since Tue Jan 27 2026 10:00:00 GMT+0000 (Coordinated Universal Time)", "since <date>"),
        ("name=\"Bob\" and id='x y'", "name=<quoted_str> and id=<quoted_str>"),
        ("(reading 'price')", "(reading 'price')"),
        ("getStaticProps2 base64Encode utf8Decode", "getStaticProps2 base64Encode utf8Decode"),
        ("cus_Nf93jdkKd83 and req_mk3j2k1_a8f3kd", "<id> and <id>"),
        ("0xDEADBEEF and deadbeefcafe1234", "<hex> and <hex>"),
        ("1,234.5 rows, -3.5 of 7", "<int> rows, <float> of <int>"),
        ("sha256 H264 mp3 x86_64", "sha256 H264 mp3 x86_64"),
        ("GET /api/events?city=San+Jose failed with status 404", "GET /api/events?<query> failed with status 404"),
        ("[API] [Auto] Uncaught (in promise) TypeError: x", "TypeError: x"),
        ("a\x00b\u202ec \n d", "abc d"),
        ("visit https://react.dev/errors/425.", "visit <url>."),
        ("\x02_503_\x02", "_503_"),
        ("", ""),
        (None, None),
    ],
)
def test_a_message_loses_what_changes_and_keeps_what_names_the_fault(said, kept):
    assert normalise(pl.Series([said], dtype=pl.String)).to_list() == [kept]
