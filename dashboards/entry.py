"""The script of every session: sign-in, the menu, the database, then the page.

It stands here and not beside the folder `pages`, which Streamlit would take for its older way of many pages: the
first address of a fresh server would then run a page's script alone.
"""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from catalogue.roles import NOBODY
from dashboards import access, server, shell, theme
from demo.errors import DemoError
from replica.errors import ReplicaError

st.set_page_config(page_title="AutoRev", layout="wide")
st.html(theme.CSS)
try:
    viewer = shell.viewer()
except ReplicaError as fault:
    viewer = NOBODY
    st.subheader("The settings cannot be used", anchor=False)
    st.text(str(fault))
    st.stop()
if viewer.role == "none":
    access.sign_in_page()
    st.stop()
# Every page is known by its address; the page itself refuses whoever may not see it.
menu = shell.pages(viewer.role)
current = st.navigation(menu, expanded=True)
if st.session_state.setdefault("_begins", True):
    st.session_state["_begins"] = False
    chosen = shell.start_page()
    led = next((page for pages in menu.values() for page in pages if page.url_path == chosen), None)
    # Only who comes without an address of a page or a view is led on.
    if led is not None and not current.url_path and not st.query_params:
        st.switch_page(led)
with st.sidebar:
    if not viewer.local:
        with st.container(key="viewer"):
            st.text(f"{viewer.name}\n{viewer.role}")
            st.button("Sign out", on_click=access.sign_out, key="sign-out", type="tertiary", icon=":material/logout:")
st.session_state["_places"] = {}
try:
    with nullcontext() if server.is_open() else st.spinner("Preparing the database …"):
        shell.use(server.database())
except (ReplicaError, DemoError) as fault:
    st.subheader("No data yet", anchor=False)
    st.text(str(fault))
    st.button("Try again")
    st.stop()
current.run()
