"""A pair behind haproxy or keepalived loses a side under load: what its clients see.

    failover.py PROGRAM [haproxy|keepalived]...

     host c: clients, haproxy        host a: repcached, keepalived       host b: the same
          10.0.0.3                        10.0.0.1                            10.0.0.2
             └────────────────────────────── bridge ──────────────────────────────┘      10.0.0.10 is on a or on b

Each host is a network namespace. Several clients write and read without a pause, one connection each. Of each blow they may see
one closed connection, and afterwards all that was answered must be there: the daemons answer what the peer has (-o repl_ack).
"""
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import failover_client

ROOT = pathlib.Path(__file__).resolve().parent.parent
ADDRESS = {"a": "10.0.0.1", "b": "10.0.0.2", "c": "10.0.0.3"}
SHARED = "10.0.0.10"
CLIENTS = 4
PATIENCE = 30
OTHER = {"a": "b", "b": "a"}


class Network:
    """Three hosts on a bridge."""

    def __init__(self):
        self.tag = f"rf{os.getpid() % 100000}"
        self.spaces = []
        self.children = []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="repcached-failover-"))
        # Its configurations are read by who is no longer root.
        self.folder.chmod(0o755)
        try:
            self.make()
        except BaseException:
            self.end()
            raise

    def make(self):
        self.space("hub")
        self.ip("hub", "link", "add", "br0", "type", "bridge")
        self.ip("hub", "link", "set", "br0", "up")
        for host, address in ADDRESS.items():
            self.space(host)
            self.ip("hub", "link", "add", f"to-{host}", "type", "veth", "peer", "name", "eth0", "netns", self.name(host))
            self.ip("hub", "link", "set", f"to-{host}", "master", "br0", "up")
            self.ip(host, "addr", "add", f"{address}/24", "dev", "eth0")
            self.ip(host, "link", "set", "eth0", "up")

    def name(self, host):
        return f"{self.tag}-{host}"

    def space(self, host):
        run("ip", "netns", "add", self.name(host))
        self.spaces.append(self.name(host))
        self.ip(host, "link", "set", "lo", "up")

    def ip(self, host, *words):
        return run("ip", "-n", self.name(host), *words)

    def start(self, host, *command, **options):
        child = subprocess.Popen(["ip", "netns", "exec", self.name(host), *command], **options)
        self.children.append(child)
        return child

    def log(self, name):
        return open(self.folder / f"{name}.log", "ab")

    def end(self):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()
        for space in self.spaces:
            # keepalived has children of its own.
            for pid in run("ip", "netns", "pids", space).split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), 9)
            run("ip", "netns", "del", space)
        shutil.rmtree(self.folder, ignore_errors=True)


class Pair:
    def __init__(self, network, program):
        self.network, self.program = network, program
        self.running = {}
        for host in OTHER:
            self.start(host)
        self.await_stream()

    def start(self, host):
        log = self.network.log(f"repcached-{host}")
        self.running[host] = self.network.start(
            host, self.program, "-u", "nobody", "-v", "-x", ADDRESS[OTHER[host]], "-o", "repl_ack=1000,http=9150",
            stdout=log, stderr=log)

    def kill(self, host):
        self.running[host].kill()
        self.running[host].wait()

    def await_stream(self):
        for host in OTHER:
            wait(f"{host} streams", lambda: self.state(host) == "stream")

    def state(self, host):
        return self.ask(host, f"state {ADDRESS[host]}").strip()

    def ask(self, host, question):
        return run("ip", "netns", "exec", self.network.name(host), sys.executable, "-B", failover_client.__file__, *question.split())


class Load:
    """Clients on host c until `end`, which tells what they saw."""

    def __init__(self, network, address):
        self.clients = [
            network.start(
                "c", sys.executable, "-B", failover_client.__file__, "load", address, f"client{number}",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for number in range(CLIENTS)
        ]
        # Each has a line when its first write was answered.
        self.expect("working")

    def expect(self, word):
        for client in self.clients:
            if line(client) != word:
                raise AssertionError(f"a client does not get to {word}")

    def await_writes(self, count):
        """Until each has had so many more answers."""
        for client in self.clients:
            client.stdin.write(f"{count}\n")
            client.stdin.flush()
        self.expect("done")

    def end(self):
        for client in self.clients:
            client.stdin.write("end\n")
            client.stdin.flush()
        return [json.loads(line(client)) for client in self.clients]


def line(child):
    """The next of its output; empty where there is none in time."""
    ready = select.select([child.stdout], [], [], PATIENCE)[0]
    return child.stdout.readline().strip() if ready else ""


def judged(what, load):
    """The worst of all clients; raises where they saw what they must not."""
    seen = load.end()
    closed = max(client["closed"] for client in seen)
    wrong = sum(client["lost"] + client["wrong"] for client in seen)
    written = sum(client["written"] for client in seen)
    pause = max(client["longest_pause"] for client in seen)
    print(f"{what}: {written} writes, {wrong} lost or wrong, at most {closed} connections closed, at most {pause:.1f} s without an answer")
    if wrong or closed > 1:
        raise AssertionError(what)


def haproxy(network, program):
    pair = Pair(network, program)
    log = network.log("haproxy")
    network.start("c", "haproxy", "-db", "-f", str(ROOT / "deploy/haproxy/haproxy.cfg"), stdout=log, stderr=log)
    for what, host in [("the first side killed", "a"), ("the second side killed", "b"), ("the first once more", "a")]:
        load = Load(network, "127.0.0.1")
        load.await_writes(200)
        pair.kill(host)
        load.await_writes(200)
        pair.start(host)
        pair.await_stream()
        load.await_writes(200)
        judged(f"haproxy: {what}", load)


def keepalived(network, program):
    pair = Pair(network, program)
    text = (ROOT / "deploy/keepalived/keepalived.conf").read_text()
    for host in OTHER:
        start_keepalived(network, host, text)
    holder = wait("one has the address", lambda: holders(network))
    load = Load(network, SHARED)
    load.await_writes(200)
    pair.kill(holder[0])
    wait("the address moves", lambda: holders(network) == [OTHER[holder[0]]])
    load.await_writes(200)
    pair.start(holder[0])
    pair.await_stream()
    load.await_writes(200)
    judged("keepalived: a daemon killed", load)
    (second,) = holders(network)
    if second == holder[0]:
        raise AssertionError("the address went back when nothing asked for it")
    load = Load(network, SHARED)
    load.await_writes(200)
    network.ip("hub", "link", "set", f"to-{second}", "down")
    wait("the address moves", lambda: OTHER[second] in holders(network))
    load.await_writes(200)
    network.ip("hub", "link", "set", f"to-{second}", "up")
    wait("one has the address", lambda: len(holders(network)) == 1)
    pair.await_stream()
    load.await_writes(200)
    judged("keepalived: a host cut off, and back", load)


def start_keepalived(network, host, text):
    """The configuration as it is; its script stands where only root may write, as a package would put it."""
    if host == "b":
        text = text.replace("10.0.0.1\n", "10.0.0.X\n").replace("10.0.0.2\n", "10.0.0.1\n").replace("10.0.0.X\n", "10.0.0.2\n")
    configuration = network.folder / f"keepalived-{host}.conf"
    configuration.write_text(text.replace("/usr/bin/repcached-ready", "/usr/local/sbin/repcached-ready"))
    log = network.log(f"keepalived-{host}")
    script = (
        'mount -t tmpfs -o mode=755 none /run && mount -t tmpfs -o mode=755 none /usr/local/sbin '
        '&& cp "$0" /usr/local/sbin/ && exec keepalived --dont-fork --log-console --log-detail -f "$1"')
    network.start(
        host, "sh", "-c", script, str(ROOT / "deploy/bin/repcached-ready"), str(configuration), stdout=log, stderr=log)


def holders(network):
    """Who has the shared address."""
    return [host for host in OTHER if f" {SHARED}/" in network.ip(host, "addr", "show", "dev", "eth0")]


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def wait(what, condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(subprocess.CalledProcessError):
            if found := condition():
                return found
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


def main():
    # So that nothing is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    program = os.path.abspath(sys.argv[1])
    scenes = {"haproxy": haproxy, "keepalived": keepalived}
    passed = failed = 0
    for name in sys.argv[2:] or scenes:
        network = Network()
        try:
            scenes[name](network, program)
            passed += 1
        except AssertionError as error:
            failed += 1
            print(f"failed: {name}: {error}")
            for path in sorted(network.folder.glob("*.log")):
                print(f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}")
        finally:
            network.end()
    print(f"failover: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
