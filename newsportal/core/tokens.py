"""Signed tokens for links in mails: a salt for each purpose, ids only, no table.

Signatures are HMAC-SHA256 by `django.core.signing`, compared in constant time; they survive a change of SECRET_KEY
while the old one stands in SECRET_KEY_FALLBACKS.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.core import signing

_SEPARATOR = "."
# ids, perhaps a time, 32 bytes of signature in base64: the last part of an address such as /newsletter/confirm/…/
_TOKEN = re.compile(r"(?<=/)\d+(?:-\d+)*\.(?:[0-9A-Za-z]+\.)?[0-9A-Za-z_-]{43}(?![0-9A-Za-z_-])")


class BadToken(Exception):
    """The token was not made by us for this purpose."""


class ExpiredToken(Exception):
    """The token is ours, but older than its purpose allows; `ids` is what it names."""

    def __init__(self, ids: tuple[int, ...]) -> None:
        super().__init__("The token has expired.")
        self.ids = ids


@dataclass(frozen=True)
class Purpose:
    """What a kind of link is for. `age` is how long its tokens work; None for ever, and then they never vary."""

    name: str
    age: dt.timedelta | None

    def token(self, *ids: int) -> str:
        """A token that names `ids` (primary keys); safe in an address as it stands."""
        return self._signer().sign("-".join(str(int(number)) for number in ids))

    def read(self, token: str) -> tuple[int, ...]:
        """The ids that `token` names. Raises BadToken, or ExpiredToken for one of ours that is too old."""
        signer = self._signer()
        try:
            value = signer.unsign(token)
        except signing.BadSignature:
            raise BadToken from None
        ids = tuple(int(number) for number in value.split("-"))
        if isinstance(signer, signing.TimestampSigner):
            self._check_age(signer, token, ids)
        return ids

    def _check_age(self, signer: signing.TimestampSigner, token: str, ids: tuple[int, ...]) -> None:
        try:
            signer.unsign(token, max_age=self.age)
        except signing.SignatureExpired:
            raise ExpiredToken(ids) from None

    def _signer(self) -> signing.Signer:
        signer = signing.Signer if self.age is None else signing.TimestampSigner
        return signer(salt=f"newsportal.{self.name}", sep=_SEPARATOR)


def without_tokens(text: str) -> str:
    """`text` with "…" for every token that stands in an address in it."""
    return _TOKEN.sub("…", text)
