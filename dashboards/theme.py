"""Colours that colour-blind people tell apart, and one Plotly template per theme; numbers as everywhere."""

from __future__ import annotations

from functools import cache
from typing import Final

import plotly.graph_objects as go

from dashboards import navigation
from metrics.written import UNKNOWN, ago, compact, duration, money, number, percent, size, whole

__all__ = [
    "CSS", "DARK", "LIGHT", "UNKNOWN", "ago", "compact", "duration", "faint", "money", "number", "palette", "percent",
    "size", "template", "whole",
]  # fmt: skip
LIGHT: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5d6b75")
DARK: Final = ("#56b4e9", "#ff9a5c", "#3ecb9f", "#e3a1c7", "#f0c04d", "#a9d8f5", "#9aa7b0")

# Icons by address. As icons of pages Streamlit would fetch them from outside, for the tab; they are no part of a
# link's name.
_ICONS: Final = "\n".join(
    f'[data-testid="stSidebarNavLink"][href$="/{page.key if place else ""}"]::before '
    f'{{ content: "{page.icon.removeprefix(":material/").strip(":")}" / ""; }}'
    for place, page in enumerate(navigation.PAGES)
)
# A constant of ours: no text from elsewhere ever joins it.
CSS: Final = (
    """<style>
.stApp { font-variant-numeric: tabular-nums; font-feature-settings: "tnum" 1; }
.block-container { max-width: 1440px; padding-top: 2.6rem; }
.stSidebar [data-testid="stSidebarHeader"] { min-height: 0; height: 2.2rem; margin: 0; }
[data-testid="stMetric"] { padding: 0; }
[data-testid="stMetricLabel"] p { font-size: .84rem; opacity: .78; }
[data-testid="stMetricChart"] g.mark-symbol:empty { display: none; }
.stApp [data-testid="stPopoverButton"]:is(:hover, :active, :focus-visible, [aria-expanded="true"]),
.stApp [data-testid="stBaseButton-tertiary"]:is(:hover, :active, :focus-visible) {
  color: light-dark(#0067a5, #63b6ec); }
.stCode .token.comment, .stCode .token.punctuation { color: color-mix(in srgb, #808495, currentColor) !important; }
.stCode .token.keyword, .stCode .token.function { color: color-mix(in srgb, #1c83e1, currentColor) !important; }
.stCode .token.string { color: color-mix(in srgb, #09ab3b, currentColor) !important; }
.stCode .token.number { color: color-mix(in srgb, #29b09d, currentColor) !important; }
.stCode .token.operator { color: color-mix(in srgb, #ed6f13, currentColor) !important; }
[class*="st-key-number-"] { padding: .8rem .9rem .55rem; min-height: 100%; }
[class*="st-key-cards"] { display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); }
[class*="st-key-cards"] > * { width: auto !important; min-width: 0; }
.stSidebar [data-testid="stSidebarHeader"]::before { content: "AutoRev"; font-size: 1.1rem; font-weight: 650; }
[data-testid="stNavSectionHeader"] { text-transform: uppercase; letter-spacing: .04em; }
[data-testid="stSidebarNavLink"]::before { font-family: "Material Symbols Rounded"; font-size: 1.15rem; opacity: .75;
  line-height: 1; }
.st-key-sign-in { margin-top: 16vh; padding: 1.6rem 1.8rem; }
.st-key-sign-in h3 { font-size: 1.5rem; }
.st-key-viewer { margin-top: 1.4rem; opacity: .85; }
.st-key-heading > :first-child [data-testid="stText"] { font-size: 1.3rem; font-weight: 600; }
.st-key-heading { gap: .2rem; }
.statement { overflow-x: auto; font-size: .875rem; line-height: 1.35; padding-bottom: .4rem; }
.statement header { margin-bottom: .9rem; }
.statement header span { opacity: .72; }
.statement .not-final { color: light-dark(#b8470b, #ff9a5c); font-weight: 600; opacity: 1; }
.statement table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums lining-nums; }
.statement th, .statement td { padding: .17rem .55rem; text-align: right; white-space: nowrap; border: 0; }
.statement thead tr > * { border-bottom: 1.5px solid currentColor; font-weight: 600; opacity: .8;
  vertical-align: bottom; }
.statement tbody th { text-align: left; font-weight: 400; min-width: 14rem; }
.statement td.words { text-align: left; }
.statement .code { opacity: .7; margin-right: .55em; }
.statement .section th { font-weight: 650; padding-top: .85rem; letter-spacing: .01em; }
.statement .group th, .statement .subtotal > * { font-weight: 600; }
.statement .subtotal td { border-top: 1px solid color-mix(in srgb, currentColor 45%, transparent); }
.statement .total > * { font-weight: 700; }
.statement .total td { border-top: 1px solid currentColor; border-bottom: 3px double currentColor; }
.statement .warning > *, .statement .failed { color: light-dark(#b8470b, #ff9a5c); font-weight: 600; }
.statement tbody tr:hover > * { background: color-mix(in srgb, currentColor 6%, transparent); }
.statement a { color: inherit; text-decoration: none; }
.statement td a:hover, .statement td a:focus-visible { text-decoration: underline; text-underline-offset: 3px; }
.statement ul { list-style: none; margin: .9rem 0 0; padding: 0; }
.statement .holds { color: light-dark(#00805d, #3ecb9f); }
.statement details { margin-top: .7rem; opacity: .8; }
.statement summary { cursor: pointer; }
.statement th > details { margin: 0; opacity: 1; display: inline; }
.statement th > details > summary { list-style: none; display: inline; }
.statement th > details > summary::-webkit-details-marker { display: none; }
.statement th > details > summary::before { content: "▸"; display: inline-block; width: 1.1em; opacity: .5; }
.statement th > details[open] > summary::before { content: "▾"; }
@media (max-width: 640px) {
  .statement tbody th { position: sticky; left: 0; background: inherit; min-width: 9rem; max-width: 44vw;
    white-space: normal; }
  .statement th, .statement td { padding: .17rem .35rem; }
  .block-container { padding-left: .9rem; padding-right: .9rem; }
  [class*="st-key-cards"] { grid-template-columns: 1fr; }
}
"""
    + _ICONS
    + "\n</style>"
)


def palette(*, dark: bool) -> tuple[str, ...]:
    """Return the series colours of a theme."""
    return DARK if dark else LIGHT


def faint(colour: str, share: float = 0.12) -> str:
    """Return a series colour let through to a share of it, as one lays it under a line."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


@cache
def template(*, dark: bool) -> go.layout.Template:
    """Return the one look of all charts."""
    text, line = ("#e3e9ed", "#2c363d") if dark else ("#10161a", "#e3e8ea")
    axis = {"gridcolor": line, "linecolor": line, "zeroline": False, "ticks": "", "automargin": True}
    return go.layout.Template(
        layout={
            "colorway": palette(dark=dark),
            "font": {"color": text, "size": 13, "family": "'Source Sans', ui-sans-serif, system-ui, sans-serif"},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 16, "b": 8},
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": "#1c2328" if dark else "#ffffff", "bordercolor": line, "font": {"color": text}},
            "legend": {"orientation": "h", "x": 0, "y": 1.12},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "rangemode": "tozero"},
        }
    )
