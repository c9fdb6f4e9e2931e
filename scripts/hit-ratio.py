"""Replays the same traces against repcached and other servers at equal -m, and tells how often each misses.

The client is a cache-aside one (repcached-bench replay): it gets, and sets what it missed. A quarter of each trace is
warm-up.

Without --traces the traces are synthetic. A cache of 10 % has the -m with which memcached holds a tenth of the keys.
"Fewer" is how many misses of the other server's repcached saves. Where all items are alike, libCacheSim replays the same
trace through S3-FIFO and SIEVE, with as many objects as repcached holds at the end (its -m, less headers and index, is not
what a policy is about); "policy" is repcached's misses over the better one's.

With --traces they are the files of a folder, *.u32 or *.u32.xz: a little-endian number of 32 bits a request. -m and the size
of values are such that repcached holds the number of objects that the row asks for: of an unknown trace 1, 5, 15 and 30 % of
its objects. "Policy" is then repcached's misses over those of the better of libCacheSim's S3-FIFO and ARC.

Writes hit-ratio.md and hit-ratio.json (hit-ratio-traces with --traces), and with --docs the table into docs/benchmarks.md.
"""

import argparse
import datetime
import json
import pathlib
import signal
import sys
import tempfile

import benchmarks_page
import hit_ratio_synthetic
import hit_ratio_traces


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    output = pathlib.Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    kind = hit_ratio_traces if options.traces else hit_ratio_synthetic
    with tempfile.TemporaryDirectory() as folder:
        results = kind.measured(options, pathlib.Path(folder))
    if not results:
        sys.exit(f"hit-ratio: no row's title has '{options.only}' in it")
    report(kind, results, options, output)


def arguments():
    parser = argparse.ArgumentParser(
        prog="hit-ratio", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("theirs", nargs="*", default=["memcached"], metavar="SERVER",
                        help="other servers, each a command with flags in one argument (memcached)")
    parser.add_argument("--ours", default=".build/release/repcached", help="repcached (%(default)s)")
    parser.add_argument("--before", metavar="PROGRAM", help="an older repcached, whose misses are shown beside")
    parser.add_argument("--bench", default=".build/release/repcached-bench", help="the client (%(default)s)")
    parser.add_argument("--output", default="bench-results", help="folder for what is written (%(default)s)")
    parser.add_argument("--traces", metavar="FOLDER", help="recorded traces instead of synthetic ones")
    parser.add_argument("--quick", action="store_true", help="a tenth of the synthetic keys: a minute instead of many")
    parser.add_argument("--only", default="", help="only rows whose title has this in it")
    parser.add_argument("--seed", type=int, default=1, help="of the synthetic traces' random choices (%(default)s)")
    parser.add_argument("--docs", **benchmarks_page.OPTION)
    parser.add_argument("--no-policies", action="store_true", help="without libCacheSim")
    options = parser.parse_args()
    if options.traces and not pathlib.Path(options.traces).is_dir():
        parser.error(f"there is no folder {options.traces}")
    return options


def report(kind, results, options, output):
    name = "hit-ratio-traces" if options.traces else "hit-ratio"
    when = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    (output / f"{name}.json").write_text(json.dumps({"when": when, "rows": results}, indent=1) + "\n")
    table = kind.markdown(results)
    text = f"{table}\n{kind.summary(results)}"
    (output / f"{name}.md").write_text(text)
    print(text)
    if options.docs:
        benchmarks_page.put(f"scripts/hit-ratio {'--traces ' if options.traces else ''}--docs", table)


if __name__ == "__main__":
    main()
