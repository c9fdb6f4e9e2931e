"""The driver's end of a client's process.

A client is a program of its own language: CLIENT SERVER[,SERVER] [VARIANT]. It reads a request a line and writes an answer a line;
values are in hexadecimal, so that every language reads them in one call. It says `ready VERSION` first.

    get KEY                 value HEX | none
    many KEY…               values KEY=HEX…          those that there are
    set KEY SECONDS HEX     ok | no                  so also add
    setmany SECONDS KEY=HEX…  ok | no
    delete KEY              ok | no
    incr KEY BY             number N | none          so also decr
    touch KEY SECONDS       ok | no
    gets KEY                value HEX | none         the client keeps the unique for the next `cas` of that key
    cas KEY SECONDS HEX     ok | no                  no: changed since

Frameworks say other verbs:

    visit SESSION           number N                 how often this session was here
    page NAME               value HEX                a page that the cache keeps; it tells how often it was made
    lock NAME               ok | no                  so also unlock

`unsupported` is the answer to what the client's library has not, `error TEXT` what it raised or told.
"""

import contextlib
import queue
import subprocess
import threading


class Unsupported(Exception):
    """The library has no such call."""


class ClientError(Exception):
    """What the library raised or told."""


class Speaker:
    def __init__(self, command, servers, variant=None, environment=None, seconds=30.0):
        arguments = [*command, ",".join(servers), *([variant] if variant else [])]
        self.seconds = seconds
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)
        self.lines, self.complaints = queue.Queue(), []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._listen, daemon=True).start()
        word, self.version = self._answer()
        if word != "ready":
            raise ClientError(f"{word} {self.version}".strip())

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def _listen(self):
        self.complaints.extend(self.process.stderr)

    def _answer(self):
        try:
            line = self.lines.get(timeout=self.seconds)
        except queue.Empty:
            raise ClientError(f"no answer in {self.seconds} s") from None
        if line is None:
            self.process.wait()
            raise ClientError("the client has ended: " + "".join(self.complaints[-3:]).strip())
        word, _, rest = line.rstrip("\n").partition(" ")
        return word, rest

    def ask(self, *words):
        try:
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # _answer tells why
        word, rest = self._answer()
        if word == "unsupported":
            raise Unsupported(words[0])
        if word == "error":
            raise ClientError(rest)
        if word in ("ok", "no"):
            return word == "ok"
        if word == "none":
            return None
        if word == "number":
            return int(rest)
        if word == "value":
            return bytes.fromhex(rest)
        if word == "values":
            return {key: bytes.fromhex(value) for key, value in (pair.split("=") for pair in rest.split())}
        raise ClientError(f"not an answer: {word} {rest}"[:200])

    def get(self, key):
        return self.ask("get", key)

    def many(self, keys):
        return self.ask("many", *keys)

    def set(self, key, value, seconds=0):
        return self.ask("set", key, seconds, value.hex())

    def add(self, key, value, seconds=0):
        return self.ask("add", key, seconds, value.hex())

    def set_many(self, values, seconds=0):
        return self.ask("setmany", seconds, *(f"{key}={value.hex()}" for key, value in values.items()))

    def delete(self, key):
        return self.ask("delete", key)

    def incr(self, key, by):
        return self.ask("incr", key, by)

    def decr(self, key, by):
        return self.ask("decr", key, by)

    def touch(self, key, seconds):
        return self.ask("touch", key, seconds)

    def gets(self, key):
        return self.ask("gets", key)

    def cas(self, key, value, seconds=0):
        return self.ask("cas", key, seconds, value.hex())

    def close(self):
        try:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
