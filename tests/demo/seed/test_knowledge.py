from __future__ import annotations

import polars as pl


def test_the_passages_of_a_document_are_numbered_from_zero_without_gaps(content_world):
    numbers = (
        content_world.tables["document_chunks"]
        .group_by("document_id")
        .agg(
            pl.col("chunk_index").min().alias("first"),
            pl.col("chunk_index").max().alias("last"),
            pl.col("chunk_index").n_unique().alias("many"),
        )
    )
    assert len(numbers) == 764
    assert (numbers["first"] == 0).all()
    assert (numbers["last"] + 1 == numbers["many"]).all()


def test_a_passage_names_the_car_by_both_keys_or_by_none(content_world):
    chunks = content_world.tables["document_chunks"]
    assert (chunks["car_id"].is_null() == chunks["car_slug"].is_null()).all()
    assert 0 < chunks["car_id"].null_count() < len(chunks) / 10
