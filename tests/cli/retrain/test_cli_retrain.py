"""`stance retrain`, as a user types it: who becomes champion, and what counts as a look."""

import json
from pathlib import Path

import pytest

from retrainings import FAST, WEAK, aliases, annotated, events
from stance.retraining.gate import MARGIN


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


def test_labels_that_exclude_each_other_work_the_same_way(tmp_path, done):
    """An exclusive codebook: first champion, then a clear loser that stays a challenger."""
    desk = annotated(tmp_path, done, exclusive=True, none_allowed=False)
    assert "first champion" in done("retrain", "--project", desk, *FAST)
    out = done("retrain", "--project", desk, *FAST, "-S", "training.C=1e-6")
    assert "v2 is not promoted: v1 stays the champion." in out


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
