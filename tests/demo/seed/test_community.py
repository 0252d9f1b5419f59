from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.world import World


def test_counts_on_posts_are_those_of_the_rows_behind_them(clean_world: World) -> None:
    posts = clean_world.tables["community_posts"]
    for count, table in (("like_count", "community_post_likes"), ("comment_count", "community_post_comments")):
        assert posts[count].sum() == clean_world.tables[table].height
        assert posts.filter(posts[count] > 0)["id"].to_list() == clean_world.tables[table]["post_id"].to_list()
