"""Who may run an action."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from liveactions.components import Component, allowed
from liveactions.components.permission import check_permission
from liveactions.errors import DeclarationError, LocalError


@dataclass
class Person:
    name: str
    is_staff: bool = False
    permissions: set[str] = field(default_factory=set)

    def has_perm(self, name: str) -> bool:
        return name in self.permissions


ANA = Person("ana", is_staff=True, permissions={"desk.ship"})
BEN = Person("ben")
NAMELESS = object()
"""A user who knows no permissions at all."""


class Board(Component):
    owner: str = "ana"

    def is_mine(self):
        return self.user is not None and self.user.name == self.owner


def component(user: Any) -> Board:
    board = Board()
    board._user = user
    return board


def is_staff(user):
    return user.is_staff


class Asked:
    """A test with a state of its own."""

    def __call__(self, user):
        return user.name == "ana"


@pytest.mark.parametrize(
    ("permission", "ana", "ben"),
    [
        (None, True, True),
        ("desk.ship", True, False),
        ("desk.other", False, False),
        (is_staff, True, False),
        (lambda component: component.owner == component.user.name, True, False),
        (Board.is_mine, True, False),
        (operator.attrgetter("is_staff"), True, False),
        (partial(operator.eq, BEN), False, True),
        (Asked(), True, False),
        (("desk.ship", is_staff), True, False),
        (("desk.ship", lambda user: False), False, False),
        ((lambda user: True, ("desk.ship",)), True, False),
    ],
)
def test_each_form_of_permission_is_asked(permission, ana, ben):
    check_permission(permission, "here") if permission is not None else None
    assert allowed(permission, component(ANA)) is ana
    assert allowed(permission, component(BEN)) is ben


@pytest.mark.parametrize("nobody", [None, NAMELESS])
def test_an_anonymous_user_has_no_permissions(nobody):
    assert allowed("desk.ship", component(nobody)) is False
    assert allowed(None, component(nobody)) is True


def test_a_test_of_the_user_is_not_asked_about_nobody():
    assert allowed(is_staff, component(None)) is False


def test_a_test_of_the_component_is_asked_about_nobody_too():
    assert allowed(lambda component: component.user is None, component(None)) is True


def test_has_perm_must_say_true_itself():
    class Odd:
        def has_perm(self, name):
            return "no"

    assert allowed("desk.ship", component(Odd())) is False


def test_the_first_test_of_a_tuple_that_fails_ends_it():
    def never(user):
        raise AssertionError("asked although the answer is known")

    assert allowed((lambda user: False, never), component(ANA)) is False


def test_an_awaitable_answer_is_an_error_and_not_a_yes():
    async def slow(user):
        return True

    with pytest.raises(LocalError, match="slow answered with an awaitable"):
        allowed(slow, component(ANA))


@pytest.mark.parametrize("permission", [7, "", (), ("desk.ship", ""), (None,), ["desk.ship"], True])
def test_what_cannot_be_asked_is_refused_when_it_is_declared(permission):
    with pytest.raises(DeclarationError, match="here has permission="):
        check_permission(permission, "here")


def test_an_async_test_is_refused_when_it_is_declared():
    async def slow(user): ...

    with pytest.raises(DeclarationError, match="not async"):
        check_permission(slow, "here")
