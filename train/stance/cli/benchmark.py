"""`stance benchmark`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.console import echo, echo_json, table, working
from stance.cli.errors import handled
from stance.cli.options import ForceOption, JsonOption, ProjectOption

if TYPE_CHECKING:
    from stance.evaluation.benchmark import Result

FolderArgument = Annotated[
    Path, typer.Argument(help="A folder with train and test rows, or a folder of such folders.")
]
ConfigsOption = Annotated[
    Path | None,
    typer.Option(
        "--configs", help="Folder with a config for each (default: those that come along)."
    ),
]
RepeatsOption = Annotated[
    int, typer.Option("--repeats", min=1, help="Partitions to cross-validate with.")
]
NoTestOption = Annotated[
    bool, typer.Option("--no-test", help="Cross-validate only: a test set is read once.")
]
SettingOption = Annotated[
    list[str], typer.Option("-S", "--set", help="Override, for example -S training.C=4.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder for benchmark.md and benchmark.json.")
]

FILES = ("benchmark.json", "benchmark.md")


@handled
def benchmark(
    folder: FolderArgument,
    configs: ConfigsOption = None,
    setting: SettingOption = [],
    repeats: RepeatsOption = 1,
    no_test: NoTestOption = False,
    out: OutOption = None,
    project: ProjectOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train and score public benchmark data, beside published results.

    Each folder is scored by its own metric, with intervals; looks at test rows are counted.
    """
    from dataclasses import replace

    from stance.evaluation.benchmark import benchmark_folders, config_for, log_look, run
    from stance.storage.places import check_folder
    from stance.storage.project import find_project

    if out is not None:
        check_folder(out, force, FILES)
    found = find_project(project)
    results = []
    with working("benchmark") as progress:
        for one in benchmark_folders(folder):
            config, name = config_for(one, configs, setting)
            result = run(one, config, name, repeats, not no_test, progress)
            if found is not None and result.test is not None:
                result = replace(result, n_looks=log_look(found, result, one))
            results.append(result)
    _show(results, out, as_json)


def _show(results: "list[Result]", out: Path | None, as_json: bool) -> None:
    import json

    from stance.evaluation import render_benchmark as render
    from stance.storage.atomic import write_files

    values = [render.to_dict(one) for one in results]
    if out is not None:
        content = json.dumps(values, indent=2, ensure_ascii=False) + "\n"
        write_files(out, {"benchmark.json": content, "benchmark.md": render.to_markdown(results)})
    if as_json:
        echo_json(values)
        return
    for one in results:
        table(render.title(one), render.COLUMNS, render.rows(one))
        echo("")
    if out is not None:
        echo(str(out / "benchmark.md"))
