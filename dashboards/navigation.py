"""Every page of the suite, in one list: the menu, the tests and the documentation read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from catalogue.roles import EVERYONE, Role

Section = Literal["Founders", "Product", "Ops", "Content", "Finance", "Data"]
SECTIONS: Final[tuple[Section, ...]] = ("Founders", "Product", "Ops", "Content", "Finance", "Data")
ROOT: Final = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its place in the menu, its script, and the roles that may open it."""

    key: str
    title: str
    icon: str
    section: Section
    purpose: str
    roles: frozenset[Role] = EVERYONE

    @property
    def script(self) -> Path:
        """Return the script that Streamlit runs."""
        return ROOT / "pages" / f"{self.key}.py"


BOOKS: Final[frozenset[Role]] = frozenset({"founder", "finance", "admin"})
"""Who may see the books."""

JUDGING: Final = frozenset({"quality", "findings", "gaps", "drift"})
"""Pages that say what is wrong with the data; what they read is not what they stand on."""

PAGES: Final[tuple[Page, ...]] = (
    Page("home", "Home", ":material/monitoring:", "Founders", "The numbers to look at first."),
    Page("metrics", "Metrics", ":material/menu_book:", "Founders", "What each number means, and the rows behind it."),
    Page("users", "Users", ":material/group:", "Founders", "Who our people are, how active, and how each fares."),
    Page(
        "assistant",
        "AL assistant",
        ":material/smart_toy:",
        "Founders",
        "What is asked of AL, what it costs, what credit is left.",
    ),
    Page("plans", "Plans", ":material/sell:", "Finance", "What plans grant, who pays, who was invited."),
    Page("feedback", "Feedback", ":material/feedback:", "Ops", "What people wrote and nobody settled yet."),
    Page("mail", "E-mail", ":material/mail:", "Ops", "What is sent, what arrives, what is opened."),
    Page(
        "pipelines",
        "Pipelines",
        ":material/conveyor_belt:",
        "Ops",
        "Jobs, queues, settings, and who changed what.",
        frozenset({"founder", "ops", "admin"}),
    ),
    Page("community", "Community", ":material/forum:", "Product", "Posts, moderation, taking part, points."),
    Page("garage", "Garage", ":material/garage:", "Product", "Cars that people own, save and build, and what is due."),
    Page("funnels", "Funnels", ":material/filter_alt:", "Product", "Where people drop out, and who they are."),
    Page("retention", "Retention", ":material/replay:", "Product", "Who comes back, and how much later."),
    Page("trends", "Trends", ":material/show_chart:", "Product", "How often something happens, and how many do it."),
    Page("paths", "Paths", ":material/alt_route:", "Product", "What people do next, session by session."),
    Page(
        "engagement",
        "Pages",
        ":material/web:",
        "Product",
        "What is seen, entered, left, read and clicked, and what is slow.",
    ),
    Page(
        "acquisition",
        "Acquisition",
        ":material/campaign:",
        "Product",
        "Which ways people come, and which bring those who stay.",
    ),
    Page("timeline", "Timeline", ":material/person_search:", "Product", "Everything that one person or browser did."),
    Page("active", "Active users", ":material/group:", "Product", "How many, how often, and by which definition."),
    Page(
        "errors",
        "Errors",
        ":material/bug_report:",
        "Ops",
        "What fails, how many people it hits, and what wants a decision today.",
        frozenset({"founder", "ops", "admin"}),
    ),
    Page(
        "reliability",
        "Reliability",
        ":material/health_and_safety:",
        "Ops",
        "Errors in numbers: rates, time to act, silent pages, failed jobs.",
        frozenset({"founder", "ops", "admin"}),
    ),
    Page(
        "finance",
        "Finance",
        ":material/payments:",
        "Finance",
        "Margins, burn, runway, what recurs and what it costs, from the books alone.",
        BOOKS,
    ),
    Page(
        "statements",
        "Statements",
        ":material/account_balance:",
        "Finance",
        "Financial statements from the journal, each with its proof.",
        BOOKS,
    ),
    Page(
        "ledger",
        "Ledger",
        ":material/receipt_long:",
        "Finance",
        "Every line behind a figure, and the entry behind a line.",
        BOOKS,
    ),
    Page("quality", "Quality", ":material/verified:", "Data", "Which numbers can be trusted, and what is checked."),
    Page("findings", "Findings", ":material/report:", "Data", "What is wrong, worst first, and who looks after it."),
    Page("gaps", "Gaps", ":material/rule:", "Data", "What is documented, beside what is there."),
    Page("drift", "Drift", ":material/difference:", "Data", "What changed between two runs."),
    Page("stream", "Event stream", ":material/timeline:", "Data", "What events are called, and what is left out."),
    Page(
        "content",
        "Coverage",
        ":material/fact_check:",
        "Content",
        "Which cars lack content that people want, and what to write first.",
        frozenset({"content", "founder", "admin"}),
    ),
    Page(
        "cities",
        "Events by city",
        ":material/map:",
        "Content",
        "Which events are coming up where, and which cities go without.",
        frozenset({"content", "founder", "admin"}),
    ),
    Page(
        "parts",
        "Parts",
        ":material/build:",
        "Content",
        "Is the catalogue of parts whole, sure and priced, and what do people build with?",
        frozenset({"content", "founder", "admin"}),
    ),
    Page(
        "sources",
        "Tracks and sources",
        ":material/source:",
        "Content",
        "Which tracks are timed, and what channels, forums and documents give.",
        frozenset({"content", "founder", "admin"}),
    ),
    Page(
        "intake",
        "Content pipelines",
        ":material/move_to_inbox:",
        "Content",
        "What waits to become content, how fast it moves, what is stuck, and what finishing it would give.",
        frozenset({"content", "founder", "admin"}),
    ),
    Page("tables", "Tables", ":material/table_view:", "Data", "Every table of the database, documented or not."),
    Page(
        "schema",
        "Schema",
        ":material/account_tree:",
        "Data",
        "How documented names bind to the database.",
        frozenset({"founder", "ops", "admin"}),
    ),
    Page(
        "audit",
        "Audit",
        ":material/policy:",
        "Data",
        "Who revealed personal data and why, and who looked at which page.",
        frozenset({"admin"}),
    ),
)
BY_KEY: Final = {page.key: page for page in PAGES}


def menu(who: Role) -> dict[Section, tuple[Page, ...]]:
    """Return the pages that a role may open, by section; sections without any are left out."""
    found = {
        section: tuple(page for page in PAGES if page.section == section and who in page.roles) for section in SECTIONS
    }
    return {section: pages for section, pages in found.items() if pages}
