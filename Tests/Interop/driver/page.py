"""Writes docs/clients.md from what came out of a run."""

import datetime
import pathlib

HEAD = pathlib.Path(__file__).parent.parent / "page-head.md"


def text(outcomes):
    kinds = list(dict.fromkeys(each.subject.kind for each in outcomes))
    parts = [HEAD.read_text().rstrip().replace("@DATE@", datetime.date.today().isoformat()), overview(outcomes)]
    parts += [section(kind, [each for each in outcomes if each.subject.kind == kind]) for kind in kinds]
    return "\n\n".join(parts) + "\n"


def overview(outcomes):
    rows = [f"| {cell(linked(each))} | {each.subject.kind} | {cell(each.version)} | {cell(brief(each))} |" for each in outcomes]
    return "\n".join(["## Overview", "", "| | Of | Version | Outcome |", "|---|---|---|---|", *rows])


def linked(outcome):
    return f"[{outcome.subject.name}](#{anchor(outcome.subject.name)})"


def anchor(name):
    return "".join(each for each in name.lower().replace(" ", "-") if each.isalnum() or each in "-_")


def brief(outcome):
    if outcome.failure:
        return "**failed**"
    if outcome.skip:
        return f"skipped: {outcome.skip}"
    return "passed"


def section(kind, outcomes):
    return "\n\n".join([f"## {kind}", *map(entry, outcomes)])


def entry(outcome):
    subject = outcome.subject
    lines = [f"### {subject.name}", ""]
    lines += [f"- {what}: {came}" for what, came in outcome.tried]
    if outcome.failure:
        lines.append(f"- **failed**: {outcome.failure}")
    if outcome.skip:
        lines.append(f"- skipped: {outcome.skip}")
    if subject.set:
        lines.append(f"- **Set:** {subject.set}")
    if subject.never:
        lines.append(f"- **Never:** {subject.never}")
    return "\n".join(lines)


def cell(value):
    return value.replace("|", "\\|").replace("\n", " ")
