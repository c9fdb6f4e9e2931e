"""What `hit-ratio` replays traces against: servers on 127.0.0.1, each its own for a row, and libCacheSim's policies."""

import contextlib
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time

import libcachesim

TIMEOUT = 10.0
POLICIES = {"LRU": libcachesim.LRU, "S3-FIFO": libcachesim.S3FIFO, "SIEVE": libcachesim.Sieve, "ARC": libcachesim.ARC}


class Server:
    """A server with so much memory; ended at the end of the `with`."""

    def __init__(self, command, megabytes):
        program, *flags = shlex.split(command)
        if not shutil.which(program):
            sys.exit(f"hit-ratio: there is no {program}")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        flags += ["-l", "127.0.0.1", "-p", str(self.port), "-t", "1", "-m", str(megabytes)]
        if os.geteuid() == 0:
            flags += ["-u", "root"]
        if "repcached" in os.path.basename(program) and "-X" not in flags:
            flags += ["-X", "0"]
        self.process = subprocess.Popen([program, *flags])

    def __enter__(self):
        try:
            self.name = os.path.basename(self.process.args[0]) + " " + self.ask("version")[0].split()[1]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def connect(self):
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(ConnectionRefusedError):
                return socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
            time.sleep(0.02)
        return sys.exit(f"hit-ratio: {self.process.args[0]} does not answer")

    def ask(self, command):
        with self.connect() as connection:
            connection.sendall(command.encode() + b"\r\nquit\r\n")
            return connection.makefile(newline="\r\n").read().splitlines()

    def stats(self, which=""):
        return dict(line.split()[1:3] for line in self.ask(f"stats {which}".strip()) if line.startswith("STAT "))


def replayed(command, megabytes, flags, options):
    """The server's name, and what the replay came to there: with the number of items that it then holds."""
    with Server(command, megabytes) as server:
        done = subprocess.run(
            [options.bench, "replay", "--quiet", "--json", "-", "--port", str(server.port), *flags],
            stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"hit-ratio: the replay against {server.name} ended with {done.returncode}")
        return server.name, json.loads(done.stdout) | {"items": int(server.stats()["curr_items"])}


def replayed_everywhere(megabytes, flags, options):
    """What each server's replay came to, by the server's name: first ours, and "before" where there is one."""
    runs = {}
    for command in [options.ours, *options.theirs]:
        name, run = replayed(command, megabytes, flags, options)
        while name in runs:
            name += "'"
        runs[name] = run
    if options.before:
        runs["before"] = replayed(options.before, megabytes, flags, options)[1]
    return runs


def policies(names, flags, items, options, file):
    """The part of requests that each policy misses with so many objects, after a quarter of the trace as warm-up."""
    subprocess.run([options.bench, "replay", "--write", str(file), *flags], check=True)
    requests = file.stat().st_size // 24
    return {name: miss_ratio(POLICIES[name](cache_size=items, hashpower=20), file, requests) for name in names}


def miss_ratio(cache, file, requests):
    reader = libcachesim.TraceReader(
        str(file), libcachesim.TraceType.ORACLE_GENERAL_TRACE, libcachesim.ReaderInitParam(ignore_obj_size=True))
    warmup = requests // 4
    cache.process_trace(reader, 0, warmup)
    rest, _ = cache.process_trace(reader, warmup, -1)
    return rest


def ratio(run):
    return run["misses"] / run["requests"]


def tell(title, result):
    parts = [f"{name} {100 * ratio(run):.2f} % of {run['items']:,} items" for name, run in result["servers"].items()]
    parts += [f"{name} {100 * value:.2f} %" for name, value in result.get("policies", {}).items()]
    print(f"{title:34} {'; '.join(parts)}", file=sys.stderr)
