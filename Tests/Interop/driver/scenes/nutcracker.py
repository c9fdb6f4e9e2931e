"""nutcracker (twemproxy) before two pairs, under load, while a side of each dies in turn.

It hashes keys over the servers of a pool, and must not hash them anew when a side dies: the other pair does not have them. So a pool is
either one pair, or of addresses that do not die.
"""

import contextlib
import threading

from haproxy import Haproxy
from load import Load, deaths_in_turn
from pair import HOST, Process, free_port
from raw import Closed, Raw
from subject import ACKNOWLEDGED, Subject

THREADS = 8
EJECT = {"auto_eject_hosts": "true", "server_failure_limit": 1, "server_retry_timeout": 2000}
KEEP = {"auto_eject_hosts": "false"}


class Nutcracker(Process):
    """Pools by their servers and how it ejects them: `ports` has the port of each."""

    def __init__(self, folder, *pools):
        self.ports = [free_port() for _ in pools]
        lines = []
        for number, (port, (servers, ejects)) in enumerate(zip(self.ports, pools)):
            settings = {"listen": f"{HOST}:{port}", "hash": "murmur", "distribution": "ketama", "timeout": 1000, **ejects}
            lines += [f"pool{number}:", *(f"  {name}: {value}" for name, value in settings.items())]
            lines += ["  servers:", *(f"    - {server}:1" for server in servers)]
        path = folder / f"nutcracker-{self.ports[0]}.yml"
        path.write_text("\n".join(lines) + "\n")
        with open(folder / "nutcracker.log", "a") as log:
            super().__init__(["nutcracker", "-c", str(path), "-a", HOST, "-s", str(free_port()), "-m", "16384"], self.ports[0], stdout=log, stderr=log)


class Pools:
    """A client of several pools, each with a part of the keys."""

    def __init__(self, ports):
        self.pools = [Raw(port) for port in ports]

    def get(self, key):
        return self.pool(key).get(key)

    def set(self, key, value):
        return self.pool(key).set(key, value)

    def pool(self, key):
        return self.pools[sum(key.encode()) % len(self.pools)]


def loaded(context, pairs, connect):
    """A load while sides die and come back, first of the one pair, then of the other, half a turn later."""
    with Load(connect, Closed, THREADS) as load:
        deaths = [threading.Thread(target=deaths_in_turn, args=(pair, context.seconds)) for pair in pairs]
        for death in deaths:
            death.start()
        for death in deaths:
            death.join()
    return load


def nutcracker(context):
    """What may be said again is about twice what was seen: 10 to 13 requests of four kills, and 13 to 22."""
    with contextlib.ExitStack() as stack:
        pairs = [stack.enter_context(context.pair(*ACKNOWLEDGED)) for _ in range(2)]
        proxies = [stack.enter_context(Haproxy(context.folder, pair.servers)) for pair in pairs]
        with Nutcracker(context.folder, ([proxy.server for proxy in proxies], KEEP)) as whole:
            load = loaded(context, pairs, lambda _: Pools(whole.ports))
        yield "one pool of two HAProxys, one a pair", load.judged(again_per_kill=6, kills=4)
        with Nutcracker(context.folder, *((pair.servers, EJECT) for pair in pairs)) as by_pair:
            load = loaded(context, pairs, lambda _: Pools(by_pair.ports))
        yield "a pool for each pair, and a client of both pools", load.judged(again_per_kill=10, kills=4)
        with Nutcracker(context.folder, ([server for pair in pairs for server in pair.servers], EJECT)) as mixed:
            load = loaded(context, pairs, lambda _: Pools(mixed.ports))
        yield "one pool of all four sides (not advised)", load.described()


SUBJECTS = [
    Subject(
        "nutcracker", "Proxies", nutcracker, packages=("nutcracker", "haproxy"), version_of="nutcracker",
        set="Two pairs as one pool: HAProxy or another address that moves before each pair, and `auto_eject_hosts: false`. Or a pool for each "
        "pair with `auto_eject_hosts: true`, `server_failure_limit: 1`, `server_retry_timeout: 2000`, `timeout`; then for each retry timeout "
        "a request fails.",
        never="the sides of two pairs in one pool: keys of a dead side go to the other pair, which has not got them, and stay there, stale, when "
        "it is back.",
    ),
]
