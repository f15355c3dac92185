"""A mail server that wants TLS and a password, with a certificate of an authority of its own."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "portal", "correct horse"


def make_certificates(folder, *, name="127.0.0.1"):
    """Files for a server of that name (an IP address) and for whoever is to trust it: (chain, key, authority)."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _side in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
    authority = _certificate(
        issuer, issuer, authority_key, authority_key, x509.BasicConstraints(ca=True, path_length=0)
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))])
    own = _certificate(subject, issuer, key, authority_key, names)
    paths = folder / "server.pem", folder / "server.key", folder / "authority.pem"
    paths[0].write_bytes(own.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    paths[2].write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    return paths


def _certificate(subject, issuer, key, issuer_key, extension):
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - dt.timedelta(days=1),
        not_valid_after=now + dt.timedelta(days=1),
    )
    return builder.add_extension(extension, critical=subject == issuer).sign(issuer_key, hashes.SHA256())


class _Box:
    """What was taken, and whether the line was encrypted and the password given by then."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos[0], session.ssl is not None, session.authenticated))
        return "250 2.0.0 Taken"


def _check(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=good, message=None if good else "535 5.7.8 Wrong user or password")


@contextmanager
def secure_relay(folder=None, *, at_once=False, **options):
    """`with secure_relay(tmp_path) as (port, mails)`; without a folder there is no TLS at all."""
    context = None
    if folder:
        chain, key, _authority = make_certificates(folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain, key)
    box, loop, ready = _Box(), asyncio.new_event_loop(), threading.Event()
    stop, port = asyncio.Event(), []

    def session() -> SMTP:
        # Its login wants TLS by itself, and does not know of one that was there from the start.
        wanted = {"require_starttls": bool(context) and not at_once, "auth_require_tls": bool(context) and not at_once}
        tls = None if at_once else context
        return SMTP(box, loop=loop, tls_context=tls, authenticator=_check, **wanted, **options)

    async def serve() -> None:
        server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if at_once else None)
        port.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield port[0], box.mails
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
