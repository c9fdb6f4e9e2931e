"""What the tests of the page stand before: daemons, pairs, browsers, and what they ask of them."""
import contextlib
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from page.webdriver import Browser, BrowserError, free_port, until

SCREENS = ["/", "/statistics", "/slabs", "/items", "/connections", "/top", "/where", "/key?key=text"]
LOGIN = "admin secret"


class Daemon:
    def __init__(self, program, folder, *options):
        self.port, self.http = free_port(), free_port()
        self.log = open(folder / f"{self.port}.log", "w+")
        command = [program, "-l", "127.0.0.1", "-p", str(self.port), "-o", f"http=127.0.0.1:{self.http}", *options]
        if subprocess.run(["id", "-u"], capture_output=True, text=True).stdout.strip() == "0":
            command += ["-u", "root"]
        self.child = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        until(f"port {self.http}", lambda: self.get("/healthz"))

    @property
    def page(self):
        return f"http://127.0.0.1:{self.http}"

    def get(self, path):
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(self.page + path, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def is_ready(self):
        return (self.get("/readyz") or "").startswith("ready\n")

    def is_open(self):
        try:
            return self.ask(b"version\r\n", b"\r\n")
        except OSError:
            return False

    def ask(self, request, end, login=None):
        with socket.create_connection(("127.0.0.1", self.port), 20) as client:
            if login:
                client.sendall(f"set l 0 0 {len(login)}\r\n{login}\r\n".encode())
                assert client.recv(100) == b"STORED\r\n"
            client.sendall(request)
            answer = b""
            while not answer.endswith(end):
                piece = client.recv(1 << 16)
                if not piece:
                    break
                answer += piece
            return answer

    def store(self, key, value, login=None):
        value = value if isinstance(value, bytes) else value.encode()
        request = f"set {key} 0 0 {len(value)}\r\n".encode() + value + b"\r\n"
        assert self.ask(request, b"\r\n", login) == b"STORED\r\n"

    def end(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        self.child.wait()


class Site:
    """A pair, or two, and browsers; all of it is gone at the end."""

    def __init__(self, program):
        self.program = program
        self.stack = contextlib.ExitStack()
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="repcached-page-")))

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.stack.close()

    def daemon(self, *options):
        daemon = Daemon(self.program, self.folder, *options)
        self.stack.callback(daemon.end)
        return daemon

    def pair(self, *options):
        """Two that stream."""
        ports = (free_port(), free_port())
        one = self.daemon("-X", f"{ports[0]}:{ports[1]}", *options)
        other = self.daemon("-x", "127.0.0.1", "-X", f"{ports[1]}:{ports[0]}", *options)
        for side in (one, other):
            until("ready", side.is_ready)
        return one, other

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return str(path)

    def users(self):
        return self.file("users", LOGIN.replace(" ", ":"))

    def browser(self, **options):
        browser = Browser(**options)
        self.stack.callback(browser.end)
        return browser


def expect(condition, what):
    if not condition:
        raise BrowserError(what)


def leave(browser, selector):
    """Clicks what leads to another page, and waits until that is there."""
    browser.run("window.isLeft = true")
    browser.click(selector)
    until("another page", lambda: not browser.run("return window.isLeft === true"))


def find_item(browser, key):
    """Goes through the list until the key is there; returns how many pages that took."""
    pages = 1
    while key not in browser.all_told("td a.key"):
        expect(browser.find_all("a[rel=next]"), f"{key!r} is not in the list")
        leave(browser, "a[rel=next]")
        pages += 1
    return pages


def shows(browser, *words):
    for word in words:
        until(f"{word!r} on {browser.url}", lambda: word in browser.text)


class Haystack(threading.Thread):
    """A daemon with a million keys and one more, filled while other tests go on."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.link_port = free_port()
        self.one = site.daemon("-x", "127.0.0.1", "-X", f"{self.link_port}:{free_port()}", "-m", "256", "-o", "repl_wait=100")
        self.start()

    def run(self):
        # It waits for its peer a moment first, which comes later.
        until("the clients' port", self.one.is_open)
        with socket.create_connection(("127.0.0.1", self.one.port), 120) as client:
            for start in range(0, 1_000_000, 20_000):
                client.sendall(b"".join(b"set n%d 0 0 1 noreply\r\nv\r\n" % n for n in range(start, start + 20_000)))
            client.sendall(b"set needle 0 0 1\r\nv\r\n")
            while b"STORED" not in client.recv(1000):
                pass


class SlowLink(threading.Thread):
    """A relay between two replication ports that carries so many bytes a second to who dials it."""

    def __init__(self, target, rate):
        super().__init__(daemon=True)
        self.target, self.rate = target, rate
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            dialed, _ = self.listener.accept()
            try:
                served = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                dialed.close()
                continue
            for source, sink, rate in ((dialed, served, None), (served, dialed, self.rate)):
                threading.Thread(target=self.carry, args=(source, sink, rate), daemon=True).start()

    @staticmethod
    def carry(source, sink, rate):
        try:
            while piece := source.recv(1 << 16):
                sink.sendall(piece)
                if rate:
                    time.sleep(len(piece) / rate)
        except OSError:
            pass
        source.close()
        sink.close()


def load(one, other):
    """Clients of both sides that write and read."""
    program = (
        "import socket,random,sys,time\n"
        "c=socket.create_connection(('127.0.0.1',int(sys.argv[1])))\n"
        "while True:\n"
        "  k=random.randrange(3000)\n"
        "  c.sendall(b'get session:%d\\r\\nset session:%d 0 600 %d\\r\\n%s\\r\\n'%(k,k//2,n,b'v'*n) "
        "if (n:=random.randrange(20,2000)) else b'')\n"
        "  c.recv(65536); time.sleep(0.002)\n")
    return [subprocess.Popen([sys.executable, "-c", program, str(side.port)], stderr=subprocess.DEVNULL) for side in (one, other)]
