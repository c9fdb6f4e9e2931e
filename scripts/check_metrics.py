"""See check-metrics. Starts a pair on free ports of loopback, uses it, and reads what it tells."""
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus

import check_alerts

EXCEPTIONS = pathlib.Path(__file__).parent / "metrics-exceptions.txt"
TIMEOUT = 20
CERTIFICATE_DAYS = 30


def main(program):
    ports = free_ports(6)
    with tempfile.TemporaryFile() as log, tempfile.TemporaryDirectory() as folder:
        tls = certificate(folder)
        daemons = [start(program, ports[:3], ports[4], tls, log), start(program, ports[3:], ports[1], [*tls, "-x", "127.0.0.1"], log)]
        try:
            run(ports)
            end(daemons)
        except Exception:
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace"))
            raise
        finally:
            for daemon in daemons:
                daemon.kill()
                daemon.wait(TIMEOUT)


def certificate(folder):
    """Flags of TLS for the pair and for clients: what is told of certificates is told with it alone."""
    key, chain = f"{folder}/key.pem", f"{folder}/chain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", chain]
        + ["-subj", "/CN=pair", "-days", str(CERTIFICATE_DAYS), "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, stderr=subprocess.DEVNULL)
    return ["-Z", "-o", f"repl_tls,ssl_chain_cert={chain},ssl_key={key},ssl_ca_cert={chain}"]


def start(program, ports, peer, more, log):
    client, link, http = ports
    user = ["-u", "root"] if os.getuid() == 0 else []
    options = ["-l", "notls:127.0.0.1", "-p", str(client), "-X", f"{link}:{peer}", "-o", f"http=127.0.0.1:{http}", "-v"]
    return subprocess.Popen([program, *user, *options, *more], stderr=log)


def end(daemons):
    """A sanitizer that has found something gives another status."""
    for daemon in daemons:
        daemon.terminate()
    statuses = [daemon.wait(TIMEOUT) for daemon in daemons]
    check(statuses == [0, 0], f"the daemons ended with {statuses}")


def run(ports):
    client, http = ports[3], ports[5]
    wait(lambda: fetch(http, "/readyz")[1] == "ready\n", "the pair does not stream")
    use(client)
    plain, openmetrics = fetch(http, "/metrics")[1], fetch(http, "/metrics", "application/openmetrics-text")[1]
    promtool(plain)
    series = [values(parse_prometheus(plain)), values(parse_openmetrics(openmetrics))]
    check(series[0].keys() == series[1].keys(), f"the two forms differ: {sorted(series[0].keys() ^ series[1].keys())}")
    for told in series:
        check(told["memcached_commands_total", (("command", "set"), ("status", "hit"))] == 2, "sets")
        check(told["memcached_commands_total", (("command", "cas"), ("status", "badval"))] == 1, "cas")
        check(told["repcached_pair_state", (("state", "stream"),)] == 1, "state")
        for certificate in ("repcached_server_cert_not_after_seconds", "repcached_pair_cert_not_after_seconds"):
            days = (told[certificate, ()] - time.time()) / 86400
            check(CERTIFICATE_DAYS - 1 < days <= CERTIFICATE_DAYS, f"{certificate}: {days} days from now")
    print(f"metrics: {len(series[0])} series, read in both forms")
    check_alerts.check_all(list(series[0]))


def values(families):
    samples = [sample for family in families for sample in family.samples]
    return {(plain(sample.name), tuple(sorted(sample.labels.items()))): sample.value for sample in samples}


def plain(name):
    """The client gives every counter of Prometheus's own form the ending that some of the exporter's lack."""
    return name.removesuffix("_total") if "slab_items_moves_" in name else name


def promtool(text):
    result = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
    known = {line for line in EXCEPTIONS.read_text().splitlines() if line and not line.startswith("#")}
    found = set((result.stdout + result.stderr).splitlines())
    check(found <= known, "promtool: " + "; ".join(sorted(found - known)))
    check(known <= found, "no more found by promtool: " + "; ".join(sorted(known - found)))


def use(port):
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        requests = [
            b"set a 0 0 1\r\n1\r\n", b"set b 0 0 5000\r\n" + b"v" * 5000 + b"\r\n", b"get a\r\n", b"get none\r\n",
            b"cas a 0 0 1 1\r\n2\r\n", b"delete none\r\n", b"incr a 1\r\n", b"version\r\n",
        ]
        connection.sendall(b"".join(requests))
        answers = b""
        while b"VERSION" not in answers:
            answers += connection.recv(65536)


def fetch(port, path, accept="text/plain"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def wait(condition, complaint):
    end = time.monotonic() + TIMEOUT
    while not condition():
        check(time.monotonic() < end, complaint)
        time.sleep(0.02)


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [taken.getsockname()[1] for taken in sockets]
    finally:
        for taken in sockets:
            taken.close()


def check(holds, complaint):
    if not holds:
        raise AssertionError(complaint)


main(sys.argv[1])
