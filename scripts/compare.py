"""Runs the same loads against repcached and other servers in turn (A B A B ...), and tells what a request costs each.

Every server runs all the time, alone on processor 0; the load runs on processor 1 and reaches one server at a time. A
round is one run of a load against each server. The ratio is the other server's processor time per request divided by
repcached's: above 1, repcached is cheaper. It is the ratio of the medians over all rounds; min and max are those of
the ratios within one round.

Writes results.md, results.json, a picture of the latency curves for each load, and the distributions (*.hgrm). With
--docs the tables also go into docs/benchmarks.md; --from tells them anew from a results.json, without measuring.
"""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import re
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import textwrap
import time

import benchmarks_page

TIMEOUT = 10.0

LOADS = [
    ("get-1", "GET, 1 in flight", "--mix 1:0"),
    ("get-16", "GET, 16 pipelined", "--mix 1:0 --pipeline 16"),
    ("get-of-50", "get of 50 keys", "--mix 1:0 --multiget 50"),
    ("get-of-50-million", "get of 50 keys out of 1,000,000", "--mix 1:0 --multiget 50 --keys 1000000"),
    ("set-1", "SET, 1 in flight", "--mix 0:1"),
    ("set-16", "SET, 16 pipelined", "--mix 0:1 --pipeline 16"),
    ("mix-1", "90% GET, 10% SET, 1 in flight", "--mix 90:10"),
    ("mix-16", "90% GET, 10% SET, 16 pipelined", "--mix 90:10 --pipeline 16"),
]

MORE_LOADS = [
    ("get-1-zipf", "GET, 1 in flight, Zipf 1.0, 1,000,000 keys", "--mix 1:0 --zipf 1 --keys 1000000"),
    ("get-10k", "GET, values of 10 KB", "--mix 1:0 --value-size 10k --keys 5000"),
    ("get-100k", "GET, values of 100 KB", "--mix 1:0 --value-size 100k --keys 1000"),
    ("get-1m", "GET, values of 1000 KB", "--mix 1:0 --value-size 1000k --keys 100"),
    ("connect", "connect, get, close", "--mix 1:0 --connect-per-request"),
    ("idle", "GET, 100 active and 10,000 mostly idle connections", "--mix 1:0 --connections 100 --idle 10000"),
]


@dataclasses.dataclass
class Server:
    name: str
    process: subprocess.Popen
    port: int


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    output = pathlib.Path(options.output)
    if options.source:
        told = json.loads(pathlib.Path(options.source).read_text())
        return tell_all(told.pop("loads"), told, options, output)
    output.mkdir(parents=True, exist_ok=True)
    servers = []
    try:
        for command in [options.ours, *options.theirs]:
            servers.append(start(command, options))
            # Results are told apart by the name.
            same = sum(server.name == servers[-1].name for server in servers)
            servers[-1].name += f" ({same})" if same > 1 else ""
        results = [measured(load, servers, options, output) for load in chosen(options)]
    finally:
        for server in servers:
            end(server)
    report(results, [server.name for server in servers], options, output)
    if not all(run["isRight"] for result in results for runs in result["runs"].values() for run in runs):
        sys.exit("compare: a server gave a wrong answer or lost a connection")


def arguments():
    parser = argparse.ArgumentParser(
        prog="compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("theirs", nargs="*", default=["memcached"], metavar="SERVER",
                        help="other servers, each a command with flags in one argument (memcached)")
    parser.add_argument("--ours", default=".build/release/repcached", help="repcached (%(default)s)")
    parser.add_argument("--bench", default=".build/release/repcached-bench", help="the load generator (%(default)s)")
    parser.add_argument("--output", default="bench-results", help="folder for what is written (%(default)s)")
    parser.add_argument("--docs", **benchmarks_page.OPTION)
    parser.add_argument("--from", dest="source", metavar="FILE", help="measure nothing, tell what a results.json holds")
    parser.add_argument("--rounds", type=int, help="runs of each load against each server (5)")
    parser.add_argument("--seconds", type=float, help="length of a run (3)")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 0.3 seconds: all in half a minute")
    parser.add_argument("--more", action="store_true", help="more loads: large values, many keys, many connections")
    parser.add_argument("--only", default=".", help="only loads whose short or long name matches this regular expression")
    parser.add_argument("--threads", type=int, default=1, help="threads of the servers (%(default)s)")
    parser.add_argument("--server-cpus", default="0", help="processors of the servers (%(default)s)")
    parser.add_argument("--load-cpus", default="1", help="processors of the load (%(default)s)")
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 5)
    options.seconds = options.seconds or (0.3 if options.quick else 3.0)
    options.warmup = min(0.5, options.seconds / 3)
    if not options.source and options.load_cpus == "1" and len(os.sched_getaffinity(0)) < 2:
        sys.exit("compare: the load needs a processor of its own: two at least")
    return options


def chosen(options):
    loads = LOADS + (MORE_LOADS if options.more else [])
    loads = [load for load in loads if re.search(options.only, load[0]) or re.search(options.only, load[1])]
    return loads or sys.exit(f"compare: no load matches {options.only}")


def start(command, options):
    program, *flags = shlex.split(command)
    if not shutil.which(program):
        sys.exit(f"compare: there is no {program}")
    port = free_port()
    flags += ["-l", "127.0.0.1", "-p", str(port), "-t", str(options.threads), "-m", "1024", "-c", "16384"]
    if os.geteuid() == 0:
        flags += ["-u", "root"]
    # Without a peer: memcached has none either.
    if "repcached" in os.path.basename(program) and "-X" not in flags:
        flags += ["-X", "0"]
    process = subprocess.Popen(["taskset", "-c", options.server_cpus, program, *flags])
    server = Server(os.path.basename(program), process, port)
    try:
        server.name += " " + asked_version(server)
    except BaseException:
        end(server)
        raise
    return server


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def asked_version(server):
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", server.port), TIMEOUT) as connection:
                connection.sendall(b"version\r\n")
                return connection.makefile().readline().split()[1]
        except ConnectionRefusedError:
            time.sleep(0.02)
    return sys.exit(f"compare: {server.name} does not answer")


def end(server):
    server.process.terminate()
    try:
        server.process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


def measured(load, servers, options, output):
    name, title, flags = load
    runs = {server.name: [] for server in servers}
    for round in range(options.rounds):
        for server in servers:
            # The keys are filled in anew when another load may have set values of other sizes.
            extra = ["--load"] if round == 0 else []
            distribution = output / f"{name}.{short(server.name)}.{round + 1}.hgrm"
            runs[server.name].append(run(server, shlex.split(flags) + extra, distribution, options))
    draw(name, title, runs, options, output)
    result = {"name": name, "title": title, "flags": flags, "runs": runs}
    ours, *others = runs
    result["ratios"] = {other: ratio(runs[other], runs[ours]) for other in others}
    tell(result)
    return result


def run(server, flags, distribution, options):
    command = ["taskset", "-c", options.load_cpus, options.bench, "--quiet", "--json", "-", "--port", str(server.port),
               "--pid", str(server.process.pid), "--hgrm", str(distribution), "--title", server.name,
               "--warmup", str(options.warmup), "--seconds", str(options.seconds), *flags]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"compare: {shlex.join(command)} ended with {done.returncode}")
    result = json.loads(done.stdout)
    if not result["server"] or not result["requests"]:
        sys.exit(f"compare: {server.name} answered nothing to {shlex.join(command)}")
    return result | {"distribution": str(distribution)}


def ratio(theirs, ours):
    each = [cost(a) / cost(b) for a, b in zip(theirs, ours)]
    return {"median": median(theirs, cost) / median(ours, cost), "min": min(each), "max": max(each)}


def cost(run):
    return run["server"]["cpuNanosecondsPerRequest"]


def median(runs, value):
    return statistics.median(map(value, runs))


def tell(result):
    ratios = [f"{other}: {r['median']:.2f} ({r['min']:.2f}..{r['max']:.2f})" for other, r in result["ratios"].items()]
    costs = [f"{name} {median(runs, cost) / 1000:.2f} µs" for name, runs in result["runs"].items()]
    print(f"{result['title']:38} {', '.join(costs)}; ratio to {', '.join(ratios)}", file=sys.stderr)


def short(name):
    return re.sub(r"[^A-Za-z0-9.]+", "-", name)


def draw(name, title, runs, options, output):
    """Of each server the round whose p99 is the middle one."""
    curves = []
    for server, its_runs in runs.items():
        middle = sorted(its_runs, key=lambda run: run["latency"]["all"]["p99"])[len(its_runs) // 2]
        curves.append(f"{server}={middle['distribution']}")
    subprocess.run(
        [options.bench, "plot", "--title", title, "--svg", str(output / f"{name}.svg"), *curves], check=True)


def report(results, names, options, output):
    machine = {
        "processor": processor(), "system": f"{platform.system()} {platform.release()}",
        "when": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "servers": names, "rounds": options.rounds, "seconds": options.seconds, "threads": options.threads,
    }
    (output / "results.json").write_text(json.dumps(machine | {"loads": results}, indent=1) + "\n")
    tell_all(results, machine, options, output)


def tell_all(results, machine, options, output):
    tables = markdown(results, machine)
    pictures = "".join(f"![{result['title']}]({result['name']}.svg)\n" for result in results)
    if not options.source:
        (output / "results.md").write_text(tables + "\n" + pictures)
        print(f"Written to {output}/: results.md, results.json, a picture for each load.", file=sys.stderr)
    print(tables)
    if options.docs:
        benchmarks_page.put("scripts/compare --docs", tables)


def markdown(results, machine):
    names = machine["servers"]
    ours, *others = names
    lines = textwrap.wrap(
        f"Processor time of a request at the server, {ours} beside {', '.join(others)}: medians of {machine['rounds']} "
        f"rounds of {machine['seconds']:g} s in turn, {machine['threads']} thread(s) on one processor, the load on "
        f"another; `a → b` is the other server's and repcached's. {machine['processor']}, {machine['system']}, "
        f"{machine['when']}.", 120)
    for other in others:
        lines += [
            "",
            f"| load | {other} µs | {ours} µs | ratio (min..max) | requests/s | p99 ms | p99.9 ms |",
            "|---|---|---|---|---|---|---|",
            *(row(result, ours, other) for result in results),
        ]
    return "\n".join(lines) + "\n"


def row(result, ours, other):
    a, b, r = result["runs"][other], result["runs"][ours], result["ratios"][other]

    def both(value, form):
        return f"{form.format(median(a, value))} → {form.format(median(b, value))}"

    cells = [
        result["title"], f"{median(a, cost) / 1000:.2f}", f"{median(b, cost) / 1000:.2f}",
        f"**{r['median']:.2f}** ({r['min']:.2f}..{r['max']:.2f})",
        both(lambda run: run["requestsPerSecond"], "{:,.0f}"),
        both(lambda run: run["latency"]["all"]["p99"] / 1e6, "{:.2f}"),
        both(lambda run: run["latency"]["all"]["p99.9"] / 1e6, "{:.2f}"),
    ]
    return "| " + " | ".join(cells) + " |"


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
