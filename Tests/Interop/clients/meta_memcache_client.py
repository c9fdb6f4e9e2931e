"""meta-memcache, which speaks the meta commands. Of two servers the second is the gutter: it is asked when the first fails."""

import importlib.metadata

from meta_memcache import CacheClient, ServerAddress, SetMode, connection_pool_factory_builder
from speaker import address, arguments, serve

DAY = 86400


class Client:
    def __init__(self, servers):
        first, *others = [ServerAddress(*address(server)) for server in servers]
        pools = connection_pool_factory_builder(mark_down_period_s=2, recv_timeout=2, read_buffer_size=1 << 20)
        if others:
            self.client = CacheClient.cache_client_with_gutter_from_servers([first], others, DAY, pools)
        else:
            self.client = CacheClient.cache_client_from_servers([first], pools)
        self.uniques = {}
        self.get = self.client.get
        self.delete = self.client.delete
        self.touch = self.client.touch
        self.incr = self.client.delta_and_get

    def many(self, keys):
        return {key.key: value for key, value in self.client.multi_get(keys).items() if value is not None}

    def set(self, key, value, seconds):
        return self.client.set(key, value, ttl=seconds)

    def add(self, key, value, seconds):
        return self.client.set(key, value, ttl=seconds, set_mode=SetMode.ADD)

    def setmany(self, values, seconds):
        return all([self.set(key, value, seconds) for key, value in values.items()])

    def gets(self, key):
        value, self.uniques[key] = self.client.get_cas(key)
        return value

    def cas(self, key, value, seconds):
        return self.client.set(key, value, ttl=seconds, cas_token=self.uniques[key])

    def decr(self, key, by):
        return self.client.delta_and_get(key, -by)


servers, _ = arguments()
serve(Client(servers), importlib.metadata.version("meta-memcache"))
