"""The report as Markdown: tables keep their columns and texts stay texts."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from stance.evaluation.render_markdown import escaped, to_markdown
from stance.evaluation.tables import (
    CALIBRATION_COLUMNS,
    KIND_COLUMNS,
    SCORE_COLUMNS,
    SLICE_COLUMNS,
)
from stance.storage.errors import printable

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens_of(text):
    return PARSER.parse(text)


def plain_text(token):
    """The text of an inline token that has nothing but text; None where there is markup."""
    if any(child.type not in ("text", "softbreak") for child in token.children):
        return None
    return "".join(child.content or "\n" for child in token.children)


def tables_of(text):
    """The tables as lists of rows of cell texts."""
    tables, is_inside = [], False
    for token in tokens_of(text):
        if token.type in ("table_open", "table_close"):
            is_inside = token.type == "table_open"
            tables += [[]] if is_inside else []
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type == "inline" and is_inside:
            tables[-1][-1].append(plain_text(token))
    return tables


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=30))
def test_escaped_text_is_text(text):
    """Whatever the text, Markdown reads it as itself, without any markup."""
    cell = tables_of(f"| a | b |\n|---|---|\n| x | {escaped(text)} |\n")
    shown = printable(text, 3000)
    assert [[len(row) for row in table] for table in cell] == [[2, 2]]
    assert cell[0][1][1].strip() == shown.strip()


def test_tables_keep_their_columns(report, hostile):
    """A hostile label gives a cell with that text, and no row another number of cells."""
    labels = (replace(report.labels[0], name=hostile), report.labels[1])
    baselines = tuple(
        replace(one, name=hostile, f1={hostile: 0.5, "against_tram": 0.5})
        for one in report.baselines
    )
    tables = tables_of(to_markdown(replace(report, labels=labels, baselines=baselines)))
    widths = [{len(row) for row in table} for table in tables]
    assert widths == [
        *({len(SCORE_COLUMNS)}, {2}, {5}, {3}, {3}),
        *({len(KIND_COLUMNS)}, {len(CALIBRATION_COLUMNS)}, {2}, {2}, {len(SLICE_COLUMNS)}),
    ]
    assert tables[0][1][0].strip() == printable(hostile).strip()
    assert [row[0].strip() for row in tables[2][2:]] == [printable(hostile).strip()] * 3


def test_a_hostile_text_adds_no_markup(report, hostile_report):
    """Links, pictures, HTML, code or headings come from us, never from a text."""

    def kinds(text):
        tokens = tokens_of(text)
        inner = [child.type for token in tokens for child in token.children or ()]
        kinds_of = [one for one in inner if one not in ("text", "softbreak", "hardbreak")]
        return [token.type for token in tokens], kinds_of

    assert kinds(to_markdown(hostile_report)) == kinds(to_markdown(report))


def test_hostile_texts_stand_there_whole(hostile_report, hostile):
    """The sentence of a mistake, or of a close call, can be read in full."""
    inlines = [token for token in tokens_of(to_markdown(hostile_report)) if token.type == "inline"]
    texts = ["".join(child.content for child in token.children) for token in inlines]
    shown = printable(hostile, 3000).strip()
    assert sum(shown in text for text in texts if "probability" in text) == 3


def test_columns_of_an_exclusive_table_say_given(exclusive_report):
    """In the one table of exclusive labels a column says that it was given."""
    table = tables_of(to_markdown(exclusive_report))[3]
    assert table[0] == ["all labels", "given for_tram", "given against_tram", "given (no label)"]
    assert table[1:] == [
        ["for_tram", "1", "0", "2"],
        ["against_tram", "0", "3", "0"],
        ["(no label)", "4", "0", "1190"],
    ]


def test_without_a_mistake(report):
    """A report without mistakes says so."""
    assert "\n\nNone.\n\n" in to_markdown(replace(report, mistakes=(), n_mistakes=0))


def test_warnings_stand_before_the_scores(report):
    """What spoils the scores is read before them, each warning in a paragraph of its own."""
    text = to_markdown(replace(report, warnings=("One *thing*.", "Another.")))
    assert "\n\n**One \\*thing\\*.**\n\n**Another.**\n\n" in text
    assert text.index("**Another.**") < text.index("## Scores")
    assert "**" not in to_markdown(replace(report, warnings=())).split("## Scores")[0]


def test_parts_without_anything_to_show_are_left_out(bare_report):
    """A report without curves, terms, audit and slices has no empty headings for them."""
    headings = [line for line in to_markdown(bare_report).splitlines() if line.startswith("## ")]
    assert headings == [
        *("## Scores", "## Beside simple rules", "## Confusion"),
        *("## Surest mistakes", "## What to know"),
    ]
