from hypothesis import given
from hypothesis import strategies as st

from newsportal.core.page_cache.entries import OVERHEAD, entry_of
from newsportal.core.page_cache.memory import Memory


def page(size=1000):
    return entry_of("200 OK", [("Content-Type", "image/png")], b"x" * size, number=0, born=0, etag='"x"')


def test_keeps_what_was_put():
    memory, entry = Memory(100_000), page()
    memory.put("a", entry)
    assert memory.get("a") is entry
    assert memory.get("b") is None


def test_a_flood_of_odd_pages_does_not_drive_out_what_is_read():
    memory = Memory(10 * (OVERHEAD + 1000))
    memory.put("front", page())
    memory.get("front")
    for number in range(1000):
        memory.put(f"flood {number}", page())
    assert memory.get("front")
    assert memory.get("flood 3") is None


def test_page_larger_than_a_quarter_is_not_kept():
    memory = Memory(20_000)
    memory.put("a", page())
    memory.put("a", page(19_000))
    assert (memory.get("a"), memory.size) == (None, 0)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3), st.integers(0, 9000)), max_size=60))
def test_never_holds_more_than_its_limit(steps):
    memory = Memory(40_000)
    for key, act, size in steps:
        if act == 0:
            memory.drop(key)
        elif act == 1:
            memory.get(key)
        else:
            memory.put(key, page(size))
        held = [*memory._trial.values(), *memory._proven.values()]
        assert memory.size == sum(size for _entry, size in held) <= memory.limit
        assert memory._proven_size == sum(size for _entry, size in memory._proven.values())
        assert not set(memory._trial) & set(memory._proven)
