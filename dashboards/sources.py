"""Tracks and sources: what is asked, under which title, and how it is counted."""

from __future__ import annotations

from typing import Final

from queries import sources

OVERVIEW: Final = {
    "tracks": ("Tracks", "tracks"),
    "timed_share": ("Tracks with lap times", "share"),
    "layouts_share": ("Tracks with layouts", "share"),
    "lap_times": ("Lap times", "lap times"),
    "verified_share": ("Lap times verified", "share"),
    "lost_lap_times": ("Lap times of unknown tracks", "lap times"),
    "lost_tracks": ("Unknown tracks they name", "tracks"),
    "own_times": ("People's own lap times", "lap times"),
}
FORMER: Final = {
    "former_issues": ("Problems in the former table", "problems"),
    "not_carried": ("Not carried over", "problems"),
    "carried_share": ("Carried over", "share"),
}
FIGURES: Final = (
    (
        sources.tracks,
        "Lap times by track",
        False,
        "Every track, timed or not; laps, own times and layouts of tracks that are not there stand in one row.",
        "No track is known.",
    ),
    (
        sources.channels,
        "Yield by channel",
        False,
        (
            "Videos read, however the reading ended, and the cars they are linked to, each car once a video. Channels "
            "that only videos or the queue name are not registered."
        ),
        "No channel is known.",
    ),
    (
        sources.forums,
        "Yield by forum",
        False,
        (
            "Threads and the insights drawn from them; fruitful is the share of searched threads that gave any. A "
            "source is a thread, each once."
        ),
        "No forum is known.",
    ),
    (
        sources.support,
        "Insights by number of sources",
        False,
        (
            "A source is a thread, each once for an insight. Agreed by one: more consensus is stored than a single "
            "source has, with one source or none."
        ),
        "There is no insight.",
    ),
    (
        sources.alone,
        "Insights with a single source",
        False,
        (
            "Every insight that one thread alone supports, those said to be agreed upon first: find a second source "
            "before they are believed. At most 2,000."
        ),
        "No insight stands on a single thread.",
    ),
    (
        sources.documents,
        "Documents and their passages",
        False,
        "All documents taken in and what was cut from them; passages without a document stand in a row of their own.",
        "No document was taken in.",
    ),
)
