"""The action request: who called what, from where, and what is to be said about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, overload

from liveactions.components.callbacks import LABELS, POSITIVE, Callback, Function, Question, escaped
from liveactions.components.declaration import DECLARATION, declaration
from liveactions.components.response import Response, Step, check_keys, merge
from liveactions.errors import LocalError, ResultError
from liveactions.results import Variant

if TYPE_CHECKING:
    from typing_extensions import Self

    from liveactions.components.component import Component

__all__ = ["INHERITED", "ActionRequest", "Runnable", "Scene"]

NOTICE = "_notice"

INHERITED = (
    "user",
    "subst_user",
    "master_instance",
    "logger",
    "renderer",
    "confirm_answer",
    "answers",
    "answered",
    "is_interactive",
    "page",
    "component",
    "speaker",
    "scene",
)
"""What a child request takes over from its parent, unless it is given something else."""
CONTINUED = (
    "subst_user",
    "master_instance",
    "logger",
    "renderer",
    "answered",
    "args",
    "known_values",
    "obvious_fields",
    "param_values",
    "selected_rows",
)
"""What the request of an answer takes over from the one that asked."""
NEVER_NONE = frozenset(INHERITED[:7])
"""Of these, None cannot be given: it would only look like "inherit"."""


class Scene(Protocol):
    """The page in which a request is answered, as far as an action may use it."""

    @property
    def in_background(self) -> bool:
        """Whether the page is elsewhere, and this a worker."""

    @property
    def speaker(self) -> Component:
        """The component whose action runs."""

    @property
    def parent(self) -> Component | None:
        """The component around it; in a window, the one that opened the window."""

    def find(self, which: int | str | type[Component]) -> Component | None:
        """Another component of the page, by its id, public name or class; None if there is none."""

    def ask(self, callback: Callback) -> Awaitable[str]:
        """Ask the user, and wait: the name of the choice."""

    def present_request(self) -> ActionRequest:
        """The request that is answered in it."""


class Runnable(Protocol):
    """What ``ActionRequest.run`` runs: an ``InstanceAction``."""

    def run_from_session(self, session: Any, /, **options: Any) -> dict[str, Any]: ...


class Nothing(Mapping[str, Any]):
    """A mapping that is empty and stays so: what many requests share that were not given one."""

    def __getitem__(self, name: str) -> Any:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"

    def __hash__(self) -> int:
        return 0


NOTHING: Final = Nothing()


@dataclass(init=False)
class ActionRequest:
    """One call, as the action sees it (``self.request``, or a first parameter named ``request``).

    ``page`` is the page session's id and ``component`` the id of the component in it; ``call`` is the page's own
    number of the call. ``args`` are the arguments as they were sent, ``event`` what happened in the browser
    (``type``, ``value``, ``checked``, ``key``, ``name``) and ``flags`` what the client adds (``confirmed``).

    It works without a page too: ``ActionRequest(user=user)`` is enough in a test, a command or a shell.
    """

    user: Any = None
    page: str = ""
    component: int = 0
    action: str = ""
    call: int = 0
    args: Mapping[str, Any] = NOTHING
    event: Mapping[str, Any] = NOTHING
    flags: Mapping[str, Any] = NOTHING
    is_interactive: bool = None  # type: ignore[assignment]  # filled in below
    """False when no person waits for the answer: a command, a task, a test. As it comes: whether there is a page."""
    subst_user: Any = field(default=None, kw_only=True)
    """Somebody in whose place the user acts."""
    parent_request: ActionRequest | None = field(default=None, kw_only=True, compare=False, repr=False)
    scene: Scene | None = field(default=None, kw_only=True, compare=False, repr=False)
    """The page, for as long as the call is answered."""
    speaker: Any = field(default=None, kw_only=True, compare=False, repr=False)
    """The component whose action runs, where there is no page."""
    master_instance: Any = field(default=None, kw_only=True, compare=False, repr=False)
    """The row whose rows these are; None for a request that is about all of them."""
    known_values: Mapping[str, Any] = field(default=NOTHING, kw_only=True, compare=False, repr=False)
    """What is known of every row: a filter, and values for new rows. Those of the component come first."""
    obvious_fields: frozenset[str] = field(default=frozenset(), kw_only=True, compare=False, repr=False)
    param_values: Mapping[str, Any] = field(default=NOTHING, kw_only=True, compare=False, repr=False)
    """What the user chose in the form of the action."""
    selected_rows: Sequence[Any] = field(default=(), kw_only=True, compare=False, repr=False)
    """The rows that were chosen, in the order in which they were."""
    logger: Any = field(default=None, kw_only=True, compare=False, repr=False)
    renderer: Any = field(default=None, kw_only=True, compare=False, repr=False)
    confirm_answer: bool = field(default=None, kw_only=True, compare=False, repr=False)  # type: ignore[assignment]  # the same
    """What is answered where nobody can be asked; as it comes, yes."""
    answers: Mapping[str, str] = field(default=NOTHING, kw_only=True, compare=False, repr=False)
    """Answers that are known beforehand, by the uid of the question; each counts once."""
    answered: Mapping[str, str] = field(default=NOTHING, kw_only=True, compare=False, repr=False)
    """What has been answered so far, by uid."""

    inherited: ClassVar[tuple[str, ...]] = INHERITED
    _said: ClassVar[Response | None] = None

    def __init__(self, **given: Any) -> None:
        # Many are made: what is not given stays where it is, in the class.
        if not given.keys() <= type(self).__dataclass_fields__.keys():
            check_names(type(self), given)
        own = vars(self)
        own.update(given)
        if "parent_request" in own:
            inherit(self, own["parent_request"], self.inherited)
        if own.get("is_interactive") is None:
            own["is_interactive"] = self.page != ""
        if own.get("confirm_answer") is None:
            own["confirm_answer"] = True

    @classmethod
    def called(cls, **given: Any) -> Self:
        """The request of a call that a page has made. (Of these names nothing is looked at.)"""
        request = cls.__new__(cls)
        given["is_interactive"] = given["confirm_answer"] = True
        request.__dict__.update(given)
        return request

    def notice(self, read: Callable[[], None]) -> None:
        """Have ``read`` called whenever somebody asks for the user."""
        vars(self)[NOTICE] = read

    @property
    def dev(self) -> bool:
        """True while the site is being developed: what is dropped is then told in the log."""
        return False

    def say(self, text: str) -> str:
        """One of the package's own words (``Yes``, ``Aborted``) in the language of the user."""
        return text

    # Who and where ----------------------------------------------------------------------------------------------

    @property
    def tab(self) -> str:
        """The tab that called: one page session is one tab."""
        return self.page

    @property
    def confirmed(self) -> bool:
        """True when the user has said yes to the action's ``confirm`` question."""
        return self.flags.get("confirmed") is True

    def get_user(self) -> Any:
        """The user for whom this is done: ``subst_user``, else ``user``."""
        return self.subst_user or self.user

    @property
    def component_instance(self) -> Any:
        """The component whose action runs; None if the request has none."""
        return self.speaker if self.scene is None else self.scene.speaker

    @property
    def parent(self) -> Any:
        """The component around the speaking one (in a window, the one that opened it); None if there is none."""
        return None if self.scene is None else self.scene.parent

    def find(self, which: int | str | type[Component]) -> Any:
        """Another component of the page, by its id, its public name or its class; None if there is none."""
        return None if self.scene is None else self.scene.find(which)

    @property
    def model(self) -> Any:
        """The model that the component is about (its class attribute ``model``); None if it says none."""
        return getattr(type(self.component_instance), "model", None)

    @property
    def model_name(self) -> str | None:
        """The name of that model, ``app.model``."""
        model = self.model
        return model if model is None or isinstance(model, str) else str(model._meta.label_lower)  # noqa: SLF001  # documented

    @property
    def selected_pks(self) -> tuple[Any, ...]:
        return tuple(getattr(row, "pk", row) for row in self.selected_rows)

    def has_perm(self, name: str) -> bool:
        """Whether the user for whom this is done has a permission (``"desk.change_order"``); nobody has none."""
        ask = getattr(self.get_user(), "has_perm", None)
        return ask is not None and ask(name) is True

    # Values -----------------------------------------------------------------------------------------------------

    def is_obvious_field(self, name: str) -> bool:
        """Whether every row has the same value there, so that it need not be shown."""
        return name in self.obvious_fields or name in self.all_known_values

    @property
    def all_known_values(self) -> dict[str, Any]:
        """The known values of the component's class, with those of the request over them."""
        own = getattr(type(self.component_instance), "known_values", None)
        return {**(own if isinstance(own, Mapping) else {}), **self.known_values}

    def set_action_param_values(self, **values: Any) -> None:
        """Choose values in the form of the action. Raises ``ResultError`` for one that it has not."""
        allowed = self.param_names
        for name in values:
            if name not in allowed:
                raise ResultError(
                    f"Invalid key {name!r}.", hint=f"Allowed are: {', '.join(sorted(allowed)) or 'none'}."
                )
        self.param_values = {**self.param_values, **values}

    @property
    def param_names(self) -> frozenset[str]:
        """The parameters of the action, as far as it is known."""
        cls = type(self.component_instance)
        spec = declaration(cls).actions.get(self.action) if hasattr(cls, DECLARATION) else None
        return frozenset(self.param_values) | frozenset(spec.arguments.parameters if spec else ())

    @contextmanager
    def override_attrs(self, **values: Any) -> Iterator[Self]:
        """Within it, these attributes are different. Raises ``LocalError`` for one that there is not."""
        if missing := [name for name in values if not hasattr(self, name)]:
            raise LocalError(f"A request has no attribute {missing[0]!r}.")
        before = {name: getattr(self, name) for name in values}
        for name, value in values.items():
            setattr(self, name, value)
        try:
            yield self
        finally:
            for name, value in before.items():
                setattr(self, name, value)

    # Other requests -----------------------------------------------------------------------------------------------

    def spawn_request(self, **options: Any) -> Self:
        """A child request. It inherits the user, how questions are answered and so on (``INHERITED``).

        What is known of the rows it inherits if it is about the same component, the form's values if it is also about
        the same action.

        Raises ``LocalError`` for an explicit None of what is inherited.
        """
        if nothing := [name for name in options if name in NEVER_NONE and options[name] is None]:
            raise LocalError(
                f"{nothing[0]}=None: a child request would inherit it.",
                hint=f"Leave {nothing[0]} out, or give a value.",
            )
        same: dict[str, Any] = {}
        if "speaker" not in options:
            same = {"known_values": self.known_values, "obvious_fields": self.obvious_fields}
            same |= {} if "action" in options else {"action": self.action, "param_values": self.param_values}
        return type(self)(**{"parent_request": self, **same, **options})

    def go_on_from(self, request: ActionRequest) -> None:
        """Be about the same as an earlier request, as far as nothing else was said: the answer to a question is."""
        inherit(self, request, CONTINUED)

    def run(self, runnable: Runnable, **options: Any) -> dict[str, Any]:
        """Run another action (an ``InstanceAction``) in a child request: its response. This one's stays as it is."""
        return runnable.run_from_session(self, **options)

    # What is said -------------------------------------------------------------------------------------------------

    @property
    def has_response(self) -> bool:
        """Whether anything has been said."""
        return self._said is not None

    @property
    def is_waiting(self) -> bool:
        """Whether a question has been put that nobody has answered."""
        return self._said is not None and bool(self._said.questions)

    @property
    def response(self) -> dict[str, Any]:
        """What has been said so far, by key. A copy."""
        return {} if self._said is None else dict(self._said.values)

    def builder(self) -> Response:
        """Where what is said is kept."""
        said = vars(self).get("_said")
        if said is None:
            said = vars(self)["_said"] = Response()
        return said

    def set_response(self, **values: Any) -> None:
        """Say something by its key: the order of calls does not matter, later ones overwrite.

        Raises ``ResultError`` for an unknown key, and has stored nothing then.
        """
        callback = values.pop("xcallback", None)
        if callback is not None and not isinstance(callback, Callback):
            raise ResultError("xcallback is a question, made by add_callback().", hint="Or use confirm().")
        self.builder().update(values)
        if callback is not None:
            self.set_callback(callback)

    def success(self, message: object = None, alert: object = None, **values: Any) -> None:
        """It went well: with a message for the user, or in a dialog (``alert``: its title, or True).

        A message that is marked safe is markup, every other one is text. A message without an alert does not replace
        one that was set before.
        """
        self.builder().success(message, alert, values)

    def error(self, error: object = None, message: object = None, alert: object = None, **values: Any) -> None:
        """It did not go well: with an exception, or a text, that tells the user why.

        The text of ``error`` is escaped unless it is marked safe; a ``message`` is said instead of it. A
        ``ValidationError`` also says which fields are wrong. ``alert`` is a title other than "Error".
        """
        check_keys(values)
        said: dict[str, Any] = {
            "success": False,
            "alert": "Error" if alert in (None, True) else alert,
            "toast_severity": "error",
            "message": escaped(error) if message is None else message,
        }
        if (errors := getattr(error, "message_dict", None)) is not None:
            said["errors"] = {str(name): [str(each) for each in found] for name, found in errors.items()}
        self.builder().update({**said, **values})

    def warn(self, message: object, **values: Any) -> None:
        """Warn the user, in a dialog."""
        self.set_response(warning_message=message, **values)

    def close_window(self, **values: Any) -> None:
        """Close the window that is on top."""
        self.set_response(close_window=True, **values)

    def add(self, *results: Any) -> None:
        """Say something by a result. They are sorted in among the rest: what closes before what opens, and so on."""
        self.builder().add(results)

    def compile(self) -> list[Step]:
        """What was said, as results in the order in which they are performed. Raises ``ResultError``."""
        return [] if self._said is None else self._said.compile(self)

    def collect(self) -> list[Step]:
        """``compile``, and begin anew."""
        if self._said is None:
            return []
        try:
            return self.compile()
        finally:
            del self._said

    merge = staticmethod(merge)

    # What is asked ------------------------------------------------------------------------------------------------

    @overload
    def confirm(
        self,
        first: str,
        /,
        *messages: object,
        uid: str | None = ...,
        title: str | None = ...,
        choices: Any = ...,
        variant: Variant = ...,
        all_tabs: bool = ...,
    ) -> Question: ...
    @overload
    def confirm(
        self,
        first: Function,
        /,
        *messages: object,
        uid: str | None = ...,
        title: str | None = ...,
        choices: Any = ...,
        variant: Variant = ...,
        all_tabs: bool = ...,
    ) -> None: ...

    def confirm(
        self,
        first: Any,
        /,
        *messages: object,
        uid: str | None = None,
        title: str | None = None,
        choices: Any = ("yes", "no"),
        variant: Variant = "primary",
        all_tabs: bool = False,
    ) -> Question | None:
        """Ask the user. Several messages are lines of one.

        ``await confirm("Sure?")`` comes to True or False (to the name of the choice if there are others than yes and
        no). ``confirm(function, "Sure?")`` does not wait: ``function`` is called with the request of the answer when
        the user has said yes (or ok); else the action is "Aborted".

        ``uid`` identifies the question where its text does not. ``choices`` are names of yes, no, ok, cancel, or a
        mapping of them to labels. ``variant`` is primary, danger or warning. ``all_tabs`` asks on every open tab of
        the user, also while the one that asks is away.
        """
        waits = not callable(first)
        callback = self.add_callback(*((first,) if waits else ()), *messages, uid=uid)
        callback.title = title or callback.title
        callback.variant = variant
        callback.all_tabs = all_tabs
        for name in choices:
            callback.add_choice(
                name,
                None if waits or name not in POSITIVE else first,
                choices[name] if isinstance(choices, Mapping) else self.say(LABELS.get(name, "")),
            )
        if waits:
            return Question(callback, self)
        self.set_callback(callback)
        return None

    def add_callback(self, *messages: object, uid: str | None = None) -> Callback:
        """A question of one's own making: give it a title and choices, then ask it with ``set_callback``."""
        name = getattr(self.user, "get_username", None)
        username = name() if callable(name) else getattr(self.user, "username", "")
        callback = Callback(*messages, uid=uid or "", username=str(username), request=self)
        callback.set_title(self.say(callback.title))
        return callback

    def set_callback(self, callback: Callback) -> None:
        """Ask a question. The action goes on; what the answer does is done when there is one.

        Where nobody can be asked it is done at once, as ``set_confirm_answer`` says; the response keeps the question.
        """
        if callback.uid in self.answers and callback.uid not in self.answered:
            self.take(callback.answer(self.answers[callback.uid], self))
            return
        self.builder().ask(callback, wait=self.is_interactive)
        if not self.is_interactive:
            self.take(callback.answer(callback.automatic(self.confirm_answer), self))

    def set_confirm_answer(self, agree: bool) -> None:  # noqa: FBT001  # it is an answer
        """Whether questions are answered with yes or no where nobody can be asked. Child requests inherit it."""
        self.confirm_answer = agree

    def take(self, answer: Any) -> None:
        """Add what the function of an answer returned."""
        if (answer := self.settle(answer)) is not None:
            self.add(answer)

    def settle(self, value: Any) -> Any:
        """``value``, or what it comes to if it is awaitable, which this floor cannot find out."""
        if isinstance(value, Awaitable):
            raise LocalError(
                "The function of an answer is async, but cannot be awaited here.",
                hint='Write "await self.request.confirm(…)" instead.',
            )
        return value


def inherit(child: ActionRequest, parent: ActionRequest | None, names: Iterable[str]) -> None:
    """What the child was not given it has from its parent."""
    if parent is None:
        return
    own, theirs = vars(child), vars(parent)
    for name in names:
        value = own.get(name)
        if name in theirs and (value is None or (type(value) in EMPTY and not value)):
            own[name] = theirs[name]


def check_names(cls: type, given: Iterable[str]) -> None:
    allowed = {field.name for field in fields(cls)}
    if unknown := sorted(set(given) - allowed):
        raise LocalError(f"{cls.__name__}() has no {unknown[0]!r}.", hint=f"It has: {', '.join(sorted(allowed))}.")


EMPTY = (str, int, dict, tuple, frozenset, Nothing)
"""Of these types, what is empty says nothing. (An empty list does.)"""


class NoticedUser:
    """``ActionRequest.user``, which tells when it is read."""

    def __get__(self, request: ActionRequest | None, owner: type) -> Any:
        if request is None:
            return None
        own = vars(request)
        if NOTICE in own:
            own[NOTICE]()
        return own.get("user")

    def __set__(self, request: ActionRequest, user: Any) -> None:
        vars(request)["user"] = user


ActionRequest.user = NoticedUser()
