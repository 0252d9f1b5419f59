"""The frames of a stack trace, as V8, Firefox and Safari write them, reduced to what names the fault."""

from __future__ import annotations

from typing import Final

import polars as pl

from queries.errors.messages import on_all_cores

LONGEST: Final = 8_000
"""Characters of a stack that are looked at."""
LINES: Final = 60
FRAMES: Final = 6
"""In-app frames that make the key: callers further out differ for one and the same fault."""
CUT_AT: Final = (2_000, 3_000)
"""Lengths at which the loggers cut: the last line of such a stack is not whole."""

_V8: Final = r"^\s*at (?:async )?(.+?) \((.*?)\)?\s*$"
_V8_BARE: Final = r"^\s*at (?:async )?((?:async )?[^\s(].*?:[0-9]+)\)?\s*$"
_GECKO: Final = (
    r"^\s*(?:[^@\s]* ?[^@\s]*\*|async )?((?:global|eval|module) code|[^@\s]*)@"
    r"((?:[a-z-]+:/|/|\[native).*|.*:[0-9]+)\s*$"
)
_OUTSIDE: Final = (
    r"(?i)node_modules|\[native|^native\b|<anonymous>|^node:|^internal/|/next/dist/|webpack/(?:bootstrap|runtime)|"
    r"/chunks/(?:webpack|framework|main|main-app|polyfills)\b|polyfills?\b|core-js|regenerator|zone\.js|react-dom|"
    r"\.runtime\.(?:prod|dev)|googletagmanager|google-analytics|\beval at\b|^index [0-9]+$|wasm://"
)
_EXTENSION: Final = r"(?i)(?:chrome|moz|safari|safari-web|ms-browser|edge)-extension:/"
_RUNTIME_FUNCTIONS: Final = (
    r"^(?:__webpack_\w+__|asyncGeneratorStep|_next|_throw|step|fulfilled|rejected|__awaiter|__generator|"
    r"processTicksAndRejections|runMicrotasks|renderWithHooks|beginWork|performWorkOnRoot|performSyncWorkOnRoot|"
    r"performConcurrentWorkOnRoot|workLoop\w*|performUnitOfWork|commit[A-Z]\w*|flush[A-Z]\w*|callCallback|"
    r"invokeGuardedCallback\w*|throwOnHydrationMismatch|tryToClaimNextHydratableInstance|updateFunctionComponent|"
    r"mountIndeterminateComponent|recoverFromConcurrentError|dispatchEvent\w*|batchedUpdates\w*)$"
)
_UNNAMED: Final = r"^(?:<anonymous>|\(anonymous(?: function)?\)|anonymous|\?|eval|(?:global|eval|module) code|)$"
_MINIFIED: Final = r"^[A-Za-z_$][A-Za-z0-9_$]?$"
# Names that Next.js gives to files: the folder says which one it is.
_SPECIAL: Final = (
    r"(?i)^(?:page|route|layout|template|loading|error|global-error|not-found|default|head|middleware)(?:\.[a-z]+)?$"
)
_FACTORY_FILES: Final = (
    r"(?i)^(?:errors?|exceptions?|trpc|middleware|api-?errors?|http-?errors?|app-?errors?|error-?handler|"
    r"(?:server-?)?error-?logger|assert(?:ion)?s?|invariant|result)\.[cm]?[jt]sx?:"
)
_FACTORY_FUNCTIONS: Final = (
    r"(?i)(?:^|:)(?:fail|invariant|assert|throw(?:error|if)?|raise|create\w*error|make\w*error|to\w*error|"
    r"with(?:error|server)\w*(?:logging|handling|handler|logger)?|handle\w*errors?)$"
)

# Two numbers at the end of a line: no rule above asks which.
_LINE_AND_COLUMN: Final = ((r":[0-9]+:[0-9]+\)\n", ":0:0)\n"), (r":[0-9]+:[0-9]+\n", ":0:0\n"))


def reduced(stacks: pl.Series) -> pl.Series:
    """Return the stacks with one and the same line and column in place of most; null stays null.

    Stacks that differ by nothing else become equal: `frames` says the same of them, and has few to look at. One that
    may be cut is left as it is, because its length tells.
    """
    text = pl.col("text")
    short = text
    for pattern, put in _LINE_AND_COLUMN:
        short = short.str.replace_all(pattern, put)
    return on_all_cores(stacks, pl.when(text.str.len_bytes() < min(CUT_AT)).then(short).otherwise(text))


def frames(stacks: pl.Series) -> pl.DataFrame:
    """Return one row per stack, in order: what its frames say of the fault.

    Columns: `frames`, the in-app ones top first as `file:function`, each once, null where none is usable;
    `factory`, whether all of them only make errors for others; `extension`, whether a browser extension is on top.
    """
    whole = pl.DataFrame({"stack": stacks}, schema={"stack": pl.String}).with_row_index("row")
    lines = (
        whole.drop_nulls("stack")
        .with_columns(
            cut=pl.col("stack").str.len_chars().is_in(CUT_AT),
            line=pl.col("stack").str.head(LONGEST).str.split("\n").list.head(LINES),
        )
        .with_columns(
            line=pl.when("cut").then(pl.col("line").list.slice(0, pl.col("line").list.len() - 1)).otherwise("line")
        )
        .select("row", "line")
        .explode("line", keep_nulls=False, empty_as_null=False)
    )
    # Most lines stand in many stacks: each is read once.
    distinct = lines.select(pl.col("line").unique(maintain_order=True)).with_row_index("row")
    parsed = _located(distinct)
    read = (
        distinct.join(parsed.select("row", "place"), on="row", maintain_order="left")
        .join(_named(parsed), on="row", how="left", maintain_order="left")
        .select("line", "label", extension=pl.col("place").str.contains(_EXTENSION))
    )
    found = (
        lines.join(read, on="line", maintain_order="left")
        .group_by("row", maintain_order=True)
        .agg(pl.col("label").drop_nulls().unique(maintain_order=True).head(FRAMES), pl.col("extension").first())
        .with_columns(label=pl.when(pl.col("label").list.len() > 0).then("label"))
    )
    all_made = (
        pl.col("label")
        .list.eval(pl.element().str.contains(_FACTORY_FILES) | pl.element().str.contains(_FACTORY_FUNCTIONS))
        .list.all()
    )
    return (
        whole.select("row")
        .join(found, on="row", how="left", maintain_order="left")
        .select(
            frames=pl.col("label").list.join(" > "),
            factory=pl.col("label").is_not_null() & all_made,
            extension=pl.col("extension").fill_null(False),
        )
    )


def _located(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that are frames, with the function and the place each names; headings and messages fall out."""
    line = pl.col("line")
    named, gecko = line.str.extract_groups(_V8), line.str.extract_groups(_GECKO)
    bare = line.str.extract(_V8_BARE)
    function = pl.coalesce(named.struct.field("1"), pl.when(bare.is_null()).then(gecko.struct.field("1")))
    place = pl.coalesce(named.struct.field("2"), bare, gecko.struct.field("2"))
    return lines.select(
        "row",
        function=function.fill_null(""),
        place=place.str.replace(r"(?::[0-9]+){1,2}$", "").str.replace(r"[?#][^/]*$", ""),
    ).drop_nulls("place")


def _named(located: pl.DataFrame) -> pl.DataFrame:
    """Return the in-app frames with their label."""
    place = (
        pl.col("place")
        .str.replace_all("(?i)%5b", "[")
        .str.replace_all("(?i)%5d", "]")
        .str.replace_all("(?i)%28", "(")
        .str.replace_all("(?i)%29", ")")
    )
    function = (
        pl.col("function")
        .str.replace(r" \[as [^\]]*\]$", "")
        .str.replace(r"^(?:async |new |get |set )+", "")
        .str.replace(r"^.*/([^/<]*)$", "$1")
        .str.replace(r".*/<.*", "")
        .str.replace(r"^.*\.", "")
    )
    is_url = pl.col("place").str.contains(r"(?i)^(?:https?|capacitor|blob):")
    name = pl.col("place").str.extract(r"([^/\\]+)$")
    base = name.str.replace(r"[.-][0-9a-f]{6,32}(\.[cm]?[jt]sx?)$", "$1")
    routed = (
        pl.col("place")
        .str.extract(r"(?:^|.*/)(?:app|pages)/(.*)$")
        .str.replace_all(r"\([^)/]*\)/|@[^/]+/", "")
        .str.replace(r"(?:[.-][0-9a-f]{6,32})?\.[cm]?[jt]sx?$", "")
    )
    is_route = base.str.contains(_SPECIAL) | (is_url & pl.col("place").str.contains("/chunks/pages/"))
    numbered = base.str.contains(r"^[0-9a-f]*[0-9][0-9a-f]*\.js$")
    file = (
        pl.when(is_route & routed.is_not_null())
        .then(routed)
        .when(is_url | numbered)
        .then(None)
        .otherwise(base)
        .str.to_lowercase()
    )
    outside = pl.col("place").str.contains(_OUTSIDE) | pl.col("place").str.contains(_EXTENSION)
    nameless = pl.col("function").str.contains(_UNNAMED) | (is_url & pl.col("function").str.contains(_MINIFIED))
    return (
        located.filter(~outside)
        .with_columns(place=place, function=function)
        .with_columns(function=pl.when(nameless).then(None).otherwise("function"), file=file)
        .filter(pl.col("function").str.contains(_RUNTIME_FUNCTIONS).fill_null(False).not_())
        .select("row", label=pl.concat_str("file", "function", separator=":", ignore_nulls=True))
        .filter(pl.col("label") != "")
    )


def culprit(key: pl.Expr, level: pl.Expr) -> pl.Expr:
    """Return the innermost frame of a key that was made from frames, else null."""
    return pl.when(level.str.starts_with("stack")).then(
        key.str.split(" | ").list.get(1, null_on_oob=True).str.split(" > ").list.first()
    )


def in_app_first(stack: str) -> str:
    """Return a stack for reading: the heading, then the frames of the app, then all others."""
    lines = [line for line in stack[: LONGEST * 3].split("\n") if line.strip()]
    if not lines:
        return ""
    numbered = pl.DataFrame({"row": range(len(lines)), "line": lines}, schema={"row": pl.UInt32, "line": pl.String})
    located = set(_located(numbered).get_column("row"))
    own = set(_named(_located(numbered)).get_column("row"))
    heading = [line for row, line in enumerate(lines) if row not in located]
    app = [line for row, line in enumerate(lines) if row in own]
    others = [line for row, line in enumerate(lines) if row in located and row not in own]
    parts = [heading, ["In the app:", *app] if app else [], ["Elsewhere:", *others] if others else []]
    return "\n\n".join("\n".join(part) for part in parts if part)
