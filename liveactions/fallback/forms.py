"""Forms without JavaScript: what ``{% live_post %}`` has put into one is posted to the page itself, as any form is.

The component is taken up where the page left it, in a page session without a socket that lives for this one request; so
everything is checked as always. Then the browser is sent to where the action says, or back to the page, which shows the
component as the action left it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, get_origin

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.utils.deprecation import MiddlewareMixin
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_protect

from liveactions import signing
from liveactions.bus import close_hub
from liveactions.bus.process import hubs
from liveactions.consumers.admission import digest_of
from liveactions.consumers.process import host
from liveactions.errors import LiveActionsError, TokenError
from liveactions.http.embedding import LEFT, LEFT_AGE, leave
from liveactions.http.files import disposition, media_type
from liveactions.results import Alert, Confirm, Download, Error, Multi, Notify, Redirect, Result, Toast, from_wire
from liveactions.results.words import Chunk
from liveactions.runtime import Node, Page, Surroundings
from liveactions.runtime.fitting import without_sockets
from liveactions.threads import runner
from liveactions.wire import decode
from liveactions.wire.frames import SERVER_FRAMES, Answer, Apply, Bye, Call, Mount, Ping, Pong, Set

__all__ = ["FIELD", "LiveForms", "check_installed"]

logger = logging.getLogger("liveactions")

FIELD = "live-post"
"""The hidden field of ``{% live_post %}``: the action, the way to its component, and the address of its root."""

CONFIRMED = "live-confirmed"
"""A field of this name says yes to what ``@action(confirm=…)`` asks."""

OURS = frozenset({FIELD, CONFIRMED, "csrfmiddlewaretoken"})
MAX_BYTES = 2**24

LEVELS = {
    "info": messages.INFO,
    "success": messages.SUCCESS,
    "warning": messages.WARNING,
    "error": messages.ERROR,
    "blue": messages.INFO,
    "green": messages.SUCCESS,
    "yellow": messages.WARNING,
    "orange": messages.WARNING,
    "red": messages.ERROR,
}


class LiveForms(MiddlewareMixin):
    """Django middleware, after those of sessions, CSRF, users and messages.

    Only posts with the field of ``{% live_post %}`` are answered, and their view is not called. Who may open the page
    is the view's business, who may run the action the component's.
    """

    def process_view(
        self, request: HttpRequest, view: Any, _args: list[Any], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """The answer to such a form; None for everything else. A view that is exempt from CSRF is left alone."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False) or FIELD not in request.POST:
            return None
        return csrf_protect(answer)(request)


def check_installed() -> None:
    """Raises ``ImproperlyConfigured`` where nobody would answer such a form."""
    if not is_among(tuple(settings.MIDDLEWARE)):
        raise ImproperlyConfigured(
            "{% live_post %} needs the middleware that answers what is posted. Put"
            ' "liveactions.fallback.LiveForms" behind those of sessions, CSRF, users and messages into MIDDLEWARE.'
        )


@lru_cache(maxsize=4)
def is_among(middleware: tuple[str, ...]) -> bool:
    found = map(import_string, middleware)
    return any(isinstance(each, type) and issubclass(each, LiveForms) for each in found)


def answer(request: HttpRequest) -> HttpResponse:
    try:
        form = read(request)
        done: Done = async_to_sync(performed)(form, surroundings_of(request))
    except LiveActionsError as error:
        messages.error(request, str(error.refusal().message), fail_silently=True)
        return back(request)
    return respond(request, done)


# What was posted ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Form:
    """``values`` are all the fields of the form, each as a list."""

    action: str
    path: list[str]
    address: str
    values: dict[str, list[str]]
    confirmed: bool


def read(request: HttpRequest) -> Form:
    """Raises ``TokenError`` for what ``{% live_post %}`` has not written."""
    try:
        action, path, address = map(exactly, json.loads(request.POST[FIELD]), (str, list, str))
    except (ValueError, TypeError, RecursionError):
        raise TokenError("This form was not made here.", hint="Reload the page.") from None
    values = {str(name): list(map(str, each)) for name, each in request.POST.lists() if name not in OURS}
    return Form(action, path, address, values, CONFIRMED in request.POST)


def exactly(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError
    return value


def surroundings_of(request: HttpRequest) -> Surroundings:
    user = getattr(request, "user", AnonymousUser())
    user.pk  # noqa: B018  # it is read from the database when it is first asked for anything: here, where that may be
    return Surroundings(
        user=user,
        csrf=partial(get_token, request),
        session=digest_of(request.COOKIES.get(settings.SESSION_COOKIE_NAME)),
        origin=f"{request.scheme}://{request.get_host()}",
    )


# What is done ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """What the action has answered, and by which key the component is found as it was left."""

    results: list[Result]
    refusal: list[Any] | None
    left: str


async def performed(form: Form, surroundings: Surroundings) -> Done:
    """Take up the component, write its bound fields, run the action. Raises ``LiveActionsError``."""
    borrowed = asyncio.get_running_loop() not in hubs  # a loop for this request only, where none runs for ever
    page = Page(without_sockets(host(runner()), MAX_BYTES), surroundings)
    visitor = Visitor(page)
    try:
        params = signing.read(form.address, surroundings.user).params
        return await visitor.fill_in(form, params)
    finally:
        page.end()
        await page.mailbox.idle()
        if borrowed:
            await close_hub()


class Visitor:
    """The ``Transport`` of a page session that has no socket, and the page's side of it."""

    gone = False

    def __init__(self, page: Page) -> None:
        self.page = page
        self.number = 0
        self.items: list[list[Any]] = []
        self.answers: asyncio.Queue[Answer | LiveActionsError] = asyncio.Queue()
        page.attach(self)

    async def send(self, data: bytes) -> None:
        frame = decode(data, SERVER_FRAMES, MAX_BYTES)
        if isinstance(frame, Apply | Answer):
            self.items += frame.items
        if isinstance(frame, Answer):
            self.answers.put_nowait(frame)
        elif isinstance(frame, Ping):
            self.page.receive(Pong(0))  # it is read
        elif isinstance(frame, Bye):
            self.answers.put_nowait(LiveActionsError(frame.message, code=frame.code))
        elif isinstance(frame, Apply) and any(isinstance(result, Confirm) for result in self.results()):
            self.answers.put_nowait(LiveActionsError("This asks questions, for which a browser needs JavaScript."))

    async def close(self, code: int) -> None:
        """Nobody is there to be told."""

    async def ask(self, kind: Callable[..., Mount | Set | Call], *fields: Any) -> list[Any] | None:
        """Send a numbered frame; the refusal, if it was refused."""
        self.number += 1
        self.page.receive(kind(self.number, 0, *fields))
        told = await self.answers.get()
        if isinstance(told, LiveActionsError):
            raise told
        return told.refusal

    def results(self) -> list[Result]:
        return [from_wire(word) for _, *word in self.items]

    async def fill_in(self, form: Form, params: Mapping[str, Any]) -> Done:
        if refusal := await self.ask(Mount, [[form.address, 0]]):
            raise mount_refused(refusal)
        (root,) = self.page.tree.roots
        node = found(root, form.path)
        self.items.clear()
        fields, arguments = told_apart(node, form)
        refusal = await self.ask(Set, node.id, fields) if fields else None
        if refusal is None:
            flags = {"confirmed": True} if form.confirmed else None
            refusal = await self.ask(Call, node.id, form.action, arguments, None, flags)
        left = await self.page.host.runner.run(partial(leave, self.page.tree, root, params))
        return Done(self.results(), refusal, left)


def mount_refused(refusal: list[Any]) -> LiveActionsError:
    code, message = refusal[3]["tokens"]["0"]
    return LiveActionsError(message, code=code)


def found(root: Node, path: Iterable[str]) -> Node:
    """The component at the end of a path. Raises ``TokenError`` if it does not stand there any more."""
    node = root
    for key in path:
        if key not in node.children:
            raise TokenError("What this form belongs to is not there any more.", hint="Look at the page again.")
        node = node.children[key]
    return node


def told_apart(node: Node, form: Form) -> tuple[dict[str, Any], dict[str, Any]]:
    """Which of the values are bound fields, and which are arguments of the action; a name may be both."""
    fields = {
        name: as_wanted(form.values[name], node.declared.fields[name].annotation)
        for name in node.declared.bound
        if name in form.values
    }
    spec = node.declared.actions.get(form.action)
    wanted = {} if spec is None else spec.arguments.parameters
    arguments = {}
    for name, values in form.values.items():
        if name in wanted:
            arguments[name] = as_wanted(values, wanted[name].annotation)
        elif name not in fields:
            arguments[name] = values[-1] if len(values) == 1 else values
    return fields, arguments


def as_wanted(values: list[str], annotation: Any) -> Any:
    """A form does not say whether it means one value or a list of one; the annotation does."""
    wants_list = (get_origin(annotation) or annotation) in (list, tuple, set, frozenset)
    return values if wants_list or len(values) > 1 else values[0]


# What is answered -----------------------------------------------------------------------------------------------


class SeeOther(HttpResponseRedirect):
    """Whatever was posted, the next request is a GET: loading the page again does nothing twice."""

    status_code = 303


def respond(request: HttpRequest, done: Done) -> HttpResponse:
    results = list(flat(done.results))
    tell(request, results, done.refusal)
    for result in results:
        if isinstance(result, Redirect):
            return SeeOther(result.url)
        if isinstance(result, Download):
            return fetched(result, results)
    response = back(request)
    response.set_cookie(
        LEFT, done.left, LEFT_AGE, path=request.path, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


def back(request: HttpRequest) -> HttpResponse:
    return SeeOther(request.get_full_path())


def flat(results: Iterable[Result]) -> Iterable[Result]:
    for result in results:
        if isinstance(result, Multi):
            yield from flat(result.actions)
        else:
            yield result


def fetched(download: Download, results: Iterable[Result]) -> HttpResponse:
    if download.url is not None:
        return SeeOther(download.url)
    pieces = [each.data for each in results if isinstance(each, Chunk) and each.download == download.id]
    headers = {"Content-Disposition": disposition(download.filename), "X-Content-Type-Options": "nosniff"}
    content = download.content if download.content is not None else b"".join(pieces)
    return HttpResponse(content, content_type=media_type(download.mimetype), headers=headers)


def tell(request: HttpRequest, results: Iterable[Result], refusal: list[Any] | None) -> None:
    """What the page would have shown, as messages of Django."""
    told = [*filter(None, map(message_of, results))]
    if refusal is not None and not any(level == messages.ERROR for level, _ in told):
        told.append((messages.ERROR, refusal[2]))
    for level, text in told:
        messages.add_message(request, level, text, fail_silently=True)
    if told and not hasattr(request, "_messages"):
        logger.warning("What a form was answered is not shown: django.contrib.messages is not installed.")


def message_of(result: Result) -> tuple[int, str] | None:
    if isinstance(result, Toast | Alert):
        level = LEVELS[result.level]
    elif isinstance(result, Notify):
        level = LEVELS[result.color]
    elif isinstance(result, Error):
        level = messages.ERROR
    else:
        return None
    text = str(result.message)
    return level, mark_safe(text) if getattr(result, "html", False) else text  # noqa: S308  # the application's own
