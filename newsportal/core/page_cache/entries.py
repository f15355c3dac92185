"""A page as it is kept, and as it is answered."""

import gzip
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsportal.core.page_cache.encodings import IDENTITY, in_all

Headers = list[tuple[str, str]]

# What is kept: pages, moves that are for good, pages of what was taken down. What is not there may be there soon.
KEPT_STATUSES = frozenset({"200", "301", "410"})
# Written for each answer.
_OWN = frozenset(
    "cache-control vary etag content-length content-encoding x-request-id date connection warning x-cache age".split()
)
_SECONDS = re.compile(r"(s-maxage|stale-while-revalidate|stale-if-error)\s*=\s*(\d{1,9})", re.IGNORECASE)
WARNING = '111 - "Revalidation Failed"'
# What an entry costs in memory beside its bodies.
OVERHEAD = 3000


@dataclass(slots=True)
class Entry:
    """One page. `number` is that of the last purge before it was made, `born` the time (seconds since the epoch).

    It is good for `age` seconds, may be given out for `stale` more while a new one is made, and for `kept` more when
    none can be made. Plain text is not kept with the packed forms: it is made of them when somebody asks for it.
    """

    status: str
    headers: Headers
    etag: str
    tags: tuple[str, ...]
    number: int
    born: float
    age: int
    stale: int
    kept: int
    bodies: dict[str, bytes]
    verified: int = -1
    # Since its size was asked for; since its last turn to go (newsportal.core.page_cache.memory).
    has_grown: bool = False
    is_used: bool = False
    _answers: dict[tuple[str, str], tuple[int, Headers, bytes]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """In bytes of memory."""
        self.has_grown = False
        return OVERHEAD + sum(map(len, self.bodies.values()))

    def is_fresh(self, now: float) -> bool:
        return now < self.born + self.age

    def is_fresh_enough(self, now: float) -> bool:
        """Whether it may be given out while a new one is made. Never past a change that was planned."""
        return now < self.born + self.age + self.stale

    def is_kept(self, now: float) -> bool:
        """Whether it may be given out when no new one can be made."""
        return now < self.born + self.age + self.kept

    def body(self, encoding: str) -> tuple[bytes, str]:
        """The body in the encoding, or as it is; with the encoding that it came to be."""
        if encoding in self.bodies:
            return self.bodies[encoding], encoding
        if IDENTITY not in self.bodies:
            self.bodies[IDENTITY] = gzip.decompress(self.bodies["gzip"])
            self.has_grown = True
        return self.bodies[IDENTITY], IDENTITY

    def answer(self, encoding: str, mark: str, now: float) -> tuple[Headers, bytes]:
        """Headers and body of an answer at `now` in the encoding, or plain where it does not make the page smaller;
        `mark` is what X-Cache says. The headers are the same for a whole second.
        """
        second = int(now)
        made = self._answers.get((encoding, mark))
        if made is None or made[0] != second:
            body, came_to_be = self.body(encoding)
            headers = self._headers(came_to_be, mark, now)
            headers.append(("Content-Length", str(len(body))))
            made = self._answers[encoding, mark] = (second, headers, body)
        return made[1], made[2]

    def _headers(self, encoding: str, mark: str, now: float) -> Headers:
        left = max(0, int(self.born + self.age - now)) if mark in ("hit", "miss") else 0
        control = f"public, max-age=0, s-maxage={left}, stale-while-revalidate={self.stale}, stale-if-error={self.kept}"
        headers = [
            *self.headers,
            ("Cache-Control", control),
            ("Vary", "Accept-Encoding"),
            ("ETag", self.etag),
            ("X-Cache", mark),
        ]
        if encoding != IDENTITY:
            headers.append(("Content-Encoding", encoding))
        if mark == "stale-error":
            headers.append(("Warning", WARNING))
        return headers

    def without_plain(self) -> "Entry":
        """Ready to be kept: plain text goes where it can be made of a packed form."""
        if "gzip" in self.bodies:
            self.bodies.pop(IDENTITY, None)
        return self

    def pack(self) -> bytes:
        """As bytes, for `unpack`."""
        names = list(self.bodies)
        facts = [self.status, self.headers, self.etag, self.tags, self.number, self.born]
        facts += [self.age, self.stale, self.kept, [(name, len(self.bodies[name])) for name in names]]
        head = json.dumps(facts, separators=(",", ":")).encode()
        return b"".join([len(head).to_bytes(4, "big"), head, *(self.bodies[name] for name in names)])

    @classmethod
    def unpack(cls, data: bytes) -> "Entry":
        """What `pack` made; raises ValueError for anything else."""
        end = 4 + int.from_bytes(data[:4], "big")
        status, headers, etag, tags, number, born, age, stale, kept, sizes = json.loads(data[4:end])
        bodies = {}
        for name, size in sizes:
            bodies[name] = data[end : end + size]
            end += size
        if end != len(data):
            raise ValueError("not a page of this cache")
        return cls(status, [tuple(pair) for pair in headers], etag, tuple(tags), number, born, age, stale, kept, bodies)


def seconds_of(cache_control: str) -> dict[str, int]:
    """The ages that a Cache-Control header states."""
    return {name.lower(): int(value) for name, value in _SECONDS.findall(cache_control)}


def may_be_kept(status: str, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether an answer is the same for everybody, by what it says of itself."""
    said = {name.lower(): value for name, value in headers}
    words = {word.strip().lower() for word in said.get("cache-control", "").split(",")}
    varies = {word.strip().lower() for word in said.get("vary", "").split(",")} - {"", "accept-encoding"}
    return (
        status[:3] in KEPT_STATUSES
        and "public" in words
        and not words & {"private", "no-store", "no-cache"}
        and not varies
        and "set-cookie" not in said
        and "content-encoding" not in said
        and "'nonce-" not in said.get("content-security-policy", "")
    )


def entry_of(status: str, headers: Headers, body: bytes, *, number: int, born: float, etag: str) -> Entry:
    """The entry of an answer that may be kept, in every encoding."""
    said = {name.lower(): value for name, value in headers}
    ages = seconds_of(said.get("cache-control", ""))
    return Entry(
        status=status,
        headers=[(name, value) for name, value in headers if name.lower() not in _OWN],
        etag=etag,
        tags=tuple(word for word in said.get("cache-tag", "").split(",") if word),
        number=number,
        born=born,
        age=ages.get("s-maxage", 0),
        stale=ages.get("stale-while-revalidate", 0),
        kept=ages.get("stale-if-error", 0),
        bodies=in_all(body, said.get("content-type", "")),
    )
