"""lua-nginx-memcached, which runs within nginx only: this starts one, and hands each line to nginx_lua.lua there by HTTP."""

import http.client
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "driver"))
import nginx  # noqa: E402
from pair import HOST, Process, free_port  # noqa: E402

HERE = pathlib.Path(__file__).parent
CONFIGURATION = """
lua_shared_dict uniques 1m;
server {{
    listen {host}:{port};
    client_max_body_size 16m;
    client_body_buffer_size 16m;
    keepalive_requests 1000000;
    location / {{
        set $servers "{servers}";
        content_by_lua_file {script};
    }}
}}
"""


def main(servers):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        server = CONFIGURATION.format(host=HOST, port=port, servers=servers, script=HERE / "nginx_lua.lua")
        started = Process(nginx.command(folder, server, modules=["ndk_http_module", "ngx_http_lua_module"]), port, stderr=subprocess.DEVNULL)
        try:
            say("ready " + version())
            link = http.client.HTTPConnection(HOST, port, timeout=20)
            for line in sys.stdin:
                link.request("POST", "/", body=line.strip())
                say(link.getresponse().read().decode().strip())
        finally:
            started.stop()


def version():
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "lua-nginx-memcached"], capture_output=True, text=True, check=True).stdout


def say(line):
    print(line, flush=True)


main(sys.argv[1])
