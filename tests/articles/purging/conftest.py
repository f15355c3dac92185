import datetime as dt

import pytest
from django.utils import timezone

from articles import search
from articles.models import Article
from tests.factories import make_article, make_contributor, make_section, make_tag

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def world(now):
    """Sections within sections, tags, people, and stories enough that the oldest are not among the newest."""
    top = make_section(name="World")
    place = make_section(name="Asia", parent=top)
    elsewhere = make_section(name="Sport")
    tag, other_tag = make_tag(name="Fog"), make_tag(name="Cricket")
    person, other_person = make_contributor(name="Hasan Kabir"), make_contributor(name="Ana Lee")
    for number in range(42):
        make_article(headline=f"Match {number}", section=elsewhere, publish_at=now - (number + 2) * HOUR)
    old = make_article(
        headline="A match of long ago",
        section=elsewhere,
        tags=[other_tag],
        signed_by=[other_person],
        publish_at=now - 9000 * HOUR,
    )
    story = make_article(headline="Ferries sail", section=place, tags=[tag], signed_by=[person], byline_code="B/H")
    bangla = make_article(headline="ফেরি", language="bn")
    search.index(list(Article.objects.all()))
    names = "top place elsewhere tag other_tag person other_person old story bangla".split()
    return dict(
        zip(names, (top, place, elsewhere, tag, other_tag, person, other_person, old, story, bangla), strict=True)
    )


@pytest.fixture
def pages(world):
    """Every kind of page, by name."""
    found = {name: row.get_absolute_url() for name, row in world.items()}
    fixed = {"front": "/", "latest": "/latest/", "latest 2": "/latest/?page=2", "sport 2": "/sport/?page=2"}
    machines = {"feed": "/feeds/rss.xml", "corrections": "/corrections/", "search": "/search/?q=ferries"}
    return found | fixed | machines | {"bn": "/bn/", "bn latest": "/bn/latest/", "newsletter": "/newsletter/"}
