"""The suite's own state, in one SQLite file: annotations, saved views, history, record of reveals, marks on content."""

from store.state import (
    Annotation,
    Decision,
    Mark,
    Mute,
    Reveal,
    Run,
    SavedView,
    Store,
    StoreTooNew,
    StoreUnavailable,
    Triage,
)

__all__ = [
    "Annotation",
    "Decision",
    "Mark",
    "Mute",
    "Reveal",
    "Run",
    "SavedView",
    "Store",
    "StoreTooNew",
    "StoreUnavailable",
    "Triage",
]
