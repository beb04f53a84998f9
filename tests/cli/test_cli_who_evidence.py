"""`stance who --evidence`: what is said of one claim, to be checked and cited."""

import hashlib
import json

import pytest


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
