"""fastText: labels in front of a line."""


def test_fasttext_labels_come_back_under_their_names(read):
    """With a codebook, hyphens are the spaces that they were."""
    found = read("train.txt", "__label__for-aid __label__b we help\nwe wait\n", labels=("for aid",))
    assert [(one.text, one.labels) for one in found.examples] == [
        ("we help", ("for aid", "b")),
        ("we wait", ()),
    ]


def test_fasttext_passes_over_blank_lines(read_rows):
    """And refuses bytes that are no text, by the number of the line."""
    bad, row = read_rows("a.txt", b"\n \n__label__for \xff\n\n__label__for we help\n", "fasttext")
    assert "byte 0xFF at character 13" in bad
    assert row == {"text": "we help", "labels": ["for"]}
