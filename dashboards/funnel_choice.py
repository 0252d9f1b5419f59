"""The widgets of the page of funnels; what they say is in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboards import funnels, shell
from queries.funnels.prepared import ANY_PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence


def funnel_choice(events: Sequence[str], routes: Sequence[str]) -> funnels.Chosen:
    """Return the funnel that is chosen: a prepared one, own steps, or a definition written as JSON."""
    with shell.controls():
        funnel = shell.choose("Funnel", "funnel", [*funnels.TITLES, funnels.OWN], every=next(iter(funnels.TITLES)))
        own = shell.choose_many("Steps", "steps", events, none="Events, in order") if funnel == funnels.OWN else ()
        of_page = funnel in funnels.TITLES and funnels.TITLES[funnel].of_page
        route = shell.choose("Page", "route", routes, every=ANY_PAGE) if of_page else None
        order = shell.choose("Order", "order", list(funnels.ORDERS), every="As prepared")
        window = shell.choose("Window", "window", list(funnels.WINDOWS), every="As prepared")
        count = shell.choose("Count", "count", list(funnels.COUNTS), every="As prepared")
        part = shell.choose("Break down by", "breakdown", list(funnels.BREAKDOWNS), every="Nothing")
        touch = shell.choose("By the value of", "touch", list(funnels.TOUCHES), every="First touch") if part else None
    with st.popover("Definition", icon=":material/data_object:", type="tertiary", key="definition-open"):
        text = st.text_area("As JSON, instead of the choices above", key="definition", bind="query-params", height=220)
        chosen = funnels.Chosen(funnel, route, own, order, window, count, part, touch, (text or "").strip())
        asked = chosen.definition()
        if asked is not None:
            st.text("What is asked now, as `autorev funnel --definition` reads it too:")
            st.code(asked.text(), language="json", wrap_lines=True)
    return chosen
