"""A Flask site with Flask-Caching: `visit SESSION` counts by cache.get and cache.set, `page PATH` is kept by cache.cached.

VARIANT is the client that it is given: pylibmc, a list of servers, or retrying, which is pymemcache and says a request again.
"""

import importlib.metadata
import itertools

import behaviors
import pylibmc
import pymemcache
from flask import Flask
from flask_caching import Cache
from pymemcache.client.hash import HashClient
from pymemcache.client.retrying import RetryingClient
from speaker import arguments, serve

servers, variant = arguments()


def client(variant):
    if variant == "list":
        return servers
    if variant == "pylibmc":
        return pylibmc.Client(servers, behaviors=behaviors.SEVERAL)
    options = {
        "retry_attempts": 0, "dead_timeout": 2, "connect_timeout": 1, "timeout": 2, "default_noreply": False, "serde": pymemcache.serde.pickle_serde,
    }
    return RetryingClient(HashClient(servers, **options), attempts=3, retry_delay=0.01)


app = Flask(__name__)
cache = Cache(app, config={"CACHE_TYPE": "MemcachedCache", "CACHE_MEMCACHED_SERVERS": client(variant)})
renderings = itertools.count(1)


@app.get("/visit/<session>")
def visit(session):
    count = (cache.get(f"session/{session}") or 0) + 1
    cache.set(f"session/{session}", count)
    return str(count)


@app.get("/page/<name>")
@cache.cached(timeout=600)
def page(name):
    return f"{name}, rendered as number {next(renderings)}"


class Site:
    def visit(self, session):
        return int(self.asked(f"/visit/{session}"))

    def page(self, name):
        return self.asked(f"/page/{name}")

    def asked(self, path):
        answer = app.test_client().get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"status {answer.status_code}")
        return answer.data


serve(Site(), importlib.metadata.version("flask-caching"))
