#!/usr/bin/env python3
"""Stores the keys of keys.txt through real clients, and asks every server which of them it holds.

    scripts/record_vectors.py FOLDER

Run by scripts/record-vectors, in a network namespace. Writes NAME-w3.csv: a line with the program, then `key,w3` or, for what
fails over, `key,w3,d0,d1,d2`, where column dN is where the key goes while server N is dead.
"""
import hashlib
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

# Host, port, weight. Two stand on memcached's own port, which some programs leave out of a server's name.
SERVERS = [("127.0.0.1", 11211, 1), ("127.0.0.2", 11211, 2), ("127.0.0.3", 21213, 5)]
PROXY_PORT = 22121
# Stored first, so that a program has found out who is dead.
WARM_UP = [hashlib.sha1(b"%d" % number).hexdigest() for number in range(300)]
# What twemproxy is given as `hash`, of those that spread.
PROXY_HASHES = ["fnv1a_64", "crc32a", "md5", "one_at_a_time"]


class Server:
    def __init__(self, index):
        self.host, self.port, _ = SERVERS[index]
        self.process = None
        self.start()

    def start(self):
        command = ["memcached", "-u", "root", "-l", self.host, "-p", str(self.port), "-U", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        await_port(self.host, self.port)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def command(self, text):
        with socket.create_connection((self.host, self.port)) as connection:
            connection.sendall(text)
            return connection.makefile("rb").read()

    def flush(self):
        self.command(b"flush_all\r\nquit\r\n")

    def holds(self, keys):
        request = b"".join(b"get %s\r\n" % key.encode() for key in keys) + b"quit\r\n"
        lines = self.command(request).split(b"\r\n")
        return {line.split(b" ")[1].decode() for line in lines if line.startswith(b"VALUE ")}


def await_port(host, port):
    for _ in range(500):
        try:
            return socket.create_connection((host, port)).close()
        except OSError:
            time.sleep(0.02)
    sys.exit(f"record-vectors: nobody listens on {host}:{port}")


# The programs: each stores every key it is given.

PHP_MEMCACHE = """
$client = new Memcache();
foreach ($servers as [$host, $port, $weight]) $client->addServer($host, $port, false, $weight, 1, 15);
foreach ($keys as $key) @$client->set($key, "x");
"""
PHP_MEMCACHED = """
$client = new Memcached();
$client->setOptions($options);
$client->addServers($servers);
foreach ($keys as $key) $client->set($key, "x");
"""


def php(code, ini, options="[]"):
    def store(keys):
        prelude = f"$servers = json_decode('{json.dumps(SERVERS)}'); $options = {options};"
        prelude += "$keys = json_decode(stream_get_contents(STDIN));"
        flags = [word for name, value in ini.items() for word in ("-d", f"{name}={value}")]
        subprocess.run(["php", *flags, "-r", prelude + code], input=json.dumps(keys), text=True, check=True)

    return store


def pylibmc_client(**behaviors):
    def store(keys):
        import pylibmc

        client = pylibmc.Client([f"{host}:{port}:{weight}" for host, port, weight in SERVERS], behaviors=behaviors)
        for key in keys:
            client.set(key, "x")

    return store


def python_memcached(keys):
    import memcache

    client = memcache.Client([(f"{host}:{port}", weight) for host, port, weight in SERVERS])
    for key in keys:
        client.set(key, "x")


def pymemcache_bytes(keys):
    from pymemcache.client.hash import HashClient

    client = HashClient([(host, port) for host, port, _ in SERVERS])
    for key in keys:
        client.set(key.encode(), b"x", noreply=False)


def nutcracker(distribution, hash_name):
    def store(keys):
        servers = "".join(f"   - {host}:{port}:{weight}\n" for host, port, weight in SERVERS)
        text = (f"pool:\n  listen: 127.0.0.1:{PROXY_PORT}\n  hash: {hash_name}\n  distribution: {distribution}\n"
                "  auto_eject_hosts: true\n  server_failure_limit: 1\n  server_retry_timeout: 600000\n"
                f"  timeout: 2000\n  servers:\n{servers}")
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            file.write(text)
            file.flush()
            process = subprocess.Popen(["nutcracker", "-c", file.name, "-o", "/dev/null", "-s", "22222"])
            try:
                await_port("127.0.0.1", PROXY_PORT)
                store_by_text(keys)
            finally:
                process.terminate()
                process.wait()

    return store


def store_by_text(keys):
    with socket.create_connection(("127.0.0.1", PROXY_PORT)) as connection:
        replies = connection.makefile("rb")
        for key in keys:
            connection.sendall(b"set %s 0 0 1\r\nx\r\n" % key.encode())
            replies.readline()


PLAIN = {
    "libmemcached-modula-default": php(PHP_MEMCACHED, {}),
    "libmemcached-consistent-default": php(
        PHP_MEMCACHED, {}, "[Memcached::OPT_DISTRIBUTION => Memcached::DISTRIBUTION_CONSISTENT]"),
    "pylibmc-ketama": pylibmc_client(ketama=True),
    "pylibmc-ketama-weighted": pylibmc_client(ketama_weighted=True),
    "pymemcache-hashclient-bytes": pymemcache_bytes,
}
FAILING_OVER = {
    **{f"php-memcache-{strategy}-{function}": php(
        PHP_MEMCACHE, {"memcache.hash_strategy": strategy, "memcache.hash_function": function,
                       "memcache.allow_failover": 1, "memcache.max_failover_attempts": 20})
       for strategy in ("standard", "consistent") for function in ("crc32", "fnv")},
    "libmemcached-ketama-compatible": php(
        PHP_MEMCACHED, {}, "[Memcached::OPT_LIBKETAMA_COMPATIBLE => true, Memcached::OPT_REMOVE_FAILED_SERVERS => true,"
        "Memcached::OPT_SERVER_FAILURE_LIMIT => 1, Memcached::OPT_RETRY_TIMEOUT => 600, Memcached::OPT_DEAD_TIMEOUT => 600]"),
    "python-memcached-default": python_memcached,
    **{f"twemproxy-{kind}-{name}": nutcracker(kind, name) for kind in ("ketama", "modula") for name in PROXY_HASHES},
}


def main():
    folder = pathlib.Path(sys.argv[1])
    keys = folder.joinpath("keys.txt").read_text().splitlines()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    servers = [Server(index) for index in range(len(SERVERS))]
    try:
        for name, store in {**PLAIN, **FAILING_OVER}.items():
            columns = {"w3": placed(store, keys, servers)}
            for dead in range(len(servers)) if name in FAILING_OVER else []:
                servers[dead].stop()
                columns[f"d{dead}"] = placed(store, keys, [s for i, s in enumerate(servers) if i != dead], servers)
                servers[dead].start()
            write(folder / f"{name}-w3.csv", keys, columns)
    finally:
        for server in servers:
            server.stop()


def placed(store, keys, living, all_servers=None):
    for server in living:
        server.flush()
    store(WARM_UP + keys)
    held = {(all_servers or living).index(server): server.holds(keys) for server in living}
    return ["|".join(str(index) for index, have in held.items() if key in have) or "-" for key in keys]


def write(path, keys, columns):
    lines = [",".join(["key", *columns])]
    lines += [",".join([key, *cells]) for key, *cells in zip(keys, *columns.values())]
    path.write_text("\n".join(lines) + "\n")
    print(path.name, {name: sorted({c: cells.count(c) for c in set(cells)}.items()) for name, cells in columns.items()})


main()
