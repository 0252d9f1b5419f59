"""The hostile database in Chromium: nothing acts, nothing is fetched, nothing breaks out of its place."""

from __future__ import annotations

import csv
from urllib.parse import quote, urlparse

import openpyxl
import polars as pl
import pytest
from playwright.sync_api import expect

from dashboards import navigation
from queries import errors, system
from queries.export import LONGEST_CELL
from replica import Mirror, mirror_folder
from store import Store
from tests.browser.conftest import WIDTHS, resize
from tests.hostile.conftest import ATTACKS, MARK, NAMES, OUTSIDE, hostile_settings

__all__ = ["hostile_settings"]
pytestmark = [pytest.mark.integration, pytest.mark.browser]
ACTED = """() => [
    window.__Hx7 && 'a script ran',
    document.querySelector('a[href^="javascript" i]') && 'a link runs a script',
    document.querySelector(`a[href*="evil.test"], img[src*="evil.test"]`) && 'markup points outside',
    [...document.querySelectorAll('.stMarkdown, .stHtml, .stCaption, h1, h2, h3, [data-testid="stMetricLabel"]')]
        .some(one => one.innerText.includes('Hx7')) && 'text stands where markup is read',
    document.querySelector('.katex') && 'a formula was set',
].filter(Boolean)"""
BROKEN = """() => {
    const wide = document.documentElement.clientWidth;
    const outside = [...document.querySelectorAll('[data-testid="stMain"] *')].filter(one => {
        const box = one.getBoundingClientRect();
        if (!box.width || !box.height || getComputedStyle(one).visibility === 'hidden') return false;
        if (box.right <= wide + 1 && box.left >= -1) return false;
        for (let at = one.parentElement; at; at = at.parentElement)
            if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(at).overflowX)
                && at.getBoundingClientRect().right <= wide + 1 && at !== document.body
                && at.dataset.testid !== 'stMain') return false;
        return true;
    }).map(one => `${one.tagName} ${one.dataset.testid || one.className}`.slice(0, 80));
    const main = document.querySelector('[data-testid="stMain"]');
    return [
        ...outside.slice(0, 5),
        document.documentElement.scrollWidth > wide && 'the page is wider than its window',
        main.scrollWidth > main.clientWidth + 1 && 'the page scrolls sideways',
        main.scrollHeight > 12000 && `the page is ${main.scrollHeight} px high`,
    ].filter(Boolean);
}"""


@pytest.fixture(scope="module")
def home(hostile_settings, tmp_path_factory):
    """Return a home of its own with the hostile mirror, and hostile notes and saved views."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "mirrors").mkdir()
    (folder / "mirrors" / "hostile").symlink_to(hostile_settings.home / "mirrors" / "hostile")
    store = Store(folder)
    for attack in ATTACKS[:12]:
        for page in navigation.PAGES:
            store.save_view(page.key, attack[:80], f"search={attack}")
    store.close()
    return folder


@pytest.fixture(scope="module")
def app(hostile_settings, home, start_app):
    """Return the address of the app over the hostile database."""
    return start_app(
        AUTOREV_DATABASE_URL=hostile_settings.database_url.get_secret_value(),
        AUTOREV_MIRROR_NAME="hostile",
        AUTOREV_HOME=str(home),
        AUTOREV_REFRESH_SECONDS="86400",
    )


@pytest.fixture
def look(app, tab):
    """Return a way to open an address and wait until it is drawn: `look("tables", "narrow", table="cars")`."""

    def open_page(key, width="wide", **query):
        resize(tab, width)
        tab.asked.clear()
        tab.said.clear()
        asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        tab.goto(f"{app}/{'' if key == 'home' else key}?{asked}")
        expect(tab.get_by_test_id("stMain").locator("h1, h2, h3").first).to_be_visible(timeout=60_000)
        _settled(tab)
        return tab

    return open_page


def _settled(tab):
    expect(tab.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=60_000)
    expect(tab.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    tab.wait_for_timeout(300)


def faults(tab):
    """Say what acted, what was asked of the outside, what the console said and what broke the layout."""
    outside = {urlparse(url).hostname for url in tab.asked if not url.startswith(("data:", "blob:"))} - {"127.0.0.1"}
    return [*tab.evaluate(ACTED), *tab.evaluate(BROKEN), *outside, *tab.said]


def faults_at_each_width(tab):
    """Say what is wrong at each width; a page fits itself into a window without being opened again."""
    found = {}
    for width in WIDTHS:
        resize(tab, width)
        _settled(tab)
        found[width] = faults(tab)
    return {width: wrong for width, wrong in found.items() if wrong}


@pytest.mark.parametrize("key", [page.key for page in navigation.PAGES])
def test_a_page_of_hostile_text_neither_acts_nor_fetches_nor_breaks(look, key):
    assert faults_at_each_width(look(key, range="All time")) == {}


def test_issues_of_hostile_text_neither_act_nor_fetch_nor_break(look, hostile_settings):
    issues = errors.issues(Mirror(mirror_folder(hostile_settings), hostile_settings))
    longest = issues.sort(pl.col("title").str.len_chars(), descending=True).head(1)
    chosen = pl.concat([longest, *(issues.filter(pl.col("title").str.contains(one, literal=True)).head(1)
                                   for one in ("<script", "](", "javascript:"))]).unique()  # fmt: skip
    assert chosen.height > 1
    for number, issue in enumerate(chosen["fingerprint"]):
        tab = look("errors", list(WIDTHS)[number % 2], range="All time", issue=issue)
        expect(tab.get_by_role("button", name="All issues")).to_be_visible()
        assert tab.get_by_test_id("stException").count() == 0
        assert faults(tab) == []


@pytest.mark.parametrize(
    "name", ["user_profiles", NAMES[0], NAMES[6], NAMES[18]], ids=["texts", "script", "link", "line"]
)
def test_a_table_of_hostile_text_neither_acts_nor_fetches_nor_breaks(look, name):
    tab = look("tables", table=name)
    assert tab.get_by_test_id("stException").count() == 0
    expect(tab.get_by_test_id("stDataFrame").nth(1)).to_be_attached(timeout=60_000)
    assert faults_at_each_width(tab) == {}


def test_a_word_of_a_megabyte_above_a_table_breaks_no_line_of_the_page(look, hostile_settings):
    tables = system.tables(Mirror(mirror_folder(hostile_settings), hostile_settings))
    long = tables.filter(pl.col("comment").str.len_chars() > 2**20)
    tab = look("tables", table=long.item(0, "table_name"))
    assert faults_at_each_width(tab) == {}


def test_lists_to_choose_from_show_hostile_names_letter_by_letter(look):
    tab = look("tables")
    tab.get_by_test_id("stSelectbox").filter(has_text="Table").locator("input").first.fill(MARK)
    expect(tab.get_by_role("option").first).to_be_visible()
    shown = tab.get_by_role("option").all_inner_texts()
    assert [text for text in shown if text in NAMES]
    assert faults(tab) == []


def test_what_is_folded_away_is_as_harmless(look):
    tab = look("tables", table=NAMES[0])
    for button in tab.locator("[class*='st-key-computed'] button, .st-key-saved button").all()[-2:]:
        button.click()
        _settled(tab)
        assert faults(tab) == []
        tab.keyboard.press("Escape")


@pytest.mark.parametrize("form", ["CSV", "XLSX"])
def test_the_download_of_a_table_holds_no_cell_that_a_spreadsheet_would_run(look, form, tmp_path):
    tab = look("tables", table="user_profiles")
    with tab.expect_download(timeout=60_000) as waiting:
        tab.locator(".st-key-exports-sample").get_by_role("button", name=f"Download {form}").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    if form == "CSV":
        csv.field_size_limit(2**24)
        rows = list(csv.reader(file.open(encoding="utf-8", newline="")))
    else:
        rows = [list(row) for row in openpyxl.load_workbook(file).active.values]
    assert len(rows) == 51
    cells = [cell for row in rows for cell in row if isinstance(cell, str)]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "\t", "\r", "+cmd", "-2+3"))]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert any(cell.startswith("'+cmd") for cell in cells)
    assert form == "CSV" or max(map(len, cells)) <= LONGEST_CELL


def test_a_grid_offers_no_download_or_copy_of_its_own(look):
    tab = look("tables", table="user_profiles")
    grid = tab.locator(".st-key-figure-sample").get_by_test_id("stDataFrame")
    grid.hover()
    expect(tab.get_by_role("button", name="Fullscreen").last).to_be_visible()
    assert tab.get_by_label("Download as CSV").count() == 0
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.evaluate("navigator.clipboard.writeText('before')")
    box = grid.bounding_box()
    tab.mouse.click(box["x"] + 60, box["y"] + 60)
    tab.keyboard.press("Control+c")
    tab.wait_for_timeout(200)
    assert tab.evaluate("navigator.clipboard.readText()") == "before"
    assert OUTSIDE not in " ".join(tab.asked)
