"""Markdown made of somebody's text shows the text and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from dashboards.markdown import letters
from queries import export

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MARKED = some.text(some.sampled_from("ab1 .:-+=#*_`~|<>[]()!&;@$\\\n/"))
ATTACKS = (
    "# a",
    "1. a",
    "2) b",
    "- a",
    "+ a",
    "== a",
    "a\n===",
    "a | b\n--|--",
    "![a](b)",
    "<b>",
    "&lt;",
    "`a``b",
    "~~a~~",
)


def shown(text):
    """Return the kinds of what a reader of Markdown makes of a line, and the words it shows."""
    tokens = READER.parse(text)
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}, text
    parts = [part for token in tokens for part in token.children or ()]
    return {part.type for part in parts}, "".join(part.content for part in parts)


def test_plain_words_stay_as_they_are():
    for words in ("Active users by month", '3 of 5, 12.3 % at 10:00: fine; "so" what\'s-its-name?'):
        assert export.letters(words) == words


def test_marks_are_escaped_and_lines_joined():
    assert letters("# a\n*b* <i>") == r"\# a \*b\* \<i\>"


def test_no_address_is_left_whole_for_those_who_make_links_of_them():
    assert export.letters("http://a.b www.a.b c@d.e mailto:x") == r"http\://a\.b www\.a\.b c\@d\.e mailto\:x"


def stays(text):
    plain = " ".join(text.replace("\0", "").split())
    for written in (export.letters(plain), letters(plain)):
        kinds, words = shown(written)
        assert kinds <= {"text"}
        assert words.replace("\u2060", "") == plain.replace("\u2060", "")
    assert shown(f"a: {export.letters(plain)}")[1] == f"a: {plain}".rstrip()


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_marks_up_elsewhere_is_shown_letter_by_letter(attack):
    stays(attack)
    stays(f"words {attack}")


@given(some.one_of(some.text(), MARKED))
def test_any_text_is_shown_letter_by_letter(text):
    stays(text)


@given(some.one_of(some.text(), MARKED))
@example("a ``b`` [x](javascript:1)\n# c")
def test_code_shows_the_text_and_reads_nothing_in_it(text):
    plain = " ".join(text.replace("\0", "").split())
    kinds, words = shown(export.literal(plain))
    assert kinds == {"code_inline"}
    assert words.strip() == plain


def test_what_streamlit_reads_later_is_parted():
    assert re.sub("\u2060", "|", letters(":red a->b")) == r"\:|red a-|\>b"
