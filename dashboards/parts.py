"""Health of the catalogue of parts: what is asked, under which title, and how it is counted."""

from __future__ import annotations

from typing import Final

from queries import parts

OVERVIEW: Final = {
    "parts": ("Parts", "parts"),
    "uncategorised_share": ("Uncategorised", "share"),
    "without_fitment_share": ("Parts that fit no car", "share"),
    "without_price_share": ("Parts without a price", "share"),
    "fitments": ("Fitments", "fitments"),
    "unverified_share": ("Fitments not verified", "share"),
    "unsure_share": ("Fitments of low confidence", "share"),
    "cars_without_share": ("Cars that no part fits", "share"),
}
FIGURES: Final = (
    (
        parts.categories,
        "Categories",
        False,
        (
            "All parts, bought now or not. A category that is empty, other or unknown says nothing; "
            "low confidence is below 0.6."
        ),
        "There is no part.",
    ),
    (
        parts.makes,
        "Cars without fitments, by make",
        False,
        "Cars that no fitment names, and those with fitments of which nobody confirmed any.",
        "There is no car.",
    ),
    (
        parts.confidence,
        "Fitments in doubt",
        False,
        "Confidence is low below 0.6, high from 0.8 on; not stated is apart from low.",
        "No part is said to fit a car.",
    ),
    (
        parts.vendors,
        "Vendors",
        False,
        (
            "Parts of a vendor are those it has a price for. It has too few cars where 25 parts or more crowd ten "
            "times as densely on their cars as all parts do. Names of vendors are matched by their letters and digits."
        ),
        "No vendor is known.",
    ),
    (
        parts.spread,
        "Prices apart",
        False,
        "The newest price of each vendor, where two or more sell the part in one currency; at most 500.",
        "No part is sold by two vendors.",
    ),
    (
        parts.brands,
        "Brands of parts",
        False,
        "Brands that parts name beside part_brands; case and blanks make no difference.",
        "No brand is known.",
    ),
    (
        parts.upgrades,
        "Upgrades and their parts",
        False,
        "Every upgrade key, and those that only its links name; parts that the catalogue lacks are counted apart.",
        "No upgrade is defined.",
    ),
    (
        parts.packages,
        "Packages",
        False,
        "Every package, with what it does not say or says the wrong way round.",
        "There is no package.",
    ),
    (
        parts.relations,
        "Relations that cannot stand",
        False,
        (
            "Between a part and itself, to a part that is not there, stated twice, or a conflict between two parts "
            "that another relation puts together; at most 500."
        ),
        "No relation contradicts another.",
    ),
    (
        parts.chosen,
        "Parts that people build with",
        False,
        (
            "All builds ever saved. Not known to fit: no fitment links the part to the car of the build. Prices in the "
            "currency they were read in; at most 500."
        ),
        "Nobody put a part into a build yet.",
    ),
)
