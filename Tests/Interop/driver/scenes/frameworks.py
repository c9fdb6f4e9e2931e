"""Sites of frameworks before a pair whose sides die in turn: sessions that count their visits, pages that the cache keeps, locks."""

import collections
import contextlib
import time

from clients import script
from speaker import ClientError, Speaker, Unsupported
from subject import ACKNOWLEDGED, PYTHON, VERSION, Subject

LIBMEMCACHED_RETURNS = 8.0
NAMES = [f"n{number}" for number in range(20)]


class Visitors:
    """Visits every session and page in rounds. A session that counts from 1 again is lost, a page with another text was made again."""

    def __init__(self, site):
        self.site = site
        self.counts, self.pages = collections.Counter(), {}

    def round(self, tally):
        for name in NAMES:
            self.visit(name, tally)
            self.read(name, tally)

    def visit(self, name, tally):
        tally["requests"] += 1
        try:
            count = self.site.ask("visit", name)
        except ClientError as error:
            tally["errors"] += 1
            tally[str(error)[:80]] += 0
            return
        if count <= self.counts[name]:
            tally["sessions lost" if count == 1 else "stale sessions"] += 1
        self.counts[name] = count

    def read(self, name, tally):
        tally["requests"] += 1
        try:
            page = self.site.ask("page", name)
        except ClientError:
            tally["errors"] += 1
            return
        if self.pages.setdefault(name, page) != page:
            tally["pages made again"] += 1
            self.pages[name] = page

    def go_on(self, seconds, tally):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.round(tally)
            time.sleep(0.05)


def site(command, variant, title, allowed=0, per_second=0.0, judges=True, has_locks=False):
    """A scene with the site that the command starts. `allowed` things may go wrong in the reconnect, `per_second` after it.

    Locks are tried of whoever has them, and of the others that they have none.
    """

    def scene(context):
        with context.pair(*ACKNOWLEDGED) as pair, Speaker(command, pair.servers, variant) as started:
            yield VERSION, started.version
            phases = over_deaths(Visitors(started), pair, context.seconds)
            yield title, judged(phases, 2 * allowed, per_second * 2 * context.seconds) if judges else described(phases)
            if has_locks:
                yield "locks", locks(started, pair)
            else:
                has_none(started)

    return scene


def several(*scenes):
    def scene(context):
        for each in scenes:
            yield from each(context)

    return scene


def over_deaths(visitors, pair, seconds):
    phases = {"in the reconnect": collections.Counter(), "after it": collections.Counter(), "when it was back": collections.Counter()}
    reconnect, after, back = phases.values()
    visitors.round(before := collections.Counter())
    visitors.round(before)
    if wrong(before):
        raise AssertionError(f"before anything was killed: {told(before)}")
    for side in (0, 1):
        pair.kill(side)
        visitors.round(reconnect)
        visitors.go_on(seconds, after)
        pair.start(side)
        # What is made on libmemcached uses a side again after so long, and must not find both dead.
        visitors.go_on(max(seconds, LIBMEMCACHED_RETURNS) if side == 0 else seconds, back)
    return phases


def wrong(tally):
    return sum(count for name, count in tally.items() if name != "requests")


def told(tally):
    return ", ".join(f"{count} {name}" for name, count in tally.items() if count and name != "requests") or f"0 wrong of {tally['requests']}"


def described(phases):
    return ", ".join(f"{phase} {told(tally)}" for phase, tally in phases.items())


def judged(phases, in_reconnect, afterwards):
    text = described(phases)
    for phase, tally in phases.items():
        if wrong(tally) > (in_reconnect if phase == "in the reconnect" else afterwards):
            raise AssertionError(f"{text}; {[name for name, count in tally.items() if not count]}")
    return text


def locks(site, pair):
    """What one side has locked is locked on the other."""
    assert site.ask("lock", "door"), "the lock is not to be had"
    pair.kill(0)
    held = [name for name in ("door", "door") if site.ask("lock", name)]
    assert not held, "the lock was lost with the side"
    pair.start(0)
    return "held over a death of a side"


def has_none(site):
    with contextlib.suppress(Unsupported):
        site.ask("lock", "door")
        raise AssertionError("it has locks now, which are not tried: `has_locks`")


def python(name, variant, title, **limits):
    return site(script(name, PYTHON, "-B"), variant, title, **limits)


def php(name, variant, title, **limits):
    return site(script(name, "php"), variant, title, **limits)


PHP = ("php-cli", "php-memcached")
CLIENTS = "../Tests/Interop/clients"
PAIR_MEMCACHED = f"`PairMemcached` of [pair_memcached.php]({CLIENTS}/pair_memcached.php), Memcached that says a request again: "
SUBJECTS = [
    Subject(
        "Django", "Frameworks",
        several(
            python("django_site.py", "retrying", "sessions and `cache_page`, `RetryingClient` of pymemcache"),
            python("django_site.py", "pymemcache", "`PyMemcacheCache`", allowed=5, per_second=2),
            python("django_site.py", "pylibmc", "`PyLibMCCache`", allowed=8, per_second=3),
        ),
        pip=("django", "pymemcache", "pylibmc"),
        set=f"Both sides in `LOCATION`; as `BACKEND` a class of your own, `RetryingCache` of [django_site.py]({CLIENTS}/django_site.py): pymemcache's "
        "`RetryingClient` around its `HashClient`, with the `OPTIONS` there. Or sessions by `cached_db`. The daemons with `-o repl_ack=1000`.",
        never="`PyMemcacheCache` or `PyLibMCCache` without that, with sessions in the cache alone: Django takes a failed read for no session, "
        "so each request that fails has logged somebody out.",
    ),
    Subject(
        "Flask-Caching", "Frameworks",
        several(
            python("flask_site.py", "retrying", "`MemcachedCache`, `RetryingClient` of pymemcache"),
            python("flask_site.py", "pylibmc", "`MemcachedCache`, pylibmc", allowed=8, per_second=3),
            python("flask_site.py", "list", "`MemcachedCache`, a list (not advised)", judges=False),
        ),
        pip=("flask", "flask-caching", "pylibmc", "pymemcache"),
        set=f"`CACHE_MEMCACHED_SERVERS` may be a client: a `RetryingClient` as in [flask_site.py]({CLIENTS}/flask_site.py), or pylibmc with the behaviors above.",
        never="a list of servers there: the client that is made of it does not fail over.",
    ),
    Subject(
        "Symfony", "Frameworks",
        several(
            php("symfony_site.php", "retrying", "cache, sessions, `PairMemcached`", has_locks=True),
            php("symfony_site.php", "plain", "`MemcachedAdapter::createConnection`", allowed=8, per_second=3, has_locks=True),
        ),
        packages=(*PHP, "php-symfony-cache", "php-symfony-http-foundation", "php-symfony-lock"),
        set=PAIR_MEMCACHED + "given to `MemcachedAdapter`, `MemcachedSessionHandler` and `MemcachedStore` of the locks. Or sessions by PHP itself "
        "(`handler_id: ~`) and php-memcache, above.",
    ),
    Subject(
        "Laravel", "Frameworks",
        several(
            php("laravel_site.php", "retrying", "cache, sessions, `PairMemcached`", has_locks=True),
            php("laravel_site.php", "plain", "`MemcachedConnector` with the options of php-memcached above", allowed=8, per_second=3, has_locks=True),
        ),
        packages=(*PHP, "php-illuminate-cache", "php-illuminate-session"),
        set=PAIR_MEMCACHED + "given to `MemcachedStore` by `Cache::extend`, and with it to sessions and locks.",
        never="its connector without the options: half of the keys fail while a side is dead. With them a request that comes upon the dead "
        "side is a miss, and so a session lost.",
    ),
]
