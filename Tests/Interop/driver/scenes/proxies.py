"""HAProxy, nutcracker and nginx before pairs, under load, while both sides die in turn."""

import http.client
import subprocess

import nginx
from haproxy import Haproxy
from load import Load, deaths_in_turn
from pair import HOST, Process, free_port
from raw import Closed, Raw
from subject import ACKNOWLEDGED, INTEROP, Subject

THREADS = 8
# Each connection is closed once; two more for a busy machine.
AGAIN_PER_KILL = THREADS + 2


def haproxy(context):
    with context.pair(*ACKNOWLEDGED) as pair, Haproxy(context.folder, pair.servers) as proxy:
        with Load(lambda _: Raw(proxy.port), Closed, THREADS) as load:
            deaths_in_turn(pair, context.seconds)
        yield f"{THREADS} connections through it, each side killed and back", load.judged(again_per_kill=AGAIN_PER_KILL)


PAGES = [f"/page/{number}" for number in range(50)]


def configuration(context, name, pair):
    port = free_port()
    text = (INTEROP / "configs" / name).read_text()
    for word, value in [("ADDRESS", f"{HOST}:{port}"), ("SIDE_A", pair.servers[0]), ("SIDE_B", pair.servers[1])]:
        text = text.replace(f"@{word}@", value)
    return port, text


class Browser:
    """An HTTP client that takes an answer of 200 only."""

    def __init__(self, port):
        self.link = http.client.HTTPConnection(HOST, port, timeout=5)

    def ask(self, method, path, body=None, takes=(200,)):
        self.link.request(method, path, body=body)
        answer = self.link.getresponse()
        text = answer.read()
        if answer.status not in takes:
            raise Closed(f"{answer.status} {answer.reason}")
        return text if answer.status == 200 else None


class Reader(Browser):
    """Pages that are written on a side directly, as an application does, and read through nginx."""

    def __init__(self, port, pair):
        super().__init__(port)
        self.sides = [Raw(each) for each in pair.ports]

    def get(self, key):
        return self.ask("GET", f"/page/{key}", takes=(200, 404))

    def set(self, key, value):
        for side in self.sides:
            try:
                return side.set(f"/page/{key}", value)
            except Closed:
                pass
        raise Closed("both sides")


class Writer(Browser):
    """Everything through nginx, by the memc module."""

    def get(self, key):
        return self.ask("GET", f"/memc/{key}", takes=(200, 404))

    def set(self, key, value):
        return self.ask("PUT", f"/memc/{key}", body=value, takes=(200, 201)) is not None or True


def with_nginx(context, pair, name, modules):
    port, server = configuration(context, name, pair)
    return Process(nginx.command(context.folder, server, modules), port, stderr=subprocess.DEVNULL)


def memcached_pass(context):
    yield from under_nginx(context, "nginx-memcached.conf", [], Reader, "pages by memcached_pass")


def memc_pass(context):
    yield from under_nginx(context, "nginx-memc.conf", ["ngx_http_memc_module"], lambda port, _: Writer(port), "GET and PUT by memc_pass")


def under_nginx(context, name, modules, client, what):
    with context.pair(*ACKNOWLEDGED) as pair:
        with with_nginx(context, pair, name, modules) as started:
            with Load(lambda _: client(started.port, pair), (Closed, OSError, http.client.HTTPException), THREADS) as load:
                deaths_in_turn(pair, context.seconds)
        yield f"{what}, each side killed and back", load.judged(again_per_kill=2)


CONFIGS = "../Tests/Interop/configs"
SUBJECTS = [
    Subject(
        "HAProxy", "Proxies", haproxy, packages=("haproxy",), version_of="haproxy", quick=True,
        set=f"[haproxy.cfg]({CONFIGS}/haproxy.cfg): `balance first`, `option redispatch 1`, `on-marked-down shutdown-sessions`, a check that asks for "
        "the version. Clients whose connection is closed connect again and go on.",
        never="the second side as `backup`: it is not used before a check has failed, so a client that connects again at once waits a second. Nor "
        "`on-error mark-down` with `shutdown-sessions`: it closes the very connection that has found the side dead.",
    ),
    Subject(
        "nginx, memcached_pass", "Proxies", memcached_pass, packages=("nginx",), version_of="nginx", quick=True,
        set=f"[nginx-memcached.conf]({CONFIGS}/nginx-memcached.conf): both sides as upstream, the second as `backup`, `memcached_next_upstream error timeout "
        "invalid_response`, `fail_timeout=1s`.",
        never="a long `fail_timeout`: a side that is back is not used before it has passed, and nginx answers 502 when the other side dies then.",
    ),
    Subject(
        "nginx, memc", "Proxies", memc_pass, packages=("nginx", "libnginx-mod-http-memc"), version_of="libnginx-mod-http-memc",
        set=f"[nginx-memc.conf]({CONFIGS}/nginx-memc.conf), the same for `memc_pass`.",
    ),
]
