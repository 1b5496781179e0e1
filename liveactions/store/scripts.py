"""Scripts that run inside Redis: sent as their digest, and whole only to a Redis that does not know them yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from redis.asyncio.client import Pipeline
from redis.exceptions import NoScriptError, ResponseError

__all__ = ["Script", "raised", "run"]


class Script:
    """A script that is sent as its digest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def call(self, pipe: Any, keys: Sequence[str], *arguments: Any) -> Any:
        return pipe.evalsha(self.sha, len(keys), *keys, *arguments)


async def run(pipe: Pipeline, script: Script) -> list[Any]:
    """The answers of a pipeline of one script, errors included; the script is taught to a Redis that is new."""
    commands = list(pipe.command_stack)
    answers = await pipe.execute(raise_on_error=False)
    if not any(isinstance(answer, NoScriptError) for answer in answers):
        return answers
    pipe.script_load(script.text)
    pipe.command_stack.extend(commands)
    return (await pipe.execute(raise_on_error=False))[1:]


def raised(answers: list[Any]) -> list[Any]:
    """The answers, unless one is an error."""
    for answer in answers:
        if isinstance(answer, ResponseError):
            raise answer
    return answers
