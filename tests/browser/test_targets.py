"""What a finger can hit: 44 px in height for whatever stands alone (WCAG 2.2, 2.5.5); pages fit at 400 %."""

import pytest

from tests.factories import make_article, make_contributor, make_image, make_section, make_tag

pytestmark = pytest.mark.django_db(transaction=True)
# Links inside sentences are excepted, and so is what no finger sees.
TOO_SMALL = """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select')].filter((target) => {
  if (target.closest('.body p, .standfirst, .small, .skip, .visually-hidden') || !target.checkVisibility()) return false;
  target.scrollIntoView({ block: 'center', behavior: 'instant' });
  const box = (target.closest('.story, .latest li') ?? target).getBoundingClientRect();
  const hits = [-21, 21].map((off) => document.elementFromPoint(box.left + 4, box.top + box.height / 2 + off));
  return !hits.every((hit) => (target.closest('label') ?? target).contains(hit));
}).map((target) => `${target.closest('[class]').className}: ${target.textContent.trim() || target.name}`)"""


@pytest.fixture
def story():
    section = make_section()
    make_section(name="Asia", parent=section)
    for number in range(6):
        make_article(
            section=section, headline=f"A ferry sails at {number}", lead_image=make_image() if number else None
        )
    signed = {"signed_by": [make_contributor()], "tags": [make_tag(name="Padma"), make_tag(name="Rivers")]}
    return make_article(section=section, headline="Ferries sail again", lead_image=make_image(), **signed)


@pytest.mark.parametrize(
    "address", ["/", "story", "/world/", "/latest/", "/search/?q=ferry", "/archive/", "/tags/padma/", "/bn/", "/saved/"]
)
def test_fingers_hit_and_pages_fit(open_browser, site, story, address):
    page = open_browser(width=390)
    page.goto(site + (story.get_absolute_url() if address == "story" else address))
    page.wait_for_load_state("networkidle")
    assert page.evaluate(TOO_SMALL) == []
    page.set_viewport_size({"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
