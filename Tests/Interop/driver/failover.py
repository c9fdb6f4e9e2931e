"""What a client does while both sides of a pair die in turn, and come back.

For each side: it is killed; the client reads and writes every key once (the reconnect); it goes on for a while; the side comes back;
it goes on for a while. Every answer is compared with what was written.

        set all ── kill A ── get all, set all ── go on ── A is back ── go on ── kill B ── …
                             `reconnect`         `after`               `back`
"""

import collections
import dataclasses
import time

from speaker import ClientError

KEYS = [f"failover-{n}" for n in range(100)]


@dataclasses.dataclass
class Tally:
    requests: int = 0
    errors: int = 0
    misses: int = 0
    stale: int = 0
    last: str = ""

    def __add__(self, other):
        numbers = [getattr(self, each) + getattr(other, each) for each in ("requests", "errors", "misses", "stale")]
        return Tally(*numbers, last=other.last or self.last)

    @property
    def failed(self):
        return self.errors + self.misses + self.stale

    def __str__(self):
        wrong = [f"{count} {name}" for name, count in [("errors", self.errors), ("misses", self.misses), ("stale", self.stale)] if count]
        return f"{', '.join(wrong) or '0'} of {self.requests}"


class Load:
    """Requests over KEYS, one after the other. After a failed write either value may be there."""

    def __init__(self, client):
        self.client = client
        self.allowed = collections.defaultdict(set)
        self.written = 0

    def write(self, key, tally):
        self.written += 1
        value = b"%s=%d" % (key.encode(), self.written)
        tally.requests += 1
        try:
            stored, why = self.client.set(key, value), "not stored"
        except ClientError as error:
            stored, why = False, str(error)
        if stored:
            self.allowed[key] = {value}
            return
        self.allowed[key].add(value)
        tally.errors += 1
        tally.last = why

    def read(self, key, tally):
        tally.requests += 1
        try:
            value = self.client.get(key)
        except ClientError as error:
            tally.errors += 1
            tally.last = str(error)
            return
        if value is None:
            tally.misses += 1
        elif value not in self.allowed[key]:
            tally.stale += 1

    def once(self):
        """Reads every key, then writes every key, then reads them again."""
        tally = Tally()
        for call in (self.read, self.write, self.read):
            for key in KEYS:
                call(key, tally)
        return tally

    def go_on(self, seconds):
        tally, deadline = Tally(), time.monotonic() + seconds
        while time.monotonic() < deadline:
            for key in KEYS:
                self.read(key, tally)
                self.write(key, tally)
                time.sleep(0.002)
        return tally


def in_turn(client, pair, seconds, returns=4.0):
    """Kills side 0, then side 1, each followed by its return. Gives the tallies by phase.

    The client uses a side again at most `returns` seconds after it is back. Before that it would find both dead.
    """
    load, phases = Load(client), collections.defaultdict(Tally)
    before = Tally()
    for key in KEYS:
        load.write(key, before)
    if before.failed:
        raise AssertionError(f"before anything was killed: {before} {before.last}")
    for side in (0, 1):
        pair.kill(side)
        phases["reconnect"] += load.once()
        phases["after"] += load.go_on(seconds)
        pair.start(side)
        # A client may read on one side what it wrote on the other.
        pair.settle()
        phases["back"] += load.go_on(max(seconds, returns) if side == 0 else seconds)
    return phases
