"""What stands in a rendered issue for that which is each reader's own. Imports nothing of ours.

Each is plain ASCII without anything that HTML, quoted-printable or a template would change, and is swapped for its
value in ready bytes when the mail is made (newsletter.delivery). A value is an address of ours: ASCII, no spaces.
"""

UNSUBSCRIBE_URL = "https://placeholder.invalid/unsubscribe-this-reader"
PREFERENCES_URL = "https://placeholder.invalid/preferences-of-this-reader"

ALL = (UNSUBSCRIBE_URL, PREFERENCES_URL)
