"""The suite's own state, in one SQLite file: annotations, saved views, history of runs."""

from store.state import Annotation, Run, SavedView, Store, StoreTooNew, Triage

__all__ = ["Annotation", "Run", "SavedView", "Store", "StoreTooNew", "Triage"]
