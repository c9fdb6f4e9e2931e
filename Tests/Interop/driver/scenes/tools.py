"""libmemcached's tools and memcached's own: what one writes on a side the next reads on the other."""

import os
import re
import socket

from pair import HOST
from raw import Raw
from subject import Subject, checked

MEMCACHED_TOOL = "/usr/share/memcached/scripts/memcached-tool"


def libmemcached_tools(context):
    files = written_files(context)
    for protocol, flags in [("text", []), ("binary", ["--binary"])]:
        with context.pair() as pair:
            yield f"{protocol}: memccp on one side, memccat, memcexist, memcdump, memctouch, memcrm on the other", moved(pair, files, flags)
            yield f"{protocol}: memcslap", slapped(pair, flags)
            yield f"{protocol}: memccp, a kill, memccat on the other side; all back where it returns", over_a_kill(pair, files, flags)
    with context.pair() as pair:
        checked(["memcping", "--servers", ",".join(pair.servers)])
        statistics = checked(["memcstat", "--servers", ",".join(pair.servers)])
        assert all(f"{port}" in statistics for port in pair.ports) and statistics.count("curr_items") >= 2, statistics[:300]
        yield "memcping, memcstat of both sides", "answered"


def written_files(context):
    contents = {"small.txt": b"small\n", "lines.txt": b"one\r\ntwo\r\nEND\r\n", "large.bin": os.urandom(800_000), "empty": b""}
    for name, content in contents.items():
        (context.folder / name).write_bytes(content)
    return {name: context.folder / name for name in contents}


def tool(name, server, flags, *arguments):
    return checked([name, "--servers", server, *flags, *arguments])


def same(context_file, server, flags, key):
    """memccat's --file writes the value as it is."""
    out = context_file.with_suffix(".back")
    tool("memccat", server, flags, "--file", out, key)
    assert out.read_bytes() == context_file.read_bytes(), f"{key} differs"


def moved(pair, files, flags):
    a, b = pair.servers
    tool("memccp", a, flags, "--set", *files.values())
    pair.settle()
    for name, path in files.items():
        tool("memcexist", b, flags, name)
        if name != "empty":
            same(path, b, flags, name)
    # It lists by `stats cachedump`, which is text always.
    listed = set(checked(["memcdump", "--servers", b]).split())
    assert set(files) <= listed, f"memcdump lists {listed}"
    tool("memctouch", b, flags, "--expire", "3600", "small.txt")
    tool("memcrm", b, flags, "lines.txt")
    pair.settle()
    assert set(checked(["memcdump", "--servers", a]).split()) == set(files) - {"lines.txt"}
    return f"{len(files)} files, the largest of 800 kB"


def slapped(pair, flags):
    for test in ("set", "get", "mget"):
        tool("memcslap", pair.servers[0], flags, "--test", test, "--concurrency", "5", "--execute-number", "500", "--initial-load", "500")
    pair.settle()
    items = [int(pair.stats(side)["curr_items"]) for side in (0, 1)]
    assert items[0] == items[1] > 500, f"items {items}"
    return f"set, get and mget with 5 connections, {items[0]} items on both sides after it"


def over_a_kill(pair, files, flags):
    for side, path in [(0, files["large.bin"]), (1, files["small.txt"])]:
        tool("memccp", pair.servers[side], flags, "--set", path)
        pair.kill(side)
        same(path, pair.servers[1 - side], flags, path.name)
        pair.start(side)
        same(path, pair.servers[side], flags, path.name)
    return "the same"


def memcached_tool(context):
    with context.pair() as pair:
        writer, values = Raw(pair.ports[0]), {f"key-{number}": b"%d" % number * 50 for number in range(200)}
        assert all(writer.set(key, value) for key, value in values.items())
        pair.settle()
        display = memcached_says(pair.servers[1], "display")
        counted = sum(int(line.split()[4]) for line in display.splitlines()[1:] if line.strip()[:1].isdigit())
        assert counted == len(values), display
        yield "`display` on the other side", f"{counted} items"
        statistics, settings = memcached_says(pair.servers[1], "stats"), memcached_says(pair.servers[1], "settings")
        assert re.search(r"curr_items\s+200", statistics) and "maxbytes" in settings
        yield "`stats`, `settings`", "answered"
        sizes = memcached_says(pair.servers[1], "sizes")
        assert sum(int(line.split()[1]) for line in sizes.splitlines() if re.match(r"\s*\d+\s+\d+$", line)) == len(values), sizes
        yield "`sizes`", "all items"
        dump = memcached_says(pair.servers[1], "dump")
        assert dump.count("add key-") == len(values), dump[:200]
    with context.pair() as pair:
        with socket.create_connection((HOST, pair.ports[0]), timeout=10) as fresh:
            fresh.sendall(dump.replace("\r\n", "\n").replace("\n", "\r\n").encode() + b"quit\r\n")
            answers = b"".join(iter(lambda: fresh.recv(65536), b""))
        assert answers.count(b"STORED") == len(values), answers[:200]
        pair.kill(0)
        reader = Raw(pair.ports[1])
        assert all(reader.get(key) == value for key, value in values.items())
        yield "`dump` into a new pair, whose side is killed then", f"{len(values)} items on the other"


def memcached_says(server, mode):
    return checked(["perl", MEMCACHED_TOOL, server, mode])


SUBJECTS = [
    Subject("libmemcached-tools", "Tools", libmemcached_tools, packages=("libmemcached-tools",), version_of="libmemcached-tools",
            set="Nothing. Given both sides by `--servers` they put each key on one by its hash, and it is on both."),
    Subject("memcached-tool", "Tools", memcached_tool, packages=("memcached", "perl"), version_of="memcached", set="Nothing."),
]
