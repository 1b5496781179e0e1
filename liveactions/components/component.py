"""The component: a Python class with state, a template and actions, whose instances live on pages."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from liveactions.components.annotations import NAMESPACE
from liveactions.components.asked import Asked
from liveactions.components.declaration import declaration, declare
from liveactions.components.registry import registry
from liveactions.components.state import assign, fill
from liveactions.components.watch import Book, meet_user
from liveactions.results import audience
from liveactions.results.audience import Audience

if TYPE_CHECKING:
    from typing_extensions import Self

    from liveactions.components.request import ActionRequest

__all__ = ["Component", "bind_mount"]


class Component:
    """Subclass it, annotate its state, mark its actions::

        class Counter(Component):
            template_name = "counter.html"
            count: int = 0

            @action
            def increment(self, by: int = 1):
                self.count += by

    State is what is annotated and public, inherited fields included; the server keeps it for as long as the page
    lives. ``template_name`` names a template, or ``template`` is its source; a class with neither can only be
    subclassed. ``name = "desk.counter"`` replaces the public name, which is else made of the app and the class.
    """

    __slots__ = ("__dict__", "__weakref__", "_book")

    if TYPE_CHECKING:
        _book: Book

    template_name: ClassVar[str | None] = None
    template: ClassVar[str | None] = None

    do_not_call_in_templates: ClassVar[bool] = True
    """Django's word for it: ``{% live board_class %}`` means the class, not an instance made by the template."""

    id: int = 0
    """The id of the instance, unique in its page."""
    page: str = ""
    """The id of the page session it lives in."""
    if TYPE_CHECKING:
        request: ActionRequest | None
    else:
        request = Asked()
    """The call that is being answered; None outside of an action."""
    _user: Any = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "<locals>" in cls.__qualname__:
            # Types that were made in the same function are known to nobody else.
            frame = inspect.currentframe()
            around = frame and frame.f_back
            setattr(cls, NAMESPACE, dict(around.f_locals) if around else {})
        declare(cls, root=Component)
        registry.enrol(cls)

    def __init__(self, /, **params: Any) -> None:
        fill(self)
        self._params = params  # until bind_mount takes them

    @classmethod
    def create(cls, params: Mapping[str, Any] | None = None) -> Self:
        """A new instance with its defaults, not mounted yet: for the host, which goes on with ``bind_mount``."""
        return cls(**(params or {}))

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} {self.id} of page {self.page or '-'}>"

    def __getstate__(self) -> dict[str, Any]:
        """Of a copy nothing has been noted yet."""
        return dict(vars(self))

    # ── Who and where ──

    @property
    def user(self) -> Any:
        """The user of the present call, else the one for whom the component was mounted; None if there is none."""
        if self.request is not None:
            return self.request.user
        meet_user(self)
        return self._user

    @property
    def address(self) -> Audience:
        """The audience that is this one component: ``broadcast(self.address, …)``."""
        return audience.component(self.page, self.id)

    # ── Life (the table is in life.py) ──

    if TYPE_CHECKING:
        # A subclass may name any parameters: only this signature lets a type checker agree.
        def mount(self, *_: Any, **params: Any) -> Any: ...
    else:

        def mount(self, **params: Any) -> Any:
            """Set the component up with what the page gives. As it is: each goes to the field of its name."""
            assign(self, params)

    def restored(self) -> Any:
        """The state was taken from a snapshot; ``mount`` was not run."""

    def updated(self, changed: frozenset[str]) -> Any:
        """The named fields have changed; the render comes next."""

    def unmount(self) -> Any:
        """The component has left its page."""

    def topics(self) -> Any:
        """The names of the topics whose news this component follows, such as ``["team.7"]``."""
        topics: Iterable[str] = ()
        return topics


declare(Component, root=Component)


def bind_mount(component: Component) -> Callable[[], Any]:
    """The component's ``mount`` with the parameters given to ``create``, checked by its annotations, ready to run.

    Raises ``ArgumentError`` for parameters that do not fit. The host calls ``check`` afterwards.
    """
    values = declaration(type(component)).mount.bind(vars(component).pop("_params", {}))
    return partial(component.mount, **values)
