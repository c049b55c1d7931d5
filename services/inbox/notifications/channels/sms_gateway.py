"""SMS by a gateway over HTTP: POST {"id", "to", "text"} as JSON, with a bearer token. Any 2xx means taken.

The id, also the Idempotency-Key, is the same at each try: a gateway that heeds it sends a repeat once.
"""

import requests

from services.inbox.notifications.channels import ChannelDown, MailPutOff, MailRefused
from services.inbox.notifications.outgoing import Mail

TIMEOUT_SECONDS = (3.0, 15.0)
PUT_OFF = (408, 425, 429)
UNTRUSTED = (401, 403)
_OK, _BAD, _DOWN = 300, 400, 500


class SmsGateway:
    """``url``: https://…; ``token``: a secret, sent as ``Authorization: Bearer``."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def send(self, letter: Mail) -> None:
        body = {"id": letter.id, "to": letter.recipient, "text": letter.body}
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": letter.id}
        try:
            with requests.Session() as session:
                session.trust_env = False  # no .netrc of the machine overrides our token
                answer = session.post(
                    self._url, json=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
                )
        except requests.RequestException as error:
            raise ChannelDown(reason=type(error).__name__) from None
        _judge(answer.status_code)


def _judge(status: int) -> None:
    reason = f"http_{status}"
    if status >= _DOWN or status in UNTRUSTED or _OK <= status < _BAD:
        raise ChannelDown(reason=reason)
    if status in PUT_OFF:
        raise MailPutOff(reason=reason)
    if status >= _BAD:
        raise MailRefused(reason=reason)
