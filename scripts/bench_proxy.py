"""Runs the same loads through magent and other proxies in turn (A B A B ...), and tells what a request costs each.

All proxies stand before the same three servers, run all the time and take turns: each alone on processor 0, the load and the
servers on processor 1. What is measured is the processor time of the proxy for each request, by `repcached-bench`; the ratio is
the other proxy's divided by magent's: above 1, magent is cheaper.

nutcracker is Debian's. memcached's own proxy is measured where --memcached names a memcached that was built with it
(`./configure --enable-proxy`, 1.6.45 with Debian's liblua). Writes results.md and results.json.
"""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import compare

LOADS = [
    ("get-1", "GET, 1 in flight", "--mix 1:0"),
    ("get-16", "GET, 16 pipelined", "--mix 1:0 --pipeline 16"),
    ("get-of-50", "get of 50 keys", "--mix 1:0 --multiget 50"),
    ("set-1", "SET, 1 in flight", "--mix 0:1"),
    ("set-16", "SET, 16 pipelined", "--mix 0:1 --pipeline 16"),
    ("mix-1", "90% GET, 10% SET, 1 in flight", "--mix 90:10"),
]
SERVERS = 3


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    output = pathlib.Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-proxy-") as folder:
        started = []
        try:
            backends = [backend(options, started) for _ in range(SERVERS)]
            proxies = list(all_proxies(backends, pathlib.Path(folder), options, started))
            loads = [load for load in LOADS if options.only in load[0]] or sys.exit(f"no load has {options.only}")
            results = [compare.measured(load, proxies, options, output) for load in loads]
        finally:
            for process in started:
                stop(process)
    compare.report(results, [proxy.name for proxy in proxies], options, output)
    if not all(run["isRight"] for result in results for runs in result["runs"].values() for run in runs):
        sys.exit("bench-proxy: a proxy gave a wrong answer or lost a connection")


def arguments():
    parser = argparse.ArgumentParser(
        prog="bench-proxy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--magent", default=".build/release/magent", help="(%(default)s)")
    parser.add_argument("--bench", default=".build/release/repcached-bench", help="the load generator (%(default)s)")
    parser.add_argument("--nutcracker", default="nutcracker", help="(%(default)s)")
    parser.add_argument("--memcached", help="a memcached that was built with --enable-proxy; without it that row is missing")
    parser.add_argument("--server", default="memcached", help="what keeps the keys (%(default)s)")
    parser.add_argument("--output", default="bench-results/proxy", help="folder for what is written (%(default)s)")
    parser.add_argument("--rounds", type=int, help="runs of each load through each proxy (5)")
    parser.add_argument("--seconds", type=float, help="length of a run (3)")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 0.3 seconds")
    parser.add_argument("--only", default="", help="only loads whose name has this text")
    parser.add_argument("--server-cpus", default="0", help="processors of the proxies (%(default)s)")
    parser.add_argument("--load-cpus", default="1", help="processors of load and servers (%(default)s)")
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 5)
    options.seconds = options.seconds or (0.3 if options.quick else 3.0)
    options.warmup = min(0.5, options.seconds / 3)
    options.threads, options.docs, options.source = 1, False, None
    return options


def launch(cpus, command, started):
    if not shutil.which(command[0]):
        sys.exit(f"bench-proxy: there is no {command[0]}")
    process = subprocess.Popen(["taskset", "-c", cpus, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    started.append(process)
    return process


def stop(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def as_user():
    return ["-u", "root"] if os.geteuid() == 0 else []


def backend(options, started):
    port = compare.free_port()
    process = launch(
        options.load_cpus,
        [options.server, "-l", "127.0.0.1", "-p", str(port), "-t", "1", "-m", "256", "-c", "1024", *as_user()], started)
    compare.asked_version(compare.Server(options.server, process, port))
    return port


def all_proxies(backends, folder, options, started):
    yield magent(backends, options, started)
    yield nutcracker(backends, folder, options, started)
    if options.memcached:
        yield memcached_proxy(backends, folder, options, started)


def proxy(name, command, port, options, started):
    """One that answers a miss: not each knows `version`."""
    server = compare.Server(name, launch(options.server_cpus, command, started), port)
    deadline = time.monotonic() + compare.TIMEOUT
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with compare.socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(b"get bench-proxy\r\n")
                if connection.recv(64) == b"END\r\n":
                    return server
        except OSError:
            pass
        time.sleep(0.05)
    return sys.exit(f"bench-proxy: {name} does not answer")


def magent(backends, options, started):
    port = compare.free_port()
    servers = [word for number in backends for word in ("-s", f"127.0.0.1:{number}")]
    command = [options.magent, "-D", "-l", "127.0.0.1", "-p", str(port), "-t", "1", *servers]
    return proxy("magent", command, port, options, started)


def nutcracker(backends, folder, options, started):
    port, statistics = compare.free_port(), compare.free_port()
    lines = [
        "bench:", f"  listen: 127.0.0.1:{port}", "  hash: fnv1a_32", "  distribution: modula", "  timeout: 5000",
        "  servers:", *(f"   - 127.0.0.1:{number}:1" for number in backends),
    ]
    file = folder / "nutcracker.yml"
    file.write_text("\n".join(lines) + "\n")
    command = [options.nutcracker, "-c", str(file), "-a", "127.0.0.1", "-s", str(statistics)]
    return proxy("nutcracker", command, port, options, started)


def memcached_proxy(backends, folder, options, started):
    port = compare.free_port()
    servers = ", ".join(f'mcp.backend("b{number}", "127.0.0.1", "{number}")' for number in backends)
    file = folder / "proxy.lua"
    file.write_text(PROXY_CONFIGURATION % servers)
    command = [options.memcached, "-l", "127.0.0.1", "-p", str(port), "-t", "1", "-o", f"proxy_config={file}", *as_user()]
    return proxy("memcached-proxy", command, port, options, started)


# One pool, each key to its server.
PROXY_CONFIGURATION = """
function mcp_config_pools()
  return mcp.pool({ %s })
end

function mcp_config_routes(pool)
  local fg = mcp.funcgen_new()
  local handle = fg:new_handle(pool)
  fg:ready({ n = "direct", f = function(rctx)
    return function(request) return rctx:enqueue_and_wait(request, handle) end
  end })
  mcp.attach(mcp.CMD_ANY_STORAGE, fg)
end
"""


if __name__ == "__main__":
    main()
