"""The app: the database it reads, and the menu."""

from __future__ import annotations

import streamlit as st

from dashboards import navigation, shell, theme
from demo import ready
from demo.errors import DemoError
from replica import Mirror, Refresher, mirror_folder, refresh
from replica.errors import NoMirror, ReplicaError
from replica.settings import Settings, load_settings


@st.cache_resource(show_spinner="Preparing the database …")
def database() -> Settings:
    """Return where to read, after the first start of the embedded pair and the first refresh if they are needed."""
    settings = load_settings()
    if settings.database_url is None:
        _, settings = ready.start(settings)
    try:
        _ = Mirror(mirror_folder(settings), settings).generation
    except NoMirror:
        refresh(settings)
    Refresher(settings).start()
    return settings


st.set_page_config(page_title="AutoRev", layout="wide")
st.html(theme.CSS)
menu = navigation.menu(shell.viewer().role)
pages = {
    page.key: st.Page(page.script, title=page.title, url_path=page.key, default=page.key == "home")
    for entries in menu.values()
    for page in entries
}
# A page icon would also be the tab's icon, which Streamlit fetches from outside: links carry it instead.
current = st.navigation(list(pages.values()), position="hidden")
with st.sidebar:
    st.subheader("AutoRev", anchor=False)
    for section, entries in menu.items():
        st.caption(section.upper())
        for page in entries:
            st.page_link(pages[page.key], label=page.title, icon=page.icon)
st.session_state["_places"] = {}
try:
    shell.use(database())
except (ReplicaError, DemoError) as fault:
    st.subheader("No data yet", anchor=False)
    st.text(str(fault))
    st.button("Try again")
    st.stop()
current.run()
