"""HAProxy before a pair: one address, the second side when the first does not answer."""

import pathlib

from pair import HOST, Process, free_port
from subject import INTEROP


class Haproxy:
    def __init__(self, folder, servers):
        self.port = free_port()
        path = pathlib.Path(folder) / f"haproxy-{self.port}.cfg"
        text = (INTEROP / "configs" / "haproxy.cfg").read_text()
        for name, value in [("ADDRESS", f"{HOST}:{self.port}"), ("SIDE_A", servers[0]), ("SIDE_B", servers[1])]:
            text = text.replace(f"@{name}@", value)
        path.write_text(text)
        self.process = Process(["/usr/sbin/haproxy", "-db", "-q", "-f", str(path)], self.port)

    @property
    def server(self):
        return f"{HOST}:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stop()
