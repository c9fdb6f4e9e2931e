"""The image of deploy/container and the pods of deploy/kubernetes, without a container engine.

    container.py PROGRAM BASE

     BASE, a Debian ── last stage of the Containerfile, line by line ──▶ image ──▶ chroot in namespaces of its own:
                                                                                   processes (it is number 1), mounts, network
PROGRAM is what its first stage would have built. Each container is on a host of failover.py's network.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import yaml

from failover import ADDRESS, OTHER, Network, run, wait

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECRET = "a secret of a pair that is long enough"
PATIENCE = 30
# A daemon that has nothing for a peer ends at once, within a second; this is for a machine that has other things to do.
SECONDS_TO_END = 3.0


class Image:
    """What the Containerfile's last stage makes."""

    def __init__(self, folder, base, program):
        self.root = str(pathlib.Path(folder) / "image")
        run("cp", "-a", base, self.root)
        shutil.copy("/etc/resolv.conf", f"{self.root}/etc/resolv.conf")
        said = {}
        for word, rest in last_stage((ROOT / "deploy/container/Containerfile").read_text()):
            if word == "RUN":
                self.run(rest)
            elif word == "COPY":
                self.copy(rest.split(), program)
            else:
                said[word] = rest
        self.user = said["USER"]
        self.entry = yaml.safe_load(said["ENTRYPOINT"])
        self.command = yaml.safe_load(said["CMD"])
        self.health = yaml.safe_load(said["HEALTHCHECK"].partition("CMD ")[2])

    def run(self, command):
        done = subprocess.run(
            ["chroot", self.root, "sh", "-c", command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"})
        if done.returncode:
            raise AssertionError(f"RUN {command}\n{done.stdout[-3000:]}")

    def copy(self, words, program):
        *sources, target = words
        is_built = sources[0] == "--from=build"
        for source in sources[1:] if is_built else sources:
            shutil.copy(program if is_built else ROOT / source, self.root + target + os.path.basename(source))


def last_stage(text):
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    last = max(number for number, line in enumerate(lines) if line.startswith("FROM "))
    return [line.split(None, 1) for line in lines[last + 1:]]


class Container:
    """Runs from the start; its process 1 is `process`."""

    def __init__(self, network, host, image, *arguments, command=None, environment=None, mounts=""):
        self.network, self.host, self.image = network, host, image
        words = (command or image.entry) + list(arguments or ([] if command else image.command))
        # Its root file system is its own mount, so that it can be read alone.
        script = (
            f'mount --bind "$0" "$0" && mount -t proc proc "$0/proc" && {mounts} mount -o remount,bind,ro "$0" '
            f'&& exec chroot --userspec={image.user} "$0" "$@"')
        self.log = network.folder / f"container-{host}.log"
        with open(self.log, "wb") as log:
            self.runner = network.start(
                host, "unshare", "--pid", "--fork", "--kill-child", "--mount", "--ipc", "sh", "-euc", script, image.root, *words,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **(environment or {})})

    @property
    def process(self):
        """Its number here."""
        try:
            return wait("process 1", lambda: run("pgrep", "-P", str(self.runner.pid)).split()[0])
        except AssertionError as error:
            raise AssertionError(f"{error}: status {self.runner.poll()}\n{self.text()}") from error

    def executes(self, *words):
        """The status of a command inside of it, as its user."""
        user, group = self.image.user.split(":")
        return subprocess.run(
            ["nsenter", "--target", self.process, "--pid", "--mount", "--net", "--root", "--wd=/", "--setuid", user, "--setgid", group, *words],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def is_healthy(self):
        return self.runner.poll() is None and self.executes(*self.image.health).returncode == 0

    def end(self):
        """Its status after SIGTERM to its process 1."""
        number = int(self.process)
        began = time.monotonic()
        os.kill(number, signal.SIGTERM)
        status = self.status()
        self.seconds_to_end = time.monotonic() - began
        return status

    def ends_at_once(self, which):
        status = self.end()
        what = f"SIGTERM ends {which} at once, with status 0: {status}, {self.seconds_to_end:.2f} s"
        expect(what, status == 0 and self.seconds_to_end <= SECONDS_TO_END, self)

    def status(self):
        return self.runner.wait(timeout=PATIENCE)

    def text(self):
        return self.log.read_text(errors="replace")


def ask(network, host, address, question):
    """The answer to lines of the text protocol."""
    script = 'exec 3<>"/dev/tcp/$0/11211"; printf "$1quit\\r\\n" >&3; tr -d "\\r" <&3'
    return run("ip", "netns", "exec", network.name(host), "timeout", "10", "bash", "-c", script, address, question)


def expect(what, condition, container=None):
    if not condition:
        raise AssertionError(what + (f"\n{container.text()}" if container else ""))
    print(f"ok: {what}")


def image_scene(network, image):
    container = Container(network, "a", image, "-m", "32")
    wait("health", container.is_healthy)
    settings = ask(network, "a", "127.0.0.1", r"stats settings\r\n")
    expect("bare flags are the daemon's, and it becomes healthy", "STAT maxbytes 33554432\n" in settings, container)
    owner = dict(line.split()[:2] for line in open(f"/proc/{container.process}/status") if line.startswith(("Uid", "Name")))
    expect("process 1 is the daemon, as the user 11211", owner == {"Uid:": "11211", "Name:": "repcached"}, container)
    container.ends_at_once("process 1")
    waits_for_its_peer(network, image)
    container = Container(network, "a", image, environment={"REPCACHED_HTTP": "0.0.0.0:9250"})
    wait("health", lambda: container.executes("env", "REPCACHED_HTTP=9250", *image.health).returncode == 0)
    expect("without flags it serves too, and REPCACHED_HTTP says where health is", container.end() == 0, container)
    container = Container(network, "a", image, "-m", "x")
    expect("a bad flag ends it with status 64", container.status() == 64 and "-m takes" in container.text(), container)
    container = Container(network, "a", image, "sh", "-c", "repcached-ready -t 1; exit $((10 + $?))")
    expect("what is no flag is another command, and health says no without a daemon", container.status() == 11, container)


def waits_for_its_peer(network, image):
    """Its peer's host takes what comes and answers nothing."""
    network.ip("b", "link", "set", "eth0", "down")
    network.ip("a", "neigh", "replace", ADDRESS["b"], "lladdr", "02:00:00:00:00:01", "dev", "eth0")
    container = Container(network, "a", image, "-x", ADDRESS["b"], "-o", "repl_wait=600000")
    wait("life", lambda: container.executes("repcached-ready", "-l").returncode == 0)
    expect("it waits for its peer, and is not ready", not container.is_healthy(), container)
    container.ends_at_once("one that waits for its peer")
    network.ip("b", "link", "set", "eth0", "up")
    network.ip("a", "neigh", "del", ADDRESS["b"], "dev", "eth0")


class Pod:
    """One of the StatefulSet's, with its command, secret, folders and name."""

    def __init__(self, network, host, image, spec, number):
        self.network, self.host, self.image, self.spec, self.number = network, host, image, spec, number

    def start(self):
        (container,) = self.spec["containers"]
        self.container = Container(
            self.network, self.host, self.image, command=container["command"],
            environment={"HOSTNAME": f"repcached-{self.number}"},
            mounts='mount -t tmpfs -o mode=770,gid=11211 none "$0/run/repcached" && mount -t tmpfs none "$0/etc/repcached" '
            f'&& printf "%s\\n" "{SECRET}" > "$0/etc/repcached/pair" && chgrp 11211 "$0/etc/repcached/pair" '
            '&& chmod 440 "$0/etc/repcached/pair" &&')

    def is_ready(self):
        probe = self.spec["containers"][0]["readinessProbe"]["httpGet"]
        port = {port["name"]: port["containerPort"] for port in self.spec["containers"][0]["ports"]}[probe["port"]]
        ready = ROOT / "deploy/bin/repcached-ready"
        return subprocess.run(
            ["ip", "netns", "exec", self.network.name("c"), ready, f"{ADDRESS[self.host]}:{port}"],
            stdout=subprocess.DEVNULL).returncode == 0


def pods_scene(network, image):
    manifests = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/statefulset.yaml").read_text()))
    (spec,) = [manifest["spec"]["template"]["spec"] for manifest in manifests]
    names = "".join(f"{ADDRESS[host]} repcached-{number}.repcached-peers\n" for number, host in enumerate(OTHER))
    pathlib.Path(image.root, "etc/hosts").write_text("127.0.0.1 localhost\n" + names)
    for folder in ("run/repcached", "etc/repcached"):
        pathlib.Path(image.root, folder).mkdir()
    pods = {host: Pod(network, host, image, spec, number) for number, host in enumerate(OTHER)}
    for pod in pods.values():
        pod.start()
    try:
        for pod in pods.values():
            wait(f"pod {pod.number} is ready", pod.is_ready)
        stored = ask(network, "c", ADDRESS["a"], r"set k 0 0 1\r\n1\r\n")
        expect("both pods are ready, and take a write", stored == "STORED\n")
        wait("the other has it", lambda: ask(network, "c", ADDRESS["b"], r"get k\r\n") == "VALUE k 0 1\n1\nEND\n")
        for host, other in OTHER.items():
            expect(f"pod {pods[host].number} ends with 0", pods[host].container.end() == 0, pods[host].container)
            expect("the other is ready alone", bool(wait("it is", pods[other].is_ready)))
            pods[host].start()
            wait(f"pod {pods[host].number} is ready", pods[host].is_ready)
            found = ask(network, "c", ADDRESS[host], r"get k\r\n")
            expect("ready again, it has everything", found == "VALUE k 0 1\n1\nEND\n", pods[host].container)
    except AssertionError as error:
        raise AssertionError("\n".join([str(error), *(pod.container.text() for pod in pods.values())])) from error


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    program, base = os.path.abspath(sys.argv[1]), sys.argv[2]
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="repcached-container-", dir="/var/tmp") as folder:
        # Others than root look for files in it.
        os.chmod(folder, 0o755)
        image = Image(folder, base, program)
        for scene in (image_scene, pods_scene):
            network = Network()
            try:
                scene(network, image)
                passed += 1
            except AssertionError as error:
                failed += 1
                print(f"failed: {scene.__name__}: {error}")
            finally:
                network.end()
    print(f"container: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
