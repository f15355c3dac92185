"""Who may do what with which story: permissions of the admin, narrowed to sections where somebody has a beat."""

from typing import Any

from articles.models import Article, SectionBeat


def permitted(user: Any, permission: str, article: Article | None = None) -> bool:
    """Whether `user` (None is the system) has a permission of the articles app, for this story's section.

    People without a beat may work in every section; superusers always may.
    """
    if user is None:
        return True
    if not user.has_perm(f"articles.{permission}"):
        return False
    if article is None or user.is_superuser or article.section_id is None:
        return True
    paths = beat_of(user)
    section = article.section
    return not paths or any(
        section.language == language and (section.path == path or section.path.startswith(f"{path}/"))
        for language, path in paths
    )


def beat_of(user: Any) -> list[tuple[str, str]]:
    """The sections that `user` is limited to, as (language, path); kept on the user object for the request."""
    if not hasattr(user, "_newsroom_beat"):
        rows = SectionBeat.objects.filter(user=user).values_list("section__language", "section__path")
        user._newsroom_beat = list(rows)
    return user._newsroom_beat
