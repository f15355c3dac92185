"""The blocks of a story's body, shown: one registry, three flavours (pages, feeds, mails).

A body is stored as sanitised HTML (newsportal.core.sanitising). What of it is more than text (a picture of the library,
a gallery, a pull quote, a fact box, a table, an address by itself) is shown by a template of its flavour,
`articles/blocks/<flavour>/_<kind>.html`; all the rest stays as it is.
"""

from articles.blocks.kinds import FEED, MAIL, PAGE, Pictures, has_blocks, picture_ids, pictures_of, render

__all__ = ["FEED", "MAIL", "PAGE", "Pictures", "has_blocks", "picture_ids", "pictures_of", "render"]
