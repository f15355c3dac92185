"""Merging two texts that were written on the same third."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.contents import FIELDS, changed
from articles.merging import blocks, merge, merge_blocks
from tests.articles.texts import bodies, paragraphs, texts


def content(**fields):
    return {**dict.fromkeys(FIELDS, ""), "contributors": [], "tags": [], **fields}


def body(*words):
    return "".join(f"<p>{word}</p>" for word in words)


@settings(max_examples=40)
@given(texts(), texts())
def test_what_only_they_changed_is_theirs(base, theirs):
    outcome = merge(base, theirs, base)
    assert (outcome.conflicts, changed(outcome.content, theirs)) == ([], [])


@settings(max_examples=40)
@given(texts(), texts())
def test_what_only_i_changed_is_mine(base, mine):
    outcome = merge(base, base, mine)
    assert (outcome.conflicts, changed(outcome.content, mine)) == ([], [])


@settings(max_examples=40)
@given(texts(), texts())
def test_the_same_change_on_both_sides_is_no_collision(base, both):
    outcome = merge(base, both, both)
    assert (outcome.conflicts, changed(outcome.content, both)) == ([], [])


@settings(max_examples=40)
@given(texts(), texts(), texts())
def test_a_collision_is_one_whoever_saved_first(base, one, other):
    first, second = merge(base, one, other), merge(base, other, one)
    assert sorted(first.conflicts) == sorted(second.conflicts)


@settings(max_examples=40)
@given(texts(), texts(), texts())
def test_every_change_of_a_field_is_in_the_outcome_or_asked_about(base, theirs, mine):
    outcome = merge(base, theirs, mine)
    signed = {"outlet": "byline_code", "contributors": "byline_code"}
    for side in (theirs, mine):
        for name in set(changed(base, side)) - {"body", "tags", "excluded"}:
            kept = not changed({name: outcome.content[name]}, {name: side[name]})
            assert kept or signed.get(name, name) in outcome.conflicts, name


@given(bodies(), bodies(), bodies())
def test_no_new_block_is_lost_without_a_collision(base, theirs, mine):
    merged = merge_blocks(base, theirs, mine)
    new = [block for side in (theirs, mine) for block in blocks(side) if block not in blocks(base)]
    assert merged is None or all(block in blocks(merged) for block in new)


@given(bodies(), bodies(), bodies())
def test_no_deleted_block_comes_back(base, theirs, mine):
    merged = merge_blocks(base, theirs, mine)
    gone = [b for b in blocks(base) if b not in blocks(theirs) and b not in blocks(mine)]
    assert merged is None or not any(block in blocks(merged) for block in gone)


@given(st.lists(paragraphs(), min_size=3, max_size=9, unique=True), st.data())
def test_changes_to_different_blocks_are_both_kept(old, data):
    first, second = data.draw(st.lists(st.integers(0, len(old) - 1), min_size=2, max_size=2, unique=True))
    theirs, mine, both = list(old), list(old), list(old)
    theirs[first] = both[first] = "<p>theirs, new</p>"
    mine[second] = both[second] = "<p>mine, new</p>"
    assert merge_blocks("".join(old), "".join(theirs), "".join(mine)) == "".join(both)


@given(bodies())
def test_the_blocks_of_a_body_are_the_body(whole):
    assert "".join(blocks(whole)) == whole


def test_both_changed_one_paragraph_differently():
    assert merge_blocks(body("a", "b"), body("a", "x"), body("a", "y")) is None


def test_two_new_paragraphs_in_one_place_collide():
    assert merge_blocks(body("a"), body("a", "x"), body("a", "y")) is None


def test_one_side_deletes_what_the_other_changes():
    assert merge_blocks(body("a", "b"), body("a"), body("a", "y")) is None


def test_tags_are_merged_name_by_name():
    base, theirs, mine = (
        content(tags=tags) for tags in (["Fog", "Padma"], ["Padma", "River"], ["Dhaka", "Fog", "Padma"])
    )
    assert merge(base, theirs, mine).content["tags"] == ["Dhaka", "Padma", "River"]


def test_what_both_exclude_is_merged_story_by_story():
    base, theirs, mine = (
        content(excluded=[{"id": pk, "name": "x"} for pk in ids]) for ids in ([1, 2], [2, 3], [4, 1, 2])
    )
    merged = merge(base, theirs, mine)
    assert (merged.conflicts, {row["id"] for row in merged.content["excluded"]}) == ([], {2, 3, 4})


def test_pins_that_both_put_in_another_order_are_asked_about():
    base, theirs, mine = (content(pinned=[{"id": pk, "name": "x"} for pk in ids]) for ids in ([], [2, 3], [3, 2]))
    assert merge(base, theirs, mine).conflicts == ["pinned"]


@pytest.mark.parametrize("changed_by_both", ["headline", "section", "lead_image", "weight"])
def test_a_field_that_both_changed_is_asked_about_and_mine_until_then(changed_by_both):
    values = [{"id": number, "name": "x"} for number in (1, 2, 3)]
    base, theirs, mine = (content(**{changed_by_both: value}) for value in values)
    outcome = merge(base, theirs, mine)
    assert (outcome.conflicts, outcome.content[changed_by_both]) == ([changed_by_both], values[2])


def test_a_byline_comes_from_one_side_whole():
    base = content(byline_code="Bd/Hk", contributors=[{"id": 1, "name": "Hk"}])
    theirs = content(byline_code="Bd/As", contributors=[{"id": 2, "name": "As"}])
    mine = content(byline_code="Bd/Hk", contributors=[{"id": 3, "name": "Hk"}])
    outcome = merge(base, theirs, mine)
    assert (outcome.conflicts, outcome.content["contributors"]) == (["byline_code"], mine["contributors"])
