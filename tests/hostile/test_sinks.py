"""No text that is not ours reaches a place where Streamlit or Plotly reads Markdown, HTML or an address.

All of the dashboards is read: what renders markup may be given constants, `letters(…)`, and what is on the short list
below, each with the reason why nothing of the database or of the address can be in it.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("dashboards/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "streamlit_app.py"])

BODIES = {
    "badge", "caption", "chat_message", "dialog", "echo", "error", "exception", "graphviz_chart", "header", "help",
    "html", "iframe", "image", "info", "json", "latex", "logo", "markdown", "pdf", "audio", "video", "progress",
    "spinner", "status", "subheader", "success", "table", "title", "toast", "warning", "write", "write_stream",
}  # fmt: skip
"""Functions of Streamlit that read their first argument as markup or as an address."""
LABELLED = {
    "Page", "audio_input", "button", "camera_input", "chat_input", "checkbox", "color_picker", "data_editor",
    "date_input", "datetime_input", "download_button", "expander", "feedback", "file_uploader", "form_submit_button",
    "link_button", "menu_button", "metric", "multiselect", "number_input", "page_link", "pills", "popover", "radio",
    "segmented_control", "select_slider", "selectbox", "set_page_config", "slider", "tabs", "text_area", "text_input",
    "time_input", "toggle",
}  # fmt: skip
"""Functions that read their label as markup."""
OPTIONED = {"menu_button", "metric", "pills", "radio", "segmented_control", "select_slider"}
"""Functions that read their second argument as markup too; a list to choose from (selectbox) does not."""
KEYWORDS = {
    "body", "captions", "delta", "delta_description", "format_func", "help", "icon", "label", "options", "page_icon",
    "page_title", "text", "title", "unsafe_allow_html", "url", "value",
}  # fmt: skip
"""Keywords of those functions that are read as markup or as an address."""
PLAIN = {"selectbox": {"options", "value"}, "multiselect": {"options"}, "text_input": {"value"}, "text_area": {"value"}}
UNMISTAKABLE = {
    "badge", "caption", "expander", "html", "latex", "link_button", "markdown", "metric", "page_link", "pills",
    "popover", "segmented_control", "subheader", "toast",
}  # fmt: skip
"""Names that mean Streamlit also where they are called on a container."""
NEVER = {"ImageColumn", "LinkColumn", "MarkdownColumn", "components", "html_block", "unsafe_allow_javascript"}
"""What no text of a database should ever be put into."""

ALLOWED = {
    ("access.py", "subheader", "f'{title} is not open to your role'"): "a page's title, of navigation.PAGES",
    ("shell.py", "Page", "page.script"): "a file of ours",
    ("shell.py", "Page", "page.title"): "of navigation.PAGES",
    ("entry.py", "html", "theme.CSS"): "a constant",
    (
        "reveal.py",
        "caption",
        "f'For this session and {MINUTES} minutes. Your name, the reason and what you read are recorded.'",
    ): "a number of ours",
    ("shell.py", "badge", "words"): "a count",
    ("shell.py", "multiselect", "label"): "a constant of its callers, which are checked",
    ("shell.py", "caption", "entry.purpose"): "of navigation.PAGES",
    ("shell.py", "caption", "f'Staff and bots are left out.{unfinished}'"): "one of two constants",
    ("shell.py", "date_input", "label"): "a constant of its callers, which are checked",
    ("shell.py", "download_button", "f'Download {form.upper()}'"): "of EXPORTS",
    ("shell.py", "expander", "f'{len(fresh.warnings)} notes about this database'"): "a count",
    ("shell.py", "html", 'f\'<a href="?{address}" target="_self">Open</a>\''): "percent-encoded, then escaped; tested",
    ("shell.py", "html", "figure.markup"): "text of the database is character references in it; tested",
    ("shell.py", "metric", "None if number.change is None else theme.percent(number.change, signed=True)"): "a number",
    ("shell.py", "toggle", "label"): "a constant of its callers, which are checked",
    ("administering.py", "popover", "action.title"): "of ACTIONS",
    ("marking.py", "button", "icon"): "of ACTIONS",
    ("marking.py", "button", "label"): "of ACTIONS",
    ("marking.py", "markdown", "listed"): "worklist.markdown, whose text goes to st.code",
    ("shell.py", "button", "label"): "a constant of its callers",
    ("triage.py", "button", "icon"): "a constant of its callers",
    ("triage.py", "button", "label"): "a constant of its callers, once with a fingerprint, which is digits",
    ("shell.py", "metric", "number.compared_with or None"): "of three constants",
    ("shell.py", "metric", "theme.number(number.value, number.unit)"): "a number",
    ("shell.py", "popover", "icon"): "a constant of its callers, which are checked",
    ("shell.py", "popover", "label"): "a constant of its callers, which are checked",
    ("shell.py", "selectbox", "label"): "a constant of its callers, which are checked",
    ("shell.py", "title", "entry.title"): "of navigation.PAGES",
}
PASSED_ON = {"choose": 1, "choose_many": 1, "_day": 1, "_unfolded": 2, "search": 0}
"""Functions of ours that pass their first arguments on as labels."""


def trees():
    return [(file.name, ast.parse(file.read_text(encoding="utf-8"))) for file in FILES]


def calls():
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield name, node, _called(node), _receiver(node)


def _called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _receiver(node):
    return ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""


def is_ours(node):
    """Return whether an expression can be nothing but what stands in the source, or text made harmless."""
    match node:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id="letters")) | ast.Call(func=ast.Attribute(attr="letters")):
            return True
        case ast.JoinedStr():
            return all(isinstance(part, ast.Constant) or is_ours(part.value) for part in node.values)
        case ast.IfExp():
            return is_ours(node.body) and is_ours(node.orelse)
        case ast.List() | ast.Tuple():
            return all(map(is_ours, node.elts))
    return False


def given(node, called):
    """Return the arguments of a call that are read as markup."""
    positions = 3 if called == "metric" else 2 if called in OPTIONED else 1
    yield from node.args[:positions]
    for keyword in node.keywords:
        if keyword.arg in KEYWORDS - PLAIN.get(called, set()):
            yield keyword.value


def test_markup_is_made_of_constants_and_of_what_is_on_the_list():
    found = {
        (file, called, ast.unparse(argument))
        for file, node, called, receiver in calls()
        if called in BODIES | LABELLED and (receiver == "st" or called in UNMISTAKABLE)
        for argument in given(node, called)
        if not is_ours(argument)
    }
    assert found - set(ALLOWED) == set(), "give it plain text (shell.say, st.text, st.code, a cell) or letters(…)"
    assert set(ALLOWED) - found == set(), "no longer there: strike it from the list"


def test_labels_that_our_own_functions_pass_on_are_constants():
    passed = [
        (file, called, ast.unparse(argument))
        for file, node, called, receiver in calls()
        if called in PASSED_ON and receiver in {"", "shell"}
        for argument in node.args[: PASSED_ON[called]]
        if not is_ours(argument)
    ]
    assert passed == []


def test_nothing_that_makes_links_or_pictures_of_text_is_used():
    used = [(file, called) for file, _, called, _ in calls() if called in NEVER]
    unsafe = [
        (file, keyword.arg)
        for file, node, _, _ in calls()
        for keyword in node.keywords
        if keyword.arg and keyword.arg.startswith("unsafe_")
    ]
    assert used + unsafe == []


def test_streamlit_has_one_name_so_that_the_other_tests_see_it():
    taken = [
        (file, ast.unparse(node))
        for file, tree in trees()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "streamlit")
        or (isinstance(node, ast.Import) and any(one.name == "streamlit" and one.asname != "st" for one in node.names))
    ]
    assert taken == []


def test_charts_are_drawn_harmless_and_their_templates_are_constants():
    drawn = [node for _, node, called, _ in calls() if called == "plotly_chart"]
    assert drawn
    assert {ast.unparse(node.args[0].func) for node in drawn} == {"charts.harmless"}
    templates = [
        (file, ast.unparse(value))
        for file, tree in trees()
        for node in ast.walk(tree)
        for name, value in _named(node)
        if name in {"hovertemplate", "texttemplate", "legendgrouptitle_text"} and not is_ours(value)
    ]
    assert templates == []


def _named(node):
    if isinstance(node, ast.Call):
        return [(keyword.arg, keyword.value) for keyword in node.keywords]
    if isinstance(node, ast.Dict):
        return [(key.value, value) for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)]  # fmt: skip
    return []


@pytest.mark.parametrize(
    ("source", "ours"),
    [("'x'", True), ("f'{x}'", False), ("f'{letters(x)}'", True), ("x if y else 'z'", False), ("'a' + x", False)],
)
def test_what_counts_as_ours(source, ours):
    assert is_ours(ast.parse(source, mode="eval").body) is ours
