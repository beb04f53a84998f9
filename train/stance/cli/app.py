"""The `stance` command: one thin file a subcommand, put together here.

Heavy libraries are imported inside the commands that need them, so that help appears at once.
"""

from typing import Annotated

import typer

from stance import __version__
from stance.cli import (
    agreement,
    annotate,
    benchmark,
    codebook,
    compare,
    correct,
    drift,
    evaluate,
    export,
    hydrate,
    importing,
    ingest,
    init,
    models,
    predict,
    reproduce,
    retrain,
    review,
    serve,
    split,
    status,
    train,
    train_curve,
    validate,
    who,
)
from stance.cli.errors import set_up

app = typer.Typer(
    name="stance",
    help="Who takes which stance: from articles to a model, its predictions and its report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"stance {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No notes on stderr.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of mistakes.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    set_up(quiet, debug)


# In the order in which a project needs them; help lists them so.
app.command("init")(init.init)
app.command("ingest")(ingest.ingest)
app.command("import")(importing.import_)
app.command("export")(export.export)
app.command("hydrate")(hydrate.hydrate)
app.command("codebook")(codebook.codebook)
app.command("split")(split.split)
app.command("annotate")(annotate.annotate)
app.command("agreement")(agreement.agreement)
app.command("review")(review.review)
app.command("validate")(validate.validate)
app.command("train")(train.train)
app.command("train-curve")(train_curve.train_curve)
app.command("retrain")(retrain.retrain)
app.command("reproduce")(reproduce.reproduce)
app.command("predict")(predict.predict)
app.command("who")(who.who)
app.command("serve")(serve.serve)
app.command("correct")(correct.correct)
app.command("drift")(drift.drift)
app.command("evaluate")(evaluate.evaluate)
app.command("compare")(compare.compare)
app.command("benchmark")(benchmark.benchmark)
app.add_typer(models.app, name="models")
app.command("status")(status.status)
