"""The frozen texts that a worker has in hand: a few, so that its memory stays flat however long the list is."""

import threading
from collections import OrderedDict

from newsletter.delivery.messages import Letter, Template
from newsletter.models import Issue, Rendering

KEPT = 8


class Letters:
    """Letters and templates by issue and variant, read once from the database; shared by the lanes of a worker."""

    def __init__(self) -> None:
        self._templates: OrderedDict[tuple[int, str, bool], Template] = OrderedDict()
        self._lock = threading.Lock()

    def letter(self, issue: Issue, variant: str) -> Letter:
        """What was frozen of an issue in one variant."""
        return self.template(issue, variant, eight_bit=True).letter

    def template(self, issue: Issue, variant: str, *, eight_bit: bool) -> Template:
        """The bytes of it, cut for swapping."""
        key = (issue.pk, variant, eight_bit)
        with self._lock:
            if key not in self._templates:
                rows = Rendering.objects.select_related("issue__newsletter")
                letter = Letter.frozen(rows.get(issue=issue, variant=variant))
                self._templates[key] = Template(letter, eight_bit=eight_bit)
            self._templates.move_to_end(key)
            while len(self._templates) > KEPT:
                self._templates.popitem(last=False)
            return self._templates[key]
