"""The synthetic traces of `hit-ratio`: popularity by Zipf's law, and what disturbs it."""

import dataclasses

from hit_ratio_servers import policies, ratio, replayed_everywhere, tell

NAMES = ["S3-FIFO", "SIEVE"]
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


def measured(options, folder):
    found = [row for row in rows(0.1 if options.quick else 1) if options.only in row.title]
    return [measured_row(row, options, folder / "trace") for row in found]


def measured_row(row, options, file):
    flags = [*row.flags.split(), "--seed", str(options.seed)]
    result = {"title": row.title, "megabytes": row.megabytes, "flags": " ".join(flags)}
    result["servers"] = replayed_everywhere(row.megabytes, flags, options)
    if row.is_policy and not options.no_policies:
        ours = next(iter(result["servers"].values()))
        result["policies"] = policies(NAMES, flags, ours["items"], options, file)
    tell(row.title, result)
    return result


def markdown(results):
    ours, *others = [name for name in results[0]["servers"] if name != "before"]
    has_before = "before" in results[0]["servers"]
    heads = ["load", "-m", ours, *(["before", "change"] if has_before else [])]
    heads += [*(head for other in others for head in (other, "fewer")), *NAMES, "policy"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for result in results:
        mine = ratio(result["servers"][ours])
        cells = [result["title"], str(result["megabytes"]), f"{100 * mine:.2f}"]
        if has_before:
            cells += [f"{100 * ratio(result['servers']['before']):.2f}", f"{-100 * saved(result, ours, 'before'):+.1f} %"]
        for other in others:
            cells += [f"{100 * ratio(result['servers'][other]):.2f}", f"{100 * saved(result, ours, other):.1f} %"]
        both = result.get("policies", {})
        cells += [f"{100 * value:.2f}" for value in both.values()] or ["", ""]
        cells.append(f"{mine / min(both.values()):.3f}" if both else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def summary(results):
    ours, *others = results[0]["servers"]
    lines = []
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
