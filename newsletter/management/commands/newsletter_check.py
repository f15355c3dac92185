"""`manage.py newsletter_check`: will the newsletter arrive?"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsletter.checking.checks import check_all
from newsletter.checking.findings import Finding, Verdict
from newsletter.checking.names import Names
from newsletter.checking.received import check_received
from newsletter.checking.trial import send_trial


class Command(BaseCommand):
    """Prints what it finds, with the record to paste; ends with 1 where something is wrong."""

    help = "Checks SPF, DKIM, DMARC, bounce domain, mail server, one-click unsubscribe, worker, clocks and keys."
    names = Names

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--send-to", metavar="ADDRESS", help="send a mail to look at with --verify")
        parser.add_argument("--verify", metavar="FILE", type=Path, help="look at a received mail, saved raw")

    def handle(self, *args: Any, send_to: str | None, verify: Path | None, **options: Any) -> None:
        try:
            if send_to:
                send_trial(send_to)
                self.stdout.write(f"Sent to {send_to}. Save it raw, then: manage.py newsletter_check --verify FILE")
                return
            found = check_received(verify.read_bytes(), self.names()) if verify else self._all()
        except (OSError, ValidationError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from None
        for finding in found:
            self._print(finding)
        wrong = sum(finding.verdict == Verdict.WRONG for finding in found)
        if wrong:
            raise CommandError(f"{wrong} to put right.", returncode=1)

    def _all(self) -> list[Finding]:
        return check_all(now=timezone.now(), names=self.names())

    def _print(self, finding: Finding) -> None:
        self.stdout.write(f"{finding.verdict.value:8}{finding.subject}: {finding.words}")
        if finding.paste:
            self.stdout.write(f"{'':8}→ {finding.paste}")
