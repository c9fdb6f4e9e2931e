"""Writes docs/clients.md from what came out of a run, and finds where the page is not what that gives.

      page-head.md + date ──┐
      catalogue: Set, Never ─┼──▶ docs/clients.md
      what came of a run ────┘        └─ its last line is the digest of what came of the run

`read` takes the outcomes out of a page again. So a page is right when writing its own outcomes anew gives the same page: then its head
and its advice are the catalogue's, and by the digest what came of the run was not written by hand.
"""

import datetime
import difflib
import hashlib
import pathlib
import re

from subject import Outcome

HEAD = pathlib.Path(__file__).parent.parent / "page-head.md"
DIGEST = "<!-- what came of the run: {} -->"
FAILED, SKIPPED = "**failed**", "skipped"


def text(outcomes, date=None):
    kinds = list(dict.fromkeys(each.subject.kind for each in outcomes))
    date = date or datetime.date.today().isoformat()
    parts = [HEAD.read_text().rstrip().replace("@DATE@", date), overview(outcomes)]
    parts += [section(kind, [each for each in outcomes if each.subject.kind == kind]) for kind in kinds]
    return "\n\n".join([*parts, DIGEST.format(digest(outcomes, date))]) + "\n"


def digest(outcomes, date):
    lines = [date, overview(outcomes), *(line for each in outcomes for line in came(each))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def overview(outcomes):
    rows = [f"| {cell(linked(each))} | {each.subject.kind} | {cell(each.version)} | {cell(brief(each))} |" for each in outcomes]
    return "\n".join(["## Overview", "", "| | Of | Version | Outcome |", "|---|---|---|---|", *rows])


def linked(outcome):
    return f"[{outcome.subject.name}](#{anchor(outcome.subject.name)})"


def anchor(name):
    return "".join(each for each in name.lower().replace(" ", "-") if each.isalnum() or each in "-_")


def brief(outcome):
    if outcome.failure:
        return FAILED
    if outcome.skip:
        return f"{SKIPPED}: {outcome.skip}"
    return "passed"


def section(kind, outcomes):
    return "\n\n".join([f"## {kind}", *map(entry, outcomes)])


def entry(outcome):
    subject = outcome.subject
    lines = [f"### {subject.name}", "", *came(outcome)]
    if subject.set:
        lines.append(f"- **Set:** {subject.set}")
    if subject.never:
        lines.append(f"- **Never:** {subject.never}")
    return "\n".join(lines)


def came(outcome):
    lines = [f"{what}: {result}" for what, result in outcome.tried]
    lines += [f"{word}: {why}" for word, why in [(FAILED, outcome.failure), (SKIPPED, outcome.skip)] if why]
    return ["- " + line.replace("\n", " ") for line in lines]


def cell(value):
    return value.replace("|", "\\|").replace("\n", " ")


# The other way round.


def read(page, subjects):
    """The outcomes that a page tells of, of those subjects that it has, and its date."""
    entries = {name: lines for name, lines in (split(each) for each in re.split(r"^### ", page, flags=re.MULTILINE)[1:])}
    versions = dict(re.findall(r"^\| \[(.+?)\]\(#\S+\) \| .+? \| (.*?) \| ", page, flags=re.MULTILINE))
    date = re.search(r"its run on (\d{4}-\d\d-\d\d)", page)
    outcomes = [outcome(each, versions.get(each.name, ""), entries[each.name]) for each in subjects if each.name in entries]
    return outcomes, date and date.group(1)


def split(part):
    name, _, lines = part.partition("\n")
    return name, re.findall(r"^- (.+?): (.*)$", lines, flags=re.MULTILINE)


def outcome(subject, version, lines):
    said = dict(lines)
    tried = [each for each in lines if each[0] not in (FAILED, SKIPPED) and not each[0].startswith(("**Set:", "**Never:"))]
    return Outcome(subject, version, tried, said.get(FAILED, ""), said.get(SKIPPED, ""))


def faults(page, subjects):
    """Where the page is not what its outcomes and the catalogue give: lines of a difference, none if it is right."""
    outcomes, date = read(page, subjects)
    missing = [f"there is no {each.name}" for each in subjects if each.name not in {known.subject.name for known in outcomes}]
    again = text(outcomes, date).splitlines()
    return missing + list(difflib.unified_diff(page.splitlines(), again, "the page", "what the catalogue and its outcomes give", lineterm="", n=0))
