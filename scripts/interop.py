"""Writes on one side of a pair with real clients, and reads on the other.

    interop.py PROGRAM               starts a pair on free ports of 127.0.0.1 and ends it afterwards
    interop.py HOST:PORT HOST:PORT   uses two daemons that run already

Each client is put behind the same few verbs, so that every check runs with each of them, in both directions.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time

import memcache
import pylibmc
import pymemcache

PATIENCE = 5.0


class Pymemcache:
    name = "pymemcache"

    def __init__(self, host, port):
        self.client = pymemcache.Client((host, port), default_noreply=False, timeout=PATIENCE)
        self.get = self.client.get
        self.incr = self.client.incr
        self.get_many = self.client.get_many
        self.delete = self.client.delete
        self.touch = self.client.touch

    def set(self, key, value, expire=0):
        return self.client.set(key, value, expire=expire)

    def set_many(self, values):
        return self.client.set_many(values) == []

    def cas(self, key, value):
        _, unique = self.client.gets(key)
        return self.client.cas(key, value, unique)

    def stale_cas(self, key, value):
        _, unique = self.client.gets(key)
        self.client.set(key, b"in between")
        return self.client.cas(key, value, unique)


class PythonMemcached:
    name = "python-memcached"

    def __init__(self, host, port):
        self.client = memcache.Client([f"{host}:{port}"], cache_cas=True, socket_timeout=PATIENCE)
        self.get = self.client.get
        self.incr = self.client.incr
        self.get_many = self.client.get_multi

    def set(self, key, value, expire=0):
        return bool(self.client.set(key, value, time=expire))

    def set_many(self, values):
        return self.client.set_multi(values) == []

    def delete(self, key):
        return self.client.delete(key) == 1

    def touch(self, key, expire):
        return self.client.touch(key, expire) == 1

    def cas(self, key, value):
        self.client.gets(key)
        return bool(self.client.cas(key, value))

    def stale_cas(self, key, value):
        self.client.gets(key)
        self.client.set(key, b"in between")
        return bool(self.client.cas(key, value))


class Pylibmc:
    name = "pylibmc"
    is_binary = False

    def __init__(self, host, port):
        behaviors = {"cas": True, "tcp_nodelay": True}
        self.client = pylibmc.Client([f"{host}:{port}"], binary=self.is_binary, behaviors=behaviors)
        self.get = self.client.get
        self.incr = self.client.incr
        self.get_many = self.client.get_multi
        self.delete = self.client.delete
        self.touch = self.client.touch

    def set(self, key, value, expire=0):
        return self.client.set(key, value, time=expire)

    def set_many(self, values):
        return self.client.set_multi(values) == []

    def cas(self, key, value):
        _, unique = self.client.gets(key)
        return self.client.cas(key, value, unique)

    def stale_cas(self, key, value):
        _, unique = self.client.gets(key)
        self.client.set(key, b"in between")
        return self.client.cas(key, value, unique)


class PylibmcBinary(Pylibmc):
    name = "pylibmc-binary"
    is_binary = True


def soon(expected, read):
    """What `read` gives once it is `expected`; the peer may be a moment behind."""
    deadline = time.monotonic() + PATIENCE
    while (seen := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.005)
    assert seen == expected, f"{seen!r:.200}, not {expected!r:.200}"


def check_set(here, there, key):
    assert here.set(key, b"value of " + key.encode())
    soon(b"value of " + key.encode(), lambda: there.get(key))
    assert here.set(key, b"")
    soon(b"", lambda: there.get(key))


def check_large(here, there, key):
    value = os.urandom(900_000)
    assert here.set(key, value)
    soon(value, lambda: there.get(key))


def check_many(here, there, key):
    values = {f"{key}-{n}": b"%d" % n * (n % 7 + 1) for n in range(1000)}
    assert here.set_many(values)
    soon(values, lambda: there.get_many(list(values)))


def check_cas(here, there, key):
    assert here.set(key, b"one")
    soon(b"one", lambda: there.get(key))
    assert there.cas(key, b"two")
    soon(b"two", lambda: here.get(key))
    assert not here.stale_cas(key, b"three")
    soon(b"in between", lambda: there.get(key))


def check_incr(here, there, key):
    assert here.set(key, b"41")
    assert here.incr(key, 1) == 42
    soon(42, lambda: int(there.get(key) or 0))
    assert there.incr(key, 8) == 50


def check_touch(here, there, key):
    assert here.set(key, b"kept", expire=2)
    soon(b"kept", lambda: there.get(key))
    assert there.touch(key, 3600)
    assert not there.touch(key + "-absent", 3600)
    time.sleep(3.2)
    assert here.get(key) == b"kept" and there.get(key) == b"kept"


def check_expiry(here, there, key):
    assert here.set(key, b"short", expire=2)
    soon(b"short", lambda: there.get(key))
    soon(None, lambda: there.get(key))
    soon(None, lambda: here.get(key))


def check_delete(here, there, key):
    assert here.set(key, b"value")
    soon(b"value", lambda: there.get(key))
    assert there.delete(key)
    soon(None, lambda: here.get(key))


CHECKS = [check_set, check_large, check_many, check_cas, check_incr, check_touch, check_expiry, check_delete]
CLIENTS = [Pymemcache, PythonMemcached, Pylibmc, PylibmcBinary]


def run_checks(side_a, side_b):
    passed = failed = 0
    for client in CLIENTS:
        for direction, here, there in [("A-B", side_a, side_b), ("B-A", side_b, side_a)]:
            here, there = client(*here), client(*there)
            for check in CHECKS:
                verb = check.__name__.removeprefix("check_")
                try:
                    check(here, there, f"{client.name}-{direction}-{verb}")
                    passed += 1
                except Exception as error:  # a client's own exceptions are failures of the check, too
                    failed += 1
                    print(f"failed: {client.name} {direction} {verb}: {type(error).__name__} {error}")
        print(f"{client.name}: done")
    print(f"{passed} passed, {failed} failed")
    return failed == 0


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def await_port(port, process):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    sys.exit(f"port {port} does not answer")


@contextlib.contextmanager
def pair(program):
    port_a, port_b, link = free_ports(3)
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    processes = []
    try:
        for port, peer in [(port_a, []), (port_b, ["-x", "127.0.0.1"])]:
            flags = ["-l", "127.0.0.1", "-p", str(port), "-X", str(link), *peer, *user]
            processes.append(subprocess.Popen([program, *flags]))
            await_port(port, processes[-1])
        yield ("127.0.0.1", port_a), ("127.0.0.1", port_b)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=10)


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def main(arguments):
    if len(arguments) == 2:
        return run_checks(*map(address, arguments))
    with pair(arguments[0]) as sides:
        return run_checks(*sides)


sys.exit(0 if main(sys.argv[1:]) else 1)
