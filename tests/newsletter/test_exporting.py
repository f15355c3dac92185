"""Taking subscribers out as a file."""

import csv
import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied
from openpyxl import load_workbook

from newsletter import exporting
from newsletter.exporting import HEADINGS, ask_for, fetch, forget_exports, work_on_exports
from newsletter.models import FilePiece, SubscriberExport
from newsletter.states import ExportState, NewsletterError
from newsletter.subscribing import unsubscribe
from tests.factories import make_user
from tests.newsletter.factories import make_confirmed, make_list, make_pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return make_user(role="Chief editor")


@pytest.fixture
def take(chief, now):
    """`take()`: the file as bytes."""

    def take_(*, newsletter=None, of_state="confirmed", file_format="csv"):
        export = ask_for(newsletter=newsletter, of_state=of_state, file_format=file_format, by=chief, now=now)
        assert work_on_exports(now=now) == 1
        export.refresh_from_db()
        data = b"".join(fetch(export, by=chief, now=now))
        assert (export.size, export.position) == (len(data), export.total)
        return data

    return take_


def table(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_confirmed_readers_of_one_newsletter(take, now):
    make_confirmed(address="a@example.org")
    make_pending(address="b@example.org")
    make_confirmed(address="c@example.org", newsletter=make_list(slug="sport"))
    assert [row[:4] for row in table(take(newsletter=make_list()))] == [
        HEADINGS[:4],
        ["a@example.org", "The morning", "en", "confirmed"],
    ]


def test_every_state_of_every_newsletter(take, now):
    unsubscribe(make_confirmed(address="a@example.org"), now=now)
    make_confirmed(address="a@example.org", newsletter=make_list(slug="sport"))
    assert [row[3] for row in table(take(of_state=""))[1:]] == ["unsubscribed", "confirmed"]


def test_an_excel_file(take):
    make_confirmed(address="a@example.org", newsletter=make_list(name="সকাল", slug="shokal"))
    rows = list(load_workbook(io.BytesIO(take(file_format="xlsx"))).active.values)
    assert rows[1][:2] == ("a@example.org", "সকাল")


def test_an_address_that_a_spreadsheet_would_run_is_guarded(take):
    make_confirmed(address="=1+1@example.org")
    assert table(take())[1][0] == "'=1+1@example.org"


def test_a_list_longer_than_a_chunk_is_whole(take, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 2)
    made = [make_confirmed().subscriber.address for _ in range(5)]
    assert [row[0] for row in table(take())[1:]] == made


def test_a_worker_that_is_stopped_leaves_it_to_the_next(chief, now):
    make_confirmed()
    export = ask_for(newsletter=None, of_state="", file_format="csv", by=chief, now=now)
    assert work_on_exports(now=now, stopping=lambda: True) == 0
    with pytest.raises(NewsletterError, match="being made"):
        fetch(export, by=chief, now=now)
    assert work_on_exports(now=now) == 1


def test_it_takes_the_right(chief, now):
    editor = make_user(role="Newsletter editor")
    with pytest.raises(PermissionDenied):
        ask_for(newsletter=None, of_state="", file_format="csv", by=editor, now=now)
    export = ask_for(newsletter=None, of_state="", file_format="csv", by=chief, now=now)
    work_on_exports(now=now)
    with pytest.raises(PermissionDenied):
        fetch(export, by=editor, now=now)


def test_the_file_goes_after_a_day_and_the_record_stays(take, now):
    take()
    assert forget_exports(now=now + dt.timedelta(hours=25)) == 1
    assert not FilePiece.objects.exists()
    export = SubscriberExport.objects.get()
    assert (export.state, export.by.groups.get().name, export.fetched_at) == (ExportState.EXPIRED, "Chief editor", now)
