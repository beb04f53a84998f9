"""`stance codebook`."""

from stance.cli.console import echo
from stance.cli.errors import handled
from stance.cli.options import CodebookOption, ProjectOption


@handled
def codebook(project: ProjectOption = None, codebook: CodebookOption = None) -> None:
    """Print the codebook as a page to annotate by (Markdown)."""
    from stance.cli.projects import codebook_named
    from stance.codebook.page import to_markdown
    from stance.storage.errors import ConfigError
    from stance.storage.project import find_project

    found = codebook_named(codebook, find_project(project))
    if found is None:
        raise ConfigError("a codebook of data exists only beside that data. Name a file.")
    echo(to_markdown(found).rstrip())
