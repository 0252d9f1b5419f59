"""The suite's own state, in one SQLite file: annotations, saved views, history of runs, record of reveals."""

from store.state import Annotation, Mute, Reveal, Run, SavedView, Store, StoreTooNew, StoreUnavailable, Triage

__all__ = ["Annotation", "Mute", "Reveal", "Run", "SavedView", "Store", "StoreTooNew", "StoreUnavailable", "Triage"]
