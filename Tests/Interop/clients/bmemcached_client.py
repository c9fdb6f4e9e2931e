"""python-binary-memcached, which logs in by SASL; VARIANT is `user:password`, or
`user:password:both`, which is what never to do.

`ReplicatingClient`, which is what `Client` means there, is given one server: with two it says each write to both, so that a counter
counts twice. `DistributedClient` has a part of the keys on each, and does not fail over.
"""

import importlib.metadata

import bmemcached
from speaker import arguments, serve


class Client:
    def __init__(self, servers, login):
        user, password, *both = login.split(":")
        kind = bmemcached.ReplicatingClient if len(servers) == 1 or both else bmemcached.DistributedClient
        self.client = kind(tuple(servers), user, password, socket_timeout=2)
        if kind is bmemcached.ReplicatingClient:
            self.client.enable_retry_delay(False)
        self.uniques = {}
        self.get = self.client.get
        self.many = self.client.get_multi
        self.delete = self.client.delete
        self.incr = self.client.incr
        self.decr = self.client.decr

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


servers, login = arguments()
serve(Client(servers, login), importlib.metadata.version("python-binary-memcached"))
