"""The subjects that are clients' libraries: each is a program of `clients`, which speaks the protocol of `speaker`."""

import contextlib
import dataclasses
import inspect
import os
import shutil
import time

import checks
import failover
from haproxy import Haproxy
from speaker import ClientError, Speaker, Unsupported
from subject import INTEROP, VERSION

CLIENTS = INTEROP / "clients"
LOGIN = "interop:correct-horse-battery"


@dataclasses.dataclass
class Expected:
    """What is known of a client."""

    # It finds the other side by itself when both are in its list. If not, HAProxy is its one address.
    fails_over: bool = True
    # It has no list.
    only_one: bool = False
    # So many requests may fail in the reconnect for each kill.
    allowed: int = 4
    # And so many a second after it, if it asks the dead side again.
    per_second: float = 0.0
    # So long after a side is back it is used again.
    returns: float = 4.0
    # The variant that leaves the library as it is, to show what comes of that.
    bare: str = ""
    # The checks that a fault of the client fails: they must fail, so that the page is changed when the fault is mended.
    wrong: tuple = ()
    # The checks whose call the library has not. Any other `unsupported` is a failure, and so is a call that is there after all.
    lacks: tuple = ()


def client(command, variant=None, environment=None, **expected):
    """What runs a client."""
    return lambda context: run(context, Start(command, variant, environment), Expected(**expected))


class Start:
    """How a process of the client is started."""

    def __init__(self, command, variant, environment):
        self.command, self.variant, self.environment = command, variant, environment
        self.login = ":".join(variant.split(":")[:2]) if variant and ":" in variant else None

    def __call__(self, *servers):
        command = self.command() if callable(self.command) else self.command
        environment = {**os.environ, **(self.environment() if self.environment else {})}
        return Speaker(command, servers, self.variant, environment)

    def bare(self, variant):
        return Start(self.command, variant, self.environment)

    def pair(self, context):
        if not self.login:
            return context.pair()
        path = context.folder / "users"
        path.write_text(self.login + "\n")
        path.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(path, "nobody")
        return context.pair("-S", "-Y", path, login=self.login.replace(":", " "))


def run(context, start, expected):
    with start.pair(context) as pair:
        yield from both_directions(start, pair, expected)
        if expected.fails_over and not expected.only_one:
            with start(*pair.servers) as both:
                yield "both sides in its list", judged(failover.in_turn(both, pair, context.seconds, expected.returns), expected)
            if expected.bare and not context.quick:
                with start.bare(expected.bare)(*pair.servers) as both:
                    yield "both sides in its list, nothing else set (not advised)", described(failover.in_turn(both, pair, context.seconds))
            return
        with Haproxy(context.folder, pair.servers) as proxy, start(proxy.server) as one:
            yield "HAProxy as its one server", judged(failover.in_turn(one, pair, context.seconds), expected)
        if not context.quick and not expected.only_one:
            with start(*pair.servers) as both:
                yield "both sides in its list (not advised)", described(failover.in_turn(both, pair, context.seconds))


def both_directions(start, pair, expected, prefix=""):
    """Every check from A to B and from B to A, with keys that begin so. What expires is waited for once."""
    with contextlib.ExitStack() as stack:
        sides = [stack.enter_context(start(server)) for server in pair.servers]
        yield VERSION, sides[0].version
        done, missing, waiting = [], [], []
        for name, check in checks.CHECKS.items():
            try:
                if name in expected.wrong:
                    fails(check, *sides, name)
                    continue
                for here, there, direction in [(*sides, "A-B"), (*reversed(sides), "B-A")]:
                    waiting += begun(check, here, there, f"{prefix}{name}-{direction}")
                done.append(name)
            except Unsupported:
                missing.append(name)
            except (AssertionError, ClientError) as error:
                raise AssertionError(f"{name} {direction}: {error}") from error
        if set(missing) != set(expected.lacks):
            raise AssertionError(f"unsupported: {', '.join(missing) or 'nothing'}; the catalogue says: {', '.join(expected.lacks) or 'nothing'}")
        time.sleep(checks.SECONDS_TO_EXPIRE)
        for check in waiting:
            next(check, None)
        yield "written on one side, read on the other", listed(done, missing, expected.wrong)


def fails(check, here, there, name):
    with contextlib.suppress(AssertionError, ClientError):
        check(here, there, name)
        raise RuntimeError(f"{name}: it does this rightly now, which the catalogue says it does not")


def listed(done, missing, wrong):
    words = [", ".join(done)]
    if missing:
        words.append(f"it has no {', '.join(missing)}")
    if wrong:
        words.append(f"**not {', '.join(wrong)}**")
    return "; ".join(words)


def begun(check, *arguments):
    result = check(*arguments)
    if not inspect.isgenerator(result):
        return []
    next(result)
    return [result]


def judged(phases, expected):
    """The text of the phases; AssertionError when more failed than may."""
    afterwards = expected.per_second * 2 * 5
    limits = {"reconnect": 2 * expected.allowed, "after": afterwards, "back": afterwards}
    for phase, tally in phases.items():
        if tally.stale or tally.failed > limits[phase]:
            raise AssertionError(f"{phase}: {tally}, {tally.last}; {described(phases)}")
    return described(phases)


def described(phases):
    return f"in the reconnect {phases['reconnect']} failed, after it {phases['after']}, when it was back {phases['back']}"


def script(name, *before):
    return [*map(str, before), str(CLIENTS / name)]
