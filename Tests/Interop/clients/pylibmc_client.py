"""pylibmc, which is libmemcached; VARIANT is text, binary, or bare: nothing set."""

import behaviors
import pylibmc
from speaker import arguments, serve


class Client:
    def __init__(self, servers, variant):
        self.client = pylibmc.Client(servers, binary=variant == "binary", behaviors=behaviors.SEVERAL if len(servers) > 1 and variant != "bare" else behaviors.ONE)
        self.uniques = {}
        self.many = self.client.get_multi
        self.delete = self.client.delete
        self.touch = self.client.touch

    def get(self, key):
        value = self.client.get(key)
        return value if value is None or isinstance(value, bytes) else str(value).encode()

    def set(self, key, value, seconds):
        return self.client.set(key, value, time=seconds)

    def add(self, key, value, seconds):
        return self.client.add(key, value, time=seconds)

    def setmany(self, values, seconds):
        return self.client.set_multi(values, time=seconds) == []

    def gets(self, key):
        value, self.uniques[key] = self.client.gets(key)
        return value

    def cas(self, key, value, seconds):
        return self.client.cas(key, value, self.uniques[key], time=seconds)

    def incr(self, key, by):
        return self._count(self.client.incr, key, by)

    def decr(self, key, by):
        return self._count(self.client.decr, key, by)

    def _count(self, call, key, by):
        try:
            return call(key, by)
        except pylibmc.NotFound:
            return None


servers, variant = arguments()
serve(Client(servers, variant), pylibmc.__version__)
