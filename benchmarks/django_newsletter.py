"""django-newsletter with the same issue, run by its own Python (benchmarks/newsletters.py); prints the seconds."""

import os
import time
from pathlib import Path

import django
from django.conf import settings

PLACE, READERS = Path(os.environ["PLACE"]), int(os.environ["READERS"])


def configure() -> None:
    settings.configure(
        SECRET_KEY="x" * 50,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PLACE / "db.sqlite3"}},
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sites",
            "sorl.thumbnail",
            "newsletter",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [PLACE / "templates"],
                "APP_DIRS": True,
            }
        ],
        ROOT_URLCONF="newsletter.urls",
        SITE_ID=1,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(os.environ["PORT"]),
        NEWSLETTER_THUMBNAIL="sorl-thumbnail",
        NEWSLETTER_EMAIL_DELAY=0,
        NEWSLETTER_BATCH_DELAY=0,
        NEWSLETTER_BATCH_SIZE=0,
    )
    django.setup()


def main() -> None:
    configure()
    from django.core.management import call_command
    from django.utils import timezone

    from newsletter.models import Message, Newsletter, Submission, Subscription

    call_command("migrate", verbosity=0)
    newsletter = Newsletter.objects.create(title="Morning", slug="morning", email="news@example.org", sender="News")
    folder = PLACE / "templates" / "newsletter" / "message" / "morning"
    folder.mkdir(parents=True)
    # The ready texts as its templates: nothing in them is rendered but what Django's mail needs.
    (folder / "message.html").write_text((PLACE / "issue.html").read_text().replace("{%", "").replace("{{", ""))
    (folder / "message.txt").write_text((PLACE / "issue.txt").read_text().replace("{%", "").replace("{{", ""))
    (folder / "message_subject.txt").write_text("{{ message.title }}")
    message = Message.objects.create(title="The ferries run again", slug="ferries", newsletter=newsletter)
    subscriptions = Subscription.objects.bulk_create(
        Subscription(
            email_field=f"reader{number}@example.org",
            newsletter=newsletter,
            subscribed=True,
            activation_code="x" * 40,
        )
        for number in range(READERS)
    )
    submission = Submission.objects.create(
        message=message, newsletter=newsletter, prepared=True, publish_date=timezone.now()
    )
    submission.subscriptions.set(subscriptions)
    began = time.perf_counter()
    submission.submit()
    os.write(1, f"{time.perf_counter() - began}\n".encode())


if __name__ == "__main__":
    main()
