"""Replays the same traces against repcached and other servers at equal -m, and tells how often each misses.

The client is a cache-aside one (repcached-bench replay): it gets, and sets what it missed. A quarter of each trace is
warm-up. A cache of 10 % has the -m with which memcached holds a tenth of the keys. "Fewer" is how many misses of the other
server's repcached saves. Where all items are alike, libCacheSim replays the same trace through S3-FIFO and SIEVE, with
as many objects as repcached holds at the end (its -m, less headers and index, is not what a policy is about); "policy"
is repcached's misses over the better one's.

Writes hit-ratio.md and hit-ratio.json, and with --readme the table into README.md.
"""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import libcachesim

PATIENCE = 10.0
# How the table begins that --readme replaces.
README_TABLE = "| load | -m | repcached"
KEY, VALUE = 20, 100
# Bytes of such an item at memcached: 349,504 of them fill -m 64. And what it adds to any other.
FOOTPRINT, OVERHEAD = 192, 60
SIZES = "50:200=40,200:1k=30,1k:5k=20,5k:20k=10"
SIZES_MEAN = 0.4 * 125 + 0.3 * 612 + 0.2 * 3072 + 0.1 * 12800


@dataclasses.dataclass
class Row:
    title: str
    flags: str
    megabytes: int
    is_policy: bool = True


def rows(scale):
    million = round(1_000_000 * scale)
    found = []

    def add(title, flags, percent, footprint=million * FOOTPRINT, is_policy=True):
        size = max(2, round(footprint * percent / 100 / (1 << 20)))
        found.append(Row(f"{title}, {percent} %", flags, size, is_policy))

    plain = f"--keys {million} --value-size {VALUE}"
    for skew in ["0.6", "0.8", "1.0", "1.2", "1.4"]:
        for percent in [1, 10, 30]:
            add(f"Zipf {skew}", f"{plain} --zipf {skew} -n {4 * million}", percent)
    for percent in [1, 10, 30]:
        add("Zipf 1.0 and scans", f"{plain} --zipf 1.0 -n {6 * million} --scan-every {2 * million}", percent)
    for percent in [1, 10, 30]:
        add("popularity shifts", f"{plain} --zipf 1.0 -n {6 * million} --shift-every {2 * million}", percent)
    few = million * 3 // 10
    for percent in [10, 30]:
        add("50 B to 20 KB", f"--keys {few} --value-size {SIZES} --zipf 1.0 -n {2 * million}", percent,
            footprint=few * (KEY + SIZES_MEAN + OVERHEAD), is_policy=False)
    # Expiry runs by the clock, so both are given the same time.
    for percent in [10, 30]:
        add("TTLs of 2 s, 10 s, none", f"{plain} --zipf 1.0 -n {3 * million} --ttls 2,10,0 --rate {150_000 * scale:.0f}",
            percent, is_policy=False)
    return found


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    output = pathlib.Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    chosen = [row for row in rows(0.1 if options.quick else 1) if options.only in row.title]
    if not chosen:
        sys.exit(f"hit-ratio: no row's title has {options.only} in it")
    for row in chosen:
        row.flags += f" --seed {options.seed}"
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for row in chosen:
            results.append(measured(row, options, pathlib.Path(folder) / "trace"))
    report(results, options, output)


def arguments():
    parser = argparse.ArgumentParser(
        prog="hit-ratio", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("theirs", nargs="*", default=["memcached"], metavar="SERVER",
                        help="other servers, each a command with flags in one argument (memcached)")
    parser.add_argument("--ours", default=".build/release/repcached", help="repcached (%(default)s)")
    parser.add_argument("--bench", default=".build/release/repcached-bench", help="the client (%(default)s)")
    parser.add_argument("--output", default="bench-results", help="folder for what is written (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the keys: a minute instead of many")
    parser.add_argument("--only", default="", help="only rows whose title has this in it")
    parser.add_argument("--seed", type=int, default=1, help="of the traces' random choices (%(default)s)")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    parser.add_argument("--no-policies", action="store_true", help="without libCacheSim")
    return parser.parse_args()


def measured(row, options, trace):
    result = {"title": row.title, "megabytes": row.megabytes, "flags": row.flags, "servers": {}}
    for command in [options.ours, *options.theirs]:
        name, run = replayed(command, row, options)
        while name in result["servers"]:
            name += "'"
        result["servers"][name] = run
    if row.is_policy and not options.no_policies:
        ours = next(iter(result["servers"].values()))
        result["policies"] = policies(row, ours["items"], options, trace)
    tell(result)
    return result


def replayed(command, row, options):
    program, *flags = shlex.split(command)
    if not shutil.which(program):
        sys.exit(f"hit-ratio: there is no {program}")
    port = free_port()
    flags += ["-l", "127.0.0.1", "-p", str(port), "-t", "1", "-m", str(row.megabytes)]
    if os.geteuid() == 0:
        flags += ["-u", "root"]
    if "repcached" in os.path.basename(program) and "-X" not in flags:
        flags += ["-X", "0"]
    process = subprocess.Popen([program, *flags])
    try:
        name = os.path.basename(program) + " " + asked(port, process, "version")[0].split()[1]
        done = subprocess.run(
            [options.bench, "replay", "--quiet", "--json", "-", "--port", str(port), *shlex.split(row.flags)],
            stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"hit-ratio: the replay against {name} ended with {done.returncode}")
        stats = dict(line.split()[1:3] for line in asked(port, process, "stats") if line.startswith("STAT "))
        return name, json.loads(done.stdout) | {"items": int(stats["curr_items"])}
    finally:
        process.terminate()
        process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def asked(port, process, command):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
                connection.sendall(command.encode() + b"\r\nquit\r\n")
                return connection.makefile(newline="\r\n").read().splitlines()
        except ConnectionRefusedError:
            time.sleep(0.02)
    return sys.exit(f"hit-ratio: {process.args[0]} does not answer")


def policies(row, items, options, trace):
    subprocess.run([options.bench, "replay", "--write", str(trace), *shlex.split(row.flags)], check=True)
    requests = trace.stat().st_size // 24
    made = {"S3-FIFO": libcachesim.S3FIFO, "SIEVE": libcachesim.Sieve}
    return {name: miss_ratio(make(cache_size=items, hashpower=20), trace, requests) for name, make in made.items()}


def miss_ratio(cache, trace, requests):
    reader = libcachesim.TraceReader(
        str(trace), libcachesim.TraceType.ORACLE_GENERAL_TRACE, libcachesim.ReaderInitParam(ignore_obj_size=True))
    warmup = requests // 4
    cold, _ = cache.process_trace(reader, 0, warmup)
    rest, _ = cache.process_trace(reader, warmup, -1)
    return rest


def ratio(run):
    return run["misses"] / run["requests"]


def tell(result):
    parts = [f"{name} {100 * ratio(run):.2f} % of {run['items']:,} items" for name, run in result["servers"].items()]
    parts += [f"{name} {100 * value:.2f} %" for name, value in result.get("policies", {}).items()]
    print(f"{result['title']:30} {'; '.join(parts)}", file=sys.stderr)


def report(results, options, output):
    when = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    (output / "hit-ratio.json").write_text(json.dumps({"when": when, "rows": results}, indent=1) + "\n")
    text = markdown(results)
    (output / "hit-ratio.md").write_text(text)
    print(text)
    if options.readme:
        put_into_readme(text.split("\n\n")[0])


def put_into_readme(table):
    readme = pathlib.Path(__file__).parent.parent / "README.md"
    text = readme.read_text()
    before, old = text.split(README_TABLE, 1)
    after = old.split("\n\n", 1)[1]
    readme.write_text(f"{before}{table}\n\n{after}")


def markdown(results):
    ours, *others = results[0]["servers"]
    heads = ["load", "-m", ours, *(head for other in others for head in (other, "fewer")), "S3-FIFO", "SIEVE", "policy"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for result in results:
        mine = ratio(result["servers"][ours])
        cells = [result["title"], str(result["megabytes"]), f"{100 * mine:.2f}"]
        for other in others:
            cells += [f"{100 * ratio(result['servers'][other]):.2f}", f"{100 * saved(result, ours, other):.1f} %"]
        both = result.get("policies", {})
        cells += [f"{100 * value:.2f}" for value in both.values()] or ["", ""]
        cells.append(f"{mine / min(both.values()):.3f}" if both else "")
        lines.append("| " + " | ".join(cells) + " |")
    lines.append("")
    for other in others:
        each = [saved(result, ours, other) for result in results]
        lines.append(f"Misses fewer than {other}'s: {100 * sum(each) / len(each):.1f} % on average, {100 * min(each):.1f} % "
                     f"at least.")
    compared = [result for result in results if result.get("policies")]
    if compared:
        worst = max(ratio(result["servers"][ours]) / min(result["policies"].values()) for result in compared)
        lines.append(f"Misses over those of the better of S3-FIFO and SIEVE: {100 * (worst - 1):.1f} % more at most.")
    return "\n".join(lines) + "\n"


def saved(result, ours, other):
    return 1 - ratio(result["servers"][ours]) / ratio(result["servers"][other])


if __name__ == "__main__":
    main()
