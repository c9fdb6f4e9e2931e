"""Real clients, proxies and frameworks against pairs of daemons: python3 driver PROGRAM [--quick] [--only WORD] [--page FILE] [--jobs N]

Ends with 1 when a check fails. With --page the page of clients is written from what came out; with --quick docs/clients.md is compared
with the catalogue and with what was tried. `python3 driver --reword FILE` tries nothing: head and advice of a page are written anew, what
came of its run stays.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import traceback

import installing
import page
from catalogue import OTHERS, PHP, PYTHONS
from pair import stop_all
from scenes import SCENES
from subject import ROOT, VERSION, Context, Outcome, Skip, package_version

SUBJECTS = [*PHP, *PYTHONS, *OTHERS, *SCENES]
PAGE = ROOT / "docs" / "clients.md"


def main():
    options = parsed()
    if options.reword:
        return reword(options.reword)
    chosen = [each for each in SUBJECTS if (each.quick or not options.quick) and options.only.lower() in f"{each.kind} {each.name}".lower()]
    if not chosen:
        sys.exit(f"interop: nothing is called {options.only}")
    missing = installing.install(chosen)
    with tempfile.TemporaryDirectory(prefix="interop-") as folder:
        end_with_all(folder)
        # The daemons become another user, and read what lies here.
        pathlib.Path(folder).chmod(0o755)
        # A copy: what is built meanwhile is not what is tried.
        program = shutil.copy2(options.program, folder)
        proxy = options.program.parent / "magent"
        if proxy.is_file():
            shutil.copy2(proxy, folder)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            tried = list(pool.map(lambda subject: outcome(subject, program, options.quick, missing), chosen))
    if options.page:
        options.page.write_text(page.text(tried))
    stale = stale_page(tried) if options.quick else []
    failed, skipped = sum(1 for each in tried if each.failure), sum(1 for each in tried if each.skip)
    print(f"{len(tried) - failed - skipped} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or stale else 0


def stale_page(tried):
    """What docs/clients.md has not of the catalogue and of what these subjects tried, printed."""
    there = PAGE.read_text()
    lines = page.faults(there, SUBJECTS)
    lines += [f"{each.subject.name} has no line '{what}'" for each in tried for what, _ in each.tried if f"\n- {what}: " not in there]
    if lines:
        print("\n".join(["docs/clients.md is not what `make interop`, or Tests/Interop/run --reword docs/clients.md, writes:", *lines]), flush=True)
    return lines


def reword(path):
    there = path.read_text()
    outcomes, date = page.read(there, SUBJECTS)
    if page.DIGEST.format(page.digest(outcomes, date)) not in there:
        sys.exit(f"interop: what {path} says of its run is not what the run wrote: run it again")
    path.write_text(page.text(outcomes, date))
    return 0


def parsed():
    parser = argparse.ArgumentParser(prog="interop", description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path, nargs="?", help="the daemon")
    parser.add_argument("--quick", action="store_true", help="the subset of `make test`")
    parser.add_argument("--only", default="", metavar="WORD", help="what has this word in its language or name")
    parser.add_argument("--page", type=pathlib.Path, metavar="FILE", help="write docs/clients.md here")
    parser.add_argument("--reword", type=pathlib.Path, metavar="FILE", help="write head and advice of this page anew, and try nothing")
    parser.add_argument("--jobs", type=int, help="how many at once (3, quick 5: they wait most of the time)")
    options = parser.parse_args()
    options.jobs = options.jobs or (5 if options.quick else 3)
    options.program = options.program and options.program.resolve()
    if not options.reword and not (options.program and options.program.is_file()):
        parser.error(f"there is no program {options.program or 'named'}")
    return options


def end_with_all(folder):
    """When the run is broken off, so is everything that it has started."""

    def end(number, _):
        stop_all()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def outcome(subject, program, quick, missing):
    found, start = Outcome(subject), time.monotonic()
    with tempfile.TemporaryDirectory(dir=pathlib.Path(program).parent) as folder:
        pathlib.Path(folder).chmod(0o755)
        context = Context(program, quick, pathlib.Path(folder))
        try:
            if reason := missing.get(subject.name):
                raise Skip(reason)
            if subject.version_of:
                found.version = package_version(subject.version_of)
            for what, came in subject.run(context):
                if what == VERSION:
                    found.version = came
                else:
                    found.tried.append((what, came))
        except Skip as skip:
            found.skip = str(skip)
        except Exception as error:  # whatever goes wrong is this subject's failure, and the others go on
            found.failure = f"{type(error).__name__} {error}"
            if not isinstance(error, AssertionError):
                traceback.print_exc()
            show_log(context)
    found.seconds = time.monotonic() - start
    report(found)
    return found


def show_log(context):
    for log in sorted(context.folder.glob("*.log")):
        print("".join(f"    {log.stem}: {line}\n" for line in log.read_text().splitlines()[-10:]), end="", file=sys.stderr, flush=True)


def report(found):
    title = f"{found.subject.kind}: {found.subject.name} {found.version}".strip()
    word = "FAILED" if found.failure else "skipped" if found.skip else "passed"
    lines = [f"{title}: {word} in {found.seconds:.0f} s", *(f"    {what}: {came}" for what, came in found.tried)]
    lines += [f"    {text}" for text in (found.failure, found.skip) if text]
    print("\n".join(lines), flush=True)


sys.exit(main())
