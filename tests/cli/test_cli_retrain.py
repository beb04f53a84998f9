"""`stance retrain`, as a user types it: again and again, with good data and with bad."""

import importlib.util
import json
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from stance.retraining.gate import MARGIN

FAST = ("-S", "features.char.enabled=false", "-S", "thresholds.folds=2")
WEAK = ("-S", "thresholds.metric=fixed", "-S", "thresholds.value=0.999")


def small_data():
    path = Path(__file__).parents[1] / "learning" / "small_data.py"
    spec = importlib.util.spec_from_file_location("small_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_jsonl(path, examples):
    rows = [
        {"id": one.id, "text": one.text, "labels": one.labels, "article_id": one.article_id}
        for one in examples
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def annotated(root, done, **kind):
    rows = write_jsonl(root / "rows.jsonl", small_data().examples(180, **kind))
    done("import", rows, "--project", root / "desk", "--codebook", "auto")
    return root / "desk"


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory, done):
    """A project of sixty annotated articles and no model; to be copied."""
    return annotated(tmp_path_factory.mktemp("desk"), done)


@pytest.fixture
def desk(desk_template, tmp_path):
    """A project of the test's own."""
    return shutil.copytree(desk_template, tmp_path / "desk")


@pytest.fixture
def retrain(desk, done):
    """Retrains in the project; gives what --json says."""

    def command(*arguments):
        return json.loads(done("retrain", "--project", desk, *FAST, *arguments, "--json"))

    return command


def aliases(desk):
    return json.loads((desk / "models" / "aliases.json").read_text("utf-8"))


def events(desk):
    lines = (desk / "models" / "history.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def keep_test_articles(desk, n_articles):
    """Leaves so many articles on the test side, the others go to the training side."""
    path = desk / "data" / "split.json"
    fields = json.loads(path.read_text("utf-8"))
    sealed = sorted(name for name, side in fields["articles"].items() if side == "test")
    fields["articles"] |= dict.fromkeys(sealed[n_articles:], "train")
    path.write_text(json.dumps(fields), "utf-8")


def test_the_first_model_is_the_champion_and_says_why(desk, done):
    """There was nothing to compare with, and this is said."""
    out = done("retrain", "--project", desk, *FAST)
    assert "v1 is the first champion: there was nothing to compare it with." in out
    assert aliases(desk) == {"champion": "v1", "latest": "v1"}
    assert [one["event"] for one in events(desk)] == ["train", "retrain"]
    assert not (desk / "data" / "looks.jsonl").exists()


def test_the_same_data_again_promotes_nothing(desk, retrain):
    """Equal models answer alike: the champion stays, the look is counted, all is written down."""
    retrain()
    found = retrain("--note", "nothing new", "--by", "ana")
    assert (found["decision"], found["is_promoted"], found["looks"]) == ("kept", False, 1)
    assert found["margin"] == MARGIN
    assert "Both answer every test sentence alike." in found["told"]
    assert aliases(desk) == {"champion": "v1", "challenger": "v2", "latest": "v2"}
    last = events(desk)[-1]
    assert (last["event"], last["by"], last["note"]) == ("retrain", "ana", "nothing new")
    assert last["test_sha256"] == found["test_sha256"]
    assert last["macro_f1_difference"] == [0.0, 0.0, 0.0]
    folder = Path(found["report"])
    assert folder.name == "v2-vs-v1"
    assert json.loads((folder / "retrain.json").read_text("utf-8"))["told"] == found["told"]
    assert found["told"][0] in (folder / "compare.html").read_text("utf-8")
    assert retrain()["looks"] == 2


def test_a_better_challenger_is_promoted_and_can_be_taken_back(desk, retrain, done):
    """Clearly better on the test articles: @champion moves, and rollback undoes it."""
    retrain(*WEAK)
    found = retrain()
    assert found["decision"] == "promoted"
    assert found["comparison"]["macro_f1"]["low"] > 0
    assert aliases(desk) == {"champion": "v2", "latest": "v2"}
    assert events(desk)[-1]["moves"] == {"champion": ["v1", "v2"], "challenger": ["v2", None]}
    done("models", "rollback", "--project", desk)
    assert aliases(desk)["champion"] == "v1"


def test_a_worse_challenger_is_promoted_on_demand_only(desk, retrain, done):
    """By the rule it is not; --promote does it and the history says so."""
    retrain()
    found = retrain(*WEAK)
    assert (found["decision"], found["n_test_articles_needed"]) == ("kept", None)
    assert set(found["labels_lost"]) <= {"for_aid", "against_aid", "unsure"} != set()
    out = done("retrain", "--project", desk, *FAST, *WEAK, "--promote", "--note", "a test")
    assert "v3 is the champion now, on demand and not by the rule; v1 comes back" in out
    assert (events(desk)[-1]["decision"], events(desk)[-1]["note"]) == (
        "promoted on demand", "a test",
    )  # fmt: skip


def test_no_promote_never_moves(desk, retrain):
    """Not even a better one, nor the first."""
    assert retrain("--no-promote", *WEAK)["decision"] == "kept"
    found = retrain("--no-promote")
    assert found["is_better"]
    assert "--no-promote was asked for" in " ".join(found["told"])
    assert aliases(desk)["champion"] == "v1"  # the latest was in use, so it stays in use


def test_what_was_in_use_stays_in_use(desk, done, retrain):
    """A project with a latest model and no champion: a challenger that is not better changes
    nothing for predict.
    """
    done("train", "--project", desk, *FAST, "--name", "mine")
    retrain()
    assert aliases(desk)["champion"] == "mine"
    assert events(desk)[1]["note"] == "in use when the first retraining began"


def test_new_rows_join_the_project_first(desk, retrain, tmp_path):
    """Imported as by `stance import`; the test set grows and this is told."""
    retrain()
    retrain()
    new = small_data().examples(60, seed=5)
    new = [replace(one, article_id=f"new-{one.article_id}") for one in new]
    found = retrain("--data", write_jsonl(tmp_path / "new.jsonl", new))
    assert found["imported"]["n_annotations"] == 60
    assert found["set_aside"] == []
    assert "The test set changed since the last look" in " ".join(found["told"])
    assert found["looks"] == 1
    assert retrain("--data", tmp_path / "new.jsonl")["imported"]["n_same"] == 60


def test_rows_that_would_spoil_are_set_aside_with_a_list(desk, run, retrain, tmp_path):
    """An unknown label, a copy of a test sentence, an answer against a settled one."""
    retrain()
    retrain()  # the test articles are known now
    sides = json.loads((desk / "data" / "split.json").read_text("utf-8"))["articles"]
    known = small_data().examples(180)
    sealed = next(one for one in known if sides[one.article_id] == "test")
    trained = next(one for one in known if sides[one.article_id] == "train" and one.labels)
    rows = [
        {"text": "A wholly new sentence about the ferry.", "labels": ["for_aid"]},
        {"text": "Another one about the mayor.", "labels": ["for_iad"]},
        {"text": sealed.text, "labels": list(sealed.labels)},
        {"text": trained.text, "labels": [], "article_id": trained.article_id},
    ]
    path = tmp_path / "new.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    result = run("retrain", "--project", desk, *FAST, "--data", path, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["imported"]["n_annotations"] == 1
    told = "\n".join(found["set_aside"])
    for words in (
        'new.jsonl:2: unknown label "for_iad". Did you mean "for_aid"?',
        "new.jsonl:3: repeats the test sentence",
        "new.jsonl:4: labels (none) where",
    ):
        assert words in told
        assert words in result.stderr
    listed = (Path(found["report"]) / "set-aside.txt").read_text("utf-8")
    assert listed.splitlines() == found["set_aside"]
    assert aliases(desk)["champion"] == "v1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"", "has no rows"),
        (b'{"text": "Caf\xe9", "labels": ["for_aid"]}\n', "--encoding cp1252"),
        (b'{"text": "A sentence.", "labels": ["nobody"]}\n', "No row fits the codebook"),
        (b'{"text": "A sentence."}\n', 'no "labels"'),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(
    desk, retrain, fails, unchanged, tmp_path, content, words
):
    """One line, exit code 1, no file came, went or changed."""
    retrain()
    path = tmp_path / "new.jsonl"
    if content is not None:
        path.write_bytes(content)
    with unchanged():
        told = fails("retrain", "--project", desk, *FAST, "--data", path)
    assert words.casefold() in told.casefold()


def test_a_codebook_that_changed_is_refused(desk, retrain, fails, unchanged):
    """Scores of other labels cannot be compared, and the message says what to do."""
    retrain()
    path = desk / "configs" / "codebook.toml"
    path.write_text(path.read_text("utf-8") + '\n[[labels]]\nname = "neutral"\n', "utf-8")
    with unchanged():
        told = fails("retrain", "--project", desk, *FAST)
    assert "the codebook changed since the champion v1" in told
    assert "stance models promote" in told


def test_a_damaged_champion_is_told_before_any_work(desk, retrain, fails, unchanged):
    """The way back is named."""
    retrain()
    scorer = desk / "models" / "v1" / "scorer.safetensors"
    scorer.write_bytes(scorer.read_bytes()[:-1])
    with unchanged():
        told = fails("retrain", "--project", desk, *FAST)
    assert told.startswith("the champion v1 cannot be compared with")
    assert "stance models rollback" in told


def test_no_project_no_annotations_no_such_config(fails, done, tmp_path):
    """Each is one line."""
    assert "no project" in fails("retrain", "--project", tmp_path)
    done("init", tmp_path / "new")
    assert "no annotated sentence" in fails("retrain", "--project", tmp_path / "new")
    assert "no such" in fails(
        "retrain", "--project", tmp_path / "new", "--config", tmp_path / "x.toml"
    )


def test_a_margin_is_a_number_of_points(run, desk):
    """Beyond 100 it is wrong usage."""
    assert run("retrain", "--project", desk, "--margin", "101").exit_code == 2


@pytest.mark.parametrize(
    ("n_test", "words"), [(0, "no test article"), (1, "one article, which gives no interval")]
)
def test_too_few_test_articles_promote_nothing(desk, retrain, n_test, words):
    """Without a test article, and with one, nothing can be shown; --promote still can."""
    retrain(*WEAK)
    keep_test_articles(desk, n_test)
    found = retrain()
    assert found["decision"] == "kept"
    assert words in " ".join(found["told"])
    assert retrain("--promote")["decision"] == "promoted on demand"


def test_a_leak_stops_it_before_the_test_articles_are_read(desk, retrain, fails, done, tmp_path):
    """What `stance import` let in on both sides is told as by `stance train`."""
    retrain()
    sides = json.loads((desk / "data" / "split.json").read_text("utf-8"))["articles"]
    by_side = {sides[one.article_id]: one for one in small_data().examples(180)}
    copied = replace(by_side["test"], article_id=by_side["train"].article_id)
    done("import", write_jsonl(tmp_path / "leak.jsonl", [copied]), "--project", desk)
    assert "1 leak" in fails("retrain", "--project", desk, *FAST)
    assert not (desk / "data" / "looks.jsonl").exists()
    assert retrain("--allow-leakage")["decision"] == "kept"


def test_labels_that_exclude_each_other_work_the_same_way(tmp_path, done):
    """An exclusive codebook: first champion, then a clear loser that stays a challenger."""
    desk = annotated(tmp_path, done, exclusive=True, none_allowed=False)
    assert "first champion" in done("retrain", "--project", desk, *FAST)
    out = done("retrain", "--project", desk, *FAST, "-S", "training.C=1e-6")
    assert "v2 is not promoted: v1 stays the champion." in out


def test_another_champion_meanwhile_is_not_replaced(desk, retrain, fails, monkeypatch):
    """Somebody promotes while a retraining runs: the comparison was with the wrong champion."""
    from stance.models.champion import promote
    from stance.models.registry import Registry
    from stance.retraining import render

    retrain(*WEAK)
    retrain("--no-promote")
    write = render.write

    def meanwhile(project, outcome):
        promote(Registry(project.models), "v2", "", {})
        return write(project, outcome)

    monkeypatch.setattr(render, "write", meanwhile)
    told = fails("retrain", "--project", desk, *FAST)
    assert "v2 has become the champion meanwhile, where v1 was" in told
    assert aliases(desk)["champion"] == "v2"


def test_ctrl_c_leaves_the_champion_and_no_temporary_file(desk, retrain, start):
    """Interrupted at several moments: exit code 130, the same champion, nothing half-written."""
    retrain()
    for wait in (0.3, 1.2, 2.0):
        process = start("retrain", "--project", desk, *FAST)
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode in (0, 130, -signal.SIGINT), errors
        assert b"Traceback" not in errors or process.returncode == -signal.SIGINT
        assert aliases(desk)["champion"] == "v1"
    assert not list(desk.rglob(".stance-tmp-*"))
    assert json.loads(json.dumps(events(desk)))


def test_comparing_on_the_test_articles_is_a_look_too(desk, retrain, run):
    """The page and stderr give the number of looks; other data is none."""
    retrain(*WEAK)
    retrain()
    result = run("compare", "v1", "v2", "--project", desk, "--out", desk / "d")
    assert "note: This is look 2 at this test set." in result.stderr
    assert "This is look 2 at this test set." in (desk / "d" / "compare.html").read_text("utf-8")
    lines = (desk / "data" / "looks.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["command"] for line in lines] == ["retrain", "compare"]
    assert len({json.loads(line)["data_sha256"] for line in lines}) == 1


def test_a_test_set_read_often_is_told(desk, retrain):
    """From twenty looks on the report says that it is worn."""
    retrain(*WEAK)
    found = retrain("--no-promote")
    path = desk / "data" / "looks.jsonl"
    path.write_text(path.read_text("utf-8") * 19, "utf-8")
    assert "was looked at 20 times" not in " ".join(found["told"])
    assert "This test set was looked at 20 times." in " ".join(retrain("--no-promote")["told"])


def test_status_says_when_to_retrain(desk, retrain, done, tmp_path):
    """What was labelled since the last training is counted, promoted or not."""
    retrain()
    assert "next: stance evaluate" in done("status", "--project", desk)
    new = [replace(one, article_id=f"n-{one.article_id}") for one in small_data().examples(60, 9)]
    done("import", write_jsonl(tmp_path / "n.jsonl", new), "--project", desk)
    assert "next: stance retrain   (60 sentences were" in done("status", "--project", desk)
    retrain("--no-promote")
    assert "next: stance evaluate" in done("status", "--project", desk)
