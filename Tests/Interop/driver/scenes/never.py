"""What never to do with a pair, done."""

from clients import LOGIN, Start, script
from pair import eventually
from raw import Raw
from speaker import Speaker
from subject import PYTHON, VERSION, Subject

KEYS = [f"kept-{number}" for number in range(100)]


def flush_on_reconnect(context):
    for flags, title in [((), "python-memcached, a side killed and back"), (("-F",), "the same, the daemons with `-F`")]:
        with context.pair(*flags) as pair, Speaker(script("python_memcached.py", PYTHON, "-B"), pair.servers, "flush") as client:
            yield VERSION, client.version
            left = left_after_reconnect(pair, client)
            if (left == len(KEYS)) != bool(flags):
                raise AssertionError(f"{title}: {left} of {len(KEYS)} items are left")
            yield title, f"{left} of {len(KEYS)} items are left, on both sides"


def said_twice(context):
    redundant, both = ("php_memcache.php", "php", "redundant"), ("bmemcached_client.py", PYTHON, f"{LOGIN}:both")
    for title, (name, runs, variant) in [("php-memcache, `memcache.redundancy=2`", redundant), ("python-binary-memcached, `Client` with both sides", both)]:
        start = Start(script(name, runs), variant, None)
        with start.pair(context) as pair, start(*pair.servers) as client:
            assert client.set("counter", b"0")
            for _ in range(50):
                client.incr("counter", 1)
                pair.settle()
            count = int(client.get("counter"))
        if count == 50:
            raise AssertionError(f"{title}: it counts rightly now, which the page says it does not")
        yield f"{title}: 50 times `incr`", f"counts {count}"


def left_after_reconnect(pair, client):
    for key in KEYS:
        assert client.set(key, b"value")
    pair.kill(0)
    for key in KEYS:
        client.get(key)
    pair.start(0)
    # It comes back after its `dead_retry`, and flushes at once.
    eventually(lambda: client.many(KEYS) is not None and int(pair.stats(0)["cmd_get"]) > 0, "the client uses the side again")
    pair.settle()
    left = {sum(reader.get(key) is not None for key in KEYS) for reader in map(Raw, pair.ports)}
    assert len(left) == 1, f"the sides have {left} items"
    return left.pop()


SUBJECTS = [
    Subject(
        "flush_on_reconnect", "Never", flush_on_reconnect, pip=("python-memcached",),
        set="The daemons with `-F` where you do not know your clients' settings: `flush_all` is refused then.",
        never="`flush_on_reconnect`, or any other client's way to empty a server that returns: a side of a pair comes back full, and emptying it "
        "empties the pair.",
    ),
    Subject(
        "Said twice", "Never", said_twice, pip=("python-binary-memcached",), packages=("php-cli", "php-memcache"),
        never="a client that says its writes to both sides: the pair does that already.",
    ),
]
