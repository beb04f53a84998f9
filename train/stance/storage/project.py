"""Where things lie: a project is a folder that has a `configs/codebook.toml`."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from stance.storage.atomic import write_file
from stance.storage.errors import ProjectError, printable

FOLDERS = ("seeds", "data", "configs", "models")


@dataclass(frozen=True)
class Project:
    """The paths of one project. Nothing is read or made by asking for a path.

    `store` is the folder of the corpus and its answers where that is not `data`.
    """

    root: Path
    store: Path | None = None

    @property
    def data(self) -> Path:
        """The folder of the corpus and its answers."""
        return self.store or self.root / "data"

    @property
    def codebook(self) -> Path:
        """The labels and their rules."""
        return self.root / "configs" / "codebook.toml"

    @property
    def config(self) -> Path:
        """The training config that `stance train` uses by default."""
        return self.root / "configs" / "train.toml"

    @property
    def actors(self) -> Path:
        """The project's own actors, beside those that come along; there may be none."""
        return self.root / "configs" / "actors.toml"

    @property
    def articles(self) -> Path:
        """One article a line, with its normalised text."""
        return self.data / "articles.jsonl"

    @property
    def sentences(self) -> Path:
        """One sentence a line, with its offsets in the article."""
        return self.data / "sentences.jsonl"

    @property
    def annotations(self) -> Path:
        """The folder with one append-only file per annotator."""
        return self.data / "annotations"

    @property
    def gold(self) -> Path:
        """Adjudicated answers: they decide where annotators differ."""
        return self.data / "gold.jsonl"

    @property
    def corrections(self) -> Path:
        """The ledger of what editors corrected in the table of actors."""
        return self.data / "corrections.jsonl"

    @property
    def split(self) -> Path:
        """Which article is for training and which for testing, frozen."""
        return self.data / "split.json"

    @property
    def stand_off(self) -> Path:
        """The folder of annotations that were shared without the texts."""
        return self.data / "stand-off"

    @property
    def hydrated(self) -> "Project":
        """The same project with the texts that were found again for stand-off annotations.

        They lie in a folder of their own, which is never shared.
        """
        return Project(self.root, self.data / "hydrated")

    @property
    def models(self) -> Path:
        """One folder per version."""
        return self.root / "models"

    @property
    def reports(self) -> Path:
        """Where `stance evaluate` writes by default."""
        return self.root / "reports"


def find_project(start: Path | None = None) -> Project | None:
    """The project at `start` or in the nearest folder above it; None where there is none."""
    try:
        folder = (start or Path.cwd()).resolve()
    except FileNotFoundError as error:
        raise ProjectError("the current folder is gone. Change to another one.") from error
    for candidate in (folder, *folder.parents):
        project = Project(candidate)
        if project.codebook.is_file():
            return project
    return None


def require_project(start: Path | None = None) -> Project:
    """The project at `start` or above it. Raises ProjectError that says how to make one."""
    project = find_project(start)
    if project is None:
        where = printable(str(start)) if start else "here"
        raise ProjectError(
            f"{where}: no project (no configs/codebook.toml, nor in a folder above). "
            "Make one with `stance init DIR`, or name one with --project DIR."
        )
    return project


def create_project(root: Path, codebook: str | None = None) -> Project:
    """An empty project: folders, the default codebook (or the one given) and training config.

    Files that are there already stay as they are. Raises ProjectError when `root` is a file.
    """
    if root.exists() and not root.is_dir():
        raise ProjectError(f"{printable(str(root))}: is a file. Name a folder.")
    project = Project(root.resolve())
    for folder in FOLDERS:
        (project.root / folder).mkdir(parents=True, exist_ok=True)
    for path, content in (
        (project.config, default_text("train.toml")),
        (project.codebook, codebook or default_text("codebook.toml")),
    ):
        if not path.exists():
            write_file(path, content)
    return project


def default_text(name: str) -> str:
    """The text of a file that `stance init` starts a project with."""
    return (resources.files("stance") / "defaults" / name).read_text(encoding="utf-8")
