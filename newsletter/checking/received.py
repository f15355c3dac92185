"""A mail of ours as somebody received it: does its signature hold, and does it cover what it has to (RFC 8058, 3.1)?"""

import email
import email.policy
import re
from collections.abc import Callable
from email.utils import parseaddr

import dkim

from newsletter.checking.findings import Finding, good, look, wrong
from newsletter.checking.names import Names

_ONE_CLICK = ("list-unsubscribe", "list-unsubscribe-post")
LONGEST_LINE = 998


def check_received(raw: bytes, names: Names) -> list[Finding]:
    """Looks at a whole raw mail, as a mail program saves it."""
    raw = re.sub(rb"\r?\n", b"\r\n", raw)
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    sender = parseaddr(str(message.get("From", "")))[1].rpartition("@")[2].lower()
    if not sender:
        return [wrong("From", "This is no mail: it has no sender. Save it with all its headers (“show original”).")]
    signatures = message.get_all("DKIM-Signature", [])
    if not signatures:
        return [wrong("DKIM", "The mail is not signed. Have your relay sign with DKIM."), *_headers(message, raw)]
    found = [_signature(raw, place, str(text), sender, _asking(names)) for place, text in enumerate(signatures)]
    best = next((finding for finding in found if finding.verdict.value == "ok"), None)
    return [*([best] if best else found), *_headers(message, raw)]


def _signature(raw: bytes, place: int, text: str, sender: str, ask: Callable[..., bytes]) -> Finding:
    tags = {name.strip(): "".join(value.split()) for name, value in
            (part.partition("=")[::2] for part in text.split(";") if "=" in part)}  # fmt: skip
    domain, subject = tags.get("d", "").lower(), f"DKIM signature of {tags.get('d', '?')}"
    try:
        holds = dkim.DKIM(raw).verify(idx=place, dnsfunc=ask)
    except (dkim.DKIMException, ValueError, IndexError, KeyError) as error:
        return wrong(subject, f"It does not hold: {error}")
    if not holds:
        return wrong(subject, "It does not hold: the mail was changed on its way, or the key is another one.")
    covered = tags.get("h", "").lower().split(":")
    bare = [name for name in _ONE_CLICK if name not in covered]
    if bare:
        words = f"It holds, but does not cover {' and '.join(bare)}: Gmail shows no unsubscribe button."
        return wrong(
            subject,
            words,
            "Add both to the headers that your relay signs (Rspamd: sign_headers; OpenDKIM: SignHeaders).",
        )
    if not (domain == sender or domain.endswith(f".{sender}") or sender.endswith(f".{domain}")):
        return wrong(subject, f"It holds, and is not aligned: the sender is {sender}. Sign with d={sender}.")
    return good(subject, "It holds, covers both unsubscribe headers, and is aligned with the sender.")


def _headers(message: email.message.Message, raw: bytes) -> list[Finding]:
    link, post = str(message.get("List-Unsubscribe", "")), str(message.get("List-Unsubscribe-Post", "")).strip()
    found = []
    if not re.search(r"<https://[^>]+>", link) or post != "List-Unsubscribe=One-Click":
        found.append(
            wrong("List-Unsubscribe", "The mail lacks an https address there, or “List-Unsubscribe=One-Click”.")
        )
    else:
        found.append(good("List-Unsubscribe", "Both headers are there."))
    if not message.get("List-Id"):
        found.append(look("List-Id", "The mail has none; readers' filters rely on it. Is it a newsletter of ours?"))
    if max(map(len, raw.split(b"\r\n"))) > LONGEST_LINE:
        found.append(wrong("Lines", f"A line is longer than {LONGEST_LINE} octets (RFC 5322, 2.1.1)."))
    return found


def _asking(names: Names) -> Callable[..., bytes]:
    def ask(name: bytes | str, timeout: int = 5) -> bytes:
        text = name.decode() if isinstance(name, bytes) else name
        return next(iter(names.texts(text.rstrip("."))), "").encode()

    return ask
