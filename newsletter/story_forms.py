"""Where a form may stand inside a story: between two paragraphs, with enough to read before it and after."""

import re

# So many paragraphs above the form, and at least so many below it; of a shorter story the form stands beside it.
ABOVE, BELOW = 4, 3
# Bodies are sanitised: what stands between these signs is a tag, and no attribute has them.
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>")
_VOID = frozenset({"br", "hr", "img", "wbr", "source", "col"})


def halves(body: str, *, above: int = ABOVE, below: int = BELOW) -> tuple[str, str]:
    """A sanitised body in two, cut where the form goes; ("", "") where it is too short for one."""
    depth, ends = 0, []
    for tag in _TAG.finditer(body):
        closing, name = tag.groups()
        if name in _VOID:
            continue
        depth += -1 if closing else 1
        # A paragraph that stands in nothing else.
        if closing and name == "p" and depth == 0:
            ends.append(tag.end())
            # Most of a long story need not be looked at.
            if len(ends) == above + below:
                return body[: ends[above - 1]], body[ends[above - 1] :]
    return "", ""
