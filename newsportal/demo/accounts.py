"""The demo newsroom's accounts: passwords made at random on the first run, kept in one file of the data folder."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from articles.states import EDITOR, REPORTER

# User name, first name, last name, group; None is the administrator.
ACCOUNTS = (
    ("chief", "Nasrin", "Akter", None),
    ("editor", "Tania", "Rahman", EDITOR),
    ("reporter", "Hasan", "Kabir", REPORTER),
)
FILE = "demo-accounts.txt"


def accounts_file() -> Path:
    """Where the passwords are kept: readable by the owner only, outside the repository."""
    return Path(settings.DATA_DIR) / FILE


def make_accounts() -> dict[str, str]:
    """Makes the accounts that are missing; returns their new passwords by user name."""
    made = {}
    for name, first, last, role in ACCOUNTS:
        if get_user_model().objects.filter(username=name).exists():
            continue
        password = made[name] = secrets.token_urlsafe(12)
        user = get_user_model().objects.create_user(
            name,
            f"{name}@example.org",
            password,
            first_name=first,
            last_name=last,
            is_staff=True,
            is_superuser=role is None,
        )
        if role:
            user.groups.add(Group.objects.get(name=role))
    if made:
        _keep(made)
    return made


def remove_accounts() -> None:
    """Removes the demo accounts and their password file. Accounts that were renamed are somebody's own and stay."""
    addresses = [f"{name}@example.org" for name, *_rest in ACCOUNTS]
    get_user_model().objects.filter(username__in=[row[0] for row in ACCOUNTS], email__in=addresses).delete()
    accounts_file().unlink(missing_ok=True)


def _keep(made: dict[str, str]) -> None:
    """Written beside the old file and moved over it, so that a killed run leaves a whole file."""
    path = accounts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    known = dict(line.split() for line in path.read_text().splitlines()) if path.exists() else {}
    draft = path.with_suffix(".new")
    with open(draft, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.writelines(f"{name} {password}\n" for name, password in {**known, **made}.items())
    draft.replace(path)
