"""The labelling config of Label Studio: XML that says what is shown and what can be answered.

https://labelstud.io/guide/setup; the names below are those of our exports.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from stance.annotation.formats.format import Format, Writing
from stance.codebook.codebook import Codebook
from stance.storage.atomic import write_file
from stance.storage.errors import InputError, printable

log = logging.getLogger(__name__)

QUESTION, TEXT, SPAN = "stance", "text", "span"
ROLES = ("ACTOR",)
_MAX_CONFIG = 1_000_000


@dataclass(frozen=True)
class Question:
    """A set of choices about a text: the names of the two, where the text stands in a task's
    data, and the value of each choice.
    """

    from_name: str
    to_name: str
    text_field: str
    values: tuple[str, ...]


def config_of(codebook: Codebook, roles: tuple[str, ...] = ROLES) -> str:
    """The labelling config for a codebook; `roles` are the kinds of span."""
    kind = "single" if codebook.exclusive else "multiple"
    needed = "" if codebook.none_allowed else ' required="true"'
    lines = ["<View>"]
    if codebook.question:
        lines.append(f"  <Header value={_attribute(codebook.question)}/>")
    lines.append(f'  <Text name="{TEXT}" value="${TEXT}"/>')
    lines.append(f'  <Choices name="{QUESTION}" toName="{TEXT}" choice="{kind}"{needed}>')
    for label in codebook.labels:
        hint = f" hint={_attribute(label.definition)}" if label.definition else ""
        key = f" hotkey={_attribute(label.key)}" if label.key else ""
        lines.append(f"    <Choice value={_attribute(label.name)}{key}{hint}/>")
    lines += ["  </Choices>", f'  <Labels name="{SPAN}" toName="{TEXT}">']
    lines += [f"    <Label value={_attribute(role)}/>" for role in roles]
    return "\n".join([*lines, "  </Labels>", "</View>"]) + "\n"


def _attribute(text: str) -> str:
    """The text as a quoted attribute, without characters that XML cannot hold."""
    return quoteattr("".join(char for char in text if char.isprintable()))


def config_beside(path: Path, force: bool) -> Path:
    """Where the config goes that belongs to an export. Raises InputError when it is taken."""
    config = path.with_name(f"{path.name.split('.')[0]}.label-config.xml")
    if config.exists() and not force:
        raise InputError(f"{printable(str(config))}: exists already. Write over it with --force.")
    return config


def write_config(path: Path, writing: Writing) -> None:
    """Writes the config for the codebook and for the roles that the rows' actors have."""
    found = {
        str(one.get("role") or ROLES[0])
        for row in writing.rows
        for one in row.get("actors") or ()
        if isinstance(one, dict)
    }
    write_file(path, config_of(writing.codebook, tuple(sorted(found)) or ROLES))


def write_beside(path: Path, writing: Writing) -> None:
    """The config beside an export, and where it is told."""
    write_config(path, writing)
    log.warning("the labelling config to import it under is %s", printable(str(path)))


def read_config(text: str) -> list[Question]:
    """The sets of choices about texts in a labelling config.

    Raises InputError for XML that is broken, declares anything (entities can be used to make a
    small text large, or to read files), or has no such set.
    """
    from lxml import etree

    if len(text) > _MAX_CONFIG or "<!" in text.replace("<!--", ""):
        raise InputError("the labelling config declares entities or is too long.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else "empty"
        raise InputError(f"the labelling config is no XML ({printable(reason, 100)}).") from error
    texts = {
        one.get("name"): (one.get("value") or "").removeprefix("$")
        for one in root.iter("Text", "HyperText", "Paragraphs")
    }
    questions = [
        Question(
            one.get("name") or "",
            one.get("toName") or "",
            texts[one.get("toName")],
            tuple(choice.get("value") or "" for choice in one.iter("Choice")),
        )
        for one in root.iter("Choices")
        if one.get("toName") in texts
    ]
    if not questions:
        raise InputError("the labelling config has no <Choices> about a <Text>.")
    return questions


CONFIG = Format(
    name="label-studio-config",
    what="Label Studio, the labelling config alone",
    matches=lambda start: False,
    read=None,
    write=write_config,
    endings=(".xml",),
    keeps=frozenset({"labels"}),
)
