"""What an error says, without what differs from one occurrence to the next."""

from __future__ import annotations

from typing import Final

import polars as pl

HEAD: Final = 1_000
"""Characters of a message that are looked at."""

TOKEN: Final = r"<[a-z_]+>"  # noqa: S105  a mark in a text, no secret

# Rust's expressions know no look-around: what is to be kept is put between marks that end the word boundary, and the
# marks are taken away at the end. Digits, not \d, and ASCII boundaries keep the automata small.
_KEPT: Final = ("\x02_", "_\x02")
_B: Final = r"(?-u:\b)"

_CLEAN: Final = (
    # Controls, and the marks that turn the direction of writing.
    (r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", ""),
    # Not simply \s+: a single space is left where it is, which is three times as fast.
    (r"\s{2,}|[\s--\x20]", " "),
    (r"^(?: ?\[(?:Auto|[A-Z][A-Z_]{2,})\])+ ?", ""),
    (r"^Uncaught (?:\(in promise\):? ?)?", ""),
)

_STATUS: Final = r"(?i)((?:status|code|errno|sqlstate|http(?:/[0-9.]+)?)(?:[ _]?code)?[\"']?[:=]? ?[\"'(-]?)"
_ANSWERED: Final = r"(?i)((?:returned|responded with|response|received|got|answered|error|failed with):? ?\(?)"
_REASON: Final = (
    r"(?:not found|too many|internal server|bad gateway|bad request|unauthori|forbidden|service unavailable|"
    r"gateway time|conflict|payload|unprocessable|method not|gone|request time)"
)
# The second group is kept.
_KEEP: Final = (
    rf"{_STATUS}([0-9]{{3,5}}){_B}()",
    rf"{_ANSWERED}([1-5][0-9]{{2}}){_B}()",
    rf"(?i)(react error #)([0-9]+){_B}()",
    rf"(?i)(){_B}([1-5][0-9][0-9])( {_REASON})",
)

_HEX: Final = "[0-9a-fA-F]"
_TIME: Final = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
_ZONE: Final = r"(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
_DAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:[0-9]{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2} [0-9]{1,2}) [0-9]{4}"
_GMT: Final = r"(?: GMT(?:[+-][0-9]{4})?(?: \([^)]*\))?)?"
# An address of version 6 that is cut short begins with a digit or a known block: Cart::empty is none.
_IP6_START: Final = r"(?i)(?-u:\b)(?:fe80|f[cd][0-9a-f]{2}|[0-9][0-9a-f]{0,3})"
_UNITS: Final = r"(?:ms|µs|us|ns|s|secs?|seconds?|mins?|minutes?|hrs?|hours?|h|days?)"
_MASK: Final = (
    (r"(?i)\b[a-z][a-z0-9+.-]*://[^\s<>\"'()]*[^\s<>\"'().,;:!?]", "<url>"),
    (r"[A-Za-z0-9_.+%-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "<email>"),
    (rf"{_B}{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}{_B}", "<uuid>"),
    (rf"{_B}[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:[T ]{_TIME}{_ZONE})?{_B}", "<date>"),
    (rf"{_B}{_DAY}(?: {_TIME}{_GMT})?", "<date>"),
    (rf"{_B}[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2,4}}{_B}", "<date>"),
    (rf"{_B}[0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}}(?:[.,][0-9]+)?{_B}", "<date>"),
    (rf"{_B}[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}(?::[0-9]{{1,5}})?{_B}", "<ip>"),
    (rf"(?i){_B}(?:[0-9a-f]{{1,4}}:){{7}}[0-9a-f]{{1,4}}{_B}", "<ip>"),
    (rf"{_IP6_START}(?::[0-9a-f]{{1,4}})*::(?:[0-9a-f]{{1,4}}(?::[0-9a-f]{{1,4}})*{_B})?", "<ip>"),
    (r"(/[A-Za-z0-9_./%\[\]-]*)\?[A-Za-z0-9_.~%+\[\]-]+=[^\s\"'<>)]*", "${1}?<query>"),
    (r"(= ?)(?:\"[^\"]*\"|'[^']*')", "${1}<quoted_str>"),
    (rf"(?i){_B}0x[0-9a-f]+{_B}", "<hex>"),
    # So many are no word; shorter ones are looked at one by one below.
    (rf"{_B}(?:[0-9a-f]{{16,}}|[0-9A-F]{{16,}}){_B}", "<hex>"),
    (rf"(?i){_B}[0-9]+(?:\.[0-9]+)? ?{_UNITS}{_B}", "<duration>"),
    (r"(?i)(^|[ (])::1\b", "${1}<ip>"),
    (rf"(?i){_B}[0-9]+(?:\.[0-9]+)?(px|kb|mb|gb|kib|mib|gib|x|th|st|nd|rd){_B}", "<int>${1}"),
    (rf"{_B}[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?{_B}", "<int>"),
    (rf"-?{_B}[0-9]+\.[0-9]+(?:e[+-]?[0-9]+)?{_B}", "<float>"),
    (rf"{_B}[0-9]+{_B}", "<int>"),
)

# Part of a name as people write them: getStaticProps2, base64Encode, HTTPServer.
_WORDLIKE: Final = (
    r"^(?:(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|[0-9]+)(?:[0-9]{0,4}(?:[A-Z][a-z]+|[A-Z]{2,}|[a-z]{3,}))*[0-9]*)?$"
)
_PREFIXED: Final = (
    "^(?:req|cus|sub|pi|ch|cs|si|price|prod|acct|pm|tok|sess|msg|run|thread|call|toolu|chatcmpl|evt|txn|re|po|seti)[_-]"
)


# A number or id between two spaces is masked whatever it is: no rule above looks beyond the spaces, but for those that
# keep a number for the words around it and the one for written-out dates. Messages in which one of these might apply,
# or in which cleaning moves the spaces, are left as they are.
_AS_THEY_ARE: Final = "|".join(
    f"(?:{pattern})" for pattern in (*_KEEP, "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? ", *(clean for clean, _ in _CLEAN[:2]))
)
# So many digits are a number, more are an id; letters in place of an id are no number and no status.
_REDUCE: Final = (
    (r" [0-9]{1,15}(?: |$)", " 0 "),
    (r" [0-9a-f]{16,}(?: |$)", f" {'f' * 16} "),
    (
        rf" {_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}(?: |$)",
        " ffffffff-ffff-ffff-ffff-ffffffffffff ",
    ),
)


def reduced(messages: pl.Series) -> pl.Series:
    """Return the messages with one and the same number or id in place of most; null stays null.

    Messages that differ by nothing else become equal, at a tenth of what masking costs: `normalise` says the same of a
    reduced message as of the message itself, and has few to look at. Of long ones the head is left.
    """
    head = pl.col("text").str.head(HEAD)
    text = head
    for pattern, put in _REDUCE:
        text = text.str.replace_all(pattern, put)
    return on_all_cores(messages, pl.when(head.str.contains(_AS_THEY_ARE)).then(head).otherwise(text))


def normalise(messages: pl.Series) -> pl.Series:
    """Return the messages with every changing part replaced by a token; null stays null.

    Kept are HTTP status codes, numbers of React errors, database error codes and quoted identifiers; masked are
    addresses, ids, numbers, dates, durations and quoted values after an equals sign.
    """
    text = pl.col("text").str.head(HEAD)
    for pattern, put in _CLEAN:
        text = text.str.replace_all(pattern, put)
    for pattern in _KEEP:
        text = text.str.replace_all(pattern, f"${{1}}{_KEPT[0]}${{2}}{_KEPT[1]}${{3}}")
    for pattern, put in _MASK:
        text = text.str.replace_all(pattern, put)
    frame = on_all_cores(messages, text).to_frame().with_row_index("row")
    marked = _mask_words(frame).get_column("text")
    for mark in _KEPT:
        marked = marked.str.replace_all(mark, "", literal=True)
    return marked.str.strip_chars()


def on_all_cores(messages: pl.Series, text: pl.Expr) -> pl.Series:
    """Return what an expression over `text` makes of the messages: one over one column runs on one core."""
    given = pl.LazyFrame({"text": messages}, schema={"text": pl.String})
    step = -(-max(len(messages), 1) // pl.thread_pool_size())
    parts = [given.slice(begin, step).select(text=text) for begin in range(0, max(len(messages), 1), step)]
    return pl.concat(pl.collect_all(parts)).get_column("text")


def _mask_words(frame: pl.DataFrame) -> pl.DataFrame:
    """Mask words that nobody would write: hashes and random ids; few messages hold any, the others are left alone."""
    suspects = frame.filter(
        pl.col("text").str.contains(r"[0-9][A-Za-z0-9_-]*[A-Za-z]|[A-Za-z][A-Za-z0-9_-]*[0-9]|[0-9a-f]{16}")
    )
    if suspects.is_empty():
        return frame
    words = suspects.with_columns(pl.col("text").str.extract_all(r"[A-Za-z0-9_-]+|[^A-Za-z0-9_-]+")).explode(
        "text", keep_nulls=False, empty_as_null=False
    )
    word, length = pl.col("text"), pl.col("text").str.len_bytes()
    has_digit = word.str.contains("[0-9]")
    is_hex = word.str.contains(r"^(?:[0-9a-f]+|[0-9A-F]+)$")
    mixed = word.str.contains("[a-z]") & word.str.contains("[A-Z]") & has_digit
    odd = (
        word.str.split("-")
        .list.eval(pl.element().str.split("_").explode())
        .list.eval(pl.element().str.contains(_WORDLIKE).not_())
        .list.any()
    )
    masked = words.with_columns(
        pl.when(is_hex & has_digit & (length == 7))
        .then(pl.lit("<git_sha>"))
        .when(is_hex & ((has_digit & (length >= 8)) | (length >= 16)))
        .then(pl.lit("<hex>"))
        .when(word.str.contains(_PREFIXED) & has_digit & (length >= 12))
        .then(pl.lit("<id>"))
        .when(mixed & (length >= 8) & odd)
        .then(pl.lit("<id>"))
        .when((length >= 16) & word.str.contains(r"^[a-z0-9]+$") & (word.str.count_matches("[0-9]+") >= 3))
        .then(pl.lit("<id>"))
        .otherwise(word)
        .alias("text")
    )
    joined = masked.group_by("row", maintain_order=True).agg(pl.col("text").str.join(""))
    return frame.join(joined, on="row", how="left", suffix="_masked", maintain_order="left").with_columns(
        pl.coalesce("text_masked", "text").alias("text")
    )


def plain(message: pl.Expr, longest: int) -> pl.Expr:
    """Return the first line of a message without prefix, controls and marks of direction, as a title."""
    first = message.str.strip_chars().str.split("\n").list.first()
    for pattern, put in _CLEAN:
        first = first.str.replace_all(pattern, put)
    first = first.str.strip_chars()
    return pl.when(first.str.len_chars() > longest).then(first.str.head(longest) + "…").otherwise(first)
