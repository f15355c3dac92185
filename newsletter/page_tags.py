"""What pages show of newsletters, as tags of the page cache (as articles.page_tags)."""

# Which newsletters there are, how often each comes, and its latest issue.
LISTS = "newsletters"


def newsletter(pk: int) -> str:
    """What is said of a newsletter, and the issues that it has sent."""
    return f"newsletter:{pk}"
