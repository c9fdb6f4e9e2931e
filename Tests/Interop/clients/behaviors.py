"""How pylibmc is set before both sides: one that fails once leaves the ring, and is asked again after two seconds."""

ONE = {"cas": True, "tcp_nodelay": True, "connect_timeout": 1000, "send_timeout": 2_000_000, "receive_timeout": 2_000_000}
SEVERAL = {**ONE, "ketama": True, "remove_failed": 1, "retry_timeout": 1, "dead_timeout": 2}
