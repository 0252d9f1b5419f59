"""Community: nine posts, the one comment and the one like so far, and sixteen uploaded images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from demo.seed._draw import moments, pick, stamps
from demo.seed.users import after, chosen_cars, owners

if TYPE_CHECKING:
    from demo.world import World

POSTS: Final = (
    ("build", "My {car}, two years in", "Coilovers, pads and a tune; here is what I would do in another order."),
    ("build", "{car} build log", "Started from a bone stock car. Dyno sheets are at the end."),
    ("build", "Daily driven {car}", "Quiet exhaust, better tires, and nothing that scares my passengers."),
    ("build", "Track prep for the {car}", "Fluids first, then cooling, then seats. Costs included."),
    ("question", "Which pads for the {car}?", "Two track days a year and a lot of city traffic in between."),
    ("question", "{car}: worth fixing the oil leak myself?", "The shop quoted a day of labour for it."),
    ("build", "{car} on square wheels", "It rotates better now. Fitment notes and rubbing spots inside."),
    ("event_report", "First autocross with the {car}", "Slow hands, happy face. The courses are on the site."),
    ("build", "Bringing a {car} back to stock", "Removing other people's ideas, one bracket at a time."),
)
IMAGES: Final = 16


def seed(world: World) -> None:
    """Add the four tables of the community; the counts on posts agree with the rows behind them."""
    world.tables["community_posts"] = _posts(world)
    world.tables["community_post_comments"] = _comments(world)
    world.tables["community_post_likes"] = _likes(world)
    world.tables["user_uploaded_images"] = _images(world)


def _posts(world: World) -> pl.DataFrame:
    rng = world.random("community_posts")
    count = len(POSTS)
    who = owners(world, "community_posts", count)
    cars = chosen_cars(world, "community_posts", count)
    titles = [post[1].format(car=name) for post, name in zip(POSTS, cars["name"], strict=True)]
    return pl.DataFrame({
        "id": world.ids("community_posts", count),
        "user_id": who["id"],
        "post_type": [post[0] for post in POSTS],
        "title": titles,
        "content": [f"{post[2]} The car is a {name}." for post, name in zip(POSTS, cars["name"], strict=True)],
        "car_id": cars["id"],
        "status": ["published"] * (count - 1) + ["draft"],
        "is_featured": [number == 3 for number in range(count)],
        "like_count": [1] + [0] * (count - 1),
        "comment_count": [1] + [0] * (count - 1),
        "slug": ["-".join("".join(c if c.isalnum() else " " for c in title.lower()).split()) for title in titles],
        "view_count": [*rng.integers(6, 240, count - 1).tolist(), 0],
        "created_at": who["at"],
        "updated_at": stamps(after(world, "community_posts.updated_at", moments(who["at"]))),
    })  # fmt: skip


def _comments(world: World) -> pl.DataFrame:
    post = world.tables["community_posts"].head(1)
    return pl.DataFrame({
        "id": world.ids("community_post_comments", 1),
        "post_id": post["id"],
        "user_id": _someone_else(world, post),
        "parent_comment_id": pl.Series([None], dtype=pl.String),
        "content": ["Great write-up. Which alignment settings did you end up with?"],
        "moderation_status": ["approved"],
        "moderation_reason": pl.Series([None], dtype=pl.String),
        "moderation_score": [0.02],
        "like_count": [0],
        "created_at": stamps(after(world, "community_post_comments", moments(post["created_at"]))),
    })  # fmt: skip


def _likes(world: World) -> pl.DataFrame:
    post = world.tables["community_posts"].head(1)
    return pl.DataFrame({
        "id": world.ids("community_post_likes", 1),
        "post_id": post["id"],
        "user_id": _someone_else(world, post),
        "created_at": stamps(after(world, "community_post_likes", moments(post["created_at"]))),
    })  # fmt: skip


def _someone_else(world: World, post: pl.DataFrame) -> pl.Series:
    """Return the first user who was there before the post and did not write it."""
    others = pl.col("id") != post["user_id"][0]
    there = pl.col("created_at") < post["created_at"][0]
    return world.tables["user_profiles"].filter(others & there)["id"].tail(1)


def _images(world: World) -> pl.DataFrame:
    """Attach images to vehicles, builds and profiles of the people who uploaded them."""
    rng = world.random("user_uploaded_images")
    kinds = pick(rng, ("vehicle", "build", "profile"), IMAGES, (6, 4, 2))
    sources = {"vehicle": "user_vehicles", "build": "user_projects", "profile": "user_profiles"}
    owned = []
    for kind in kinds:
        rows = world.tables[sources[kind]]
        row = rows.row(int(rng.integers(0, rows.height)), named=True)
        owned.append((row.get("user_id", row["id"]), row["id"], row["created_at"]))
    ids = world.ids("user_uploaded_images", IMAGES)
    names = [f"IMG_{number}.jpg" for number in rng.integers(1000, 9999, IMAGES)]
    starts = moments(pl.Series([row[2] for row in owned], dtype=pl.Datetime("us", "UTC")))
    return pl.DataFrame({
        "id": ids,
        "user_id": [row[0] for row in owned],
        "blob_url": [f"https://blobs.example.com/user-images/{key}.jpg" for key in ids],
        "blob_path": [f"user-images/{key}.jpg" for key in ids],
        "file_name": names,
        "file_size": rng.integers(180_000, 6_400_000, IMAGES),
        "mime_type": ["image/jpeg"] * IMAGES,
        "image_type": kinds,
        "entity_type": [sources[kind] for kind in kinds],
        "entity_id": [row[1] for row in owned],
        "created_at": stamps(after(world, "user_uploaded_images", starts)),
    }).sort("created_at", maintain_order=True)  # fmt: skip
