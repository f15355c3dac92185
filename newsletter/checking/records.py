"""The records by which receivers know mail of ours: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), MX, PTR."""

import base64
import binascii
import re

import dkim.crypto

from newsletter.checking.findings import Finding, good, look, unknown, wrong
from newsletter.checking.names import Names, NoAnswer

# RFC 7208 section 4.6.4
MOST_LOOKUPS = 10
SHORTEST_KEY = 1024
_ASKS = re.compile(r"^[+?~-]?(?:(include|exists):(\S+)|(a|mx|ptr)(?:[:/]\S*)?)$|^redirect=(\S+)$", re.IGNORECASE)


def spf(domain: str, names: Names, *, relay: str) -> Finding:
    """The record of the domain in MAIL FROM: that there is one, what it ends with, how many look-ups it costs."""
    subject = f"SPF of {domain}"
    paste = f'{domain}. TXT "v=spf1 a:{relay} ~all"'
    try:
        records = _spf_records(domain, names)
        if not records:
            return wrong(subject, "There is no SPF record, so anybody may send in this name. Publish one.", paste)
        if len(records) > 1:
            return wrong(subject, f"There are {len(records)} SPF records; receivers take that for an error. Keep one.")
        cost, missing = _cost(records[0], names, {domain})
    except NoAnswer as error:
        return unknown(subject, f"The DNS did not answer ({error}).")
    if missing:
        return wrong(
            subject, f"It includes {', '.join(missing)}, which have no SPF record: receivers take it for an error."
        )
    if cost > MOST_LOOKUPS:
        return wrong(subject, f"It costs {cost} look-ups, and receivers stop at {MOST_LOOKUPS}. Take includes out.")
    terms = records[0].lower().split()
    if {"+all", "all"} & set(terms):
        return wrong(subject, "It ends in “+all”: everybody may send in this name. End it in “~all”.", paste)
    if not any(term in ("-all", "~all", "?all") or term.startswith("redirect=") for term in terms):
        return look(subject, "It does not say what of other senders; end it in “~all”.", paste)
    return good(subject, f"One record, {cost} of {MOST_LOOKUPS} look-ups.")


def dkim_key(domain: str, selector: str, names: Names) -> Finding:
    """The public key that the relay's signatures are checked with."""
    name = f"{selector}._domainkey.{domain}"
    subject = f"DKIM key {name}"
    try:
        records = names.texts(name)
    except NoAnswer as error:
        return unknown(subject, f"The DNS did not answer ({error}).")
    paste = f'{name}. TXT "v=DKIM1; k=rsa; p=<the public key of your relay>"'
    if not records:
        return wrong(subject, "There is no key. Publish the one that your relay signs with.", paste)
    tags = dict(part.strip().partition("=")[::2] for part in records[0].split(";") if "=" in part)
    tags = {name.strip().lower(): "".join(value.split()) for name, value in tags.items()}
    if not tags.get("p"):
        return wrong(subject, "The key was withdrawn (its “p=” is empty).", paste)
    if tags.get("k", "rsa").lower() == "ed25519":
        return look(subject, "It is an Ed25519 key, which not every receiver reads yet: sign with RSA as well.")
    try:
        bits = dkim.crypto.parse_public_key(base64.b64decode(tags["p"], validate=True))["modulus"].bit_length()
    except (binascii.Error, dkim.crypto.UnparsableKeyError, KeyError, ValueError):
        return wrong(subject, "What it holds is no RSA key. Paste it again, whole.", paste)
    if bits < SHORTEST_KEY:
        return wrong(
            subject, f"The key has {bits} bits; receivers ignore less than {SHORTEST_KEY}. Make one of 2048.", paste
        )
    if "y" in tags.get("t", "").lower().split(":"):
        return look(subject, "It is marked as a test (“t=y”): receivers do not rely on it. Take that out.")
    return good(subject, f"{bits} bits.")


def dmarc(sender: str, envelope: str, names: Names) -> list[Finding]:
    """The policy of the From domain, and whether the envelope's domain is aligned with it."""
    subject = f"DMARC of {sender}"
    paste = f'_dmarc.{sender}. TXT "v=DMARC1; p=none; rua=mailto:dmarc@{sender}"'
    try:
        place, record = _dmarc_record(sender, names)
    except NoAnswer as error:
        return [unknown(subject, f"The DNS did not answer ({error}).")]
    if not record:
        return [wrong(subject, "There is no DMARC record; Gmail and Yahoo refuse bulk mail without one.", paste)]
    tags = {name.strip().lower(): value.strip() for name, value in
            (part.partition("=")[::2] for part in record.split(";") if "=" in part)}  # fmt: skip
    policy = tags.get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        return [wrong(subject, f"Its policy “p={policy}” is none of none, quarantine and reject.", paste)]
    found = [good(subject, f"p={policy}, published at {place}.")]
    if not tags.get("rua"):
        found.append(
            look(subject, "It asks nobody for reports (“rua=”): you will not see who sends in your name.", paste)
        )
    strict = tags.get("aspf", "r").lower() == "s"
    aligned = envelope == sender if strict else _organisation(envelope, place) and _organisation(sender, place)
    if not aligned:
        words = (
            f"Mail is returned to {envelope}, which is not part of {place}: SPF does not count for {sender}, and all "
            "rests on DKIM. Choose a bounce domain below it."
        )
        found.append(look(f"Alignment of {envelope}", words, f"BOUNCE_DOMAIN=bounce.{sender}"))
    else:
        found.append(good(f"Alignment of {envelope}", f"It belongs to {place}."))
    return found


def bounce_domain(domain: str, names: Names) -> list[Finding]:
    """Whether mail to the bounce domain arrives anywhere, and whether its servers have names (RFC 1912 section 2.1)."""
    subject = f"Mail to {domain}"
    try:
        hosts = names.mail_servers(domain)
        if not hosts:
            return [
                wrong(
                    subject,
                    "It has no MX record: what cannot be delivered never comes back.",
                    f"{domain}. MX 10 mail.{domain}.",
                )
            ]
        return [good(subject, f"It goes to {', '.join(hosts)}."), *(_reverse(host, names) for host in hosts)]
    except NoAnswer as error:
        return [unknown(subject, f"The DNS did not answer ({error}).")]


def _reverse(host: str, names: Names) -> Finding:
    subject = f"Name of {host}"
    addresses = names.addresses(host)
    if not addresses:
        return wrong(subject, "The host has no address.")
    for address in addresses:
        known = names.names_of(address)
        if not known:
            return wrong(subject, f"{address} has no PTR record; ask whoever gave you the address for “{host}”.")
        if not any(address in names.addresses(name) for name in known):
            return wrong(subject, f"{address} is called {known[0]}, and that name does not lead back to it.")
    return good(subject, "Each of its addresses has a name that leads back to it.")


def _spf_records(domain: str, names: Names) -> list[str]:
    return [text for text in names.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]


def _cost(record: str, names: Names, seen: set[str]) -> tuple[int, list[str]]:
    """How many look-ups a record costs with all that it includes, and the included domains that have none."""
    cost, missing = 0, []
    for term in record.split()[1:]:
        found = _ASKS.match(term)
        if not found:
            continue
        cost += 1
        kind, domain = (found[1] or "").lower(), (found[2] if (found[1] or "").lower() == "include" else found[4]) or ""
        if kind == "exists" or not domain or "%" in domain or domain in seen or cost > 4 * MOST_LOOKUPS:
            continue
        seen.add(domain)
        inner = _spf_records(domain.rstrip(".").lower(), names)
        if not inner:
            missing.append(domain)
            continue
        more, lacking = _cost(inner[0], names, seen)
        cost, missing = cost + more, missing + lacking
    return cost, missing


def _dmarc_record(domain: str, names: Names) -> tuple[str, str]:
    """The place of the policy and its text: at the domain itself, or at one above it."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        place = ".".join(labels[start:])
        for text in names.texts(f"_dmarc.{place}"):
            if text.replace(" ", "").lower().startswith("v=dmarc1"):
                return place, text
    return "", ""


def _organisation(domain: str, place: str) -> bool:
    return domain == place or domain.endswith(f".{place}")
