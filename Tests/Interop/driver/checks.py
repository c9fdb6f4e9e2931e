"""What every client does on one side of a pair and sees on the other.

A check gets two processes of the client, one a side, and a prefix of keys of its own. It returns nothing, or raises. One that is a
generator waits at its `yield` until `SECONDS_TO_EXPIRE` have passed for all such checks at once.
"""

import time

SECONDS_TO_ARRIVE = 10.0
SECONDS_TO_EXPIRE = 3.3
# Binary, with what ends a line in the text protocol.
AWKWARD = bytes(range(256)) + b"\r\nEND\r\n"


def arrives(expected, read):
    """Returns when `read` gives `expected`: the peer may be a moment behind."""
    deadline = time.monotonic() + SECONDS_TO_ARRIVE
    while (seen := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.01)
    assert seen == expected, f"{str(seen)[:100]}, not {str(expected)[:100]}"


def check_values(here, there, key):
    for value in [b"value of " + key.encode(), b"", AWKWARD]:
        assert here.set(key, value), "not stored"
        arrives(value, lambda: there.get(key))
    assert there.get(key + "-absent") is None


def check_large(here, there, key):
    # Without a period, so that a client that compresses still sends much.
    value, state = bytearray(), 1
    while len(value) < 900_000:
        state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        value += state.to_bytes(8, "big")
    assert here.set(key, bytes(value)), "not stored"
    arrives(bytes(value), lambda: there.get(key))


def check_many(here, there, key):
    values = {f"{key}-{n}": b"%d" % n * (n % 7 + 1) for n in range(500)}
    assert here.set_many(values), "not stored"
    arrives(values, lambda: there.many([*values, key + "-absent"]))


def check_cas(here, there, key):
    assert here.set(key, b"one"), "not stored"
    arrives(b"one", lambda: there.gets(key))
    assert there.cas(key, b"two"), "not swapped"
    arrives(b"two", lambda: here.gets(key))
    assert there.set(key, b"between"), "not stored"
    arrives(b"between", lambda: here.get(key))
    assert not here.cas(key, b"three"), "swapped what the other side had changed"
    arrives(b"between", lambda: there.get(key))


def check_counters(here, there, key):
    assert here.set(key, b"41"), "not stored"
    assert here.incr(key, 1) == 42
    arrives(b"42", lambda: (there.get(key) or b"").strip())
    assert there.incr(key, 8) == 50
    arrives(b"50", lambda: (here.get(key) or b"").strip())
    assert here.decr(key, 7) == 43


def check_locks(here, there, key):
    assert here.add(key, b"here", 60), "the lock is not to be had"
    arrives(b"here", lambda: there.get(key))
    assert not there.add(key, b"there", 60), "both sides have the lock"
    assert here.delete(key), "the lock is not given back"
    arrives(None, lambda: there.get(key))
    assert there.add(key, b"there", 60), "the lock is not to be had on the other side"


def check_delete(here, there, key):
    assert here.set(key, b"value"), "not stored"
    arrives(b"value", lambda: there.get(key))
    assert there.delete(key), "not deleted"
    arrives(None, lambda: here.get(key))


def check_ttl(here, there, key):
    assert here.set(key, b"short", 2), "not stored"
    arrives(b"short", lambda: there.get(key))
    yield
    assert here.get(key) is None and there.get(key) is None, "has outlived its time"


def check_touch(here, there, key):
    assert here.set(key, b"kept", 2), "not stored"
    arrives(b"kept", lambda: there.get(key))
    assert there.touch(key, 3600), "not touched"
    assert not there.touch(key + "-absent", 3600), "touched what is not there"
    yield
    assert here.get(key) == b"kept" and there.get(key) == b"kept", "has not outlived its first time"


CHECKS = {
    "values": check_values, "large": check_large, "multi-get": check_many, "cas": check_cas, "counters": check_counters,
    "locks": check_locks, "delete": check_delete, "TTL": check_ttl, "touch": check_touch,
}
