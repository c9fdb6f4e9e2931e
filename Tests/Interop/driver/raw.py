"""A client of a few lines, which says what the text protocol says and hides nothing: for loads, and to look behind other clients."""

import socket

from pair import HOST


class Closed(Exception):
    """The other end has closed the connection, or refuses one; or a proxy says so of the server behind it."""


class Raw:
    def __init__(self, port, timeout=5.0):
        self.port, self.timeout = port, timeout
        self.socket = self.input = None

    def connect(self):
        try:
            self.socket = socket.create_connection((HOST, self.port), timeout=self.timeout)
        except OSError as error:
            raise Closed(str(error)) from None
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = self.socket.makefile("rb")

    def close(self):
        if self.socket:
            self.input.close()
            self.socket.close()
        self.socket = None

    def ask(self, request):
        """Sends the request and gives the first line of the answer, without its end."""
        try:
            if not self.socket:
                self.connect()
            self.socket.sendall(request)
            return self.line()
        except OSError as error:
            self.close()
            raise Closed(str(error)) from None

    def line(self):
        line = self.input.readline()
        if not line.endswith(b"\r\n"):
            self.close()
            raise Closed("closed")
        return line[:-2]

    def get(self, key):
        line = self.ask(b"get %s\r\n" % key.encode())
        if line == b"END":
            return None
        if not line.startswith(b"VALUE "):
            raise Closed(line.decode())
        value = self.input.read(int(line.split()[3]) + 2)[:-2]
        self.line()
        return value

    def set(self, key, value, flags=0):
        line = self.ask(b"set %s %d 0 %d\r\n%s\r\n" % (key.encode(), flags, len(value), value))
        if line.startswith(b"SERVER_ERROR"):
            raise Closed(line.decode())
        return line == b"STORED"
