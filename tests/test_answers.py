"""What Django's own exceptions and answers mean."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import CharField, Form
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseNotFound,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.utils import translation

from liveactions import Download, Error, Redirect
from liveactions.answers import DjangoTranslator
from liveactions.errors import ResultError

TRANSLATOR = DjangoTranslator()


def invalid_form() -> Form:
    class Order(Form):
        qty = CharField()

        def clean(self):
            raise ValidationError("Nothing to order.")

    form = Order({})
    form.is_valid()
    return form


MEANT = {
    "permission": (PermissionDenied("Not you."), ("action.forbidden", Error("Not you.", status=403))),
    "permission without words": (PermissionDenied(), ("action.forbidden", Error("Forbidden", status=403))),
    "not found": (Http404("order 7 of shop 3"), ("action.not_found", Error("Not found", status=404))),
    "invalid": (
        ValidationError("Too many."),
        ("action.invalid", Error("Too many.", errors={"__all__": ["Too many."]}, status=422)),
    ),
    "invalid field": (
        ValidationError({"qty": ["Too many.", "Odd."]}),
        ("action.invalid", Error("Too many. Odd.", errors={"qty": ["Too many.", "Odd."]}, status=422)),
    ),
    "invalid form": (
        ValidationError(invalid_form().errors.as_data()),
        (
            "action.invalid",
            Error(
                "This field is required. Nothing to order.",
                errors={"qty": ["This field is required."], "__all__": ["Nothing to order."]},
                status=422,
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", MEANT)
def test_an_exception_of_django_has_a_meaning(name):
    exception, meant = MEANT[name]
    assert TRANSLATOR.error(exception) == meant


@pytest.mark.parametrize("exception", [ValueError("secret"), KeyError("secret"), RuntimeError("secret")])
def test_of_any_other_no_word_gets_out(exception):
    assert TRANSLATOR.error(exception) is None
    assert TRANSLATOR.traceback(exception) is None


def test_the_words_are_in_the_users_language():
    with translation.override("de"):
        assert TRANSLATOR.error(Http404())[1].message


def test_in_debug_there_is_a_traceback(settings):
    settings.DEBUG = True
    try:
        raise ValueError("secret")
    except ValueError as error:
        told = TRANSLATOR.traceback(error)
    assert "ValueError: secret" in told and "test_answers.py" in told


@pytest.mark.parametrize("kind", [HttpResponseRedirect, HttpResponsePermanentRedirect])
def test_a_redirect_of_django_is_one_of_ours(kind):
    assert TRANSLATOR.foreign(kind("/orders/7/?a=b")) == Redirect("/orders/7/?a=b")


def test_a_redirect_may_not_leave_the_site():
    with pytest.raises(ResultError):
        TRANSLATOR.foreign(HttpResponseRedirect("//elsewhere.example/"))


@pytest.mark.parametrize("response", [HttpResponse("x"), JsonResponse({}), HttpResponseNotFound()])
def test_any_other_response_cannot_go_over_a_socket(response):
    with pytest.raises(ResultError, match=f"status {response.status_code}"):
        TRANSLATOR.foreign(response)


def attachment(header: str, content: bytes = b"a;b") -> HttpResponse:
    return HttpResponse(content, content_type="text/csv", headers={"Content-Disposition": header})


def test_an_attachment_is_a_download():
    assert TRANSLATOR.foreign(attachment('attachment; filename="orders.csv"')) == Download(
        "orders.csv", b"a;b", "text/csv"
    )


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment", "download"),
        ('ATTACHMENT; filename="a.csv"', "a.csv"),
        ("attachment; filename=\"a.csv\"; filename*=UTF-8''%C3%BC.csv", "ü.csv"),
        ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("attachment; filename*=UTF-8''a%0d%0ab.csv", "ab.csv"),
        ('attachment; filename="C:\\\\temp\\\\a.csv"', "a.csv"),
        ('attachment; filename="say \\"hi\\".csv"', 'say "hi".csv'),
    ],
)
def test_the_name_of_an_attachment_is_without_folders_and_control_characters(header, name):
    assert TRANSLATOR.foreign(attachment(header)).filename == name


@pytest.mark.parametrize(
    "response",
    [
        lambda: FileResponse(io.BytesIO(b"many rows"), as_attachment=True, filename="rows.csv"),
        lambda: StreamingHttpResponse(
            iter([b"many ", b"rows"]),
            content_type="text/csv",
            headers={"Content-Disposition": "attachment; filename=rows.csv"},
        ),
    ],
)
def test_an_attachment_that_streams_is_written_to_the_disk(response):
    download = TRANSLATOR.foreign(response())
    assert (download.filename, download.mimetype, download.content) == ("rows.csv", "text/csv", None)
    assert Path(download.path).read_bytes() == b"many rows"
    Path(download.path).unlink()


def test_the_file_of_an_attachment_is_closed():
    file = io.BytesIO(b"x")
    Path(TRANSLATOR.foreign(FileResponse(file, as_attachment=True, filename="x")).path).unlink()
    assert file.closed


def test_an_attachment_that_streams_asynchronously_is_an_error():
    async def rows():
        yield b"row"

    with pytest.raises(ResultError, match="asynchronously"):
        TRANSLATOR.foreign(StreamingHttpResponse(rows(), headers={"Content-Disposition": "attachment"}))


def test_an_attachment_that_says_no_is_an_error():
    response = attachment("attachment")
    response.status_code = 404
    with pytest.raises(ResultError, match="status 404"):
        TRANSLATOR.foreign(response)


@pytest.mark.parametrize("value", [7, object(), [HttpResponseRedirect("/")]])
def test_what_is_no_response_is_left_to_others(value):
    assert TRANSLATOR.foreign(value) is None
