"""Pictures of confusion tables."""

import warnings
import xml.etree.ElementTree as ET

import pytest

from stance.evaluation.plots import confusion_svg
from stance.evaluation.report import Confusion

SVG = "{http://www.w3.org/2000/svg}"


def texts_of(svg):
    return ["".join(node.itertext()).strip() for node in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("wide", [True, False])
def test_the_picture_is_svg_with_real_text(wide):
    """Names and counts are text nodes, which can be read, searched and printed."""
    names = ("for it", "against")
    svg = confusion_svg(Confusion("x", names, names, ((1234, 0), (7, 12))), wide)
    assert sorted(texts_of(svg)) == sorted([*names, *names, "1,234", "0", "7", "12"])


def test_an_empty_row_is_drawn():
    """A label without any sentence gives a row of zeros, not a division by zero."""
    svg = confusion_svg(Confusion("x", ("a", "b"), ("a", "b"), ((0, 0), (0, 3))), True)
    assert texts_of(svg).count("0") == 3


def test_the_picture_takes_the_colour_of_the_page():
    """Names are drawn in the colour of the text around them, for light and dark pages."""
    svg = confusion_svg(Confusion("x", ("a", "b"), ("a", "b"), ((1, 0), (0, 3))), True)
    assert "currentColor" in svg
    assert "#010203" not in svg


def test_the_same_table_is_the_same_picture():
    """No date and no random id stands in the picture."""
    table = Confusion("x", ("a", "b"), ("c", "d"), ((1, 2), (3, 4)))
    assert confusion_svg(table, True) == confusion_svg(table, True)


@pytest.mark.parametrize("name", ["支持", "สนับสนุน"])
def test_labels_in_other_scripts_warn_nobody(name):
    """The reader's browser has the letters; a warning of ours would be noise on stderr."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svg = confusion_svg(Confusion("x", (name, "b"), (name, "b"), ((1, 2), (3, 4))), True)
    assert texts_of(svg).count(name) == 2
