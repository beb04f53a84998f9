"""The codebook as a page that people annotate by."""

from stance.codebook.codebook import Codebook, Label


def to_markdown(codebook: Codebook) -> str:
    """The codebook as Markdown: question, rules, and every label with what it is and is not."""
    how_many = "exactly one label" if codebook.exclusive else "as many labels as fit"
    if codebook.none_allowed:
        how_many += ", or none"
    parts = [
        f"# Codebook {codebook.name}, version {codebook.version}",
        codebook.question,
        f"A sentence gets {how_many}.",
        *(["## Rules", _listed(codebook.rules, "1.")] if codebook.rules else []),
        *(part for label in codebook.labels for part in _label(label)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _label(label: Label) -> list[str]:
    key = f" (key {label.key})" if label.key else ""
    return [
        f"## `{label.name}`{key}",
        label.definition,
        *(
            f"**{title}**\n\n{_listed(lines, '-')}"
            for title, lines in (
                ("Boundaries", label.boundaries),
                ("Yes", label.examples),
                ("No, though it looks like it", label.near_misses),
            )
            if lines
        ),
    ]


def _listed(lines: tuple[str, ...], mark: str) -> str:
    return "\n".join(f"{mark} {line}" for line in lines)
