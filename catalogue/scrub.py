"""Free text without e-mail addresses, telephone and card numbers, keys, addresses of machines and VINs.

The same rules serve Python (`scrub`) and DuckDB (`macros`): regular expressions that RE2 and Python read alike, each
of them linear in the length of the text. Names and places in free text are not recognised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_AT: Final = r"(?:@|%40|\\u0040|&#64;|&#x40;)"
_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})"
_HEX: Final = "[0-9A-Fa-f]{1,4}"
# The names under which secrets stand in addresses and JSON.
_KEYS: Final = (
    "token|secret|password|passwd|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|authorization|signature"
)
_PERSONAL: Final = (
    "e-?mail|phone|mobile|(?:first|last|full|display|user|given|family|nick)[_-]?name|surname|street|postcode|"
    "postal[_-]?code|latitude|longitude|birth[_-]?da(?:y|te)|(?:license|licence|number)[_-]?plate"
)
_SHORT: Final = "vin|ip|ip[_-]?address|zip|zip[_-]?code|lat|lng|lon|dob|address|address[_-]?1|line[12]|city|plate"
_WRITTEN: Final = "prompt|question|answer|comments?|notes?|bio|feedback|chat|transcript|reply|cookies?"


@dataclass(frozen=True, slots=True)
class Rule:
    r"""What is looked for and what takes its place; `\\1` is kept of what was found."""

    pattern: str
    replacement: str


RULES: Final[tuple[Rule, ...]] = (
    # The secrets first: a password in an address would pass for the first half of an e-mail address.
    Rule(r"""(://)[^ \t\r\n/:@"'<>]{1,100}:[^ \t\r\n/@"'<>]{1,100}@""", r"\1<token>@"),
    Rule(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){0,2}", "<token>"),
    Rule(
        r"\b(?:(?:sk|pk|rk)[_-](?:live|test|proj|ant)[_-][A-Za-z0-9_-]{8,}|sk-[A-Za-z0-9]{16,}"
        r"|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{16,}"
        r"|xox[abeprs]-[A-Za-z0-9-]{8,}|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{30,}"
        r"|whsec_[A-Za-z0-9+/=]{16,}|sbp_[a-f0-9]{16,}|re_[A-Za-z0-9]{8}_[A-Za-z0-9]{16,}|hf_[A-Za-z0-9]{16,}"
        r"|npm_[A-Za-z0-9]{20,})",
        "<token>",
    ),
    Rule(r"(?i)\b(bearer|basic)[ ]+[A-Z._~+/=-]{0,80}[0-9][A-Z0-9._~+/=-]{7,}", r"\1 <token>"),
    Rule(
        rf"""(?i)\b([A-Z0-9_-]{{0,20}}(?:{_KEYS})|sig|pwd|otp|jwt|auth)(=|%3D)[^ \t\r\n&"'<>;,)]+""",
        r"\1\2<token>",
    ),
    Rule(rf"""(?i)"(\w{{0,40}}(?:{_KEYS}))"( ?: ?)"(?:[^"\\]|\\.)*\"""", r'"\1"\2"<token>"'),
    Rule(
        rf"""[^][ \t\r\n@%"'<>(),;:\\/{{}}|=&?]{{1,64}}{_AT}[A-Za-z0-9\x{{80}}-\x{{10FFFF}}]"""
        rf"""[A-Za-z0-9\x{{80}}-\x{{10FFFF}}.-]{{0,200}}\.[A-Za-z\x{{80}}-\x{{10FFFF}}]{{2,24}}""",
        "<email>",
    ),
    Rule(rf"""(?i)([?&;])(\w{{0,20}}(?:{_PERSONAL})|{_SHORT})(=|%3D)[^ \t\r\n&"'<>;]+""", r"\1\2\3<hidden>"),
    Rule(
        rf"""(?i)"(\w{{0,40}}(?:{_PERSONAL})|(?:\w{{0,40}}_)?(?:{_SHORT}|{_WRITTEN}))"( ?: ?)"""
        rf"""(?:"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?)""",
        r'"\1"\2"<hidden>"',
    ),
    Rule(rf"\b{_HEX}(?::{_HEX}){{5,7}}\b|\b{_HEX}(?::{_HEX}){{1,6}}::(?:{_HEX})?(?::{_HEX}){{0,5}}", "<ip>"),
    # A slash before it is the version of a browser; two of them are the host of an address.
    Rule(rf"(^|//|[^0-9A-Za-z_./-]){_OCTET}(?:\.{_OCTET}){{3}}\b", r"\1<ip>"),
    Rule(
        r"\+[1-9](?:[0-9]{7,14}\b|[0-9]{0,2}(?:[ .-]?\(?[0-9]{2,4}\)?){3,5})"
        r"|\([2-9][0-9]{2}\)[ -]?[0-9]{3}[-. ][0-9]{4}\b"
        r"|\b(?:1[-. ])?[2-9][0-9]{2}(?:-[0-9]{3}-|\.[0-9]{3}\.| [0-9]{3} )[0-9]{4}\b",
        "<phone>",
    ),
    Rule(
        r"\b(?:[A-HJ-NPR-Z][A-HJ-NPR-Z0-9]{2}|[0-9][A-HJ-NPR-Z][A-HJ-NPR-Z0-9])[A-HJ-NPR-Z0-9]{10}[0-9]{4}\b",
        "<vin>",
    ),
)
CARDS: Final = (
    # UUIDs and fractions come first, so that their digits are not taken for a card's.
    "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|[0-9]{1,20}\.[0-9]{1,40}"
    r"|\b(?:3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}|3[0689][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{4}"
    r"|(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6[0-9]{3})[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4})\b"
)
"""What may be a card number of 14 to 16 digits; the check digit decides."""
_HINTS: Final = (
    rf'@|%40|u0040|&#|eyJ|(?i:(?:bearer|basic) |(?:{_KEYS}|sig|pwd|otp|jwt|auth|{_PERSONAL}|{_SHORT}|{_WRITTEN})["=%])'
    r"|[spr]k[_-]|gh[pousr]_|github_|glpat-|xox|A[KS]IA|AIza|whsec_|sbp_|re_|hf_|npm_"
    r"|[0-9]{4}[ -]?[0-9]{4}|[0-9]{3}[-. ][0-9]{4}|\+[1-9]|[A-HJ-NPR-Z0-9]{13}"
    r"|[0-9]\.[0-9]{1,3}\.[0-9]|(?:[0-9A-Fa-f]{1,4}:){5}|[0-9A-Fa-f]::"
)
"""What every rule needs to find somewhere; a glance that most texts do not pass."""

_CARD_SHAPE: Final = "[0-9 -]{14,19}"


def scrub(text: str) -> str:
    """Return the text with `<email>`, `<phone>`, `<card>`, `<token>`, `<ip>`, `<vin>` or `<hidden>` in place of such.

    It is the answer that the macro `scrub` gives in the mirror.
    """
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    for found in _CARDS.findall(text):
        if re.fullmatch(_CARD_SHAPE, found) and _is_card(found):
            text = text.replace(found, "<card>")
    return text


def _is_card(text: str) -> bool:
    digits = [int(digit) for digit in reversed(text) if digit.isdigit()]
    return sum(digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)) % 10 == 0


def _python(pattern: str) -> re.Pattern[str]:
    """Return a pattern of RE2 for Python, which spells characters by number otherwise and needs no `]` escaped."""
    spelled = re.sub(r"\\x\{([0-9A-F]+)\}", lambda found: re.escape(chr(int(found[1], 16))), pattern)
    return re.compile(spelled.replace("[^][", r"[^\]\["), re.ASCII)


_COMPILED: Final = tuple((_python(rule.pattern), rule.replacement) for rule in RULES)
_CARDS: Final = _python(CARDS)


def macros() -> tuple[str, ...]:
    """Return the statements that create `scrub(text)` in DuckDB."""
    replaced = "t"
    for rule in RULES:
        replaced = f"regexp_replace({replaced}, {_literal(rule.pattern)}, {_literal(rule.replacement)}, 'g')"
    return (
        (
            "create macro is_card(digits) as list_sum(list_transform(range(1, length(digits) + 1), lambda place: "
            "case when place % 2 = 1 then substr(digits, -place, 1)::int "
            "else (2 * substr(digits, -place, 1)::int) // 10 + (2 * substr(digits, -place, 1)::int) % 10 end)) % 10 = 0"
        ),
        # A list of one gives the text a name: written twice, all that it is made of would be computed twice.
        (
            "create macro scrub_cards(t) as list_transform([t], lambda text: case when regexp_matches(text, "
            "'[0-9][0-9 -]{12}') then list_reduce(list_prepend(text, list_filter(regexp_extract_all(text, "
            f"{_literal(CARDS)}), lambda found: regexp_full_match(found, {_literal(_CARD_SHAPE)}) "
            "and is_card(regexp_replace(found, '[^0-9]', '', 'g')))), lambda left_over, found: "
            "replace(left_over, found, '<card>')) else text end)[1]"
        ),
        # Most texts hold nothing of the kind: a glance decides.
        (
            f"create macro scrub(t) as case when regexp_matches(t, {_literal(_HINTS)}) "
            f"then scrub_cards({replaced}) else t end"
        ),
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
