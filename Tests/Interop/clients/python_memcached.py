"""python-memcached. It tells no errors: what fails is a miss, or False. VARIANT `flush` does what never to do."""

import importlib.metadata

import memcache
from speaker import arguments, serve


class Client:
    def __init__(self, servers, variant):
        self.client = memcache.Client(servers, cache_cas=True, socket_timeout=2, dead_retry=2, flush_on_reconnect=variant == "flush")
        self.get = self.client.get
        self.gets = self.client.gets
        self.many = self.client.get_multi
        self.incr = self.client.incr
        self.decr = self.client.decr
        self.delete = self.client.delete
        self.touch = self.client.touch

    def set(self, key, value, seconds):
        return self.client.set(key, value, time=seconds)

    def add(self, key, value, seconds):
        return self.client.add(key, value, time=seconds)

    def cas(self, key, value, seconds):
        return self.client.cas(key, value, time=seconds)

    def setmany(self, values, seconds):
        return self.client.set_multi(values, time=seconds) == []


servers, variant = arguments()
serve(Client(servers, variant), importlib.metadata.version("python-memcached"))
