"""What is masked in a message and what is kept."""

from __future__ import annotations

from uuid import UUID

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.errors.messages import HEAD, normalise, reduced
from tests.queries.errors.test_grouping import CASES

SAID = (
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
)

# What the rules look at: whatever stands beside whatever is a message that could be.
PARTS = (
    "status code error failed with returned: got http/1.1 HTTP/ errno sqlstate= React error # not found too many gone "
    "Mon, Tue Jan May 2026 GMT GMT+0100 UTC Z T ms s hours px GB e-3 0x :: ::1 fe80:: fe80:0: 10:11:12 2026-01-02 "
    "1/2/26 1,234 10.0.0.1 :8080 bob@x.co https://x.test/a?b= /api/x?q= ?x=1 = ='' =\" \" ' ( ) [ ] , . : ; - _ / # x "
    "\x02_ _\x02 \x00 \u202e \u2003 \n \t [API] [Auto] Uncaught (in promise) req_ cus_ sha256 H264 chunk ffff 0"
)


def messages(draw, count):
    """Return texts of such parts, numbers and ids, most with one space between them."""
    digits, hexadecimal = "0123456789", "0123456789abcdef"

    def part():
        match draw.randrange(8):
            case 0 | 1:
                return "".join(draw.choices(digits, k=draw.randint(1, 20)))
            case 2:
                return "".join(draw.choices(hexadecimal, k=draw.randint(6, 34)))
            case 3:
                made = str(UUID(int=draw.getrandbits(128)))
                return made.upper() if draw.random() < 0.3 else made
            case _:
                return draw.choice(PARTS.split(" "))

    def text():
        return "".join(part() + draw.choice(["", " ", " ", " ", " ", "  "]) for _ in range(draw.randint(1, 9)))

    return [text() for _ in range(count)]


@pytest.mark.parametrize(("said", "kept"), SAID)
def test_a_message_loses_what_changes_and_keeps_what_names_the_fault(said, kept):
    assert normalise(pl.Series([said], dtype=pl.String)).to_list() == [kept]


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=True), st.integers(HEAD - 60, HEAD))
def test_a_reduced_message_says_the_same(draw, length):
    texts = messages(draw, 1_000)
    long = [("x " * HEAD)[: max(length - len(text), 0)] + text + " 7 of 9" for text in texts[:100]]
    agreed = [event["error_message"] for case in CASES for event in case["events"]]
    said = pl.Series("said", [*texts, *long, *(said for said, _ in SAID), *agreed], pl.String)
    found = pl.DataFrame([said, normalise(said).alias("plain"), normalise(reduced(said)).alias("fast")])
    assert found.filter(pl.col("plain").ne_missing(pl.col("fast"))).rows() == []


def test_messages_that_differ_by_numbers_and_ids_are_reduced_to_one():
    one = "order 7 of 5f4dcc3b5aa765d61d8327deb882cf99 by 9b0e6c11-8d2f-47aa-b3c0-5e7712fa0d39 took 12 ms, tries 3"
    other = "order 12345 of 00000000000000000 by 2F1D7A90-53C4-4E0B-9A77-0C5BE1D4F812 took 999 ms, tries 10"
    assert reduced(pl.Series([one, other, None])).n_unique() == 2
    assert reduced(pl.Series(["status code 404", "status code 500"])).n_unique() == 2
