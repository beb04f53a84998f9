"""Importing and exporting in the formats of other tools, and serving, as a user does it."""

import json
import os
import signal
import urllib.request

import pytest

from stance.annotation.formats.registry import FORMATS, OWN

TOOLS = [one for one in FORMATS if one not in OWN and one.read]
TASK = {
    "id": 1,
    "data": {"text": "Rita praises the new bridge.", "article_id": "talk"},
    "annotations": [
        {"completed_by": 1, "result": []},
        {"completed_by": 2, "result": []},
        {"completed_by": 3, "was_cancelled": True, "result": []},
    ],
}


def task(*labels):
    found = json.loads(json.dumps(TASK))
    for annotation, label in zip(found["annotations"], labels, strict=False):
        annotation["result"] = [
            {"from_name": "stance", "type": "choices", "value": {"choices": [label]}}
        ]
    return json.dumps([found])


def answers(project):
    """The project's answers, each annotator's in order."""
    found = {}
    for path in sorted((project / "data" / "annotations").glob("*.jsonl")):
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        found[path.stem] = {one["sentence_id"]: sorted(one["labels"]) for one in lines}
    return found


@pytest.mark.parametrize("form", TOOLS, ids=lambda form: form.name)
def test_a_project_goes_through_every_tool_and_comes_back(project, form, run, done, tmp_path):
    """Labels, annotators and sentences are those that they were."""
    codebook = project / "configs" / "codebook.toml"
    more = ("--answers",) if form.keeps_annotators else ()
    ending = ".zip" if form.name == "doccano" else form.endings[0]
    if form.name == "dna":  # has no place for a sentence that stands nowhere
        assert run("export", "out.csv", "--format", "dna", "--project", project).exit_code == 1
        return
    done("export", f"out{ending}", "--format", form.name, "--project", project, *more)
    done("import", f"out{ending}", "--project", tmp_path / "back", "--codebook", codebook)
    given = answers(project)["import"]
    if form.name == "fasttext":
        found = sorted(answers(tmp_path / "back")["import"].values())
        assert found == sorted(given.values())
    else:
        assert answers(tmp_path / "back") == {"import": given}


def test_annotators_stay_apart_and_their_dispute_is_told(run, tmp_path):
    """Two answers are kept, the cancelled one is counted."""
    (tmp_path / "export.json").write_text(task("good", "bad"))
    told = run("import", "export.json", "--project", "p", "--codebook", "auto")
    assert told.exit_code == 0
    assert "imported 2 rows: 2 new answers, 1 new sentence" in told.stdout
    assert "1 ignored" in told.stdout
    assert "annotators differ on 1 sentence" in told.stderr
    assert [*answers(tmp_path / "p")] == ["1", "2"]


def test_the_same_export_twice_adds_nothing(done, tmp_path):
    """An import can be repeated."""
    (tmp_path / "export.json").write_text(task("good", "bad"))
    done("import", "export.json", "--project", "p", "--codebook", "auto")
    assert "0 new answers, 0 new sentences" in done("import", "export.json", "--project", "p")


def test_rows_go_from_tool_to_tool_with_their_spans(done, tmp_path):
    """`--data` needs no project, and keeps what a project has no place for."""
    row = {"text": "🚢 Rita calls.", "entities": [[2, 6, "ACTOR"]], "cats": ["good"]}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    done("export", "out.json", "--format", "label-studio", "--data", "rows.jsonl")
    (found,) = json.loads((tmp_path / "out.json").read_text("utf-8"))
    kinds = [one["type"] for one in found["annotations"][0]["result"]]
    assert kinds == ["choices", "labels"]
    assert found["annotations"][0]["result"][1]["value"]["text"] == "Rita"
    assert '<Choice value="good"/>' in (tmp_path / "out.label-config.xml").read_text("utf-8")


def test_what_cannot_be_is_told_in_one_line(project, fails, tmp_path):
    """Each with what to do."""
    (tmp_path / "there.json").touch()
    (tmp_path / "notes.txt").write_text("We met on Monday.")
    where = ("--project", project)
    for arguments, message in (
        (("export", "out.json", "--format", "labelstudio"), 'Did you mean "label-studio"'),
        (("export", "out.xyz"), "For another format say --format NAME"),
        (("export", "out.txt", "--format", "prodigy"), "prodigy is written as .jsonl"),
        (("export", "there.json", "--format", "label-studio"), "exists already"),
        (("export", "no/out.json", "--format", "json"), "its folder does not exist"),
        (("export", "o.txt", "--format", "fasttext", "--answers"), "has no room for annotators"),
        (("export", "o.jsonl", "--stand-off", "--format", "jsonl"), "goes with neither"),
        (("import", "nowhere.json"), "no such file"),
        (("import", "notes.txt"), "Say which: --format NAME"),
        (("import", "there.json"), "there.json"),
        (("import", "notes.txt", "--format", "prodigy"), "neither JSON"),
    ):
        told = fails(*arguments, *where)
        assert message in told and "\n" not in told, told


def test_a_folder_is_written_over_only_when_it_is_an_export(project, done, fails, tmp_path):
    """--force takes the place of an export of that format, of nothing else."""
    where = ("--format", "potato", "--project", project)
    done("export", "out", *where)
    assert "exists already" in fails("export", "out", *where)
    done("export", "out", *where, "--force")
    assert sorted(one.name for one in tmp_path.glob("out*")) == ["out"]
    (tmp_path / "mine").mkdir()
    assert "is no export" in fails("export", "mine", *where, "--force")


def test_the_config_of_label_studio_by_itself(project, done, tmp_path):
    """One file, made of the codebook."""
    done("export", "config.xml", "--format", "label-studio-config", "--project", project)
    assert '<Choice value="for_bridge"/>' in (tmp_path / "config.xml").read_text("utf-8")


def test_training_reads_the_formats_too(done, tmp_path):
    """`stance train --data` takes an export as it is."""
    lines = [
        {"text": f"{name} {said}.", "accept": [label], "answer": "accept", "_view_id": "choice"}
        for name in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal")
        for said, label in (("praises it", "good"), ("mocks it", "bad"))
    ]
    (tmp_path / "out.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done("train", "--data", "out.jsonl", "--codebook", "auto", "--models", "models")
    assert (tmp_path / "models" / "v1" / "info.json").is_file()


def test_serve_answers_until_it_is_interrupted(start, model, fails):
    """It prints its address, answers there, and ends in order; a taken port is told."""
    process = start("serve", "--model", model, "--port", 0)
    try:
        address = process.stdout.readline().decode().strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}/health", timeout=30) as answer:
            assert json.loads(answer.read())["status"] == "UP"
        port = address.rsplit(":", 1)[1]
        assert "is taken" in fails("serve", "--model", model, "--port", port)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif("STANCE_SHARED" not in os.environ, reason="needs the files in STANCE_SHARED")
def test_addresses_in_a_file_are_texts(run, monkeypatch):
    """Nothing is fetched, whatever a field says."""
    import socket
    from pathlib import Path

    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    path = Path(os.environ["STANCE_SHARED"]) / "bad_inputs" / "ls_ssrf_urls.json"
    told = run("import", path, "--project", "p", "--codebook", "auto")
    assert told.exit_code == 0 and "imported 5 rows" in told.stdout
