"""Domains whose mailboxes live for minutes: mail to them bounces later and costs the sender's name. A leaf.

A short list of the ones in wide use, looked at in November 2026; it is a hint against carelessness, not a wall.
"""

DOMAINS = frozenset(
    """
    0-mail.com 10minutemail.com 10minutemail.net 20minutemail.com 33mail.com anonbox.net boun.cr burnermail.io
    byom.de chacuo.net deadaddress.com discard.email discardmail.com discardmail.de dispostable.com
    dropmail.me einrot.com emailfake.com emailondeck.com fakeinbox.com fakemail.net fakemailgenerator.com filzmail.com
    generator.email getairmail.com getnada.com grr.la guerrillamail.biz guerrillamail.com guerrillamail.de
    guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com harakirimail.com incognitomail.org
    inboxbear.com inboxkitten.com jetable.org kasmail.com mailcatch.com maildrop.cc mailexpire.com mailforspam.com
    mailinator.com mailinator.net mailinator2.com mailmetrash.com mailnesia.com mailnull.com mailpoof.com mailsac.com
    mailtemp.net mintemail.com minuteinbox.com mohmal.com moakt.com mytemp.email mytrashmail.com nada.email
    no-spam.ws nowmymail.com one-time.email pokemail.net rcpt.at sharklasers.com smailpro.com spam4.me spambog.com
    spambox.us spamex.com spamfree24.org spamgourmet.com spamspot.com superrito.com tafmail.com teleworm.us temp-mail.io
    temp-mail.org temp-mail.ru tempail.com tempinbox.com tempmail.dev tempmail.net tempmail.plus tempmailo.com
    tempr.email throwaway.email throwawaymail.com trash-mail.com trash-mail.de trashmail.com trashmail.de trashmail.me
    trashmail.net trbvm.com wegwerfmail.de wegwerfmail.net wegwerfmail.org yopmail.com yopmail.fr yopmail.net
    """.split()
)


def is_disposable(key: str) -> bool:
    """Whether a normalised address (`Subscriber.key`) is at such a domain, or below one."""
    labels = key.rpartition("@")[2].split(".")
    return any(".".join(labels[start:]) in DOMAINS for start in range(len(labels) - 1))
