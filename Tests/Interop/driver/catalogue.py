"""What is tried, in the order of the page, and what the page advises for each."""

import os

from clients import CLIENTS, LOGIN, client, script
from subject import PYTHON, ROOT, Subject, checked, package_version

NEVER_BOTH = "both sides in its list: it does not fail over, so the keys of a side that died fail until it is back."
ONE_ADDRESS = "One address for the pair: HAProxy (below) or keepalived."
EJECTING = (
    "Of each dead timeout (2 s here) one or two requests fail, when it asks the dead side again. A side that is back is used again after two of "
    "them: restart the other one later than that, for a client that finds both dead fails as long."
)
# Of libmemcached: it uses a side again after two dead timeouts of three seconds, rounded up.
LIBMEMCACHED = {"per_second": 2, "returns": 8.0}


def python(name, **options):
    return client(script(name, PYTHON, "-B"), **options)


def php(name, **options):
    return client(script(name, "php"), **options)


PHP = [
    Subject(
        "php-memcache, ascii", "PHP", php("php_memcache.php", variant="ascii", allowed=0, lacks=("touch",)), packages=("php-cli", "php-memcache"), quick=True,
        set="Both sides by `addServer`, with 2 as the retry interval (15 by default). `memcache.allow_failover=1`, as it is by default.",
        never="`memcache.redundancy=2`: it says each write to both sides, so a counter counts twice ([tried](#said-twice)).",
    ),
    Subject(
        "php-memcache, binary", "PHP", php("php_memcache.php", variant="binary", allowed=0, lacks=("touch",)), packages=("php-cli", "php-memcache"),
        set="As with ascii, and `memcache.protocol=binary`.",
    ),
    Subject(
        "php-memcached, text", "PHP", php("php_memcached.php", variant="text", bare="bare", **LIBMEMCACHED), packages=("php-cli", "php-memcached"), quick=True,
        set="`OPT_LIBKETAMA_COMPATIBLE`, `OPT_REMOVE_FAILED_SERVERS`, `OPT_SERVER_FAILURE_LIMIT` 1, `OPT_RETRY_TIMEOUT` 1, `OPT_DEAD_TIMEOUT`, "
        "`OPT_CONNECT_TIMEOUT` 1000. " + EJECTING,
        never="without those options: the keys of a side that died fail until it is back.",
    ),
    Subject(
        "php-memcached, binary", "PHP", php("php_memcached.php", variant="binary", **LIBMEMCACHED), packages=("php-cli", "php-memcached"), quick=True,
        set="As with text, and `OPT_BINARY_PROTOCOL`.",
    ),
    Subject(
        "php-memcached, SASL", "PHP", php("php_memcached.php", variant=LOGIN, **LIBMEMCACHED), packages=("php-cli", "php-memcached"),
        set="As with binary, `setSaslAuthData`, and the daemons with `-S -Y FILE`.",
    ),
]

PYTHONS = [
    Subject(
        "pymemcache", "Python", python("pymemcache_client.py", per_second=2), pip=("pymemcache",), quick=True,
        set="`HashClient` with both sides, `default_noreply=False`, `retry_attempts=0`, `dead_timeout` (60 by default), `connect_timeout`, `timeout`. One request "
        "fails, as an exception, for each `dead_timeout`.",
        never="`ignore_exc=True` where a miss is dear: those failures are misses then.",
    ),
    Subject(
        "python-memcached", "Python", python("python_memcached.py"), pip=("python-memcached",),
        set="Both sides, `dead_retry=2` (30 by default), `socket_timeout`.",
        never="`flush_on_reconnect`: it empties a server that is back, and so the pair ([tried](#flush_on_reconnect)).",
    ),
    Subject(
        "pylibmc, text", "Python", python("pylibmc_client.py", variant="text", bare="bare", **LIBMEMCACHED), pip=("pylibmc",),
        set="`behaviors`: `ketama`, `remove_failed` 1, `retry_timeout` 1, `dead_timeout`, `connect_timeout`. " + EJECTING, quick=True,
        never="without those: the keys of a side that died fail until it is back.",
    ),
    Subject(
        "pylibmc, binary", "Python", python("pylibmc_client.py", variant="binary", **LIBMEMCACHED), pip=("pylibmc",),
        set="As with text, and `binary=True`. Its `touch` of a key that is there takes 5 s, of memcached as well.",
        never="to restart one side within two dead timeouts after the other: a client that finds both dead stays so until it is made anew.",
    ),
    Subject(
        "python-binary-memcached, SASL", "Python", python("bmemcached_client.py", variant=LOGIN, fails_over=False, lacks=("touch",)),
        pip=("python-binary-memcached",), packages=("haproxy",),
        set=ONE_ADDRESS + " The daemons with `-S -Y FILE`, `enable_retry_delay(False)`.",
        never="`Client` with both sides: it says each write to both, so a counter counts twice ([tried](#said-twice)). `DistributedClient` with " + NEVER_BOTH,
    ),
    Subject(
        "aiomcache", "Python", python("aiomcache_client.py", only_one=True), pip=("aiomcache",), packages=("haproxy",),
        set=ONE_ADDRESS + " It has one server anyway.",
    ),
    Subject(
        "meta-memcache", "Python", python("meta_memcache_client.py", wrong=("cas",)), pip=("meta-memcache",),
        set="`cache_client_with_gutter_from_servers`: side A as the server, side B as the gutter, a `gutter_ttl` as long as your longest, "
        "and `read_buffer_size` as large as your values: with 4 kB, its default, 900 kB take 20 s, from memcached as well.",
        never="its `cas`: version 0.3.1 of its socket library drops uniques of more than 32 bits without a word, and then stores "
        "unconditionally. The uniques of a pair have 61.",
    ),
]


def build_gomemcache():
    """Without modules, from the Debian package's source."""
    program = ROOT / ".build-interop" / "gomemcache"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(program.parent / "cache")}
    checked(["go", "build", "-o", str(program), str(CLIENTS / "gomemcache.go")], env=environment)
    return [str(program)]


OTHERS = [
    Subject(
        "Cache::Memcached::Fast", "Perl", client(script("memcached_fast.pl", "perl"), fails_over=False), packages=("libcache-memcached-fast-perl", "haproxy"),
        set=ONE_ADDRESS, never=NEVER_BOTH + " It tells a dead side's answer and a miss alike.",
    ),
    Subject(
        "lua-nginx-memcached", "Lua", client(script("nginx_lua.py", "/usr/bin/python3", "-B"), allowed=0),
        packages=("nginx", "libnginx-mod-http-lua", "lua-nginx-memcached"),
        set="Connect to side A, and where that fails to side B: six lines of Lua, `connected` in [nginx_lua.lua](../Tests/Interop/clients/nginx_lua.lua).",
    ),
    Subject(
        "gomemcache", "Go", client(build_gomemcache, fails_over=False, environment=lambda: {"CLIENT_VERSION": package_version("golang-github-bradfitz-gomemcache-dev")}),
        packages=("golang-go", "golang-github-bradfitz-gomemcache-dev", "haproxy"),
        set=ONE_ADDRESS + " `Timeout` above its 100 ms. After a death each connection in its pool fails once.", never=NEVER_BOTH,
    ),
    Subject(
        "dalli", "Ruby", client(script("dalli.rb", "ruby"), allowed=0), packages=("ruby", "ruby-dalli"),
        set="Both sides, `failover: true` as it is by default, `down_retry_delay: 2` (30 by default).", never="`failover: false`.",
    ),
    Subject(
        "dalli, SASL", "Ruby", client(script("dalli.rb", "ruby"), variant=LOGIN, allowed=0), packages=("ruby", "ruby-dalli"),
        set="As without, `username`, `password`, and the daemons with `-S -Y FILE`.",
    ),
]
