"""Mail: messages, notes and followers on the records of a site. ``pip install 'liveactions[mail]'``.

``"liveactions.contrib.mail"`` goes into ``INSTALLED_APPS`` (with ``liveactions.contrib.windows``). An action answers
with ``SendMessage()`` and the composer opens; ``{% live "live_mail.chatter" record=order %}`` shows what was written.
Code writes by ``liveactions.contrib.mail.messages``: ``write(…)``, ``send(…)``, ``follow(…)``.
"""
