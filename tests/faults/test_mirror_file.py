"""The mirror's own file is damaged, cut short, deleted or of another version: the last good one answers."""

from __future__ import annotations

import random
import shutil
import time

import pytest

from replica import Refresher, generations
from replica.errors import MirrorUnreadable, NoMirror

pytestmark = pytest.mark.integration
REBUILT = "every table was read anew"


def flip(path, share):
    """Change one byte, that far into the file."""
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * share))
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 0xFF]))


def flip_every_block(path):
    """Change a byte in each 256 kB, so that whatever is read meets one; what the file says of itself stays."""
    with path.open("r+b") as file:
        for place in range(12_288 + 100_000, path.stat().st_size, 262_144):
            file.seek(place)
            byte = file.read(1)
            file.seek(-1, 1)
            file.write(bytes([byte[0] ^ 0xFF]))


def cut(path, share):
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))


DAMAGES = {
    "one byte of the header": lambda path: flip(path, 0),
    "a byte of every block": flip_every_block,
    "cut to a half": lambda path: cut(path, 0.5),
    "cut to nothing": lambda path: cut(path, 0),
    "other contents": lambda path: path.write_bytes(b"not a mirror" * 1000),
    "deleted": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_generation_before_answers_until_the_damaged_one_is_rebuilt(mirrored, damage):
    mirrored.refresh()
    before = mirrored.shown()
    DAMAGES[damage](mirrored.current)
    assert mirrored.shown() == before == mirrored.live(), "nothing is lost"
    fresh = mirrored.mirror.freshness()
    assert fresh.stale
    assert fresh.problem == "The newest mirror cannot be read: the one before it answers."
    assert "next refresh" in fresh.next_step
    mirrored.refresh()
    after = mirrored.mirror.freshness()
    assert not after.stale
    assert damage == "deleted" or any(REBUILT in warning for warning in after.warnings), "it is said"
    assert mirrored.shown() == before
    mirrored.refresh()
    assert mirrored.mirror.freshness().warnings == ()
    mirrored.refresh()
    assert mirrored.debris() == set()


def test_without_another_generation_a_page_says_so_and_offers_the_refresh(mirrored, look):
    before = mirrored.shown()
    mirrored.current.write_bytes(b"damaged")
    with pytest.raises(MirrorUnreadable, match="The mirror's file is damaged"):
        mirrored.shown()
    page = look(mirrored.settings)
    assert page.tracebacks == []
    assert "The mirror's file is damaged." in page.texts
    assert page.numbers == {}, "nothing is shown as 0"
    mirrored.refresh()
    assert mirrored.shown() == before


def test_damage_that_only_a_question_meets_is_not_carried_into_the_next_generation(mirrored):
    before = mirrored.shown()
    flip_every_block(mirrored.current)
    with pytest.raises(MirrorUnreadable):
        mirrored.shown()
    done = mirrored.refresh()
    assert {table.mode for table in done.tables if table.name in before} == {"full"}
    assert mirrored.shown() == before == mirrored.live()


def test_a_folder_that_is_deleted_is_made_again_and_old_answers_are_forgotten(mirrored, look):
    mirrored.shown()
    editions = {mirrored.mirror.edition}
    shutil.rmtree(mirrored.folder)
    with pytest.raises(NoMirror, match="Nothing is mirrored yet"):
        mirrored.shown()
    mirrored.run("insert into cars (slug) values ('since')")
    mirrored.refresh()
    assert mirrored.shown() == mirrored.live()
    editions.add(mirrored.mirror.edition)
    assert len(editions) == 2, "the number may be used again, the edition is not"
    assert look(mirrored.settings).tracebacks == []


def test_a_mirror_of_an_earlier_version_is_rebuilt_and_said_so(mirrored):
    before = mirrored.shown()
    mirrored.edit("update meta.refresh set layout = 0", "drop table cars")
    with pytest.raises(MirrorUnreadable, match="written by another version"):
        mirrored.shown()
    mirrored.refresh()
    assert mirrored.shown() == before
    assert any(REBUILT in warning for warning in mirrored.mirror.freshness().warnings)


def test_the_refresher_rebuilds_a_damaged_mirror_without_waiting_for_its_time(mirrored, until):
    before = mirrored.shown()
    mirrored.set(refresh_seconds=3600)
    mirrored.current.write_bytes(b"damaged")
    with pytest.raises(MirrorUnreadable):
        mirrored.shown()
    refresher = Refresher(mirrored.settings)
    refresher.start()
    try:
        until(lambda: mirrored.mirror.status() is not None and generations.number(mirrored.current) == 2)
    finally:
        refresher.stop()
    assert mirrored.shown() == before


def test_folders_in_which_killed_questions_and_refreshes_spilled_are_swept(mirrored):
    for name in ("mirror-9.building.tmp", "mirror-9.duckdb.tmp"):
        (mirrored.folder / name).mkdir()
        (mirrored.folder / name / "duckdb_temp_block-1.block").write_bytes(b"spilled")
    mirrored.refresh()
    assert mirrored.debris() == set()


def test_many_damages_in_random_places_never_give_a_wrong_row(mirrored):
    """A checksum guards every block: an answer is whole or it is refused."""
    before = mirrored.shown()
    good = mirrored.current.read_bytes()
    chosen = random.Random(3)  # noqa: S311  places, not secrets
    answered = refused = 0
    for _ in range(30):
        damaged = bytearray(good)
        damaged[chosen.randrange(len(good))] ^= 0xFF
        # Another moment, or the reader would keep the file that it opened.
        time.sleep(0.002)
        mirrored.current.write_bytes(damaged)
        try:
            assert mirrored.shown() == before
            answered += 1
        except MirrorUnreadable:
            refused += 1
            mirrored.folder.joinpath("mirror-1.damaged").unlink()
    assert answered + refused == 30
    assert refused > 0
