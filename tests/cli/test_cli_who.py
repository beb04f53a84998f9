"""`stance who`: the table on a terminal, as files, and what it says of wrong input."""

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest


@pytest.fixture
def desk(bridge_desk, tmp_path):
    """A copy of the project, for tests that write into it."""
    return shutil.copytree(bridge_desk, tmp_path / "desk")


@pytest.fixture(scope="session")
def table(bridge_desk, bridge_rows, done):
    """The table of the dated rows, as JSON."""
    return json.loads(done("who", bridge_rows, "--project", bridge_desk, "--json"))


@pytest.fixture(scope="session")
def files(bridge_desk, bridge_rows, done, tmp_path_factory):
    """The folder that --out writes."""
    out = tmp_path_factory.mktemp("who") / "out"
    done("who", bridge_rows, "--project", bridge_desk, "--out", out)
    return out


def row(table, key):
    return next(one for one in table["rows"] if one["key"] == key)


def test_statements_are_counted_by_actor_and_label(table):
    """Five praises and five blames of Rita, with their dates and outlets."""
    rita = row(table, "rita-okonkwo")
    assert (rita["name"], rita["n_sentences"]) == ("Rita Okonkwo", 10)
    praise, blame = rita["cells"]["for_bridge"], rita["cells"]["against_bridge"]
    assert (praise["n_statements"], praise["first"], praise["last"]) == (
        5,
        "2024-05-01",
        "2024-05-05",
    )
    assert blame["n_statements"] == 5
    assert praise["outlets"] == ["Paper 0", "Paper 1", "Paper 2"]
    assert praise["share"]["value"] == pytest.approx(0.5)
    assert praise["share"]["low"] < 0.5 < praise["share"]["high"]


def test_a_sentence_of_many_outlets_counts_once(table):
    """The wire's sentence stands in four papers and is one statement."""
    cell = row(table, "mrs-adeyemi")["cells"]["for_bridge"]
    assert (cell["n_statements"], cell["n_prints"], len(cell["outlets"])) == (1, 4, 4)


def test_the_best_sentence_comes_with_its_neighbours_and_source(table):
    """Whoever reads the cell can look it up."""
    best = row(table, "rita-okonkwo")["cells"]["for_bridge"]["best"]
    assert best["context_before"].startswith("On day")
    assert best["context_after"] == "A diver waits."
    assert best["url"].startswith("https://a.example/")
    assert (best["decided_by"], best["holder"], best["rung"]) == (
        "model",
        "Rita",
        "verbal support",
    )


def test_rows_may_be_countries_or_camps(bridge_desk, bridge_rows, done):
    """Rita is of Finland."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--json", "--by")
    assert {one["name"] for one in json.loads(done(*order, "country"))["rows"]} == {
        "Finland",
        "Sweden",
    }
    assert sum(one["n_statements"] for one in json.loads(done(*order, "camp"))["rows"]) == 11


def test_labels_actors_and_dates_narrow_the_table(bridge_desk, bridge_rows, done):
    """--label, --actor and --since leave the rest out."""
    told = done(
        "who", bridge_rows, "--project", bridge_desk, "--json", "--actor", "Rita", "--label",
        "for_bridge", "--since", "2024-05-03",
    )  # fmt: skip
    found = json.loads(told)
    assert [one["key"] for one in found["rows"]] == ["rita-okonkwo"]
    assert found["rows"][0]["cells"]["for_bridge"]["n_statements"] == 3
    assert list(found["rows"][0]["cells"]) == ["for_bridge"]


def test_the_terminal_shows_table_and_evidence(bridge_desk, bridge_rows, done):
    """Numbers, shares, and a sentence for each cell."""
    told = done("who", bridge_rows, "--project", bridge_desk)
    assert "Rita Okonkwo" in told and "5 · 50 [" in told
    assert "“Mrs Adeyemi praises the new bridge, which" in told
    assert max(len(line) for line in told.splitlines() if "·" in line and "[" in line) <= 100


def test_a_correction_takes_effect_at_once(desk, bridge_rows, done):
    """The corrected sentence moves to its cell, marked with the editor's name."""
    order = ("who", bridge_rows, "--project", desk, "--json")
    before = row(json.loads(done(*order)), "rita-okonkwo")["cells"]
    sha256 = before["for_bridge"]["best"]["sentence_sha256"]
    name = before["for_bridge"]["best"]["sentence_id"]
    done("correct", name, "against_bridge", "--by", "eve", "--sha256", sha256, "--project", desk)
    after = row(json.loads(done(*order)), "rita-okonkwo")["cells"]
    assert (after["for_bridge"]["n_statements"], after["against_bridge"]["n_statements"]) == (4, 6)
    best = after["against_bridge"]["best"]
    assert (best["sentence_id"], best["corrected_by"]) == (name, "eve")
    assert after["against_bridge"]["n_checked"] == 1


def test_a_corrected_holder_moves_the_statement(desk, bridge_rows, done):
    """The editor knows who spoke."""
    order = ("who", bridge_rows, "--project", desk, "--json")
    best = row(json.loads(done(*order)), "rita-okonkwo")["cells"]["for_bridge"]["best"]
    done(
        "correct", best["sentence_id"], "for_bridge", "--by", "eve", "--holder", "Mrs Adeyemi",
        "--sha256", best["sentence_sha256"], "--project", desk,
    )  # fmt: skip
    found = json.loads(done(*order))
    assert row(found, "rita-okonkwo")["cells"]["for_bridge"]["n_statements"] == 4
    assert row(found, "mrs-adeyemi")["cells"]["for_bridge"]["best"]["how"] == "corrected"


def test_gold_counts_before_the_model_only_when_asked(bridge_desk, tmp_path, done):
    """A row's own labels are an answer with --gold, and nothing otherwise."""
    path = tmp_path / "rows.jsonl"
    text = "Rita praises the new bridge with her friends."
    path.write_text(json.dumps({"id": "x", "text": text, "labels": ["price"]}) + "\n", "utf-8")
    order = ("who", path, "--project", bridge_desk, "--json")
    assert list(row(json.loads(done(*order)), "rita-okonkwo")["cells"]) == ["for_bridge"]
    cells = row(json.loads(done(*order, "--gold")), "rita-okonkwo")["cells"]
    assert list(cells) == ["price"]
    assert cells["price"]["best"]["decided_by"] == "gold"


def test_labels_that_exclude_each_other_have_a_table_too(one_label_model, bridge_rows, done):
    """Without polarity there is no rung, and nothing is missing."""
    rows = json.loads(done("who", bridge_rows, "--model", one_label_model, "--json"))
    assert set(rows["labels"]) == {"against_bridge", "for_bridge", "price"}


@pytest.fixture(scope="session")
def labelled(tmp_path_factory):
    """Sixty labelled sentences that no model has learnt from."""
    path = tmp_path_factory.mktemp("labelled") / "labelled.jsonl"
    said_of = {
        "for_bridge": "praises the new bridge",
        "against_bridge": "calls the bridge a folly",
        "price": "asks what it will cost",
        "": "mends a sail",
    }
    rows = []
    for number in range(60):
        kind, said = list(said_of.items())[number % 4]
        row = {"id": f"l{number}", "text": f"Rita {said} in week {number} of that year."}
        rows.append(row | {"labels": [kind] if kind else [], "article_id": f"w{number // 3}"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_labelled_rows_show_how_often_the_model_errs(bridge_desk, bridge_rows, done, labelled):
    """With them shares are corrected, and the rates are in the table."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--json", "--errors-from", labelled)
    found = json.loads(done(*order))
    praise = row(found, "rita-okonkwo")["cells"]["for_bridge"]
    assert praise["share_corrected"]["low"] <= praise["share_corrected"]["value"]
    assert praise["n_corrected"]["high"] <= 10
    assert found["errors"]["for_bridge"]["sensitivity"]["n"] == 15
    assert any("labelled.jsonl (20 articles)" in note for note in found["notes"])
    assert {one["verdict"] for one in found["differences"]} <= {"more", "less", "cannot tell"}


def test_all_files_are_there_and_say_the_same(files, table):
    """CSV, JSON, JSON lines and the page come from one table."""
    told = json.loads((files / "who.json").read_text("utf-8"))
    assert told["rows"] == table["rows"]
    lines = [json.loads(line) for line in (files / "who.jsonl").read_text("utf-8").splitlines()]
    assert sum(1 for one in lines if one["actor"]) == 11
    assert max(one["n_prints"] for one in lines) == 4
    with (files / "who.csv").open(encoding="utf-8", newline="") as stream:
        cells = list(csv.DictReader(stream))
    assert {(one["row"], one["label"], one["n_statements"]) for one in cells} == {
        ("rita-okonkwo", "for_bridge", "5"),
        ("rita-okonkwo", "against_bridge", "5"),
        ("mrs-adeyemi", "for_bridge", "1"),
    }


def test_the_network_opens_in_networkx(files):
    """Two kinds of nodes, and an edge for each cell with its number of statements."""
    networkx = pytest.importorskip("networkx", reason="networkx is not installed")
    graph = networkx.read_graphml(files / "who.graphml")
    assert graph.edges["actor:rita-okonkwo", "label:for_bridge"]["statements"] == 5
    assert graph.nodes["actor:rita-okonkwo"]["country"] == "Finland"
    assert {of["kind"] for _, of in graph.nodes(data=True)} == {"label", "person"}


def test_the_event_list_has_the_form_of_dna(files):
    """Its header to the letter, semicolons, a time, and no semicolon within a text."""
    lines = (files / "who-dna.csv").read_text("utf-8").splitlines()
    assert lines[0] == (
        '"statement_id";"time";"person";"organization";"concept";"agreement";"start_position";'
        '"stop_position";"text";"coder";"document_id";"document_title";"document_author";'
        '"document_source";"document_section";"document_type"'
    )
    events = list(csv.reader(lines[1:], delimiter=";"))
    assert len(events) == 11 and {len(one) for one in events} == {16}
    assert {one[1] for one in events if one[2] == "Mrs Adeyemi"} == {"2024-05-04 00:00:00"}


def test_changes_are_told_once(bridge_desk, bridge_rows, run, tmp_path):
    """Rita's turn is found with its dates; with --known a second run has nothing new."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--changes", "--json")
    first = run(*order, "--known", tmp_path / "known.json")
    assert first.exit_code == 3
    found = json.loads(first.stdout)
    change = found["changes"][0]
    assert (change["key"], change["position_before"], change["position_after"]) == (
        "rita-okonkwo",
        "for_bridge",
        "against_bridge",
    )
    assert (change["before"]["last"], change["after"]["first"]) == ("2024-05-05", "2024-05-06")
    assert change["p"] < 0.05
    assert found["contradictions"][0]["days"] == 1
    second = run(*order, "--known", tmp_path / "known.json")
    assert (second.exit_code, json.loads(second.stdout)["n_new"]) == (0, 0)
    assert "Rita Okonkwo: for_bridge (5 of 5" in run(*order[:-1]).stdout


def test_days_apart_bound_what_is_opposite(bridge_desk, bridge_rows, run):
    """--within 0 asks for the same day, on which Rita said one thing only."""
    told = run("who", bridge_rows, "--project", bridge_desk, "--changes", "--json", "--within", 0)
    assert json.loads(told.stdout)["contradictions"] == []


@pytest.fixture(scope="session")
def pack(bridge_desk, bridge_rows, done, tmp_path_factory):
    """The evidence of one claim, and what the command printed."""
    out = tmp_path_factory.mktemp("pack") / "rita"
    claim = "Rita:for_bridge"
    told = done("who", bridge_rows, "--project", bridge_desk, "--evidence", claim, "--out", out)
    return out, told


def test_the_evidence_can_be_checked_by_its_hashes(pack):
    """One hash stands for the manifest, and the manifest for all files."""
    folder, told = pack
    manifest = (folder / "manifest.json").read_bytes()
    digest = hashlib.sha256(manifest).hexdigest()
    assert digest in told
    assert (folder / "manifest.sha256").read_text("utf-8") == f"{digest}  manifest.json\n"
    found = json.loads(manifest)
    for name, sha256 in found["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
    assert found["claim"] == {
        "actor": "rita-okonkwo",
        "name": "Rita Okonkwo",
        "label": "for_bridge",
    }
    assert found["n_statements"] == 5 and len(found["model"]["files"]) > 2


def test_the_evidence_is_json_ld(pack):
    """It expands without a network: a claim, its articles, and an annotation a sentence."""
    jsonld = pytest.importorskip("pyld.jsonld", reason="PyLD is not installed")
    found = json.loads((pack[0] / "evidence.jsonld").read_text("utf-8"))
    kinds = [one["@type"][0] for one in jsonld.expand(found)]
    assert kinds.count("https://schema.org/Claim") == 1
    assert kinds.count("https://schema.org/NewsArticle") == 5
    assert kinds.count("http://www.w3.org/ns/oa#Annotation") == 5


def test_the_sources_can_be_cited(pack):
    """Every item of the CSL list has what a newspaper article needs; BibTeX escapes its signs."""
    items = json.loads((pack[0] / "references.csl.json").read_text("utf-8"))
    assert {one["type"] for one in items} == {"article-newspaper"}
    assert [one["issued"]["date-parts"] for one in items] == [[[2024, 5, n]] for n in range(1, 6)]
    assert items[0]["title"] == "Day <1> & co" and items[0]["container-title"] == "Paper 1"
    bibtex = (pack[0] / "references.bib").read_text("utf-8")
    assert bibtex.count("@misc{") == 5 and r"title = {Day <1> \& co}" in bibtex


def test_names_nobody_entered_are_listed(bridge_desk, tmp_path, done):
    """A name that comes up often and is no actor."""
    path = tmp_path / "rows.jsonl"
    texts = [f"In week {n} the mayor met Ottokar Blumenfeld again." for n in range(4)]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    assert "Ottokar Blumenfeld" in done("who", path, "--project", bridge_desk, "--unknown")


def test_a_label_that_is_no_stance_is_left_out(desk, bridge_rows, done):
    """The codebook says so with the polarity "none"; asked for by name, it has an empty column."""
    order = ("who", bridge_rows, "--project", desk, "--json")
    before = json.loads(done(*order))
    codebook = desk / "configs" / "codebook.toml"
    head, tail = codebook.read_text("utf-8").split('name = "for_bridge"', 1)
    tail = tail.replace('polarity = "for"', 'polarity = "none"', 1)
    codebook.write_text(f'{head}name = "for_bridge"{tail}', "utf-8")
    after = json.loads(done(*order))
    assert "for_bridge" in before["labels"]
    assert after["labels"] == [one for one in before["labels"] if one != "for_bridge"]
    assert not any("for_bridge" in one["cells"] for one in after["rows"])
    assert row(before, "rita-okonkwo")["cells"].keys() > row(after, "rita-okonkwo")["cells"].keys()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--since", "31/02/2024"), '--since: "31/02/2024" is no date'),
        (("--since", "2024-06", "--until", "2024-05-01"), "is after --until"),
        (("--since", "2031"), "The articles are of 2024-05-01 to 2024-05-10"),
        (("--actor", "Rita Okonko"), "Nearest: Rita Okonkwo"),
        (("--label", "for_brige"), 'Did you mean "for_bridge"?'),
        (("--unknown", "--changes"), "--unknown and --changes are different questions"),
        (("--known", "seen.json"), "Add --changes"),
        (("--evidence", "Rita"), "name the folder for it with --out"),
        (("--evidence", "Rita:price", "--out", "pack"), "There is: against_bridge, for_bridge"),
        (("--threshold", "7"), "no number between 0 and 1"),
    ],
)
def test_mistakes_are_told_in_a_line(bridge_desk, bridge_rows, fails, options, message):
    """Where, what, and what to do; nothing is written."""
    is_usage = "different" in message or "Add --" in message or "--out" in message
    code = 2 if is_usage else 1  # options that do not go together, or one with a wrong value
    assert message in fails("who", bridge_rows, "--project", bridge_desk, *options, code=code)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "is empty"),
        ("broken.csv", b"text\n\xff\xfe\xfa\n", "broken.csv:2: byte 0xFF at character 0"),
        ("other.txt", None, "no such file"),
        ("text.csv", b"words\nhello there\n", 'no "text" (found: words). Name the column'),
        ("blank.csv", b"text\n", "no sentence found"),
    ],
)
def test_files_that_cannot_be_read_are_named(bridge_desk, tmp_path, fails, name, content, message):
    """A wrong path, an empty file, a wrong encoding, no text."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert message in fails("who", path, "--project", bridge_desk)


def test_the_same_articles_give_the_same_intervals(bridge_desk, tmp_path):
    """Whatever order a process gives its sets, no figure changes."""
    (tmp_path / "rows.csv").write_text(
        "text\nFrance and Germany and Poland and Spain praises the new bridge.\n", "utf-8"
    )
    command = [sys.executable, "-m", "stance", "who", "rows.csv", "--json", "--project"]
    told = {
        subprocess.run(
            [*command, str(bridge_desk)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert len(json.loads(told.pop())["rows"]) > 1


def test_what_is_missing_in_the_input_is_told(bridge_desk, tmp_path, run):
    """Undated articles and dates that are none; an actor without a statement."""
    path = tmp_path / "rows.csv"
    path.write_text("text,published_at\nRita praises the new bridge.,soon\n", "utf-8")
    told = run("who", path, "--project", bridge_desk, "--actor", "Mrs Adeyemi")
    assert told.exit_code == 0
    assert 'a date that is none, for example "soon"' in told.stderr
    assert "1 of 1 articles have no outlet" in told.stderr
    assert "Mrs Adeyemi: no statement in these articles (named in 0 sentences)" in told.stderr
    assert "No statement of a known actor" in told.stdout


def test_a_large_archive_on_several_processes_gives_the_same(
    bridge_desk, bridge_rows, done, monkeypatch
):
    """How the work is shared out changes nothing in the table."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--json")
    alone = done(*order)
    monkeypatch.setattr("stance.actors.statements.MANY", 10)
    monkeypatch.setattr("stance.actors.statements.n_processors", lambda: 2)
    assert done(*order) == alone


def test_refused_rows_are_told_and_the_rest_is_shown(bridge_desk, tmp_path, run):
    """The exit code is 1, as of `predict`."""
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Rita praises the new bridge."}\n{"text": 7}\n', "utf-8")
    told = run("who", path, "--project", bridge_desk)
    assert (told.exit_code, "Rita Okonkwo" in told.stdout) == (1, True)
    assert 'rows.jsonl:2: "text" is int, not a string' in told.stderr


def test_a_folder_with_a_table_is_not_written_over(files, bridge_desk, bridge_rows, fails):
    """Unless it is asked for."""
    order = ("who", bridge_rows, "--project", bridge_desk, "--out", files)
    assert "holds who.html already" in fails(*order)


def test_a_damaged_memory_of_changes_is_told(bridge_desk, bridge_rows, tmp_path, fails):
    """It might be somebody's other file."""
    path = tmp_path / "known.json"
    path.write_text("[]", "utf-8")
    order = ("who", bridge_rows, "--project", bridge_desk, "--changes", "--known", path)
    assert "not a file that" in fails(*order)


def test_interrupting_leaves_nothing_behind(bridge_desk, bridge_rows, start, tmp_path):
    """Ctrl-C while it waits for more rows ends it without a half folder."""
    order = ("who", bridge_rows, "-", "--project", bridge_desk, "--out", tmp_path / "out")
    process = start(*order, stdin=subprocess.PIPE)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode in (130, -signal.SIGINT)  # the latter before it had begun
    assert not (tmp_path / "out").exists()
