"""The assistant AL: conversations of users about cars, message by message, what they cost, and its articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from demo.seed._draw import DAY, HOUR, MINUTE, SECOND, moment, moments, pick, places_by, stamps, text_of
from demo.seed.core_cars import popularity
from demo.seed.users import after, chosen_cars

if TYPE_CHECKING:
    from demo.world import World

CONVERSATIONS: Final = 105
MESSAGES: Final = 441
LOGS: Final = 115
ARTICLES: Final = 58

MODELS: Final = (("claude-sonnet-4", 300, 1500), ("claude-haiku-3-5", 80, 400), ("claude-opus-4", 1500, 7500))
"""Model, cents for a million tokens read, cents for a million tokens written."""
MODEL_WEIGHTS: Final = (7, 3, 1)
TOOLS: Final = ("search_cars", "get_car_details", "search_parts", "search_knowledge", "get_recalls", "search_events")
QUESTIONS: Final = (
    ("What oil does the {car} take?", "{car}: oil and capacity"),
    ("Is the {car} reliable past 80,000 miles?", "{car} reliability"),
    ("What should I check before buying a {car}?", "Buying a {car}"),
    ("First upgrades for a {car} on a $3,000 budget?", "Upgrades for the {car}"),
    ("How does the {car} do on track in stock form?", "{car} on track"),
    ("Which known issues are expensive on the {car}?", "Costly faults of the {car}"),
    ("Any track events near Austin for a {car}?", "Events for the {car}"),
)
FOLLOW_UPS: Final = (
    "How much would a shop charge for that?",
    "Does that need a tune?",
    "Which years are affected?",
    "Can I do it at home?",
    "And what about the manual version?",
    "Thanks, anything else I should plan for?",
)
ANSWERS: Final = (
    "For the {car} the maintenance data lists it with the interval and capacity; I would follow the shorter interval.",
    "Owners of the {car} mention this often. The parts are available and the labour is moderate.",
    "The {car} has two recalls on record that matter here; check the campaign numbers against your VIN.",
    "I could not find measurements of that for the {car}, so please treat this as general advice.",
    "With your budget on the {car}, start with tires and brake fluid, then intake and tune.",
)
ARTICLE_KINDS: Final = (
    ("comparison", "{a} or {b}: which one to own"),
    ("buyers_guide", "What to look for when buying a {a}"),
    ("deep_dive", "How the {a} became what it is"),
    ("maintenance", "Keeping a {a} healthy past the warranty"),
    ("news", "What changed for owners of the {a}"),
)


def seed(world: World) -> None:
    """Add the five tables of the assistant; each conversation follows its user's signup."""
    conversations, messages = _conversations(world)
    world.tables["al_conversations"] = conversations
    world.tables["al_messages"] = messages
    world.tables["al_usage_logs"] = _usage_logs(world)
    world.tables["al_user_credits"] = _credits(world)
    world.tables["al_articles"] = _articles(world)


def _conversations(world: World) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw who asked what about which car and the turns that followed; totals agree with the messages."""
    rng = world.random("al_conversations")
    people = world.tables["user_profiles"].filter(pl.col("onboarding_step") > 0)
    keen = (1.0 + np.arange(people.height)) ** -0.9
    who = people[rng.permutation(people.height).tolist()][places_by(rng, CONVERSATIONS, keen).tolist()]
    began = np.sort(after(world, "al_conversations.at", moments(who["created_at"]) + 10 * MINUTE))
    who = who.with_columns(joined=pl.col("created_at")).sort("joined", maintain_order=True)
    began = np.maximum(began, moments(who["joined"]) + 10 * MINUTE)
    cars = chosen_cars(world, "al_conversations", CONVERSATIONS)
    about = rng.random(CONVERSATIONS) < 0.83
    turns = np.full(CONVERSATIONS, 2)
    extra = places_by(rng, (MESSAGES - turns.sum()) // 2, rng.pareto(1.6, CONVERSATIONS) + 0.1)
    turns += 2 * np.bincount(extra, minlength=CONVERSATIONS)
    unanswered = rng.choice(CONVERSATIONS, MESSAGES - int(turns.sum()), replace=False)
    turns[unanswered] += 1

    of = np.repeat(np.arange(CONVERSATIONS), turns)
    sequence = np.arange(MESSAGES) - np.repeat(np.cumsum(turns) - turns, turns) + 1
    answer = sequence % 2 == 0
    wait = np.where(answer, rng.uniform(3, 14, MESSAGES), rng.exponential(70, MESSAGES) + 6) * SECOND
    wait[sequence == 1] = 0
    passed = np.cumsum(wait)
    at = began[of] + (passed - passed[np.flatnonzero(sequence == 1)][of]).astype(np.int64)
    overrun = np.maximum(0, np.repeat(at[np.cumsum(turns) - 1], turns) - moment(world.now) + MINUTE)
    at -= overrun
    began = at[np.cumsum(turns) - turns]
    tokens = np.where(answer, rng.integers(90, 900, MESSAGES), 0)
    asked = [QUESTIONS[place] for place in rng.integers(0, len(QUESTIONS), CONVERSATIONS)]
    content = [
        str(rng.choice(ANSWERS)).format(car=cars["name"][int(c)])
        if reply
        else asked[int(c)][0].format(car=cars["name"][int(c)])
        if s == 1
        else str(rng.choice(FOLLOW_UPS))
        for c, s, reply in zip(of, sequence, answer, strict=True)
    ]
    used = [
        text_of([str(tool) for tool in rng.choice(TOOLS, n, replace=False)]) if reply and n else None
        for n, reply in zip(rng.integers(0, 4, MESSAGES), answer, strict=True)
    ]
    spent = np.where(answer, 1 + tokens // 400, 0)
    model = [MODELS[place][0] for place in places_by(rng, CONVERSATIONS, MODEL_WEIGHTS)]
    ids = world.ids("al_conversations", CONVERSATIONS)
    messages = pl.DataFrame({
        "id": world.ids("al_messages", MESSAGES),
        "conversation_id": ids.gather(of),
        "role": ["assistant" if reply else "user" for reply in answer],
        "content": content,
        "tool_calls": used,
        "credits_used": spent,
        "response_tokens": [int(n) if reply else None for n, reply in zip(tokens, answer, strict=True)],
        "sequence_number": sequence,
        "model": [model[int(c)] if reply else None for c, reply in zip(of, answer, strict=True)],
        "latency_ms": [int(w // 1000) if reply else None for w, reply in zip(wait, answer, strict=True)],
        "created_at": stamps(at),
    })  # fmt: skip
    last = at[np.cumsum(turns) - 1]
    summed = rng.random(CONVERSATIONS) < 0.7
    conversations = pl.DataFrame({
        "id": ids,
        "user_id": who["id"],
        "title": [question[1].format(car=name) for question, name in zip(asked, cars["name"], strict=True)],
        "summary": [
            f"Asked about the {name}; answered with what the database holds." if has else None
            for name, has in zip(cars["name"], summed, strict=True)
        ],
        "initial_car_slug": [slug if has else None for slug, has in zip(cars["slug"], about, strict=True)],
        "initial_car_id": [key if has else None for key, has in zip(cars["id"], about, strict=True)],
        "message_count": turns,
        "total_credits_used": np.bincount(of, weights=spent, minlength=CONVERSATIONS).astype(np.int64),
        "last_message_at": stamps(last),
        "created_at": stamps(began),
        "updated_at": stamps(last),
    })  # fmt: skip
    return conversations, messages


def _usage_logs(world: World) -> pl.DataFrame:
    """Log what each conversation cost, and ten runs of the team's own insights."""
    rng = world.random("al_usage_logs")
    answered = world.tables["al_messages"].filter(pl.col("role") == "assistant")
    sums = answered.group_by("conversation_id", maintain_order=True).agg(
        pl.col("credits_used", "response_tokens").sum(),
        pl.col("tool_calls").drop_nulls().first(),
        pl.col("model").first(),
        pl.len().alias("answers"),
    )
    asked = world.tables["al_conversations"].select("id", "user_id", "last_message_at")
    chats = asked.join(sums, left_on="id", right_on="conversation_id", maintain_order="left")
    own = LOGS - chats.height
    staff = world.tables["user_profiles"].filter("is_staff")["id"]
    told = chats["response_tokens"].fill_null(0).to_list() + rng.integers(900, 2500, own).tolist()
    read = (np.array(chats["answers"].fill_null(0).to_list() + [6] * own) * rng.integers(2200, 6400, LOGS)).tolist()
    models = chats["model"].to_list() + [MODELS[2][0]] * own
    rate = {name: (inward, outward) for name, inward, outward in MODELS}
    cost = [
        -(-(i * rate[m][0] + o * rate[m][1]) // 1_000_000) if m else 0
        for i, o, m in zip(read, told, models, strict=True)
    ]
    now = moment(world.now)
    insight_at = np.sort(now - rng.integers(HOUR, 80 * DAY, own))
    frame = pl.DataFrame({
        "user_id": chats["user_id"].to_list() + pick(rng, staff.to_list(), own),
        "credits_used": chats["credits_used"].fill_null(0).to_list() + [0] * own,
        "tool_calls": chats["tool_calls"].to_list() + [None] * own,
        "input_tokens": read,
        "output_tokens": told,
        "cost_cents": cost,
        "model": models,
        "conversation_id": chats["id"].to_list() + [None] * own,
        "purpose": ["user_chat"] * chats.height + ["admin_insights"] * own,
        "source": pick(rng, ("web", "mobile"), chats.height, (6, 4)) + ["admin"] * own,
        "created_at": pl.concat([chats["last_message_at"], stamps(insight_at)]),
    })  # fmt: skip
    frame = frame.sort("created_at", maintain_order=True)
    return frame.insert_column(0, world.ids("al_usage_logs", LOGS).alias("id"))


def _credits(world: World) -> pl.DataFrame:
    """Hold one balance per user: what this month's logs say was spent, what was bought, what is left."""
    rng = world.random("al_user_credits")
    people = world.tables["user_profiles"]
    month = world.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spent = (
        world.tables["al_usage_logs"]
        .filter((pl.col("created_at") >= month) & (pl.col("purpose") == "user_chat"))
        .group_by("user_id")
        .agg(pl.col("cost_cents", "input_tokens", "output_tokens").sum())
    )
    held = people.join(spent, left_on="id", right_on="user_id", how="left", maintain_order="left")
    asked = (
        world.tables["al_messages"]
        .filter((pl.col("created_at") >= month) & (pl.col("role") == "user"))
        .join(world.tables["al_conversations"].select("id", "user_id"), left_on="conversation_id", right_on="id")
        .group_by("user_id")
        .len("asked")
    )
    held = held.join(asked, left_on="id", right_on="user_id", how="left", maintain_order="left")
    grant = held["subscription_tier"].replace_strict({"free": 25, "enthusiast": 200, "tuner": 500, "collector": 250})
    bought = held["al_credits_purchased"] * 10
    used = held["cost_cents"].fill_null(0)
    refill = pl.Series([max(month, each) for each in people["created_at"]], dtype=pl.Datetime("us", "UTC"))
    return pl.DataFrame({
        "id": world.ids("al_user_credits", people.height),
        "user_id": people["id"],
        "subscription_tier": people["subscription_tier"],
        "balance_cents": (grant + bought - used).clip(0),
        "purchased_cents": bought,
        "spent_cents_this_month": used,
        "input_tokens_this_month": held["input_tokens"].fill_null(0),
        "output_tokens_this_month": held["output_tokens"].fill_null(0),
        "messages_this_month": held["asked"].fill_null(0).cast(pl.Int64),
        "is_unlimited": people["is_staff"],
        "last_refill_date": refill,
        "created_at": people["created_at"],
        "updated_at": stamps(np.minimum(moments(refill) + rng.integers(0, HOUR, people.height), moment(world.now))),
    })  # fmt: skip


def _articles(world: World) -> pl.DataFrame:
    """Draw 58 articles about one or two popular cars, most of them published."""
    rng = world.random("al_articles")
    cars = world.tables["cars"]
    weights = popularity(world)
    rows: list[dict[str, Any]] = []
    used: set[str] = set()
    now = moment(world.now)
    written = np.sort(now - (rng.random(ARTICLES) ** 1.2 * 260 * DAY).astype(np.int64) - HOUR)
    while len(rows) < ARTICLES:
        kind, headline = ARTICLE_KINDS[int(rng.integers(0, len(ARTICLE_KINDS)))]
        pair = rng.choice(cars.height, 2, replace=False, p=weights / weights.sum()).tolist()
        about = cars[pair if kind == "comparison" else pair[:1]]
        title = headline.format(a=cars["name"][pair[0]], b=cars["name"][pair[1]])
        if title in used:
            continue
        used.add(title)
        at = int(written[len(rows)])
        published = bool(rng.random() < 0.8)
        out = min(at + int(rng.integers(HOUR, 4 * DAY)), now - MINUTE)
        rows.append({
            "car_slugs": about["slug"].to_list(),
            "car_ids": about["id"].to_list(),
            "article_type": kind,
            "title": title,
            "content": f"{title}. " + " ".join(answer.format(car=about["name"][0]) for answer in ANSWERS) * 4,
            "summary": f"{title}, from what the database holds about specifications, faults and prices.",
            "status": "published" if published else str(rng.choice(["draft", "review"])),
            "published_at": out if published else None,
            "slug": "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split()),
            "hero_image_url": f"https://media.example.com/articles/{about['slug'][0]}.webp",
            "created_at": at,
        })  # fmt: skip
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("published_at", "created_at").cast(pl.Datetime("us", "UTC"))
    )
    return frame.insert_column(0, world.ids("al_articles", ARTICLES).alias("id"))
