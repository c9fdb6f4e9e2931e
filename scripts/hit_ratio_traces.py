"""The recorded traces of `hit-ratio`: each file of a folder, at several numbers of objects."""

import lzma
import pathlib
import shutil
import sys

from hit_ratio_servers import Server, policies, ratio, replayed_everywhere, tell

NAMES = ["LRU", "S3-FIFO", "SIEVE", "ARC"]
# Objects held, of traces that are known; of others these parts of their objects.
OBJECTS = {
    "cloudphysics-io": [1_422, 4_740, 14_220],
    "web07": [567, 1_890, 5_670],
    "corda-vault": [2_466, 24_660],
    "orm-busy": [600, 1_800, 6_000, 18_000],
}
PARTS = [0.01, 0.05, 0.15, 0.30]
KEY = 20
MEGABYTES = range(2, 65)
# How far the number of objects may be from the one wanted, where smaller values are to be had for it.
TOLERANCE = 0.005


def measured(options, folder):
    classes = chunk_classes(options.ours)
    results = []
    for file in sorted(pathlib.Path(options.traces).iterdir()):
        name = file.name.removesuffix(".xz").removesuffix(".u32")
        if not file.name.endswith((".u32", ".u32.xz")) or options.only not in name:
            continue
        decoded = decode(file, folder / "trace.u32")
        for objects in OBJECTS.get(name) or [max(round(part * object_count(decoded)), 1) for part in PARTS]:
            results.append(measured_row(name, decoded, objects, classes, options, folder / "trace"))
    return results


def decode(file, target):
    opened = lzma.open(file) if file.suffix == ".xz" else open(file, "rb")
    with opened as source, open(target, "wb") as copy:
        shutil.copyfileobj(source, copy)
    return target


def object_count(decoded):
    return len(set(memoryview(decoded.read_bytes()).cast("I")))


def measured_row(name, decoded, objects, classes, options, file):
    megabytes, value = room_for(objects, classes)
    # One request after the other: a key that comes twice at once is asked for twice, as its client would.
    flags = ["--trace", str(decoded), "--key-size", str(KEY), "--value-size", str(value), "--pipeline", "1"]
    result = {"title": name, "objects": objects, "megabytes": megabytes, "value": value}
    result["servers"] = replayed_everywhere(megabytes, flags, options)
    held = next(iter(result["servers"].values()))["items"]
    if abs(held - objects) > 0.02 * objects:
        print(f"hit-ratio: {name}: {held} objects were held, and {objects} were to be", file=sys.stderr)
    if not options.no_policies:
        result["policies"] = policies(NAMES, flags, held, options, file)
    tell(f"{name}, {objects:,}", result)
    return result


# MARK: Room for so many objects


def room_for(objects, classes):
    """The -m and the size of values with which repcached holds about so many."""

    def error(megabytes, per_page):
        return abs(megabytes * per_page - objects) / objects

    choices = [(max(error(megabytes, per_page), TOLERANCE), value, megabytes)
               for per_page, value in classes for megabytes in MEGABYTES]
    _, value, megabytes = min(choices)
    return megabytes, value


def chunk_classes(command):
    """Of each class of chunks how many a page holds, and a size of values in the midst of those that go there."""
    sizes = {}
    with Server(command, 64) as server, server.connect() as connection:
        lines = connection.makefile("rb")
        used = {}
        value, number = 1, 0
        while value < 100_000:
            connection.sendall(b"set %0*d 0 0 %d\r\n%s\r\n" % (KEY, number, value, b"v" * value))
            if lines.readline() != b"STORED\r\n":
                sys.exit(f"hit-ratio: {command} does not store {value} bytes")
            stats = server.stats("slabs")
            now = {name: int(count) for name, count in stats.items() if name.endswith(":used_chunks")}
            grown = [name.split(":")[0] for name, count in now.items() if count > used.get(name, 0)]
            sizes.setdefault(int(stats[f"{grown[0]}:chunks_per_page"]), []).append(value)
            used = now
            number += 1
            value = max(value + 1, value * 21 // 20)
    return [(per_page, values[len(values) // 2]) for per_page, values in sizes.items()]


# MARK: The table


def markdown(results):
    names = list(results[0]["servers"])
    ours = names[0]
    order = [ours, *(name for name in names if name == "before"), *(name for name in names[1:] if name != "before")]
    heads = ["trace", "objects", "-m", "value", *order, *NAMES, "policy"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for result in results:
        misses = {name: ratio(run) for name, run in result["servers"].items()}
        known = result.get("policies", {})
        cells = [result["title"], f"{result['servers'][ours]['items']:,}", str(result["megabytes"]), f"{result['value']} B"]
        cells += [f"{100 * misses[name]:.2f}" for name in order]
        cells += [f"{100 * known[name]:.2f}" if known else "" for name in NAMES]
        cells.append(f"{misses[ours] / min(known['S3-FIFO'], known['ARC']):.3f}" if known else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def summary(results):
    ours, *others = results[0]["servers"]
    lines = []
    for other in others:
        worst = max(ratio(result["servers"][ours]) / ratio(result["servers"][other]) for result in results)
        lines.append(f"Misses over those of {other}: {100 * (worst - 1):+.1f} % at most.")
    compared = [result for result in results if result.get("policies")]
    if compared:
        over = [ratio(result["servers"][ours]) / min(result["policies"][name] for name in ("S3-FIFO", "ARC")) - 1
                for result in compared]
        lines.append(f"Misses over those of the better of S3-FIFO and ARC: {100 * sum(over) / len(over):+.1f} % on average, "
                     f"{100 * max(over):+.1f} % at most.")
    return "\n".join(lines) + "\n"
