"""A client of the text protocol that writes and reads without a pause, and counts what it sees of a failing server.

    failover_client.py load ADDRESS NAME     works until told to end by standard input, and prints what it saw
    failover_client.py state ADDRESS         the state of the pair's link

Standard input of `load`: a number, so many answers more and then `done`; `end`, the end.
"""
import json
import select
import socket
import sys
import time

PORT = 11211
# Of one answer. A host that is cut off closes nothing.
LIMIT = 10


class Connection:
    def __init__(self, address):
        self.socket = socket.create_connection((address, PORT), timeout=LIMIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def ask(self, text, end=None):
        """The lines of the answer, up to `end` where it has several."""
        self.socket.sendall(text.encode())
        lines = []
        while True:
            line = self.file.readline()
            if not line.endswith(b"\n"):
                raise ConnectionError("closed")
            lines.append(line.decode().rstrip("\r\n"))
            if end is None or lines[-1] == end:
                return lines


class Client:
    """One connection at a time. `written` are the values whose storing was answered."""

    def __init__(self, address, name):
        self.address, self.name = address, name
        self.connection = None
        self.written = {}
        self.number = 0
        self.closed = self.wrong = 0
        self.last_answer = time.monotonic()
        self.longest_pause = 0.0

    def ask(self, text, end=None):
        """Nil where there was no answer. A connection that was refused, or that closed before its first answer, was none."""
        try:
            if self.connection is None:
                self.connection, self.has_answered = Connection(self.address), False
            lines = self.connection.ask(text, end)
        except OSError:
            self.closed += self.connection is not None and self.has_answered
            self.connection = None
            time.sleep(0.02)
            return None
        self.has_answered = True
        now = time.monotonic()
        self.longest_pause = max(self.longest_pause, now - self.last_answer)
        self.last_answer = now
        return lines

    def step(self):
        """Writes one key anew, and reads another that was written before."""
        self.number += 1
        key = f"{self.name}-{self.number % 500}"
        value = f"{self.number}"
        if self.ask(f"set {key} 0 0 {len(value)}\r\n{value}\r\n") == ["STORED"]:
            self.written[key] = (value, value)
        elif key in self.written:
            # It may have been stored, or not.
            self.written[key] = (self.written[key][0], value)
        self.read(f"{self.name}-{self.number * 7 % 500}")

    def read(self, key):
        if key not in self.written:
            return
        lines = self.ask(f"get {key}\r\n", "END")
        if lines is not None and (len(lines) != 3 or lines[1] not in self.written[key]):
            self.wrong += 1

    def lost(self):
        """How many of the keys are not there with what was answered."""
        count = 0
        for key, values in self.written.items():
            lines = None
            while lines is None:
                lines = self.ask(f"get {key}\r\n", "END")
            count += len(lines) != 3 or lines[1] not in values
        return count


def load(address, name):
    client = Client(address, name)
    wanted, is_working = None, False
    while True:
        client.step()
        if not is_working and client.written:
            is_working = True
            print("working", flush=True)
        if wanted is not None and client.number >= wanted and client.connection:
            wanted = None
            print("done", flush=True)
        if is_working and select.select([sys.stdin], [], [], 0)[0]:
            line = sys.stdin.readline().strip()
            if line in ("", "end"):
                break
            wanted = client.number + int(line)
    print(json.dumps({
        "written": client.number, "lost": client.lost(), "wrong": client.wrong, "closed": client.closed,
        "longest_pause": client.longest_pause}), flush=True)


def state(address):
    try:
        lines = Connection(address).ask("stats replication\r\n", "END")
    except OSError:
        sys.exit(1)
    for line in lines:
        if line.startswith("STAT state "):
            print(line.split()[2])


if __name__ == "__main__":
    {"load": load, "state": state}[sys.argv[1]](*sys.argv[2:])
