"""Questions to the DNS, with short patience. Tests put a table of answers in its place."""

import dns.exception
import dns.resolver
import dns.reversename

SECONDS = 4


class NoAnswer(Exception):
    """The DNS did not answer in time: nothing is known."""


class Names:
    """An empty list means that there is no such record; raises NoAnswer where nobody said so."""

    def __init__(self) -> None:
        self._resolver = dns.resolver.Resolver()
        self._resolver.lifetime = self._resolver.timeout = SECONDS

    def texts(self, name: str) -> list[str]:
        """TXT records, their pieces put together."""
        return [b"".join(row.strings).decode("utf-8", "replace") for row in self._ask(name, "TXT")]

    def mail_servers(self, name: str) -> list[str]:
        """Hosts of MX records, the preferred first."""
        rows = sorted(self._ask(name, "MX"), key=lambda row: row.preference)
        return [str(row.exchange).rstrip(".").lower() for row in rows]

    def addresses(self, name: str) -> list[str]:
        """IPv4 and IPv6 addresses."""
        return [str(row) for kind in ("A", "AAAA") for row in self._ask(name, kind)]

    def names_of(self, address: str) -> list[str]:
        """PTR records of an IP address."""
        reverse = dns.reversename.from_address(address)
        return [str(row.target).rstrip(".").lower() for row in self._ask(reverse.to_text(), "PTR")]

    def _ask(self, name: str, kind: str) -> list[object]:
        try:
            return list(self._resolver.resolve(name, kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise NoAnswer(f"{kind} of {name}: {type(error).__name__}") from error
