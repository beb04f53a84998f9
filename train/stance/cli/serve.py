"""`stance serve`."""

import sys
from typing import Annotated

import typer

from stance.cli.console import echo, talk
from stance.cli.errors import handled
from stance.cli.options import ModelOption, ProjectOption, ThresholdOption


@handled
def serve(
    model: ModelOption = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port to answer at.")
    ] = 9090,
    threshold: ThresholdOption = [],
    token: Annotated[
        str,
        typer.Option(
            "--token",
            envvar="STANCE_TOKEN",
            help="Answer only those who send this: as Bearer, or as the password of basic "
            "authentication.",
        ),
    ] = "",
    project: ProjectOption = None,
) -> None:
    """Answer programs on this machine: an ML backend for Label Studio, and plain predictions.

    In Label Studio add the address under Settings, Model. Other programs POST JSON to /predict:
    {"texts": […]} or {"rows": [{"text": …}, …]}. Nothing that comes in is stored or fetched.
    """
    from stance.models.registry import find_model
    from stance.prediction.predict import thresholds_of
    from stance.prediction.scorer import load_scorer
    from stance.serving.label_studio import Backend
    from stance.serving.label_studio import serve as serve_backend
    from stance.storage.project import find_project

    found = find_project(project)
    folder = find_model(model, found.models if found else None)
    scorer = load_scorer(folder)
    backend = Backend(scorer, folder, thresholds_of(scorer, threshold))
    talk(f"Answering with model {backend.version} until Ctrl-C, at:")
    serve_backend(backend, port, token, _tell_address)


def _tell_address(address: str) -> None:
    echo(address.rstrip("/"))
    sys.stdout.flush()
