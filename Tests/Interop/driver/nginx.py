"""How nginx is started in a folder of its own, with nothing of the system's configuration."""

import pathlib

MODULES = "/usr/lib/nginx/modules"
MAIN = """
{modules}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def command(folder, server, modules=()):
    """The arguments that start nginx with `server` as what stands within http, and its modules by name."""
    loads = "\n".join(f"load_module {MODULES}/{name}.so;" for name in modules)
    path = pathlib.Path(folder) / "nginx.conf"
    path.write_text(MAIN.format(folder=folder, server=server, modules=loads))
    return ["/usr/sbin/nginx", "-p", str(folder), "-c", str(path), "-e", f"{folder}/error.log"]
