"""Markup taken apart for tests."""

from html.parser import HTMLParser


class Tags(HTMLParser):
    """All start tags of a page, mail or feed, and what of it is shown as text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.said = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said.append(data)

    def all(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]
