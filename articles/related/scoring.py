"""How related two stories are."""

from articles.models import Article


def score(article: Article, other: Article) -> tuple[int, bool, float]:
    """A sort key, greatest first: tags in common (`other.shared`), then the same section, then the newer one."""
    newness = other.publish_at.timestamp() if other.publish_at else 0.0
    return other.shared, other.section_id == article.section_id, newness
