"""Markdown made of somebody's text shows the text and nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as some

from dashboards.markdown import letters


def test_plain_words_stay_as_they_are():
    assert letters("Active users by month") == "Active users by month"


def test_marks_are_escaped_and_lines_joined():
    assert letters("# a\n*b* <i>") == r"\# a \*b\* \<i\>"


@given(some.text())
def test_no_mark_is_left_unescaped(text):
    shown = letters(text)
    assert "\n" not in shown
    unescaped = re.sub(r"\\[!-/:-@\[-`{-~]", "", shown)
    assert not re.search(r"[!-/:-@\[-`{-~]", unescaped)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown).replace("\u2060", "") == " ".join(text.split()).replace(
        "\u2060", ""
    )
