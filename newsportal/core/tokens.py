"""Signed tokens for links in mails: a salt for each purpose, ids only, no table.

Signatures are HMAC-SHA256 by `django.core.signing`, compared in constant time; they survive a change of SECRET_KEY
while the old one stands in SECRET_KEY_FALLBACKS.
"""

import base64
import datetime as dt
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

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
        kind = _Signer if self.age is None else _TimestampSigner
        return _made_signer(kind, f"newsportal.{self.name}", settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS))


class _KeptHash:
    """Django's signature of a text. Its keyed hash is kept, as an issue to a hundred thousand has two tokens a mail."""

    def signature(self, value: str, key: str | None = None) -> str:
        keyed = _keyed_hash(f"{self.salt}signer", key or self.key).copy()
        keyed.update(value.encode())
        return signing.b64_encode(keyed.digest()).decode()


class _Signer(_KeptHash, signing.Signer):
    pass


class _TimestampSigner(_KeptHash, signing.TimestampSigner):
    pass


@lru_cache(maxsize=64)
def _made_signer(kind: type[signing.Signer], salt: str, key: str, fallbacks: tuple[str, ...]) -> signing.Signer:
    return kind(key=key, fallback_keys=fallbacks, salt=salt, sep=_SEPARATOR)


@lru_cache(maxsize=64)
def _keyed_hash(salt: str, key: str) -> hmac.HMAC:
    return salted_hmac(salt, b"", secret=key, algorithm="sha256")


@dataclass(frozen=True)
class ShortPurpose:
    """For where room is scarce and the case of letters may be lost, such as the local part of a mail address.

    128 bits of HMAC-SHA256 in lower-case base 32, for ever.
    """

    name: str

    def signature(self, text: str) -> str:
        """26 letters and digits that only we can make for `text`."""
        return self._signatures(text)[0]

    def is_signed(self, text: str, signature: str) -> bool:
        """Whether `signature` is ours for `text`, whatever its case, by today's key or an earlier one."""
        return any(constant_time_compare(signature.lower(), ours) for ours in self._signatures(text))

    def token(self, number: int) -> str:
        """A token that names `number` (a primary key)."""
        return f"{int(number)}{_SEPARATOR}{self.signature(str(int(number)))}"

    def read(self, token: str) -> int:
        """The number that `token` names. Raises BadToken."""
        number, _separator, signature = token.partition(_SEPARATOR)
        if not (number.isascii() and number.isdecimal() and len(number) < 20 and self.is_signed(number, signature)):
            raise BadToken
        return int(number)

    def _signatures(self, text: str) -> list[str]:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        salt = f"newsportal.{self.name}"
        digests = [salted_hmac(salt, text, secret=key, algorithm="sha256").digest()[:16] for key in keys]
        return [base64.b32encode(digest).decode().rstrip("=").lower() for digest in digests]


def without_tokens(text: str) -> str:
    """`text` with "…" for every token that stands in an address in it."""
    return _TOKEN.sub("…", text)
