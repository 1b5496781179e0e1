"""Actions: what a browser may call, and how subclasses change it."""

from __future__ import annotations

import pytest

from liveactions.components import ActionOptions, Component, action, declaration
from liveactions.components.actions import OPTIONS
from liveactions.errors import DeclarationError


def actions_of(cls):
    return declaration(cls).actions


class Counter(Component):
    count: int = 0

    @action
    def increment(self, by: int = 1):
        self.count += by
        return self.count

    @action("set_to")
    def set(self, count: int):
        self.count = count

    @action(name="wipe", permission="desk.wipe", confirm="Really?", atomic=True, throttle=0.5)
    def clear(self):
        """Set it to zero."""
        self.count = 0

    @action()
    async def later(self): ...

    @action
    def steps(self):
        yield 1

    @action
    async def slow_steps(self):
        yield 1

    def helper(self): ...


def test_only_marked_methods_are_actions():
    assert set(actions_of(Counter)) == {"increment", "set_to", "wipe", "later", "steps", "slow_steps"}


def test_an_action_has_its_public_name_and_its_python_name():
    spec = actions_of(Counter)["set_to"]
    assert (spec.name, spec.attribute) == ("set_to", "set")


def test_options_are_kept_and_the_others_have_their_defaults():
    assert actions_of(Counter)["wipe"].options == ActionOptions(
        permission="desk.wipe", confirm="Really?", atomic=True, throttle=0.5
    )
    assert actions_of(Counter)["increment"].options == ActionOptions()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("increment", "sync"),
        ("later", "async"),
        ("steps", "generator"),
        ("slow_steps", "async generator"),
    ],
)
def test_each_kind_of_function_is_told_apart(name, kind):
    assert actions_of(Counter)[name].kind == kind


def test_a_bound_action_runs_with_converted_arguments():
    counter = Counter()
    assert actions_of(Counter)["increment"].bind(counter, {"by": "4"})() == 4


def test_a_marked_method_is_still_an_ordinary_one():
    counter = Counter()
    assert counter.increment(3) == 3


def test_a_template_cannot_call_an_action():
    assert Counter.increment.alters_data is True
    assert not hasattr(Counter.helper, "alters_data")


def test_a_first_parameter_named_request_receives_it():
    class Asking(Component):
        @action
        def who(self, request, name: str = "nobody"):
            return request, name

    spec = actions_of(Asking)["who"]
    assert spec.takes_request
    assert spec.bind(Asking(), {"name": "ana"}, request="the request")() == ("the request", "ana")
    assert not actions_of(Counter)["increment"].takes_request


def test_the_event_fills_value_checked_key_and_event():
    class Inputs(Component):
        @action
        def typed(self, value: str, checked: bool, key: str, event: dict):
            return value, checked, key, event

    seen = {"type": "input", "value": "ab", "checked": True, "key": "b", "name": "search"}
    assert actions_of(Inputs)["typed"].bind(Inputs(), {}, seen)() == ("ab", True, "b", seen)


# ── Wrong declarations ──


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"permissions": "x"}, "permissions"),
        ({"name": "two words"}, "name"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"confirm": " "}, "confirm"),
        ({"confirm": True}, "confirm"),
        ({"atomic": 1}, "atomic"),
        ({"atomic": ""}, "atomic"),
        ({"parallel": None}, "parallel"),
        ({"throttle": 0}, "throttle"),
        ({"throttle": True}, "throttle"),
        ({"render": 1}, "render"),
        ({"permission": 7}, "permission"),
        ({"permission": ""}, "permission"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options, word):
    with pytest.raises(DeclarationError, match=word):
        action(**options)


def test_the_refusal_of_an_unknown_option_lists_the_known_ones():
    with pytest.raises(DeclarationError) as refused:
        action(colour="red")
    assert all(option in str(refused.value) for option in OPTIONS)


def test_options_beside_a_function_are_checked_too():
    with pytest.raises(DeclarationError, match="colour"):
        action(lambda self: None, colour="red")


def test_two_names_at_once_are_refused():
    with pytest.raises(DeclarationError, match="two names"):
        action("one", name="two")


@pytest.mark.parametrize("target", [7, int, staticmethod(len), classmethod(len)])
def test_only_methods_can_be_marked(target):
    with pytest.raises(DeclarationError, match="not a method"):
        action(target)


@pytest.mark.parametrize("wrapper", [staticmethod, classmethod])
def test_a_static_or_class_method_above_the_mark_is_refused(wrapper):
    with pytest.raises(DeclarationError, match="not an ordinary method"):
        type("Wrong", (Component,), {"run": wrapper(action(lambda self: None))})


def test_a_private_method_cannot_be_an_action():
    with pytest.raises(DeclarationError, match="private"):

        class Wrong(Component):
            @action
            def _run(self): ...


def test_two_actions_of_one_name_are_refused_naming_both():
    with pytest.raises(DeclarationError, match=r"two actions named 'go': go and run"):

        class Wrong(Component):
            @action
            def go(self): ...

            @action("go")
            def run(self): ...


@pytest.mark.parametrize("name", ["mount", "updated"])
def test_a_moment_of_life_cannot_be_an_action(name):
    with pytest.raises(DeclarationError, match="a meaning already"):
        type("Wrong", (Component,), {name: action(lambda self: None)})


@pytest.mark.parametrize("parameters", ["self, *rest", "self, by, /"])
def test_arguments_that_cannot_be_given_by_name_are_refused(parameters):
    scope = {}
    exec(f"def run({parameters}): ...", scope)
    with pytest.raises(DeclarationError, match="given by name"):
        type("Wrong", (Component,), {"run": action(scope["run"])})


def test_a_method_without_self_is_refused():
    with pytest.raises(DeclarationError, match="no self"):

        class Wrong(Component):
            @action
            def run(): ...


# ── Inheritance ──


def test_actions_are_inherited():
    class Child(Counter):
        pass

    assert set(actions_of(Child)) == set(actions_of(Counter))


def test_an_override_runs_and_can_call_the_inherited_one():
    class Double(Counter):
        @action
        def increment(self, by: int = 1):
            return super().increment(by * 2)

    assert actions_of(Double)["increment"].bind(Double(), {"by": 3})() == 6


def test_an_override_keeps_the_options_that_it_does_not_give():
    class Child(Counter):
        @action(confirm="Sure?")
        def clear(self): ...

    options = actions_of(Child)["wipe"].options
    assert (options.permission, options.confirm, options.atomic) == ("desk.wipe", "Sure?", True)


def test_an_option_can_be_taken_back_explicitly():
    class Open(Counter):
        @action(permission=None)
        def clear(self): ...

    assert actions_of(Open)["wipe"].options.permission is None


def test_options_are_kept_over_three_generations():
    class Child(Counter):
        @action(throttle=2)
        def clear(self): ...

    class Grandchild(Child):
        @action
        def clear(self): ...

    options = actions_of(Grandchild)["wipe"].options
    assert (options.permission, options.throttle) == ("desk.wipe", 2)


def test_none_takes_an_action_back():
    class Locked(Counter):
        increment = None

    assert "increment" not in actions_of(Locked)
    assert "increment" in actions_of(Counter)


def test_an_override_without_the_mark_takes_the_action_back():
    class Locked(Counter):
        def increment(self, by: int = 1): ...

    assert "increment" not in actions_of(Locked)


def test_an_action_that_was_taken_back_comes_back_with_nothing_inherited():
    class Locked(Counter):
        clear = None

    class Again(Locked):
        @action
        def clear(self): ...

    assert "wipe" not in actions_of(Again)
    assert actions_of(Again)["clear"].options == ActionOptions()


def test_a_renamed_action_is_found_under_its_new_name_only():
    class Renamed(Counter):
        @action("add")
        def increment(self, by: int = 1): ...

    assert "add" in actions_of(Renamed)
    assert "increment" not in actions_of(Renamed)


def test_a_mixin_that_is_no_component_brings_its_actions():
    class Resettable:
        @action
        def reset(self):
            self.count = 0

    class Mixed(Resettable, Counter):
        pass

    mixed = Mixed()
    mixed.count = 5
    actions_of(Mixed)["reset"].bind(mixed, {})()
    assert mixed.count == 0


def test_a_field_under_the_name_of_an_inherited_action_takes_it_back():
    class Child(Counter):
        increment: int = 1

    assert "increment" not in actions_of(Child)


def test_an_annotation_without_a_default_cannot_hide_an_inherited_action():
    with pytest.raises(DeclarationError, match="a meaning already"):

        class Child(Counter):
            increment: int
