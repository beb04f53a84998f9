"""`compare`, `evaluate --card`, `models page` and the log of looks, as a user types them."""

import csv
import json
import shutil
from pathlib import Path

import pytest

PEOPLE = ("A tailor", "The pilot", "Her cousin", "Two clerks", "Mr Osei", "The twins")
SAYS = {"for_bridge": "praises the new bridge", "against_bridge": "calls the bridge a folly"}


@pytest.fixture
def unseen(tmp_path):
    """Labelled sentences that no model of these tests was trained on."""
    path = tmp_path / "unseen.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "text", "labels", "article_id"])
        for number, person in enumerate(PEOPLE):
            for label, said in SAYS.items():
                writer.writerow([f"u{number}{label}", f"{person} {said} now.", label, f"a{number}"])
    return path


@pytest.fixture
def two_models(template, tmp_path, done):
    """The project's models with a second, weaker version beside the first."""
    models = shutil.copytree(template / "models", tmp_path / "models")
    weak = ("-S", "thresholds.metric=fixed", "-S", "thresholds.value=0.999")
    done("train", "--project", template, "--models", models, *weak, "--name", "weak")
    return models


def test_a_model_is_as_good_as_itself(model, unseen, done):
    """Without a difference nothing is claimed: no flips, p = 1, an interval of zero width."""
    found = json.loads(done("compare", model, model, "--data", unseen, "--json"))
    assert (found["n_flips"], found["mcnemar_p"]) == (0, 1.0)
    assert found["macro_f1"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_the_better_model_is_named(two_models, unseen, done, tmp_path):
    """The verdict, the table, the flips and the page agree on who is better."""
    out = done(
        "compare", two_models / "weak", two_models / "v1", "--data", unseen, "--out", tmp_path / "d"
    )
    assert "better than weak" in out
    found = json.loads((tmp_path / "d" / "compare.json").read_text("utf-8"))
    assert found["macro_f1"]["value"] > 0
    assert found["n_fixed"] - found["n_broken"] > 0
    assert found["verdict"] in out
    page = (tmp_path / "d" / "compare.html").read_text("utf-8")
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    assert page.count("<li>") == len(found["flips"])


def test_the_archive_shows_which_counts_change(two_models, unseen, done):
    """The counts of each label under both models are those that predict gives."""
    found = json.loads(
        done(
            "compare", two_models / "weak", two_models / "v1",
            "--data", unseen, "--archive", unseen, "--json",
        )
    )  # fmt: skip
    for version, key in (("weak", "n_old"), ("v1", "n_new")):
        rows = done("predict", unseen, "--model", two_models / version, "--json").splitlines()
        given = [label for row in rows for label in json.loads(row)["predicted_labels"]]
        assert {one["label"]: one[key] for one in found["shares"]} == {
            one["label"]: given.count(one["label"]) for one in found["shares"]
        }
    changes = [abs(one["n_new"] - one["n_old"]) for one in found["shares"]]
    assert changes == sorted(changes, reverse=True)


def test_an_archive_that_cannot_be_used_is_told(two_models, unseen, fails, tmp_path):
    """A comparison with nothing of the archive in it would look as if nothing changed."""
    command = ("compare", two_models / "weak", two_models / "v1", "--data", unseen, "--archive")
    (tmp_path / "bad.csv").write_bytes(b"text\ncaf\xe9\n")
    (tmp_path / "folder").mkdir()
    told = fails(*command, tmp_path / "bad.csv")
    assert "bad.csv:2: byte 0xE9" in told and "--archive: no sentence found" in told
    told = fails(*command, tmp_path / "folder")
    assert "folder: a folder without articles (.txt, .md, .html, .htm).\n" in told


def test_models_of_other_labels_are_not_compared(model, one_label_model, unseen, fails):
    """Two codebooks have nothing to compare, and this is said in one line."""
    assert "different labels" in fails("compare", model, one_label_model, "--data", unseen)


def test_a_comparison_is_not_written_over(model, unseen, done, fails, tmp_path):
    """An earlier page stays until --force."""
    arguments = ("compare", model, model, "--data", unseen, "--out", tmp_path / "d")
    done(*arguments)
    assert "--force" in fails(*arguments)
    done(*arguments, "--force")


def test_the_card_stands_in_the_model_folder(two_models, unseen, done):
    """--card writes headings, metadata and the scores; the model stays whole."""
    folder = two_models / "v1"
    out = done("evaluate", "--data", unseen, "--model", folder, "--card", "--json")
    card = (folder / "README.md").read_text("utf-8")
    assert card.startswith("---\nlibrary_name: stancedesk\n")
    for heading in ("## Uses", "## Bias, risks and limitations", "## Evaluation"):
        assert heading in card
    score = json.loads(out)["classification_report"]["macro avg"]["f1-score"]
    metadata = card.split("model-index: ")[1].splitlines()[0]
    assert json.loads(metadata)[0]["results"][0]["metrics"][0]["value"] == round(score, 4)
    assert json.loads(done("models", "show", folder, "--json"))["faults"] == []


def test_every_look_at_the_test_articles_is_counted(project, done, tmp_path):
    """The report says how often these test articles have been looked at."""
    split = Path(project) / "data" / "split.json"
    sides = json.loads(split.read_text("utf-8"))
    sides["articles"][min(sides["articles"])] = "test"
    split.write_text(json.dumps(sides), "utf-8")
    arguments = ("evaluate", "--project", project, "--keep-seen", "--json", "--out")
    first, second = (json.loads(done(*arguments, tmp_path / name)) for name in ("one", "two"))
    key = "Looks at this test set so far"
    assert first["made_by"][key].startswith("1,")
    assert second["made_by"][key].startswith("2,")
    assert len((Path(project) / "data" / "looks.jsonl").read_text("utf-8").splitlines()) == 2


def test_the_page_of_versions_lists_them_all(two_models, done):
    """index.html has a row for each version and a line through their scores."""
    path = Path(done("models", "page", "--models", two_models).strip())
    page = path.read_text("utf-8")
    assert page.count('<th scope="row">') == 2
    assert "<polyline" in page and "@latest" in page


def test_a_page_without_versions_is_no_page(tmp_path, fails):
    """An empty models folder is told."""
    (tmp_path / "m").mkdir()
    assert "no model yet" in fails("models", "page", "--models", tmp_path / "m")


def test_an_earlier_model_stands_beside(two_models, unseen, done):
    """--beside adds the earlier model's row, and the headline says whether this one is better."""
    arguments = ("evaluate", "--data", unseen, "--model", two_models / "v1")
    out = json.loads(done(*arguments, "--beside", two_models / "weak", "--json"))
    old = json.loads(
        done("evaluate", "--data", unseen, "--model", two_models / "weak", "--json", "--force")
    )
    assert out["before"]["scores"]["name"] == "weak"
    assert out["before"]["scores"]["macro_f1"] == pytest.approx(
        old["classification_report"]["macro avg"]["f1-score"]
    )
    assert out["before"]["difference"]["value"] > 0
    assert "points better than weak." in out["headline"]


def test_promote_and_rollback_as_a_user_types_them(two_models, done, fails):
    """Predict follows the champion; the history has who, why and from where to where."""
    here = ("--models", two_models)
    assert "weak is the champion now, none was before." in done(
        "models", "promote", "weak", *here, "--note", "a trial", "--by", "ana"
    )
    assert "weak is the champion already." in done("models", "promote", "weak", *here)
    assert json.loads(done("models", "promote", "v1", *here, "--json")) == {
        "champion": "v1", "before": "weak", "promoted": True,
    }  # fmt: skip
    assert "v1 was." in done("models", "rollback", *here)
    assert "no champion before weak" in fails("models", "rollback", *here)
    told = done("models", "history", *here)
    assert "@champion none → weak; a trial" in told
    events = [json.loads(line) for line in done("models", "history", *here, "--json").splitlines()]
    assert [one["event"] for one in events][-3:] == ["promote", "promote", "rollback"]
    assert events[-3]["by"] == "ana"


def test_a_damaged_or_unknown_version_is_not_promoted(two_models, fails, unchanged):
    """One line, and the champion stays."""
    scorer = two_models / "weak" / "scorer.safetensors"
    scorer.write_bytes(scorer.read_bytes()[:-1])
    with unchanged():
        assert "SHA-256" in fails("models", "promote", "weak", "--models", two_models)
        assert 'Did you mean "weak"' in fails("models", "promote", "weka", "--models", two_models)


def test_models_compare_is_compare(two_models, unseen, done):
    """The same command under both names."""
    arguments = (two_models / "weak", two_models / "v1", "--data", unseen, "--json")
    assert done("models", "compare", *arguments) == done("compare", *arguments)
