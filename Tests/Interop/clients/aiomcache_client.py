"""aiomcache, which has one server."""

import asyncio
import importlib.metadata

import aiomcache
from speaker import address, arguments, serve

LOOP = asyncio.new_event_loop()


def run(coroutine):
    return LOOP.run_until_complete(asyncio.wait_for(coroutine, timeout=5))


class Client:
    def __init__(self, server):
        self.client = aiomcache.Client(*address(server), pool_size=1)
        self.uniques = {}

    def get(self, key):
        return run(self.client.get(key.encode()))

    def many(self, keys):
        return {key: value for key, value in zip(keys, run(self.client.multi_get(*(key.encode() for key in keys)))) if value is not None}

    def set(self, key, value, seconds):
        return run(self.client.set(key.encode(), value, exptime=seconds))

    def add(self, key, value, seconds):
        return run(self.client.add(key.encode(), value, exptime=seconds))

    def setmany(self, values, seconds):
        return all([self.set(key, value, seconds) for key, value in values.items()])

    def gets(self, key):
        value, self.uniques[key] = run(self.client.gets(key.encode()))
        return value

    def cas(self, key, value, seconds):
        return run(self.client.cas(key.encode(), value, self.uniques[key], exptime=seconds))

    def delete(self, key):
        return run(self.client.delete(key.encode()))

    def touch(self, key, seconds):
        return run(self.client.touch(key.encode(), seconds))

    def incr(self, key, by):
        return run(self.client.incr(key.encode(), by))

    def decr(self, key, by):
        return run(self.client.decr(key.encode(), by))


servers, _ = arguments()
serve(Client(servers[0]), importlib.metadata.version("aiomcache"))
