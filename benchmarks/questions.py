"""How long does the server work on the questions of each page, when none of the answers is kept from before?"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks.home import mirrored
from benchmarks.report import Result
from dashboards.answers import Answer, Making, Put
from dashboards.navigation import PAGES
from dashboards.server import show_newest
from replica import Mirror
from replica.mirror import forget as forget_answers
from replica.settings import mirror_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dashboards.navigation import Page
    from demo.cluster import EmbeddedPair

ROUNDS: Final = 3
OVERVIEW: Final = "home"
_answered: Final = Put.answered


def measure(pair: EmbeddedPair, scale: int, say: Callable[[str], None]) -> list[Result]:
    """Run every page over the demo at this scale; warm: the mirror is open and the page was asked for once before."""
    settings = mirrored(pair, scale, say)
    place = {"AUTOREV_HOME": str(settings.home), "AUTOREV_MIRROR_NAME": str(settings.mirror_name)}
    say("the generation made ready, as the server does before it is shown")
    mirror = Mirror(mirror_folder(settings), settings)
    show_newest(mirror, None)
    with patch.dict(os.environ, place):
        return [_page(page, mirror.folder, scale, say) for page in PAGES]


class _Clock:
    """Seconds that questions took: what makes something of their answers is none, but those it puts are."""

    def __init__(self) -> None:
        self.questions: list[float] = []
        self._within: list[float] = []

    def answered(self, put: Put, mirror: Mirror) -> Answer:
        started = time.perf_counter()
        self._within.append(0.0)
        try:
            return _answered(put, mirror)
        finally:
            taken, within = time.perf_counter() - started, self._within.pop()
            if self._within:
                self._within[-1] += taken
            if not isinstance(put.question, Making):
                self.questions.append(taken - within)


def _page(page: Page, folder: Path, scale: int, say: Callable[[str], None]) -> Result:
    clock = _Clock()

    def answered(put: Put, mirror: Mirror) -> Answer:
        return clock.answered(put, mirror)

    sums, asked = [], 0
    with patch.object(Put, "answered", answered):
        for number in range(ROUNDS + 1):
            say(f"questions of {page.key}, {'cold' if number == 0 else f'round {number} of {ROUNDS}'}")
            clock.questions.clear()
            forget_answers(folder)
            st.cache_resource.clear()
            st.cache_data.clear()
            run = AppTest.from_file(str(page.script), default_timeout=120).run()
            if run.exception:
                raise RuntimeError(f"The page {page.key} failed: {run.exception[0].message}")
            sums.append(1000 * sum(clock.questions))
            asked = len(clock.questions)
    aim, floor = (250, 500) if page.key == OVERVIEW else (500, 1000)
    return Result(
        f"Questions of the page {page.key}, warm", sums[1:], "ms", aim, floor,
        f"{asked} questions as the page opens, from SQL to checked frame; what is read once of a generation is kept, "
        f"all else asked anew, scale {scale}; "
        f"the first time {sums[0]:.0f} ms",
    )  # fmt: skip
