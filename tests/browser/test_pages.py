"""The real app in Chromium: every page at two widths in both themes, nothing broken, nothing fetched from outside.

Axe-core judges each page once, and in the dark theme those that between them have all that we colour ourselves.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from dashboards import navigation
from metrics import METRICS
from tests.browser.conftest import resize

pytestmark = [pytest.mark.integration, pytest.mark.browser]
ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-artifacts"
INSIDE = ("data:", "blob:", "about:")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
DARK_JUDGED = {"home", "errors", "findings", "funnels", "plans", "statements"}
# Rules broken by what Streamlit draws and neither its settings nor our style can mend, each where it is broken.
BEYOND_US = [
    # The menu wraps every item of its list in a div of its own; only Streamlit could take it away.
    ["list", '[data-testid="stSidebarNavItems"]'],
    ["listitem", '[data-testid="stSidebarNavItems"] li'],
]
# Landmarks are of moderate impact and a fifth of the time. A rule that ended in an error judged nothing.
JUDGE = """async beyond => {
    const options = {resultTypes: ["violations", "incomplete"], preload: false, elementRef: true,
        rules: {region: {enabled: false}}};
    const found = await axe.run(document, options);
    const broken = found.violations.flatMap(rule => rule.nodes
        .filter(node => ["serious", "critical"].includes(node.impact))
        .filter(node => !beyond.some(([id, selector]) => id === rule.id && node.element.matches(selector)))
        .map(node => `${rule.id} (${node.impact}) at ${node.target.join(" ")}: ${node.failureSummary}`));
    return [...broken, ...found.incomplete.filter(rule => rule.error).map(rule => `${rule.id}: ${rule.error.message}`)];
}"""


@pytest.fixture(scope="module")
def app(embedded_home, embedded_pair, built, start_app):
    """Return the address of the app, served from the standby of a demo database that ends today."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    name = built("today", now=today)
    return start_app(
        AUTOREV_DATABASE_URL=embedded_pair.reader_url(name), AUTOREV_MIRROR_NAME=name, AUTOREV_HOME=str(embedded_home)
    )


MIDDLE_OF_THE_LARGEST_POINT = """chart => {
    const boxes = [...chart.querySelectorAll(".points path, .point path")].map(one => one.getBoundingClientRect());
    const largest = boxes.reduce((a, b) => a.width * a.height < b.width * b.height ? b : a);
    return [largest.x + largest.width / 2, largest.y + largest.height / 2];
}"""


@pytest.fixture
def look(app, tab):
    """Return a way to open a page: `look("home", "wide", "dark")` gives the tab once all is drawn."""

    def open_page(key, width="wide", theme="light", query=""):
        tab.goto("about:blank")
        tab.emulate_media(color_scheme=theme)
        resize(tab, width)
        tab.asked.clear()
        tab.said.clear()
        tab.goto(f"{app}/{'' if key == 'home' else key}{query}")
        expect(tab.get_by_test_id("stMain").locator("h1, h2, h3").first).to_be_visible(timeout=60_000)
        _settled(tab)
        return tab

    return open_page


def _settled(tab):
    # The widget that says so appears late: only the state tells that the page's script came to its end.
    expect(tab.locator('.stApp[data-test-script-state="notRunning"]')).to_be_visible(timeout=60_000)
    expect(tab.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=60_000)
    expect(tab.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    tab.wait_for_timeout(300)


def _barriers(tab, page):
    """Say what axe-core finds on a page that keeps people out, in lines of page, rule, selector and what to mend."""
    # It sees no colours in a place that scrolls within the page that scrolls.
    tab.add_style_tag(content=".statement { overflow: visible !important; }")
    tab.evaluate(AXE)
    return [f"{page.key}: {barrier}" for barrier in tab.evaluate(JUDGE, BEYOND_US)]


@pytest.mark.parametrize(("theme", "first", "then"), [("light", "wide", "narrow"), ("dark", "narrow", "wide")])
@pytest.mark.parametrize("page", navigation.PAGES, ids=lambda page: page.key)
def test_a_page_opens_whole_asks_nothing_of_the_outside_and_keeps_nobody_out(look, page, theme, first, then):
    PICTURES.mkdir(exist_ok=True)
    tab = look(page.key, first, theme)
    for width in (first, then):
        resize(tab, width)
        _settled(tab)
        tab.screenshot(path=PICTURES / f"{page.key}-{width}-{theme}.png", full_page=True)
        assert tab.said == []
        assert {urlparse(url).hostname for url in tab.asked if not url.startswith(INSIDE)} == {"127.0.0.1"}
        assert tab.get_by_test_id("stException").count() == 0
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if width == "wide" and (theme == "light" or page.key in DARK_JUDGED):
            barriers = _barriers(tab, page)
            assert not barriers, "\n".join(barriers)


def test_home_shows_every_metric_of_the_registry(look):
    tab = look("home", "wide", "light")
    for metric in METRICS:
        expect(tab.get_by_text(metric.title, exact=True).first).to_be_visible()


def test_the_range_chosen_goes_along_the_menu(look):
    tab = look("home", "wide", "light", "?range=90+days&tz=Europe%2FBerlin")
    for title in ("Tables", "Trends"):
        tab.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
        expect(tab.get_by_role("heading", name=title, level=1)).to_be_visible()
        expect(tab.get_by_label("Date range")).to_have_value("90 days")
        expect(tab.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    assert parse_qs(urlparse(tab.url).query) == {"range": ["90 days"], "tz": ["Europe/Berlin"]}


def test_errors_are_triaged_by_keys(look):
    tab = look("errors", "wide", "light", "?range=All+time&state=Every+state")

    def issue():
        return parse_qs(urlparse(tab.url).query).get("issue", [None])[0]

    def press(key):
        tab.locator("body").press(key)
        tab.wait_for_timeout(300)
        expect(tab.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=30_000)

    press("j")
    expect(tab.get_by_role("button", name="All issues")).to_be_visible(timeout=30_000)
    first = issue()
    press("j")
    tab.wait_for_url(lambda address: first not in address)
    second = issue()
    assert None not in (first, second)
    press("k")
    tab.wait_for_url(lambda address: second not in address)
    assert issue() == first
    for key, words in (("a", "1 issue assigned to"), ("s", "1 issue snoozed:"), ("e", "1 issue resolved:"),
                       ("i", "1 issue ignored:"), ("o", "1 issue reopened:")):  # fmt: skip
        press(key)
        expect(tab.get_by_text(words)).to_be_visible(timeout=30_000)
    press("b")
    expect(tab.get_by_role("button", name="All issues")).to_have_count(0, timeout=30_000)
    assert issue() is None
    assert tab.said == []


def test_an_export_holds_the_rows_of_its_figure(look, tmp_path):
    tab = look("home", "wide", "light")
    tab.locator(".st-key-computed-number-users button").first.click()
    with tab.expect_download(timeout=30_000) as waiting:
        tab.get_by_test_id("stPopoverBody").get_by_role("button", name="Download CSV").click()
    waiting.value.save_as(tmp_path / "users.csv")
    rows = list(csv.DictReader((tmp_path / "users.csv").open(encoding="utf-8")))
    assert len(rows) == 28
    assert list(rows[0]) == ["period", "value", "complete"]
    assert int(rows[-1]["value"]) == 67


def test_a_section_of_a_statement_closes_leaves_its_total_and_opens_again(look):
    tab = look("statements", "wide", "light")
    shown = tab.locator(".statement tbody tr:visible")
    expect(shown.first).to_be_visible(timeout=60_000)
    before = shown.count()
    head = tab.locator(".statement tr.section summary").first
    head.click()
    expect(tab.locator(".statement tr.in-0").first).to_be_hidden()
    assert shown.count() < before
    expect(tab.get_by_role("row", name="Total revenue")).to_be_visible()
    head.click()
    expect(shown).to_have_count(before)
    assert not tab.said


@pytest.mark.parametrize(
    ("page", "figure", "names"),
    [
        ("paths", "paths", {"way"}),
        ("retention", "cohorts", {"cohort", "period"}),
        ("funnels", "steps", {"who", "step"}),
        ("active", "lifecycle", {"state", "period"}),
    ],
)
def test_a_click_in_a_chart_chooses_the_people_behind_it(look, page, figure, names):
    tab = look(page, "wide", "light")
    chart = tab.locator(f".st-key-figure-{figure} .js-plotly-plot")
    chart.scroll_into_view_if_needed()
    tab.mouse.click(*chart.evaluate(MIDDLE_OF_THE_LARGEST_POINT))
    tab.wait_for_url(lambda url: names <= set(parse_qs(urlparse(url).query)))
    expect(tab.get_by_test_id("stMain").get_by_text("People").first).to_be_visible()
