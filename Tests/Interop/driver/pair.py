"""A pair of daemons on ports of 127.0.0.1, whose sides can be killed and come back.

The ports lie below those that the system gives to connections: else a client that asks for a dead side may be given that
side's port as its own and be connected to itself, and the side could not come back.
"""

import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
import time

HOST = "127.0.0.1"
SECONDS_TO_START = 30.0

_lock = threading.Lock()
_taken = set()
_running = set()


def free_port():
    with _lock:
        while True:
            port = random.randrange(18000, 32000)
            if port not in _taken and is_free(port):
                _taken.add(port)
                return port


def is_free(port):
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
            return True
        except OSError:
            return False


def eventually(condition, what, seconds=SECONDS_TO_START):
    """What `condition` gives once it is true, or TimeoutError."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s still not: {what}")
        time.sleep(0.02)


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


class Process:
    """A program that this run has started, and ends: at the end of a `with`, or by `stop`."""

    def __init__(self, arguments, port, **options):
        self.name, self.port = os.path.basename(str(arguments[0])), port
        self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True, **options)
        _running.add(self)
        try:
            eventually(self.is_up, f"{self.name} answers on port {port}")
        except BaseException:
            self.stop()
            raise

    @property
    def server(self):
        return f"{HOST}:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def is_up(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} has ended with {self.process.returncode}")
        return answers(self.port)

    def stop(self, with_signal=signal.SIGTERM):
        """The whole session: PHP's server and nginx have workers."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, with_signal)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        _running.discard(self)


def stop_all():
    """For the end of a run that is broken off."""
    for process in list(_running):
        with contextlib.suppress(OSError):
            os.killpg(process.process.pid, signal.SIGKILL)


class Pair:
    """Sides are 0 and 1. `flags` are given to both; what they log goes to the file `log`."""

    def __init__(self, program, log, flags=(), login=None):
        self.log = log
        self.program, self.flags, self.login = program, list(flags), login
        self.ports, self.link = [free_port(), free_port()], free_port()
        self.sides = [None, None]
        try:
            self.start(0, alone=True)
            self.start(1)
        except BaseException:
            self.stop()
            raise

    @property
    def servers(self):
        return [f"{HOST}:{port}" for port in self.ports]

    def start(self, side, alone=False):
        """With `alone` the side does not look for the other. Returns when it has its copy and serves."""
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        peer = [] if alone else ["-x", HOST]
        arguments = ["-l", HOST, "-p", self.ports[side], "-X", self.link, *peer, *user, *self.flags]
        with open(self.log, "a") as log:
            self.sides[side] = Process([self.program, *map(str, arguments)], self.ports[side], stderr=log)
        if not alone:
            eventually(self.streams, "the pair streams")

    def kill(self, side, settled=True):
        """As by kill -9. With `settled` the peer has what was written: a loss in that moment is no client's fault."""
        if settled:
            self.settle()
        self.sides[side].stop(signal.SIGKILL)
        self.sides[side] = None

    def stop(self):
        for side in filter(None, self.sides):
            side.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def streams(self):
        return all(self.stats(side, "replication").get("state") == "stream" for side in (0, 1))

    def settle(self):
        """Returns when both sides, if both are there, hold the same."""
        if all(self.sides):
            eventually(lambda: self.digest(0) == self.digest(1), "both sides hold the same")

    def digest(self, side):
        return self.stats(side, "digest")

    def stats(self, side, of=""):
        """Statistics of a side by name, {} while it does not answer."""
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.ports[side]), timeout=5) as link:
            if self.login:
                link.sendall(b"set login 0 0 %d\r\n%s\r\n" % (len(self.login), self.login.encode()))
            link.sendall(f"stats {of}".strip().encode() + b"\r\nquit\r\n")
            answer = b"".join(iter(lambda: link.recv(65536), b""))
            words = [line.split(" ", 2) for line in answer.decode().split("\r\n") if line.startswith("STAT ")]
            return {word[1]: word[2] for word in words}
        return {}
