"""Nothing typed into an issue is lost: what is in somebody's form is kept for them until they save it or let it go.

It is theirs alone: no reader gets it, no approval ends with it, and no colleague's words are touched by it.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.composing.writing import WORDS, Piece, Words, cleaned, words_of
from newsletter.models import Issue, KeptWords
from newsletter.states import EDITABLE, BlockKind, NewsletterError

LEFT_FOR = dt.timedelta(days=30)
# Whoever typed within this time is at it now.
AT_IT = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class Kept:
    """What somebody typed and did not save; `version` is the one of the issue that it was written on."""

    words: Words
    version: int
    at: dt.datetime


def keep(issue: Issue, words: Words, *, version: int, by: AbstractBaseUser, now: dt.datetime) -> KeptWords | None:
    """Keeps `words`, valid or not, in the place of what was kept before; None where they are what is saved.

    Raises NewsletterError where the issue is not to be edited any more: what was kept until then stays.
    """
    if not by.has_perm("newsletter.change_issue"):
        raise PermissionDenied(_("You may not do this with an issue."))
    words = _storable(words)
    with transaction.atomic():
        locked = Issue.objects.in_state(*EDITABLE).filter(pk=issue.pk).select_for_update(of=["self"]).first()
        if locked is None:
            raise NewsletterError(_("This issue is on its way, or gone: take it back to the desk to change it."))
        if words == words_of(locked):
            let_go(locked, by=by)
            return None
        values = {"words": asdict(words), "version": version, "at": now}
        return KeptWords.objects.update_or_create(issue=locked, by=by, defaults=values)[0]


def kept(issue: Issue, *, by: AbstractBaseUser) -> Kept | None:
    """What `by` typed into an issue and did not save."""
    row = KeptWords.objects.of(issue, by).first()
    return Kept(_words(row.words), row.version, row.at) if row else None


def let_go(issue: Issue, *, by: AbstractBaseUser) -> bool:
    """Drops what `by` typed; whether there was anything."""
    return bool(KeptWords.objects.of(issue, by).delete()[0])


def others_at_it(issue: Issue, *, by: AbstractBaseUser, now: dt.datetime) -> list[str]:
    """The names of those who have typed into the issue just now and not saved it."""
    return [str(row.by) for row in KeptWords.objects.of_others(issue, by, now - AT_IT)]


def forget_kept(*, now: dt.datetime) -> int:
    """The duty that drops what nobody came back for within 30 days; how many."""
    return KeptWords.objects.left_before(now - LEFT_FOR).delete()[0]


def _storable(words: Words) -> Words:
    """Without blocks of a kind that there is not, which no form could show again."""
    pieces = tuple(piece for piece in words.pieces if piece.kind in BlockKind.values)
    return cleaned(Words(*(getattr(words, name) for name in WORDS), pieces=pieces))


def _words(stored: dict[str, Any]) -> Words:
    names = Piece.__dataclass_fields__
    pieces = [Piece(**{name: value for name, value in piece.items() if name in names}) for piece in stored["pieces"]]
    return Words(*(stored[name] for name in WORDS), pieces=tuple(pieces))
