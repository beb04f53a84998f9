"""`stance models`: list, show, page, promote, rollback, history, verify, compare."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli.compare import compare
from stance.cli.console import echo, echo_json, table
from stance.cli.errors import handled
from stance.cli.models_verify import verify
from stance.cli.options import ByOption, JsonOption, NoteOption, ProjectOption
from stance.storage.errors import printable

app = typer.Typer(help="The versions of the model.", no_args_is_help=True)

ModelsOption = Annotated[
    Path | None,
    typer.Option("--models", help="Models folder (default: the project's)."),
]


def _folder(models: Path | None, project: Path | None) -> Path:
    from stance.storage.errors import ModelError
    from stance.storage.project import require_project

    if models is None:
        return require_project(project).models
    if not models.is_dir():
        raise ModelError(f"{models}: no such folder. Check the path.")
    return models


VersionArgument = Annotated[
    str | None,
    typer.Argument(help="Version, @alias or folder (default: the one predict uses)."),
]


@app.command("list")
@handled
def list_(
    models: ModelsOption = None, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """Every version with its out-of-fold scores and aliases, oldest first."""
    from stance.models.folder import read_info
    from stance.models.registry import Registry
    from stance.storage.errors import ModelError

    registry = Registry(_folder(models, project))
    aliases = registry.aliases()
    rows: list[dict[str, object]] = []
    for version in registry.versions():
        names = " ".join(f"@{alias}" for alias, name in aliases.items() if name == version)
        try:
            info = read_info(registry.root / version)
        except ModelError as error:
            rows.append({"version": version, "aliases": names, "fault": str(error)})
            continue
        rows.append(
            {
                "version": version,
                "aliases": names,
                "n_sentences": info.data.n_sentences,
                "macro_f1": info.out_of_fold.macro_f1,
                "macro_average_precision": info.out_of_fold.macro_average_precision,
            }
        )
    if as_json:
        echo_json(rows)
    elif not rows:
        echo("no model yet. Make one with `stance train`.")
    else:
        table(
            "",
            ["version", "aliases", "sentences", "macro-F1", "macro average precision"],
            [_cells(row) for row in rows],
        )


def _cells(row: dict[str, object]) -> list[str]:
    if "fault" in row:
        return [str(row["version"]), str(row["aliases"]), "damaged", "–", "–"]
    return [
        str(row["version"]),
        str(row["aliases"]),
        f"{row['n_sentences']:,}",
        f"{100 * float(str(row['macro_f1'])):.1f}",
        f"{100 * float(str(row['macro_average_precision'])):.1f}",
    ]


@app.command("page")
@handled
def page(models: ModelsOption = None, project: ProjectOption = None) -> None:
    """Write index.html into the models folder: every version with its scores."""
    from stance.evaluation.gallery import to_html, version_of
    from stance.models.folder import read_info
    from stance.models.registry import Registry
    from stance.storage.atomic import write_file
    from stance.storage.errors import ModelError

    registry = Registry(_folder(models, project))
    aliases = registry.aliases()
    versions = [
        version_of(
            read_info(registry.root / version),
            tuple(f"@{alias}" for alias, name in aliases.items() if name == version),
        )
        for version in registry.versions()
    ]
    if not versions:
        raise ModelError(f"{registry.root}: no model yet. Make one with `stance train`.")
    write_file(registry.root / "index.html", to_html(versions))
    echo(str(registry.root / "index.html"))


@app.command("show")
@handled
def show(
    version: VersionArgument = None,
    models: ModelsOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """What a version was trained on, its labels and thresholds, and whether its files are whole."""
    from stance.models.folder import read_info, verify_files
    from stance.models.origin import read_origin
    from stance.models.registry import find_model

    is_path = version is not None and "/" in version
    folder = find_model(version, None if is_path else _folder(models, project))
    info = read_info(folder)
    faults = verify_files(folder, info)
    origin = read_origin(folder)
    if as_json:
        told = {**info.model_dump(mode="json"), "origin": origin.model_dump()}
        echo_json({**told, "path": str(folder), "faults": faults})
        return
    limits = info.thresholds or (None,) * len(info.labels)
    table(
        f"{info.version}: {info.codebook} {info.codebook_version}, "
        f"{'one label a sentence' if info.exclusive else 'several labels a sentence'}",
        ["label", "sentences", "out-of-fold F1", "threshold"],
        [
            [
                label,
                f"{info.data.counts[label]:,}",
                f"{100 * info.out_of_fold.f1[label]:.1f}",
                "–" if limit is None else f"{limit:.3f}",
            ]
            for label, limit in zip(info.labels, limits, strict=True)
        ],
    )
    echo(f"trained on   {info.data.n_sentences:,} sentences, {info.data.n_articles:,} articles")
    echo(f"data         {info.data.sha256}")
    echo(f"features     {', '.join(f'{one.name} {one.n_features:,}' for one in info.blocks)}")
    echo(f"libraries    {', '.join(f'{name} {n}' for name, n in info.libraries.items())}")
    echo(f"commit       {info.commit or '–'}")
    echo(f"seed         {info.seed}")
    echo(f"made         {origin.at or '–'} by {origin.by or '–'}: {origin.command or '–'}")
    echo(f"parent       {origin.parent or '–'}")
    echo(f"files        {'; '.join(faults) if faults else 'as written'}")
    echo(f"folder       {folder}")


@app.command("promote")
@handled
def promote(
    version: Annotated[str, typer.Argument(help="Version or @alias.")],
    note: NoteOption = "",
    by: ByOption = "",
    models: ModelsOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a version the champion: the one that predict uses. Nothing is asked, all is recorded.

    The folder is checked first; the champion before it comes back with `stance models rollback`.
    """
    from stance.models.champion import promote as move
    from stance.models.registry import CHAMPION, Registry
    from stance.prediction.scorer import load_scorer

    registry = Registry(_folder(models, project))
    folder = registry.find(version)
    before = registry.aliases().get(CHAMPION)
    load_scorer(folder)  # its probes answer as they did when it was made
    is_moved = move(registry, folder.name, _command(), _who(by, note))
    if as_json:
        echo_json({"champion": folder.name, "before": before, "promoted": is_moved})
    elif is_moved:
        echo(f"{folder.name} is the champion now, {before or 'none'} was before.")
    else:
        echo(f"{folder.name} is the champion already.")


@app.command("rollback")
@handled
def rollback(
    note: NoteOption = "",
    by: ByOption = "",
    models: ModelsOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Go back to the champion before this one; once more goes one further back."""
    from stance.models.champion import rollback as move
    from stance.models.registry import Registry

    registry = Registry(_folder(models, project))
    before, champion = move(registry, _command(), _who(by, note))
    if as_json:
        echo_json({"champion": champion, "before": before})
    else:
        echo(f"{champion} is the champion again, {before} was.")


@app.command("history")
@handled
def history(
    models: ModelsOption = None, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """Every training, retraining, promotion and rollback: who, when, why, with which numbers."""
    from stance.models.registry import Registry

    events = Registry(_folder(models, project)).history()
    if as_json:
        for event in events:
            echo_json(event)
    elif not events:
        echo("nothing has happened yet. Make a model with `stance train`.")
    for event in () if as_json else events:
        echo(_event_line(event))


def _event_line(event: dict[str, Any]) -> str:
    """One event as a person reads it: when, what, who, from where to where, and why."""
    moved = [
        f"@{alias} {was or 'none'} → {now or 'none'}"
        for alias, (was, now) in event.get("moves", {}).items()
        if alias != "latest"
    ]
    score = event.get("macro_f1")
    told = [f"out-of-fold macro-F1 {100 * score:.1f}"] if isinstance(score, float) else []
    told += [str(event[key]).rstrip(".") for key in ("why", "note") if event.get(key)]
    at, what, version, by = (str(event.get(key, "–")) for key in ("at", "event", "version", "by"))
    line = f"{at}  {what:8}  {version}  by {by}: {'; '.join([*moved, *told]) or '–'}"
    return printable(line, 2000)


def _command() -> str:
    return shlex.join(["stance", *sys.argv[1:]])


def _who(by: str, note: str) -> dict[str, str]:
    return {key: value for key, value in (("by", by), ("note", note)) if value}


app.command("verify")(verify)
app.command("compare")(compare)
