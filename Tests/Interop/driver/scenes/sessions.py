"""PHP's sessions, with their locks, on both sides of a pair while both die in turn.

PHP's own server answers a page that counts the requests of its session. A browser asks for one session after the other and knows what
each must count; two browsers share a session, and between them each number must come once: else its lock was none. Each request that
counts less than it should is one lost.
"""

import http.client
import os
import subprocess
import threading
import time

from haproxy import Haproxy
from pair import HOST, Process, free_port
from subject import ACKNOWLEDGED, INTEROP, VERSION, Subject, checked

BROWSERS = 6
SHARING = 2
SESSIONS_EACH = 5
REQUESTS = 10_000
QUICK_REQUESTS = 1_000
WORKERS = 6
MEETING_LOCKS = 20
EVERY_SESSION = BROWSERS * SESSIONS_EACH
# What fails without a second side. While one of two is dead, for two fifths of all requests, it has half of all keys.
PART_OF_DEAD = 0.02
# For each of two kills.
IN_FLIGHT = 2 * WORKERS


class Site(Process):
    """PHP's server with what it says of sessions in `settings`."""

    def __init__(self, settings):
        port = free_port()
        options = [word for name, value in settings.items() for word in ("-d", f"{name}={value}")]
        environment = {**os.environ, "PHP_CLI_SERVER_WORKERS": str(WORKERS)}
        command = ["php", *options, "-S", f"{HOST}:{port}", "-t", str(INTEROP / "pages")]
        super().__init__(command, port, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Visits:
    """Requests of all browsers, `total` of them, in about `seconds`."""

    def __init__(self, port, total, seconds):
        self.port, self.total = port, total
        self.pause = seconds * (BROWSERS + SHARING) / total
        self.done, self.lost, self.stale, self.failed, self.warned = 0, 0, 0, 0, 0
        self.examples, self.shared = [], []
        # Sessions that began anew, and those that could not be read.
        self.began_anew, self.unread = set(), set()
        self.stage = "both are there"
        self.lock = threading.Lock()
        self.stop = False
        self.threads = [threading.Thread(target=self.browse, args=(number,), daemon=True) for number in range(BROWSERS)]
        self.threads += [threading.Thread(target=self.share, daemon=True) for _ in range(SHARING)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop = True
        for thread in self.threads:
            thread.join(timeout=120)

    def until(self, part):
        """Returns when this part of all requests is done."""
        while self.done < part * self.total and any(thread.is_alive() for thread in self.threads):
            time.sleep(0.02)

    def more(self):
        with self.lock:
            if self.stop or self.done >= self.total:
                return False
            self.done += 1
        time.sleep(self.pause)
        return True

    def browse(self, number):
        counts, turn = {}, 0
        while self.more():
            turn += 1
            session = f"browser{number}session{turn % SESSIONS_EACH}"
            count, expected = self.visit(session), counts.get(session, 0) + 1
            if count is None:
                continue
            if count != expected:
                self.wrong(session, count, expected)
            counts[session] = count

    def share(self):
        while self.more():
            if count := self.visit("shared"):
                with self.lock:
                    self.shared.append(count)

    def visit(self, session):
        """What the session counts; None when it could not be read, which leaves it as it was."""
        link = http.client.HTTPConnection(HOST, self.port, timeout=40)
        try:
            link.request("GET", f"/session.php?session={session}")
            answer = link.getresponse()
            text = answer.read().decode()
            if answer.status == 503:
                return self.fails(session, text)
            count, _, complaint = text.partition("\n")
            if answer.status != 200:
                with self.lock:
                    self.warned += 1
                    self.examples.append(f"{self.stage}: {session}: {complaint[:200] or f'status {answer.status}'}")
            return int(count) if count.isdigit() else self.fails(session, text)
        except (OSError, http.client.HTTPException) as error:
            return self.fails(session, f"{type(error).__name__} {error}")
        finally:
            link.close()

    def fails(self, session, why):
        with self.lock:
            self.failed += 1
            self.unread.add(session)
            self.examples.append(f"{self.stage}: {session}: {why[:200]}")

    def wrong(self, session, count, expected):
        with self.lock:
            if count == 1:
                self.lost += 1
                self.began_anew.add(session)
            else:
                self.stale += 1
            self.examples.append(f"{self.stage}: {session} counts {count}, not {expected}")

    @property
    def doubled(self):
        """Requests of the shared session that saw a number that another one saw: the lock did not hold them apart."""
        return len(self.shared) - len(set(self.shared))

    def __str__(self):
        counts = f"{self.lost} sessions lost, {self.stale} stale, {self.failed} requests failed, {self.doubled} past a lock"
        return f"{counts}, {self.warned} with a warning, of {self.done} requests"


def visited(pair, settings, context):
    """All requests, while side 0 is killed and comes back, and then side 1."""
    total = QUICK_REQUESTS if context.quick else REQUESTS
    with Site({**settings, "session.use_strict_mode": 0, "session.use_cookies": 0}) as site, Visits(site.port, total, 8 * context.seconds) as visits:
        for side, (death, life) in enumerate([(0.1, 0.3), (0.6, 0.8)]):
            visits.until(death)
            visits.stage = f"side {side} is killed"
            pair.kill(side, settled=False)
            visits.until(life)
            visits.stage = f"side {side} comes back"
            pair.start(side)
            visits.stage = f"side {side} is back"
        visits.until(1)
    return visits


def judged(visits, in_flight=0, may_fail=0, may_warn=False):
    """None lost, none stale. What is asked in the moment of a death may come to nothing where `in_flight` says so, one request a
    worker; with `may_fail` it leaves the session as it was. Locks are of two sides that are both written while the workers come back
    one by one: a few may meet."""
    # On a busy machine, as in `make test`, a side may be taken for dead that is slow.
    spared = 2 if visits.total == QUICK_REQUESTS else 0
    limits = [
        (visits.lost + visits.stale, max(spared, in_flight)), (visits.failed, max(in_flight, may_fail)), (visits.doubled, MEETING_LOCKS),
        (visits.warned, visits.done if may_warn else in_flight),
    ]
    if any(count > limit for count, limit in limits):
        raise AssertionError(f"{visits}: {'; '.join(visits.examples[:4])}")
    return str(visits)


def loses_all(visits):
    """Not advised: while a side is dead each request of a session that lies there begins it anew, and each session lies on one of two."""
    if len(visits.began_anew) < EVERY_SESSION or visits.lost < PART_OF_DEAD * visits.done:
        raise AssertionError(f"{visits}: the page says that all sessions are lost, and {len(visits.began_anew)} were")
    return f"{visits}; all {EVERY_SESSION} sessions began anew"


def fails_where_dead(visits):
    """Not advised: while a side is dead requests of about half of all sessions fail, by where their locks and they themselves lie."""
    if visits.lost or len(visits.unread) < EVERY_SESSION / 5 or visits.failed < PART_OF_DEAD * visits.done:
        raise AssertionError(f"{visits}: the page says that requests of half of all sessions fail, and {len(visits.unread)} had failures")
    return f"{visits}; those of {len(visits.unread)} sessions"


def memcache_settings(pair, redundancy, protocol="ascii", servers=None):
    path = ",".join(f"tcp://{server}?timeout=3&retry_interval=2" for server in servers or pair.servers)
    return {"session.save_handler": "memcache", "session.save_path": f'"{path}"', "memcache.session_redundancy": redundancy, "memcache.protocol": protocol}


def memcached_settings(servers, replicas, binary=1):
    return {
        "session.save_handler": "memcached", "session.save_path": ",".join(servers), "memcached.sess_binary_protocol": binary,
        "memcached.sess_number_of_replicas": replicas, "memcached.sess_remove_failed_servers": 1, "memcached.sess_server_failure_limit": 1,
        "memcached.sess_connect_timeout": 3000, "memcached.sess_lock_wait_min": 5, "memcached.sess_lock_wait_max": 100,
        "memcached.sess_lock_retries": 200, "memcached.sess_lock_expire": 5,
    }


SAID_TO_BOTH = (
    "Each write, and the end of a lock, is said to both sides then: what comes late on one can undo what the next request did, so a few requests of a "
    "session that several want at once get past its lock."
)


def version(extension):
    return checked(["php", "-r", f"echo phpversion('{extension}');"])


def memcache(context):
    yield VERSION, version("memcache")
    with context.pair(*ACKNOWLEDGED) as pair:
        yield "both sides, `session_redundancy=2`", judged(visited(pair, memcache_settings(pair, 2), context))
    if context.quick:
        return
    with context.pair(*ACKNOWLEDGED) as pair:
        yield "the same in the binary protocol", judged(visited(pair, memcache_settings(pair, 2, "binary"), context))
    with context.pair(*ACKNOWLEDGED) as pair, Haproxy(context.folder, pair.servers) as proxy:
        yield "HAProxy as the one server", judged(visited(pair, memcache_settings(pair, 1, servers=[proxy.server]), context), IN_FLIGHT)
    with context.pair() as pair:
        yield "both sides, `session_redundancy=2`, without `repl_ack`", str(visited(pair, memcache_settings(pair, 2), context))
    with context.pair(*ACKNOWLEDGED) as pair:
        yield "both sides, `session_redundancy=1` (not advised)", loses_all(visited(pair, memcache_settings(pair, 1), context))


def memcached(context):
    yield VERSION, version("memcached")
    with context.pair(*ACKNOWLEDGED) as pair:
        yield "both sides, one replica, binary", judged(visited(pair, memcached_settings(pair.servers, 1), context), may_fail=IN_FLIGHT, may_warn=True)
    if context.quick:
        return
    with context.pair(*ACKNOWLEDGED) as pair, Haproxy(context.folder, pair.servers) as proxy:
        yield "HAProxy as the one server, text", judged(visited(pair, memcached_settings([proxy.server], 0, binary=0), context), IN_FLIGHT)
    with context.pair(*ACKNOWLEDGED) as pair:
        yield "both sides, no replica, binary (not advised)", fails_where_dead(visited(pair, memcached_settings(pair.servers, 0), context))
    with context.pair(*ACKNOWLEDGED) as pair:
        settings = memcached_settings(pair.servers, 1, binary=0)
        yield "both sides, one replica, text (not advised)", fails_where_dead(visited(pair, settings, context))


SUBJECTS = [
    Subject(
        "sessions of php-memcache", "PHP", memcache, packages=("php-cli", "php-memcache", "haproxy"), quick=True,
        set="`session.save_handler=memcache`, `session.save_path=\"tcp://A:11211?timeout=3&retry_interval=2,tcp://B:11211?…\"`, "
        "`memcache.session_redundancy=2` as it is by default, and the daemons with `-o repl_ack=1000`. " + SAID_TO_BOTH + " Its lock is an "
        "`incr`: for some seconds after a side is back some workers lock there and some on the other, and two requests that come within the "
        "same millisecond can then both have it (README, Limits). HAProxy as the one server has none of that, but a request that is under way in "
        "the moment of a death may find its session empty, or not write it.",
        never="`memcache.session_redundancy=1`: sessions do not fail over at all then. While a side is dead each request of a session that lies there "
        "begins it anew.",
    ),
    Subject(
        "sessions of php-memcached", "PHP", memcached, packages=("php-cli", "php-memcached", "haproxy"), quick=True,
        set="Either HAProxy as the one server, or both sides with "
        "`memcached.sess_binary_protocol=1`, `sess_number_of_replicas=1`, `sess_remove_failed_servers=1`, `sess_server_failure_limit=1`, "
        "`sess_connect_timeout=3000`: PHP's log then has a warning for each request that came upon the dead side. " + SAID_TO_BOTH + " With either what is asked in the "
        "moment of a death may fail, the session is as it was, and its lock stays for `sess_lock_expire`: set it to your longest request. "
        "The daemons with `-o repl_ack=1000`.",
        never="both sides without the replica, or with it in the text protocol, in which libmemcached has none to read from: while a side is "
        "dead requests of about half of all sessions fail, for `session_start()` gives false. No session is lost by that.",
    ),
]
