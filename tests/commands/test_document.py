"""Documents say the same as Markdown and as HTML, and nothing that others wrote acts in either."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from commands.document import Chart, Document, Said, Section, Table, html, markdown
from tests.hostile.conftest import ATTACKS

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ALLOWED = {
    "html", "head", "meta", "title", "body", "h1", "h2", "p", "ul", "ol", "li", "code", "table", "thead", "tbody", "tr",
    "th", "td", "svg", "g", "polyline", "circle",
}  # fmt: skip


class Read(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = set(), [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)


def everywhere(text):
    table = Table(("A", "B"), ((Said(text), text), ("x", Chart((1.0, None, 3.0), text))))
    return Document(
        text,
        ((text, Said(text)),),
        (Section(text, (text,), table, ((Said(text),),), numbered=True), Section("N", empty=text)),
    )


def harmless(text):
    read = Read(html(everywhere(text)))
    assert read.tags <= ALLOWED
    assert not any(name.startswith("on") or name in {"href", "src", "srcdoc"} for name, _ in read.attributes)
    tokens = READER.parse(markdown(everywhere(text), drawn=False))
    inline = [part for token in tokens for part in token.children or ()]
    assert {part.type for part in inline} <= {"text", "code_inline"}
    kinds = {token.type for token in tokens if token.type.endswith("_open")}
    assert kinds <= {f"{kind}_open" for kind in (
        "heading", "bullet_list", "ordered_list", "list_item", "paragraph", "table", "thead", "tbody", "tr", "th", "td"
    )}  # fmt: skip
    assert [token.type for token in tokens].count("tr_open") == 3
    assert [token.type for token in tokens].count("td_open") == 4


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_text_in_every_place(attack):
    harmless(attack)
    assert "evil.test" not in "".join(value or "" for name, value in Read(html(everywhere(attack))).attributes
                                      if name != "aria-label")  # fmt: skip


@given(some.text(min_size=1).filter(lambda text: text.strip()))
def test_any_text_is_text_in_every_place(text):
    harmless(text)


def test_a_document_reads_as_written():
    told = Document(
        "News", (("2 alerts fired",),),
        (
            Section("Numbers", table=Table(("Metric", "Now"), (("Users", "1,234"),))),
            Section("Errors", items=((Said("it | broke"), ": 3 users"),), numbered=True),
            Section("Work", empty="Nothing."),
        ),
    )  # fmt: skip
    assert markdown(told) == (
        "# News\n\n- 2 alerts fired\n\n## Numbers\n\n| Metric | Now |\n| --- | --- |\n| Users | 1,234 |\n\n"
        "## Errors\n\n1. ` it | broke `: 3 users\n\n## Work\n\nNothing.\n"
    )
    assert "<h2>Errors</h2>\n<ol>\n<li><code" in html(told)
    assert ">it | broke</code>: 3 users</li>" in html(told)


def test_a_chart_is_a_line_with_gaps_where_nothing_is_known():
    drawn = ET.fromstring(Chart((1.0, 2.0, None, 4.0, 3.0), "so & so").svg())  # noqa: S314  our own text
    lines = [one.get("points") for one in drawn.iter("{http://www.w3.org/2000/svg}polyline")]
    assert lines == ["2,21 31,15", "89,3 118,9"]
    assert [(one.get("cx"), one.get("cy")) for one in drawn.iter("{http://www.w3.org/2000/svg}circle")] == [
        ("118", "9")
    ]
    assert drawn.get("aria-label") == "so & so"
    assert Chart((1.0, 2.0, None, 4.0, 3.0), "").text() == "▁▃·█▆"


def test_a_chart_of_equal_or_no_values_is_flat_or_empty():
    assert Chart((5.0, 5.0), "").text() == "▁▁"
    assert 'points="2,12 118,12"' in Chart((5.0, 5.0), "").svg()
    assert Chart((None, None), "").text() == "··"
    assert "<polyline" not in Chart((None, 1.0), "").svg()
