"""A story's page once its parts are known: whatever is changed is shown."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from articles.models import (
    Article,
    Byline,
    Contributor,
    ContributorText,
    Correction,
    Image,
    Outlet,
    Section,
    Series,
    SeriesPart,
    Tag,
)
from newsportal.core.models import SiteIdentity, SiteText
from newsportal.core.templatetags.parts import PartNode
from tests.factories import make_article, make_articles, make_contributor, make_image, make_outlet, make_section

pytestmark = pytest.mark.django_db
EARLIER = timezone.now() - dt.timedelta(days=2)
CHANGES = {
    "headline": lambda story: rewrite(story, headline="CHANGED"),
    "kicker": lambda story: rewrite(story, kicker="CHANGED"),
    "standfirst": lambda story: rewrite(story, standfirst="CHANGED"),
    "dateline": lambda story: rewrite(story, dateline="CHANGED"),
    "agency": lambda story: rewrite(story, agency="CHANGED"),
    "byline code": lambda story: rewrite(story, byline_code="CHANGED/Hk"),
    "body": lambda story: rewrite(story, body="<p>CHANGED</p>"),
    "type": lambda story: rewrite(story, story_type="analysis"),
    "time": lambda story: rewrite(story, publish_at=EARLIER),
    "update": lambda story: rewrite(story, updated_at=timezone.now()),
    "caption here": lambda story: rewrite(story, lead_caption="CHANGED"),
    "text for the picture here": lambda story: rewrite(story, lead_alt="CHANGED"),
    "credit": lambda story: Image.objects.update(credit="CHANGED"),
    "renditions": lambda story: Image.objects.update(rendered=str(story.lead_image.stamp)),
    "section": lambda story: Section.objects.filter(path="world").update(name="CHANGED"),
    "section above": lambda story: Section.objects.filter(path="world/asia").update(name="CHANGED"),
    "contributor": lambda story: Contributor.objects.update(name="CHANGED"),
    "name in the language": lambda story: ContributorText.objects.create(
        contributor=Contributor.objects.get(), language="en", name="CHANGED"
    ),
    "role": lambda story: Byline.objects.update(role="pictures"),
    "outlet": lambda story: Outlet.objects.update(url="https://changed.example/"),
    "tag": lambda story: Tag.objects.update(name="CHANGED"),
    "another tag": lambda story: story.tags.add("CHANGED"),
    "correction": lambda story: Correction.objects.update(right="CHANGED"),
    "another correction": lambda story: Correction.objects.create(
        article=story, at=EARLIER, wrong="It was.", right="CHANGED"
    ),
    "series": lambda story: SeriesPart.objects.create(
        series=Series.objects.create(title="CHANGED"), article=story, position=1
    ),
    "name of the site": lambda story: SiteText.objects.get(language="en").delete(),
    "mission": lambda story: change_words(mission="CHANGED"),
    "tagline": lambda story: change_words(tagline="CHANGED"),
    "pitch": lambda story: change_words(newsletter_pitch="CHANGED"),
    "story beside it": lambda story: Article.objects.exclude(pk=story.pk).update(headline="CHANGED"),
}


def rewrite(story, **fields):
    Article.objects.filter(pk=story.pk).update(**fields)


def change_words(**words):
    row = SiteText.objects.get(language="en")
    for name, text in words.items():
        setattr(row, name, text)
    row.save()


@pytest.fixture
def story():
    """One that has all there is."""
    SiteText.objects.update_or_create(
        identity=SiteIdentity.objects.get_or_create()[0], language="en", defaults={"name": "The Courier"}
    )
    outlet = make_outlet()
    section = make_section(parent=make_section(name="Asia", parent=make_section(name="World")), name="Rivers")
    story = make_article(
        section=section,
        headline="Ferries go back to work",
        body="<p>The fog has gone.</p>" * 9,
        lead_image=make_image(),
        outlet=outlet,
        byline_code="Bd24live/Hk",
        tags=["fog"],
        signed_by=[make_contributor(initials="Hk", outlet=outlet)],
    )
    Correction.objects.create(article=story, at=EARLIER, wrong="It was Monday.", right="It was Sunday.")
    make_articles(number=4, section=section)
    return story


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_changed_is_shown(client, story, change):
    before = page_of(client, story)
    assert page_of(client, story) == before
    change(story)
    assert page_of(client, story) != before


def test_its_parts_are_rendered_once(client, story, monkeypatch):
    made = []
    render = PartNode._made
    monkeypatch.setattr(PartNode, "_made", lambda node, *rest: made.append(node) or render(node, *rest))
    for _turn in range(3):
        page_of(client, story)
    assert made
    assert len(made) == len(set(made))


def page_of(client, story):
    """The page, but for the stamp of its form, which differs each time."""
    answer = client.get(story.get_absolute_url(), follow=True)
    assert answer.status_code == 200
    return re.sub(r'name="stamp" value="[^"]+"', "", answer.content.decode())
