"""Which errors are one fault."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.errors import messages, stacks
from queries.errors.grouping import SHAPE, VERSION, feature, group

CASES = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))["cases"]
V8 = "TypeError: x is undefined\n    at {} (/srv/app/src/{}:3:1)"


def grouped(*events):
    rows = [{name: event.get(name) for name in SHAPE} for event in events]
    return group(pl.DataFrame(rows, schema=SHAPE, orient="row"))


def keys(*events):
    return grouped(*events)["key"].to_list()


def stack(text, message="x", kind="Error", **more):
    return {"error_type": kind, "error_message": message, "stack_trace": text, **more}


def parts(fingerprints):
    found = {}
    for place, fingerprint in enumerate(fingerprints):
        found.setdefault(fingerprint, []).append(place)
    return sorted(found.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_an_agreed_case_is_grouped_and_spelled_as_agreed(case):
    found = grouped(*case["events"])
    assert parts(found["fingerprint"]) == sorted(case["groups"])
    spelled = found["normalised" if case["kind"] == "message" else "key"]
    assert spelled.unique(maintain_order=True).to_list() == case["expected_normalised"]
    assert all(fingerprint.startswith(f"{VERSION}:") for fingerprint in found["fingerprint"])


def test_the_page_never_splits_a_group_unless_it_is_hydration():
    event = {"error_type": "Error", "error_message": "quota"}
    pages = [{**event, "page_url": page} for page in ("https://a.test/x", "https://a.test/y?z=1", None)]
    assert len(set(grouped(*pages)["fingerprint"])) == 1


def test_a_built_chunk_of_a_route_is_named_by_its_route_whatever_its_hash():
    where = "https://autorev.app/_next/static/chunks/app/(shop)/cart/%5Bslug%5D/page-{}.js"
    v8 = f"Error: x\n    at addItem ({where.format('4f2b1c9a77d0e812')}:1:234)"
    gecko = f"addItem@{where.format('0a1b2c3d4e5f6071')}:1:999\n"
    dev = "Error: x\n    at addItem (webpack-internal:///(app-pages-browser)/./src/app/(shop)/cart/[slug]/page.tsx:9:5)"
    server = "Error: x\n    at addItem (/var/task/.next/server/app/(shop)/cart/[slug]/page.js:1:88)"
    assert set(keys(stack(v8), stack(gecko), stack(dev), stack(server))) == {"Error | cart/[slug]/page:addItem"}


def test_frames_of_dependencies_runtimes_and_polyfills_do_not_count():
    noisy = """TypeError: x
    at Array.forEach (<anonymous>)
    at request (/srv/app/node_modules/.pnpm/axios@1.7.0/node_modules/axios/index.js:5:3)
    at total (/srv/app/src/basket.ts:40:11)
    at https://app.test/_next/static/chunks/polyfills-42372ed130431b0a.js:1:2
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at async /var/task/node_modules/next/dist/compiled/next-server/app-route.runtime.prod.js:6:38411"""
    assert keys(stack(noisy)) == ["Error | basket.ts:total"]


def test_an_async_frame_is_the_frame_it_awaits():
    forms = (
        "Error: x\n    at async load (/srv/app/src/feed.ts:1:1)",
        "Error: x\n    at load (/srv/app/src/feed.ts:9:9)",
        "async*load@/srv/app/src/feed.ts:1:1",
        "async load@/srv/app/src/feed.ts:1:1",
        "promise callback*load@/srv/app/src/feed.ts:1:1",
    )
    assert set(keys(*map(stack, forms))) == {"Error | feed.ts:load"}


def test_the_depth_of_a_recursion_does_not_matter():
    def deep(times):
        lines = ["    at walk (/srv/tree.ts:3:1)", "    at visit (/srv/tree.ts:9:1)"] * times
        return stack("\n".join(["RangeError: x", *lines, "    at GET (/srv/app/api/tree/route.ts:1:1)"]))

    assert set(keys(deep(1), deep(2), deep(20))) == {"Error | tree.ts:walk > tree.ts:visit > api/tree/route:GET"}


def test_minified_names_say_nothing_and_the_message_decides():
    first = "Error: x\n    at t (https://app.test/_next/static/chunks/812-9c0ffe31aa.js:1:2)"
    second = "Error: x\n    at n (https://app.test/_next/static/chunks/77-00ffe31aab.js:1:2)"
    assert keys(stack(first, "no car 7"), stack(second, "no car 9")) == ["Error | no car <int>"] * 2


def test_the_last_line_of_a_stack_that_the_logger_cut_is_left_out():
    begin = "Error: x\n    at load (/srv/app/src/feed.ts:1:1)\n    at "
    whole = begin + "a" * (2_000 - len(begin) - len("bcdef (/srv/app/src/x.ts:1:1)")) + "bcdef (/srv/app/src/x.ts:1:1)"
    assert len(whole) == 2_000
    assert keys(stack(whole)) == ["Error | feed.ts:load"]


def test_a_message_that_looks_like_a_frame_is_none():
    text = "Error: mail bob@shop.test failed\n    at send (/srv/app/src/mail.ts:1:1)"
    assert keys(stack(text)) == ["Error | mail.ts:send"]


@pytest.mark.parametrize(
    ("said", "family", "noise"),
    [
        ("Failed to fetch dynamically imported module: https://a.test/x.js", "chunk_load", False),
        ("Importing a module script failed.", "chunk_load", False),
        ("Hydration failed because the server rendered text didn't match the client.", "hydration", False),
        ("[Auto] Script error.", "masked_script", True),
        ("Script error in checkout", None, False),
        ("ResizeObserver loop limit exceeded", "resize_observer", True),
        ("Extension context invalidated.", "extension", True),
        ("Can't find variable: _AutofillCallbackHandler", "injected_script", True),
        ("Loading cars failed", None, False),
    ],
)
def test_a_family_is_known_by_what_it_says(said, family, noise):
    assert grouped({"error_type": "Error", "error_message": said}).select("family", "noise").row(0) == (family, noise)


def test_an_extension_is_noise_where_its_frame_is_on_top():
    inside = "Error: x\n    at go (chrome-extension://abcdef/content.js:1:1)\n    at buy (/srv/cart.ts:1:1)"
    below = "Error: x\n    at buy (/srv/cart.ts:1:1)\n    at go (moz-extension://abcdef/content.js:1:1)"
    found = grouped(stack(inside), stack(below))
    assert found["noise"].to_list() == [True, False]
    assert found["key"][1] == "Error | cart.ts:buy"


def test_masked_server_component_errors_are_told_apart_by_their_digest():
    said = "An error occurred in the Server Components render. The message is omitted. digest: {}"
    told = {"error_type": "Error", "error_message": "An error occurred in the Server Components render."}
    found = keys({**told, "error_message": said.format(11)}, {**told, "digest": "11"}, {**told, "digest": "12"})
    assert found == ["servercomponents 11", "servercomponents 11", "servercomponents 12"]
    assert keys({**told, "page_url": "https://a.test/cars/bmw-m3/maintenance?x=1"}) == [
        "servercomponents /cars/<slug>/maintenance"
    ]


def test_a_minified_hydration_error_keeps_its_number_and_its_route():
    event = {"error_type": "Error", "error_message": "Minified React error #418; visit https://react.dev/errors/418"}
    pages = ("https://a.test/community/builds/9b0e6c11-8d2f-47aa-b3c0-5e7712fa0d39", "https://a.test/")
    assert keys(*({**event, "page_url": page} for page in pages)) == [
        "hydrationerror #418 /community/builds/<uuid>",
        "hydrationerror #418 /",
    ]


def test_an_explicit_fingerprint_wins_over_a_family():
    event = {"error_type": "Error", "error_message": "Script error.", "fingerprint": ["a", "b"]}
    assert grouped(event, {**event, "fingerprint": []})["key"].to_list() == ["a + b", "scripterror"]


def test_what_decided_and_what_was_masked_is_said():
    found = grouped(
        {"error_type": "Error", "error_message": "mail a@b.co 3 times, 4 times"},
        stack(V8.format("load", "feed.ts"), "x"),
        stack(V8.format("fail", "errors.ts"), "x 1"),
        {"error_type": "Error", "error_message": None},
    )
    assert found["level"].to_list() == ["message", "stack", "stack and message", "message"]
    assert found["masked"].to_list() == [["<email>", "<int>"], [], ["<int>"], []]
    assert found["key"].to_list()[3] == "Error | "


def test_rows_come_back_in_the_order_given_and_columns_may_be_absent():
    frame = pl.DataFrame({"error_type": ["B", "A", "B"], "error_message": ["2", "x", "1"]})
    assert group(frame)["key"].to_list() == ["B | <int>", "A | x", "B | <int>"]
    assert group(frame.clear()).height == 0


def test_a_stack_of_a_megabyte_is_looked_at_in_part():
    long = "Error: x\n" + "    at load (/srv/app/src/feed.ts:1:1)\n" * 30_000
    assert keys(stack(long)) == ["Error | feed.ts:load"]
    assert keys(stack("x" * 1_000_000, "y" * 1_000_000))[0] == "Error | " + "y" * 1_000


@given(st.lists(st.tuples(*[st.none() | st.text(max_size=60)] * 4), min_size=1, max_size=6))
def test_whatever_an_error_says_it_is_grouped_and_equal_errors_agree(rows):
    names = ("error_type", "error_message", "stack_trace", "page_url")
    found = group(pl.DataFrame(rows + rows, schema=dict.fromkeys(names, pl.String), orient="row"))
    assert found["fingerprint"].to_list()[: len(rows)] == found["fingerprint"].to_list()[len(rows) :]


LINES = (
    "    at {} ({}:{}:{})", "    at async {} ({}:{}:{})", "{}@{}:{}:{}", "    at {1}:{2}:{3}", "{}: {} at {}:{}:{}",
    "    at {} [as x] ({}:{}:{}:{})",
    "    at eval (eval at {} ({}:{}:{}), <anonymous>:{}:{})", "Error: {} {} 10:11:12)",
)  # fmt: skip
NAMES = ("load", "Object.load", "t", "<anonymous>", "fail", "new Cart", "render/<", "x:5", "walk2", "")
PLACES = (
    "/srv/app/src/feed.ts", "https://a.test/_next/static/chunks/812-9c0ffe31aa.js", "webpack-internal:///./app/x/page.tsx",
    "https://a.test/", "chrome-extension://ab/c.js", "node:internal/x", "/srv/errors.ts:12", "a:b", "index 4", "",
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=True))
def test_a_reduced_stack_names_the_same_frames(draw):
    def line():
        numbers = [draw.choice(["0", "7", "41", "1234567"]) for _ in range(6)]
        return draw.choice(LINES).format(draw.choice(NAMES), draw.choice(PLACES), *numbers)

    def stack():
        ends = draw.choice(["\n", "\n", "\n", "\r\n", "\n\n"])
        return ends.join(line() for _ in range(draw.randint(0, 70 if draw.random() < 0.1 else 6)))

    given = [stack() for _ in range(200)]
    # Their lengths tell where they were cut, before and after.
    given += [(one + "\n" + "x" * 3_000)[: draw.choice([1_999, 2_000, 2_001, 3_000])] for one in given[:40]]
    given += [(one + f"\n{line()}") for one in given[200:]]
    given += [event["stack_trace"] for case in CASES for event in case["events"]]
    found = stacks.frames(stacks.reduced(pl.Series(given, dtype=pl.String)))
    assert found.rows() == stacks.frames(pl.Series(given, dtype=pl.String)).rows()


def test_stacks_that_differ_by_line_and_column_are_reduced_to_one():
    text = "Error: x\n    at load (/srv/app/src/feed.ts:{}:{})\n    at GET (/srv/app/api/route.ts:1:2)"
    given = [text.format(1, 2), text.format(345, 67), None, text.format(1, 2).replace("feed", "food")]
    assert stacks.reduced(pl.Series(given)).n_unique() == 3


@pytest.mark.parametrize(
    "one", ["7", "123456789012345", "5f4dcc3b5aa765d61d8327deb882cf99", str(uuid5(NAMESPACE_OID, "x"))]
)
def test_a_number_or_id_between_spaces_changes_neither_the_family_nor_its_key(one):
    says = {
        f"Loading chunk {one} failed.": ("chunk_load", "chunkloaderror"),
        f"Minified React error #418; visit {one} now": ("hydration", "hydrationerror #418"),
        f"Hydration failed {one} times": ("hydration", "hydrationerror"),
        f"error occurred in the Server Components render. digest: {one} x": (
            "server_component",
            f"servercomponents {one}",
        ),
        f"ResizeObserver loop {one} x": ("resize_observer", "resizeobserver"),
        f"order {one} at {one}": (None, f"Error | {messages.normalise(pl.Series([f'order {one} at {one}'])).item()}"),
    }
    found = grouped(*({"error_type": "Error", "error_message": text} for text in says))
    assert found.select("family", "key").rows() == [*says.values()]


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.uuids(), st.uuids())
def test_ids_and_numbers_never_split_a_message(first, second, one, other):
    def event(number, key):
        return {"error_type": "Error", "error_message": f"order {number} of {key} is gone after {number} ms"}

    assert len(set(keys(event(first, one), event(second, other)))) == 1


@pytest.mark.parametrize(
    ("place", "recorded", "told"),
    [
        ("internal/errors", "al", "internal"),
        ("/api/analytics/batch", "al", "analytics"),
        ("https://autorev.app/garage?car=1", "browse-cars", "garage"),
        ("/cars/audi-r8", None, "browse-cars"),
        ("/almanac", "general", "general"),
        (None, "contact", "contact"),
    ],
)
def test_a_feature_is_told_by_its_route_and_else_as_logged(place, recorded, told):
    rows = pl.DataFrame({"place": [place], "recorded": [recorded]}, schema={"place": pl.String, "recorded": pl.String})
    assert rows.select(feature(pl.col("place"), pl.col("recorded"))).item() == told
