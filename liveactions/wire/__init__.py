"""What passes between page and server, without I/O. The specification is ``protocol/README.md``."""

from liveactions.wire.codec import (
    answer_frame,
    apply_frame,
    decode,
    encode,
    encode_items,
    is_ping,
    items_to_wire,
    load,
    pack,
    weight,
)
from liveactions.wire.connection import Connection, close_code
from liveactions.wire.lines import from_line, to_line
from liveactions.wire.numbers import OwnStream, Taken

__all__ = [
    "Connection",
    "OwnStream",
    "Taken",
    "answer_frame",
    "apply_frame",
    "close_code",
    "decode",
    "encode",
    "encode_items",
    "from_line",
    "is_ping",
    "items_to_wire",
    "load",
    "pack",
    "to_line",
    "weight",
]
