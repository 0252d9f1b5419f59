"""The app: the database it reads, and the menu."""

from __future__ import annotations

import streamlit as st

from dashboards import navigation, shell, theme

st.set_page_config(page_title="AutoRev", layout="wide")
st.html(theme.CSS)
pages = {
    page.key: st.Page(page.script, title=page.title, url_path=page.key, default=page.key == "home")
    for entries in navigation.menu(navigation.role()).values()
    for page in entries
}
# A page icon would also be the tab's icon, which Streamlit fetches from outside: links carry it instead.
current = st.navigation(list(pages.values()), position="hidden")
with st.sidebar:
    st.subheader("AutoRev", anchor=False)
    for section, entries in navigation.menu(navigation.role()).items():
        st.caption(section.upper())
        for page in entries:
            st.page_link(pages[page.key], label=page.title, icon=page.icon)
st.session_state["_places"] = {}
shell.settings()
current.run()
