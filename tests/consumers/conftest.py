from tests.consumers.moves import kept, redis_client, two
from tests.redis import redis_server, redis_url

__all__ = ["kept", "redis_client", "redis_server", "redis_url", "two"]
