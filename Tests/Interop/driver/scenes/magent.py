"""Two magents before the same two pairs: what clients write through the one they read through the other, and sides of both pairs die
under load."""

import contextlib
import os
import pathlib
import subprocess

from clients import Expected, Start, both_directions, script
from pair import HOST, Process, free_port
from raw import Raw
from subject import ACKNOWLEDGED, PYTHON, VERSION, Skip, Subject

from .nutcracker import THREADS, loaded

CLIENTS = [
    ("php-memcache", Start(script("php_memcache.php", "php"), "ascii", None), Expected(lacks=("touch",))),
    ("php-memcached, binary", Start(script("php_memcached.php", "php"), "binary", None), Expected()),
    ("pymemcache", Start(script("pymemcache_client.py", PYTHON, "-B"), None, None), Expected()),
]


class Magent(Process):
    """One that has pairs as its servers."""

    def __init__(self, context, pairs):
        self.program = pathlib.Path(context.program).parent / "magent"
        if not self.program.exists():
            raise Skip("there is no magent beside the daemon")
        port = free_port()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        servers = [word for pair in pairs for word in ("-s", "|".join(pair.servers))]
        with open(context.folder / "magent.log", "a") as log:
            super().__init__([self.program, "-D", *user, "-l", HOST, "-p", str(port), *servers], port, stdout=log, stderr=log)

    @property
    def version(self):
        return subprocess.run([self.program, "--version"], capture_output=True, text=True).stdout.split()[-1]


class Magents:
    """Several, as the servers of a client."""

    def __init__(self, *magents):
        self.servers = [each.server for each in magents]


def magent(context):
    with contextlib.ExitStack() as stack:
        pairs = [stack.enter_context(context.pair(*ACKNOWLEDGED)) for _ in range(2)]
        proxies = [stack.enter_context(Magent(context, pairs)) for _ in range(2)]
        yield VERSION, proxies[0].version
        for number, (name, start, expected) in enumerate(CLIENTS):
            for what, outcome in both_directions(start, Magents(*proxies), expected, f"{number}-"):
                if what != VERSION:
                    yield f"{name}: written through one, read through the other", outcome
        load = loaded(context, pairs, lambda number: Raw(proxies[number % 2].port))
        yield f"{THREADS} connections through two of them, each side of both pairs killed and back", load.judged(again_per_kill=0, kills=4)


SUBJECTS = [
    Subject(
        "magent", "Proxies", magent, packages=("php-cli", "php-memcache", "php-memcached"), pip=("pymemcache",),
        set="The pairs as its servers, `magent -s 'a1|a2' -s 'b1|b2'`; several magents with the same list and in the same order ([magent.md](magent.md)).",
        never="the sides of a pair as two servers: that is for caches that hold different keys.",
    ),
]
