"""What is tried: a client, a tool, a proxy or a framework; and what came out."""

import dataclasses
import pathlib
import subprocess
import typing

from pair import Pair

ROOT = pathlib.Path(__file__).resolve().parents[3]
INTEROP = ROOT / "Tests" / "Interop"
PYTHON = ROOT / ".venv" / "bin" / "python"
# A write is answered when the peer has it: then a side that dies under load takes nothing with it.
ACKNOWLEDGED = ("-o", "repl_ack=1000")


class Skip(Exception):
    """This cannot be tried here; the text says why."""


@dataclasses.dataclass
class Context:
    """What a run has: `quick` leaves out what takes long, `folder` is empty and goes away."""

    program: str
    quick: bool
    folder: pathlib.Path

    def pair(self, *flags, login=None):
        return Pair(self.program, self.folder / "daemons.log", flags, login)

    @property
    def seconds(self):
        """How long requests go on after a side was killed, and after it is back: clients ask a dead server again after two."""
        return 2.5 if self.quick else 5.0


@dataclasses.dataclass
class Subject:
    """`run` gets a `Context` and yields (what was tried, what came out) as it goes; it raises when something is wrong."""

    name: str
    kind: str
    run: typing.Callable
    set: str = ""
    never: str = ""
    packages: tuple = ()
    # Of PyPI, at the versions of requirements.txt.
    pip: tuple = ()
    # The Debian package that tells the version, unless `run` yields one as `VERSION`.
    version_of: str = ""
    quick: bool = False


VERSION = "version"


@dataclasses.dataclass
class Outcome:
    """`tried` are pairs of what and what came out. At most one of `failure` and `skip` is there."""

    subject: Subject
    version: str = ""
    tried: list = dataclasses.field(default_factory=list)
    failure: str = ""
    skip: str = ""
    seconds: float = 0


def package_version(package):
    """Of a Debian package, without its epoch and revision."""
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True).stdout
    return shown.split(":")[-1].rsplit("-", 1)[0]


def checked(command, **options):
    """Standard output of a command that must succeed."""
    ended = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=options.pop("timeout", 120), **options)
    if ended.returncode != 0:
        raise AssertionError(f"{command[0]} ended with {ended.returncode}: {(ended.stderr or ended.stdout).strip()[-300:]}")
    return ended.stdout
