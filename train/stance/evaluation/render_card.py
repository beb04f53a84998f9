"""The model card: what a stranger must know before using the model, from its report.

Headings and metadata are those of the Hugging Face Hub (https://huggingface.co/docs/hub/model-cards).
"""

import json

from stance.evaluation.render_markdown import escaped, table
from stance.evaluation.report import Report, headline
from stance.evaluation.tables import SCORE_COLUMNS, baseline_columns, baseline_rows, score_rows


def to_card(report: Report) -> str:
    """The card as Markdown with its metadata on top."""
    parts = [
        _metadata(report),
        f"# Model card: {escaped(report.model_version)}",
        escaped(headline(report)),
        *(f"**{escaped(one)}**" for one in report.warnings),
        "## Model details",
        f"Codebook {escaped(report.codebook)}; labels: "
        f"{escaped(', '.join(label.name for label in report.labels))}; "
        f"{'one' if report.exclusive else 'several or none'} a sentence. TF-IDF of word and "
        "character n-grams and logistic regression; weights are plain arrays, no code.",
        "## Uses",
        "Labelling sentences of the kind it was evaluated on, with a person reading the sentences "
        "behind any figure that is published. Not for deciding about people.",
        "## Bias, risks and limitations",
        *_limits(report),
        "## How to get started",
        f"```sh\nstance predict ARTICLE --model {report.model_version} --explain 5\n```",
        "## Training details",
        f"Trained on {escaped(report.training)}.",
        "## Evaluation",
        f"Data: {escaped(', '.join(report.data_names))}, {report.n_sentences:,} sentences from "
        f"{report.n_articles:,} articles. In points, with 95 % intervals from resampling articles.",
        table(SCORE_COLUMNS, score_rows(report)),
        table(baseline_columns(report), baseline_rows(report)),
        "## Technical specifications",
        "\n".join(f"- {escaped(name)}: {escaped(value)}" for name, value in report.made_by)
        or "See info.json.",
    ]
    return "\n\n".join(parts) + "\n"


def _metadata(report: Report) -> str:
    results = {
        "name": report.model_version,
        "results": [
            {
                "task": {"type": "text-classification"},
                "dataset": {"name": ", ".join(report.data_names), "type": "stance"},
                "metrics": [
                    {"type": "f1", "name": "macro F1", "value": round(report.macro.f1.value, 4)},
                    {
                        "type": "average_precision",
                        "name": "macro average precision",
                        "value": round(report.macro_average_precision.value, 4),
                    },
                ],
            }
        ],
    }
    # JSON is YAML, and it escapes what a file name could bring in.
    return "\n".join(
        (
            "---",
            "library_name: stancedesk",
            "pipeline_tag: text-classification",
            f"model-index: {json.dumps([results], ensure_ascii=False)}",
            "---",
        )
    )


def _limits(report: Report) -> list[str]:
    weakest = sorted(report.labels, key=lambda label: label.f1.value)[:1]
    told = [
        f"- Weakest label: {escaped(label.name)}, F1 {100 * label.f1.value:.1f}."
        for label in weakest
    ]
    told += [
        f"- Worse on {escaped(one.by)} {escaped(one.value)}: {100 * one.accuracy:.1f} % wholly "
        f"right of {one.n_sentences:,} sentences."
        for one in report.slices
        if one.is_worse
    ]
    told += [f"- {escaped(note)}" for note in report.notes]
    told += [
        f"- Not tested: {escaped(found)}."
        for name, found in report.data_checks
        if name == "not tested"
    ]
    return ["\n".join(told)] if told else []
