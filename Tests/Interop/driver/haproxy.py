"""HAProxy before a pair: one address, the second side when the first does not answer."""

import pathlib

from pair import HOST, Process, free_port
from subject import INTEROP


class Haproxy(Process):
    def __init__(self, folder, servers):
        port = free_port()
        path = pathlib.Path(folder) / f"haproxy-{port}.cfg"
        text = (INTEROP / "configs" / "haproxy.cfg").read_text()
        for name, value in [("ADDRESS", f"{HOST}:{port}"), ("SIDE_A", servers[0]), ("SIDE_B", servers[1])]:
            text = text.replace(f"@{name}@", value)
        path.write_text(text)
        super().__init__(["/usr/sbin/haproxy", "-db", "-q", "-f", str(path)], port)
