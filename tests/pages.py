"""An HTML page as tests read it: its tags in order, and its texts by the tag they stand in."""

from html.parser import HTMLParser

VOID = {"meta", "br", "img", "input", "link", "hr", "base"}


class Page(HTMLParser):
    """Tags, attributes, and for each text node the tags it stands in; refuses broken nesting."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.texts = [], [], [], []
        self.elements, self._begun = {}, []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)
            self._begun.append([])

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.elements.setdefault(tag, []).append("".join(self._begun.pop()))

    def handle_data(self, data):
        for begun in self._begun:
            begun.append(data)
        inside = self.open[-1] if self.open else ""
        if self.texts and self.texts[-1][0] == inside and self.texts[-1][2] == len(self.tags):
            data = self.texts.pop()[1] + data
        self.texts.append((inside, data, len(self.tags)))

    def texts_in(self, tag):
        """The text nodes directly within a tag."""
        return [text for inside, text, _ in self.texts if inside == tag]

    def whole(self, tag):
        """The whole text of each element of this tag, that of elements within it included."""
        return self.elements.get(tag, [])


def cells(page):
    """The cells of all tables, row after row."""
    return [text for inside, text, _ in page.texts if inside in ("th", "td")]
