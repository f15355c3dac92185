from django.db import migrations

FIRST = [
    (
        "en",
        "Match report",
        {
            "kicker": "[[sport]]",
            "headline": "[[who]] beat [[whom]] by [[score]]",
            "standfirst": "[[What decided it, and what it means for the table.]]",
            "body": "<p>[[The result, the moment that decided it, the crowd.]]</p><h2>How it went</h2><p>[[First half or first "
            "innings: scorers with their minutes.]]</p><p>[[Second half or second innings.]]</p><h2>What they said"
            "</h2><p>[[Captain or coach of both sides.]]</p><h2>What comes next</h2><p>[[Next match, place in the "
            "table, injuries.]]</p>",
        },
    ),
    (
        "en",
        "Brief",
        {
            "headline": "[[What happened, in one line]]",
            "body": "<p>[[What happened, where and when, in one sentence.]] [[Who says so.]] [[What happens next.]]</p>",
        },
    ),
    (
        "en",
        "Obituary",
        {
            "kicker": "Obituary",
            "headline": "[[Name]], [[what they are remembered for]], dies at [[age]]",
            "standfirst": "[[The work in one sentence.]]",
            "body": "<p>[[Name]], who [[the work or the deed]], died in [[place]] on [[day]]. [[Cause, as the family gave "
            "it.]] [[Name]] was [[age]].</p><h2>The work</h2><p>[[What changed because of it.]]</p><h2>The life</h2>"
            "<p>[[Born where and to whom, schools, first work.]]</p><p>[[Those who are left, and when and where the "
            "funeral is.]]</p>",
        },
    ),
    (
        "bn",
        "ম্যাচ প্রতিবেদন",
        {
            "kicker": "[[খেলা]]",
            "headline": "[[ব্যবধান]] ব্যবধানে [[কাকে]] হারাল [[কে]]",
            "standfirst": "[[কিসে ম্যাচের ফল ঠিক হলো, পয়েন্ট তালিকায় কী বদলাল।]]",
            "body": "<p>[[ফল, মোড় ঘোরানো মুহূর্ত, গ্যালারি।]]</p><h2>যেভাবে এগোল খেলা</h2><p>[[প্রথমার্ধ বা প্রথম ইনিংস: "
            "কে কখন।]]</p><p>[[দ্বিতীয়ার্ধ বা দ্বিতীয় ইনিংস।]]</p><h2>যা বললেন তাঁরা</h2><p>[[দুই দলের অধিনায়ক বা কোচ।]]</p>"
            "<h2>এরপর</h2><p>[[পরের ম্যাচ, তালিকায় অবস্থান, চোট।]]</p>",
        },
    ),
    (
        "bn",
        "সংক্ষিপ্ত খবর",
        {
            "headline": "[[কী ঘটেছে, এক লাইনে]]",
            "body": "<p>[[কী, কোথায়, কখন, এক বাক্যে।]] [[কে জানিয়েছেন।]] [[এরপর কী হবে।]]</p>",
        },
    ),
    (
        "bn",
        "শোকসংবাদ",
        {
            "kicker": "শোকসংবাদ",
            "headline": "[[নাম]] আর নেই",
            "standfirst": "[[তাঁর কাজ, এক বাক্যে।]]",
            "body": "<p>[[পরিচয়]] [[নাম]] [[দিন]] [[স্থান]]ে মারা গেছেন। [[পরিবারের জানানো কারণ।]] তাঁর বয়স হয়েছিল [[বয়স]] বছর।</p>"
            "<h2>কাজ</h2><p>[[তাঁর কাজে কী বদলেছে।]]</p><h2>জীবন</h2><p>[[জন্ম, লেখাপড়া, প্রথম কাজ।]]</p>"
            "<p>[[রেখে গেছেন কাদের; জানাজা কখন, কোথায়।]]</p>",
        },
    ),
]


def fill(apps, schema_editor):
    template = apps.get_model("articles", "StoryTemplate")
    for position, (language, name, text) in enumerate(FIRST):
        template.objects.get_or_create(language=language, name=name, defaults={"position": position, **text})


class Migration(migrations.Migration):
    """The first templates of both editions, which chief editors make their own."""

    dependencies = [("articles", "0036_story_templates")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
