"""What breaks, and what must hold all the same: real servers, real faults, many pages, and a checker.

::

    python -m tests.faults quick              every fault once, some fifty pages each
    python -m tests.faults chaos              the figures
    python -m tests.faults F15 --seed 7       one fault, as it was with that seed

A run is a ``scenario``: a ``world`` (Redis, server processes, links that can be broken) carries a load (``swarm``,
``publisher``, now and then a real browser) while something is done to it. Everybody writes down what happened to
them; the ``checker`` reads these histories and says what is wrong with them.
"""
