"""What a long export holds in memory."""

import tracemalloc
from uuid import UUID

from incident.store.queries.register import KEY_BYTES, packed

MANY = 20_000


def test_the_keys_of_a_long_register_wait_as_bytes_alone() -> None:
    tracemalloc.start()
    try:
        ids = packed(UUID(int=number) for number in range(MANY))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert bytes(ids[-KEY_BYTES:]) == UUID(int=MANY - 1).bytes
    assert peak < 2 * MANY * KEY_BYTES, "a key takes more than its bytes and the room to grow"
