"""Requests of many clients at once, while sides die and come back.

Each client has keys of its own, so it knows what it must read. A request that fails is said again once, after `SECONDS_BEFORE_AGAIN`:
what fails then, too, is a request lost. (At once would be within the moment in which the system closes what a killed process had
open, one connection after the other and the port at some time between them.)
"""

import collections
import threading
import time

SECONDS_BEFORE_AGAIN = 0.05


class Load:
    """`connect(n)` gives a client for the n-th thread, with `get(key)` and `set(key, value)`; either raises one of `errors`."""

    def __init__(self, connect, errors, threads=8, keys=20, prefix="load", pause=0.002):
        self.connect, self.errors, self.keys, self.prefix, self.pause = connect, errors, keys, prefix, pause
        self.counts = collections.Counter()
        self.faults = []
        self.lock = threading.Lock()
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def run(self, number):
        client, values, turn = self.connect(number), {}, 0
        while not self.ending.is_set():
            turn += 1
            key = f"{self.prefix}-{number}-{turn % self.keys}"
            value = b"%s=%d" % (key.encode(), turn)
            if self.asked(lambda: client.set(key, value)):
                values[key] = {value}
            else:
                values.setdefault(key, set()).add(value)
                self.wrong(f"set {key} failed")
            read = f"{self.prefix}-{number}-{(turn * 7) % self.keys}"
            if read in values:
                self.compare(read, self.asked(lambda: client.get(read)), values[read])
            time.sleep(self.pause)

    def compare(self, key, value, allowed):
        if value is None:
            self.wrong(f"get {key} missed")
        elif value not in allowed:
            self.wrong(f"get {key} gave {value!r:.60}, not one of {allowed!r:.80}")

    def asked(self, call):
        for attempt in (1, 2):
            with self.lock:
                self.counts["requests"] += 1
            try:
                return call()
            except self.errors as error:
                with self.lock:
                    self.counts["closed" if attempt == 1 else "failed"] += 1
                    if attempt == 2:
                        self.faults.append(f"again: {type(error).__name__} {error}")
            time.sleep(SECONDS_BEFORE_AGAIN)
        return None

    def wrong(self, text):
        with self.lock:
            self.counts["wrong"] += 1
            self.faults.append(text)

    def described(self):
        lost = self.counts["failed"] + self.counts["wrong"]
        return f"{self.counts['requests']} requests, {self.counts['closed']} said again, {lost} lost"

    def judged(self, again_per_kill, kills=2):
        """The text of the counts; AssertionError when a request was lost, or more had to be said again than may."""
        text = self.described()
        if self.faults:
            raise AssertionError(f"{text}: {'; '.join(self.faults[:3])}")
        if self.counts["closed"] > again_per_kill * kills:
            raise AssertionError(f"{text}: at most {again_per_kill} again a kill")
        if self.counts["requests"] < 100:
            raise AssertionError(f"{text}: that is no load")
        return text


def deaths_in_turn(pair, seconds, returns=4.0):
    """Kills side 0, has it back, kills side 1, has it back, with `seconds` before, between and after.

    A proxy uses a side again at most `returns` seconds after it is back. Before that it would find both dead.
    """
    time.sleep(seconds / 2)
    for side in (0, 1):
        pair.kill(side, settled=False)
        time.sleep(seconds)
        pair.start(side)
        time.sleep(max(seconds, returns) if side == 0 else seconds)
