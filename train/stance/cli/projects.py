"""Finding the project a command works on, and making one where a command may."""

from pathlib import Path

from stance.cli.console import talk
from stance.codebook.codebook import Codebook, read_codebook, to_toml
from stance.storage.errors import printable
from stance.storage.project import Project, create_project, find_project


def project_or_new(folder: Path | None, codebook: Codebook | None = None) -> Project:
    """The project at `folder` or above the current one; where there is none it is made, and told.

    A folder that was named is taken at its word: a project above it is not meant.
    """
    if folder is None:
        found = find_project()
    else:
        found = Project(folder.resolve()) if Project(folder).codebook.is_file() else None
    if found is not None:
        return found
    project = create_project(folder or Path(), to_toml(codebook) if codebook else None)
    which = "labels taken from the data" if codebook else "the default codebook"
    talk(f"Made a project in {printable(str(project.root))} with {which}.")
    return project


def codebook_named(name: str | None, project: Project | None) -> Codebook | None:
    """The codebook the user means: a file, the project's, or None for `auto`.

    Without a project and a name it is the default one.
    """
    if name == "auto":
        return None
    if name is not None:
        return read_codebook(Path(name))
    if project is not None:
        return read_codebook(project.codebook)
    from stance.storage.project import default_text
    from stance.storage.toml import parse_toml, validated

    return validated(
        Codebook, parse_toml(default_text("codebook.toml"), "default"), "the default codebook"
    )
