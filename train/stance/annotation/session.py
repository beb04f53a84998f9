"""One session of annotating at a time: two programs would hand out the same sentences."""

import contextlib
from collections.abc import Iterator

from stance.storage.atomic import locked
from stance.storage.errors import ProjectError, printable
from stance.storage.project import Project


@contextlib.contextmanager
def session(project: Project, command: str = "annotate") -> Iterator[None]:
    """Holds the command's work on the project; the hold goes with the process, however that ends.

    Raises ProjectError when another process holds it.
    """
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(locked(project.data / f".{command}.lock", wait=False))
        except ProjectError as error:
            raise ProjectError(
                f"{printable(str(project.root))}: another `stance {command}` is running on this "
                "project. Work on its page (it serves several people), or end it first."
            ) from error
        yield
