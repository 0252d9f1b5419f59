"""The server: the app behind its guard and its security headers, as `streamlit run` and ASGI servers find it."""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from dashboards import navigation, server

settings = server.settings_in_force()
app = st.App(
    navigation.ROOT / "dashboards" / "entry.py",
    secrets=server.secrets(settings),
    lifespan=server.lifespan,
    routes=server.ROUTES,
    middleware=[
        Middleware(server.SecurityHeaders, settings=settings),
        Middleware(server.Guard, settings=settings),
    ],
)
