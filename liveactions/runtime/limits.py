"""What one page may use. Every number has a default; the settings give others."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Durations are seconds, sizes bytes."""

    heartbeat: float = 8.0
    """How often a page is pinged. One that has not answered after two thirds of it is taken for gone; so is a server
    that a page has not heard for one and a half."""
    socket_age: float = 22 * 3600.0
    """After this time (or up to a tenth earlier) a page is asked to come back over a new socket: servers and what
    stands in front of them close old ones without a word, daphne after 24 hours."""
    resume_window: float = 60.0
    """How long a page session waits for its page after the socket was lost."""
    recheck: float = 60.0
    """How often the user of an open page is read again; a sign-out ends its pages at once."""
    action_timeout: float = 30.0
    """How long an asynchronous action (or a step of one that streams) may take."""
    max_pending: int = 16
    """Calls of one page that may wait."""
    max_user_threads: int = 16
    """Threads that the pages of one user may have at a time, in one process; what else they want waits for these."""
    max_events: int = 1000
    """Server-side events that may wait for one page; over it, the page is rendered afresh instead."""
    max_components: int = 200
    max_topics: int = 128
    window: int = 256 * 1024
    """Bytes that may be on their way to a page which has not shown yet that it has read them."""
    max_answer: int = 1024 * 1024
    """Bytes of the largest frame that a page is sent: an answer, a step of one, news. What is more is refused."""
    max_outbox: int = 1024 * 1024
    """Bytes that may wait for one page on top of that. Over it, what can be rendered afresh is left out."""
    max_replay: int = 1024 * 1024
    """Bytes of unacknowledged frames that are kept for a page to resume."""
    max_state: int = 256 * 1024
    """Bytes of state that are kept of a page in the store, for other processes to go on with."""
    rate_burst: int = 60
    """Frames that a page may send at once …"""
    rate_per_second: float = 30.0
    """… and in every second after that."""
    atomic: bool | str = False
    """Whether sync actions are atomic where ``@action(atomic=…)`` does not say; or in which database they are."""
