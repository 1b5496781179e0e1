from __future__ import annotations

import email
from email import policy

import pytest
from aiosmtpd.controller import Controller
from django.contrib.auth.models import Permission

from sample_site.desk.models import Customer
from tests.mailing import send_by
from tests.servers import HOST, free_port


class Postbox:
    """What a mail server has taken, as messages; ``refuse`` is what it answers instead."""

    def __init__(self):
        self.mails, self.envelopes = [], []
        self.refuse = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def postbox(settings):
    """A real mail server on this machine, to which Django sends."""
    box = Postbox()
    port = free_port()
    server = Controller(box, hostname=HOST, port=port)
    server.start()
    send_by(settings, "django.core.mail.backends.smtp.EmailBackend", host=HOST, port=port)
    settings.DEFAULT_FROM_EMAIL = "Desk <desk@shop.test>"
    yield box
    server.stop()


@pytest.fixture
def ada(db):
    return Customer.objects.create(name="Ada", city="Turin")


@pytest.fixture
def people(db, django_user_model):
    """``people("ana")`` is a user who may see customers; ``people("eve", may=False)`` may not."""

    def make(name, *, may=True):
        user = django_user_model.objects.create_user(name, email=f"{name}@shop.test", first_name=name.title())
        if may:
            user.user_permissions.add(Permission.objects.get(codename="view_customer"))
        return user

    return make


@pytest.fixture
def ana(people):
    return people("ana")
