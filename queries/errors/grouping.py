"""Which recorded errors are one fault: a versioned fingerprint of what happened, never of where it was opened."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from queries.errors import messages, stacks
from queries.errors.messages import HEAD, TOKEN, normalise

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION: Final = "v1"
"""Part of every fingerprint; raised when a rule changes what belongs together."""

_DEFAULT: Final = r"^\{\{\s*default\s*\}\}$"
_MARK: Final = "\x03"

_FAMILIES: Final = {
    "chunk_load": (
        r"(?i)chunkloaderror|loading (?:css )?chunk [^ ]+ failed|failed to load chunk|dynamically imported module|"
        r"importing a module script failed"
    ),
    "hydration": (
        r"(?i)hydration failed|error while hydrating|(?:text content|html) does not match server|"
        r"didn't match the client|minified react error #(?:418|419|421|422|423|425)\b"
    ),
    "server_component": r"(?i)error occurred in the server components render",
    "extension": (
        r"(?i)extension context invalidated|(?:chrome|moz|safari(?:-web)?)-extension://|"
        r"receiving end does not exist|message port closed before a response"
    ),
    "masked_script": r"(?i)^(?:\[auto\] ?)?(?:uncaught )?script error\.?$",
    "resize_observer": r"(?i)resizeobserver loop",
    "injected_script": (
        r"(?i)_autofillcallbackhandler|__gcrweb|instantsearchsdkjsbridge|webkit\.messagehandlers|zalojsv2|"
        r"object not found matching id:"
    ),
}
"""Kinds that are grouped as a whole, by what the message says; the first that fits decides."""

NOISE: Final = frozenset({"extension", "masked_script", "resize_observer", "injected_script"})
"""Families that come from outside the app."""

# Segments of an address after which something is named.
_NAMED_AFTER: Final = (
    r"/(cars|tuning-shop|builds|events|tracks|encyclopedia|articles|users|garage|profile|parts|brands|community|al|"
    r"u|models|vehicles)/[^/<\[]*[0-9-][^/]*"
)


# First segments of routes and pages, and the feature each belongs to.
_FEATURES: Final = {
    "cars": "browse-cars", "browse-cars": "browse-cars", "car": "browse-cars", "events": "events", "tracks": "events",
    "feedback": "feedback", "al": "al", "ai-mechanic": "al", "ai": "al", "garage": "garage", "vin": "garage",
    "users": "user-account", "user": "user-account", "auth": "user-account", "profile": "user-account",
    "settings": "user-account", "login": "user-account", "billing": "user-account", "checkout": "user-account",
    "contact": "contact", "internal": "internal", "cron": "cron-jobs", "tuning-shop": "tuning-shop",
    "parts": "tuning-shop", "builds": "tuning-shop", "analytics": "analytics", "webhooks": "integrations",
    "integrations": "integrations", "admin": "admin", "community": "community", "encyclopedia": "encyclopedia",
    "car-selector": "car-selector",
}  # fmt: skip


class Grouped(dy.Schema):
    """One row per error given, in the same order."""

    fingerprint = dy.String(description="Version and hash of the key; the same for errors that are one fault.")
    key = dy.String(description="What was hashed: type, in-app frames and message as far as they decide.")
    normalised = dy.String(description="The message with its changing parts masked.")
    family = dy.String(nullable=True, description="Known kind that is grouped as a whole; null for all others.")
    noise = dy.Bool(description="Whether it comes from outside the app: extensions, masked scripts.")
    level = dy.String(description="What decided: fingerprint, family, stack, stack and message, message.")
    masked = dy.List(dy.String(), description="Kinds of parts masked in the message, each once.")


SHAPE: Final[dict[str, pl.DataType]] = {
    "error_type": pl.String(),
    "error_message": pl.String(),
    "stack_trace": pl.String(),
    "page_url": pl.String(),
    "fingerprint": pl.List(pl.String()),
    "digest": pl.String(),
}


def group(errors: pl.DataFrame, shown: Callable[[pl.Series], pl.Series] = lambda texts: texts) -> dy.DataFrame[Grouped]:
    """Return the fingerprint of every error and how it came about.

    Args:
        errors: Rows of `SHAPE`; columns that are not there read as null. Equal texts are looked at once.
        shown: Makes of texts what may be shown of them, in `key` and `normalised`; fingerprints are of the texts.
    """
    given = errors.select(
        (pl.col(name).cast(kind) if name in errors.columns else pl.lit(None, kind).alias(name))
        for name, kind in SHAPE.items()
    )
    parts = given.with_columns(type=pl.col("error_type").fill_null("unknown")).hstack(
        [
            *_said(given.get_column("error_message"), shown),
            *_once(stacks.reduced(given.get_column("stack_trace")), stacks.frames),
        ]
    )
    families = parts.with_columns(_family()).with_columns(noise=pl.col("family").is_in(NOISE).fill_null(False))
    by_stack = pl.col("frames").is_not_null()
    own = pl.concat_str(
        "type",
        "frames",
        pl.when(~by_stack | pl.col("factory")).then("normalised"),
        separator=" | ",
        ignore_nulls=True,
    )
    explicit = (pl.col("fingerprint").list.len() > 0).fill_null(False)
    # Few are of a family or bring a fingerprint of their own: only those are looked at for it.
    computed = _where(families.with_columns(default=own), pl.col("family").is_not_null(), default=_family_key())
    keyed = _where(computed.with_columns(key="default"), explicit, key=_explicit_key())
    level = (
        pl.when(explicit).then(pl.lit("fingerprint"))
        .when(pl.col("family").is_not_null()).then(pl.lit("family"))
        .when(by_stack & pl.col("factory")).then(pl.lit("stack and message"))
        .when(by_stack).then(pl.lit("stack"))
        .otherwise(pl.lit("message"))
    )  # fmt: skip
    found = keyed.with_columns(level=level).join(
        _hashed(keyed.get_column("key"), shown), on="key", how="left", maintain_order="left"
    )
    named = found.with_columns(fingerprint="hashed", key="key_shown", normalised="normalised_shown")
    return Grouped.validate(named.select(Grouped.column_names()), cast=True)


def _said(said: pl.Series, shown: Callable[[pl.Series], pl.Series]) -> pl.DataFrame:
    """Return what every message says: `normalised`, what is shown of it, `masked`, and the family told by `saying`."""

    def work(texts: pl.Series) -> pl.DataFrame:
        normalised = normalise(texts).fill_null("").alias("normalised")
        return texts.to_frame("text").select(
            normalised,
            shown(normalised).alias("normalised_shown"),
            saying=_saying(pl.col("text")),
            masked=pl.lit(normalised).str.extract_all(TOKEN).list.unique(maintain_order=True),
        )

    return _once(messages.reduced(said), work)


def _once(values: pl.Series, work: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Return what `work` makes of the values, each distinct one worked on once."""
    distinct = values.unique(maintain_order=True)
    return (
        values.to_frame("_value")
        .join(
            work(distinct).with_columns(distinct.alias("_value")),
            on="_value", how="left", nulls_equal=True, maintain_order="left",
        )
        .drop("_value")
    )  # fmt: skip


def _where(frame: pl.DataFrame, condition: pl.Expr, **column: pl.Expr) -> pl.DataFrame:
    """Return the frame with a column made anew where the condition holds, without making it for the other rows."""
    numbered = frame.with_row_index("_row")
    made = numbered.filter(condition).select("_row", **column)
    return numbered.update(made, on="_row").drop("_row") if made.height else frame


def _saying(message: pl.Expr) -> pl.Expr:
    """Return the family that a message tells of; one number or another between spaces makes no difference to it."""
    says = message.str.head(HEAD)
    return pl.coalesce(pl.when(says.str.contains(pattern)).then(pl.lit(name)) for name, pattern in _FAMILIES.items())


def _family() -> pl.Expr:
    on_top = pl.when(pl.col("extension")).then(pl.lit("extension"))
    named = pl.when(pl.col("type") == "ChunkLoadError").then(pl.lit("chunk_load"))
    return pl.coalesce(on_top, "saying", named).alias("family")


def _family_key() -> pl.Expr:
    """Return the key of errors of a family: one for all chunks, one per route for hydration, one per digest."""
    says = pl.col("error_message").str.head(HEAD)
    number = says.str.extract(r"(?i)react error (#[0-9]+)")
    route = template(pl.col("page_url"))
    digest = pl.coalesce("digest", says.str.extract(r"(?i)digest:? ?['\"]?([A-Za-z0-9@_-]+)"), route)
    parts = {
        "chunk_load": (pl.lit("chunkloaderror"),),
        "hydration": (pl.lit("hydrationerror"), number, route),
        "server_component": (pl.lit("servercomponents"), digest),
        "masked_script": (pl.lit("scripterror"),),
        "resize_observer": (pl.lit("resizeobserver"),),
    }
    keys = [
        pl.when(pl.col("family") == family).then(pl.concat_str(*part, separator=" ", ignore_nulls=True))
        for family, part in parts.items()
    ]
    return pl.coalesce(*keys, pl.concat_str("family", "normalised", separator=" | "))


def _explicit_key() -> pl.Expr:
    """Return the given parts joined; `{{ default }}` among them stands for the computed key."""
    parts = pl.col("fingerprint").list.eval(pl.element().str.replace(_DEFAULT, _MARK)).list.join(" + ")
    before, after = parts.str.extract(f"(?s)^([^{_MARK}]*){_MARK}"), parts.str.extract(f"(?s){_MARK}(.*)$")
    return pl.when(before.is_not_null()).then(pl.concat_str(before, "default", after)).otherwise(parts)


def template(address: pl.Expr) -> pl.Expr:
    """Return the route template of an address: `/item/<int>`, `/cars/<slug>/maintenance`."""
    path = address.str.replace(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "").str.replace(r"[?#].*$", "").str.head(300)
    path = pl.when(path == "").then(pl.lit("/")).otherwise(path)
    path = path.str.replace_all(
        r"/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "/<uuid>"
    )
    # Twice, because two such segments may follow one another and a match takes the slash between them.
    for _ in range(2):
        path = path.str.replace_all(r"/[0-9]+(/|$)", "/<int>${1}")
    return path.str.replace_all(_NAMED_AFTER, "/${1}/<slug>").str.replace(r"(.)/$", "${1}")


def feature(place: pl.Expr, recorded: pl.Expr) -> pl.Expr:
    """Return the feature that a route or page belongs to, else the one recorded.

    The logger looks for parts of the whole route, `al` among the first: it files internal, analytics and many admin
    routes under the assistant.
    """
    path = place.str.to_lowercase().str.replace(r"^[a-z][a-z0-9+.-]*://[^/?#]*", "")
    first = path.str.extract(r"^/?(?:api/)?([a-z-]+)(?:[/?#]|$)")
    return pl.coalesce(first.replace_strict(_FEATURES, default=None, return_dtype=pl.String), recorded)


def _hashed(keys: pl.Series, shown: Callable[[pl.Series], pl.Series]) -> pl.DataFrame:
    """Return the fingerprint of every distinct key, and what is shown of it."""
    distinct = keys.unique()
    hashed = [f"{VERSION}:{sha256(key.encode()).hexdigest()[:16]}" for key in distinct]
    return pl.DataFrame(
        {"key": distinct, "hashed": hashed, "key_shown": shown(distinct)},
        schema=dict.fromkeys(("key", "hashed", "key_shown"), pl.String),
    )
