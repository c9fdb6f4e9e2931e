"""Whether every relative link of the documents below a folder leads to a file, and to a heading of it where it names one.

    check_links.py FOLDER

Prints a line for each that does not, and ends with 1 if there is one.
"""
import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^()\s]+)\)")
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def main():
    folder = pathlib.Path(sys.argv[1])
    documents = sorted(folder.rglob("*.md"))
    faults = [f"{path.relative_to(folder)}: {fault}" for path in documents for fault in dead(path)]
    print("\n".join(faults) or f"{len(documents)} documents")
    sys.exit(1 if faults or not documents else 0)


def dead(path):
    for link in LINK.findall(prose(path)):
        name, _, heading = link.partition("#")
        target = path.parent / name if name else path
        if re.match(r"[a-z]+:", link):
            continue
        if not target.exists():
            yield f"there is no {name}"
        elif heading and heading not in headings(target):
            yield f"{link}: there is no such heading"


def prose(path):
    """Without what is code."""
    return re.sub(r"`[^`\n]*`", "", BLOCK.sub("", path.read_text()))


def headings(path):
    """As GitHub names them: the second of the same name has -1."""
    names, seen = set(), {}
    for title in re.findall(r"^#+ (.+)$", BLOCK.sub("", path.read_text()), re.MULTILINE):
        name = "".join(each for each in title.strip().lower().replace(" ", "-") if each.isalnum() or each in "-_")
        count = seen[name] = seen.get(name, -1) + 1
        names.add(name if count == 0 else f"{name}-{count}")
    return names


if __name__ == "__main__":
    main()
