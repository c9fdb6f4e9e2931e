"""The tables of docs/benchmarks.md that scripts write: each stands between two lines that name its command."""

import pathlib

PAGE = pathlib.Path(__file__).parent.parent / "docs" / "benchmarks.md"
OPTION = {"action": "store_true", "help": "put what is measured into docs/benchmarks.md, too"}


def put(command, table):
    begin, end = f"<!-- {command} writes from here -->", f"<!-- {command} to here -->"
    before, rest = PAGE.read_text().split(begin)
    _, after = rest.split(end)
    PAGE.write_text(f"{before}{begin}\n\n{table.rstrip()}\n\n{end}{after}")
