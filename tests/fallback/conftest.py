from tests.redis import redis_server, redis_url
from tests.wires import clock, connect

__all__ = ["clock", "connect", "redis_server", "redis_url"]
