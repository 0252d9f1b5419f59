"""Words that leave the suite: by e-mail, to a webhook, or into a file. Whoever takes them is named in the settings."""

from __future__ import annotations

import json
import smtplib
from email.message import EmailMessage
from typing import TYPE_CHECKING, Final
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from queries.export import visible
from replica.errors import ReplicaError, redact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from replica.settings import Settings

SECONDS: Final = 10
_SUBMISSION: Final = 587


class NotDelivered(ReplicaError):
    """Somebody did not take a message."""

    exit_code = 3


def deliver(
    settings: Settings, subject: str, text: str, *, html: str | None = None, file: Path | None = None
) -> tuple[str, ...]:
    """Send a plain text everywhere the settings and `file` say; returns where it went. E-mail also carries `html`.

    Every way is tried. Raises NotDelivered after the last one when any of them failed.
    """
    went: list[str] = []
    failed: list[str] = []
    if settings.alert_smtp is not None:
        _try(lambda: mail(settings, settings.alert_to, subject, text, html=html), "e-mail", went, failed)
    if settings.alert_webhook is not None:
        _try(lambda: post(settings, f"{subject}\n{text}"), "webhook", went, failed)
    if file is not None:
        _try(lambda: _append(file, f"{subject}\n\n{text}\n"), f"file {file.name}", went, failed)
    if failed:
        reached = f" It did reach {' and '.join(went)}." if went else ""
        raise NotDelivered(
            f"Not delivered: {'; '.join(failed)}.{reached}", "Look at AUTOREV_ALERT_SMTP and AUTOREV_ALERT_WEBHOOK."
        )
    return tuple(went)


def mail(settings: Settings, to: Sequence[str], subject: str, text: str, *, html: str | None = None) -> None:
    """Send an e-mail by the server of the settings; encrypted where it can."""
    if settings.alert_smtp is None or not settings.alert_from:
        raise NotDelivered("No server for e-mail is named.", "Set AUTOREV_ALERT_SMTP and AUTOREV_ALERT_FROM.")
    message = EmailMessage()
    message["Subject"] = " ".join(visible(subject).split())
    message["From"], message["To"] = settings.alert_from, ", ".join(to)
    message.set_content(visible(text))
    if html is not None:
        message.add_alternative(html, subtype="html")
    parts = urlsplit(settings.alert_smtp.get_secret_value())
    host, secure = parts.hostname or "", parts.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(host, parts.port or (0 if secure else _SUBMISSION), timeout=SECONDS) as server:
        if not secure and server.ehlo()[0] and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            if not secure and not server.has_extn("auth"):
                raise NotDelivered(
                    "The server takes no password.", "Leave user and password out of AUTOREV_ALERT_SMTP."
                )
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def post(settings: Settings, text: str) -> None:
    """Post a text to the webhook of the settings; nothing in it is a link, a mention or a format there."""
    if settings.alert_webhook is None:
        raise NotDelivered("No webhook is named.", "Set AUTOREV_ALERT_WEBHOOK.")
    plain = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    body = json.dumps({"text": plain, "mrkdwn": False}).encode()
    address = settings.alert_webhook.get_secret_value()
    asked = Request(address, body, {"Content-Type": "application/json"})  # noqa: S310  the settings take https only
    with urlopen(asked, timeout=SECONDS):  # noqa: S310  as above
        pass


def _append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(visible(text))


def _try(send: Callable[[], None], where: str, went: list[str], failed: list[str]) -> None:
    try:
        send()
    except ReplicaError as refused:
        failed.append(f"{where}: {refused.sentence}")
    except (OSError, URLError, smtplib.SMTPException) as refused:
        # What a server answers may repeat the address.
        failed.append(f"{where}: {redact(str(refused)) or type(refused).__name__}")
    else:
        went.append(where)
