"""pymemcache: `Client` for one server, `HashClient` for several."""

import importlib.metadata

import pymemcache
from speaker import address, arguments, serve


class Client:
    def __init__(self, servers):
        options = {"default_noreply": False, "connect_timeout": 1, "timeout": 2}
        if len(servers) == 1:
            self.client = pymemcache.Client(address(servers[0]), **options)
        else:
            # A server that fails is left out at the first failure, and asked again after two seconds.
            self.client = pymemcache.HashClient([address(each) for each in servers], retry_attempts=0, dead_timeout=2, **options)
        self.uniques = {}
        self.get = self.client.get
        self.many = self.client.get_many
        self.delete = self.client.delete
        self.touch = self.client.touch
        self.incr = self.client.incr
        self.decr = self.client.decr

    def set(self, key, value, seconds):
        return self.client.set(key, value, expire=seconds)

    def add(self, key, value, seconds):
        return self.client.add(key, value, expire=seconds)

    def setmany(self, values, seconds):
        return self.client.set_many(values, expire=seconds) == []

    def gets(self, key):
        value, self.uniques[key] = self.client.gets(key)
        return value

    def cas(self, key, value, seconds):
        return self.client.cas(key, value, self.uniques[key], expire=seconds)


servers, _ = arguments()
serve(Client(servers), importlib.metadata.version("pymemcache"))
