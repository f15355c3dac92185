"""The page cache: public pages are answered in front of Django (newsportal/wsgi.py).

tags: what a page shows, noted while it is made. purging: what has changed, written with the change and numbered.
ledger: what this process knows of those changes. keys: which requests ask for the same page. encodings, entries: the
page as it is kept and answered. memory, shared: where it is kept. layer: all of that together. edge: caches in front.
"""
