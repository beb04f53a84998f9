"""The ML backend: what Label Studio asks and is answered, and who is not answered."""

import base64
import socket
from pathlib import Path

import pytest

from stance.annotation.formats.label_studio_config import config_of, read_config
from stance.codebook.codebook import Codebook, Label
from stance.prediction.predict import thresholds_of
from stance.prediction.scorer import load_scorer
from stance.serving.label_studio import Backend, backend_application
from stance.storage.errors import InputError

MODEL = Path(__file__).parents[2] / "models" / "default"
SENTENCE = "Lithuania is ready to send soldiers to Ukraine after a ceasefire."


@pytest.fixture(scope="module")
def scorer():
    return load_scorer(MODEL)


@pytest.fixture
def backend(scorer):
    return Backend(scorer, MODEL, thresholds_of(scorer))


@pytest.fixture
def ask(backend, visitor):
    """Asks as a program does: no cookie, no origin."""
    client = visitor(backend_application(backend), token=None)

    def asked(path, body=None, **headers):
        if body is None:
            return client.get(path, headers=headers)
        return client.post(path, json=body, headers=headers)

    return asked


def config(names, text="$text"):
    choices = "".join(f'<Choice value="{name}"/>' for name in names)
    return (
        f'<View><Text name="sentence" value="{text}"/>'
        f'<Choices name="what" toName="sentence" choice="multiple">{choices}</Choices></View>'
    )


def test_it_says_that_it_runs(ask, scorer):
    """Health, setup and versions answer as Label Studio expects, metrics count."""
    assert ask("/health").json()["status"] == "UP"
    schema = config(scorer.info.labels)
    body = {"project": "1.1", "schema": schema, "hostname": "http://ls", "access_token": "secret"}
    assert ask("/setup", body).json() == {"model_version": scorer.info.version}
    assert ask("/versions", {"project": "1.1"}).json() == {"versions": [scorer.info.version]}
    told = ask("/metrics")
    assert told.json()["counts"]["/setup"] == 1
    assert "secret" not in told.text


def test_tasks_get_suggestions_in_the_words_of_the_config(ask, scorer):
    """Names of tags, fields and choices are the posted config's; case and signs may differ."""
    names = [name.replace("_", " ").title() for name in scorer.info.labels]
    tasks = [{"id": 7, "data": {"body": SENTENCE}}, {"id": 8, "data": {"body": "Rain fell."}}]
    answer = ask("/predict", {"tasks": tasks, "label_config": config(names, "$body")}).json()
    first, second = answer["results"]
    assert answer["model_version"] == first["model_version"] == scorer.info.version
    (result,) = first["result"]
    assert {name: result[name] for name in ("from_name", "to_name", "type")} == {
        "from_name": "what",
        "to_name": "sentence",
        "type": "choices",
    }
    assert "Committing Troops" in result["value"]["choices"]
    assert second["result"] == []
    assert all(0 < one["score"] <= 1 for one in (first, second))


def test_the_score_is_that_of_the_least_sure_decision(ask, scorer):
    """Label Studio sorts by it, so that it must be low where the model doubts."""
    tasks = [{"data": {"text": SENTENCE}}]
    answer = ask("/predict", {"tasks": tasks, "label_config": config(scorer.info.labels)}).json()
    row = ask("/predict", {"texts": [SENTENCE]}).json()["rows"][0]
    sure = [
        row[f"prob_{name}"] if name in row["predicted_labels"] else 1 - row[f"prob_{name}"]
        for name in scorer.info.labels
    ]
    assert answer["results"][0]["score"] == pytest.approx(min(sure), abs=2e-6)


def test_texts_and_rows_are_answered_like_predict(ask):
    """Plain requests keep their fields and order; what has no text is named."""
    answer = ask("/predict", {"rows": [{"id": "a", "text": SENTENCE}, {"id": "b"}]}).json()
    assert [row["id"] for row in answer["rows"]] == ["a"]
    assert answer["rows"][0]["predicted_labels"]
    assert [one["row"] for one in answer["refused"]] == [2]


def test_a_text_that_is_an_address_is_a_text(ask, scorer, monkeypatch):
    """Nothing is opened: neither a socket nor a file."""

    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    tasks = [{"data": {"text": one}} for one in ("http://169.254.169.254/", "file:///etc/passwd")]
    answer = ask("/predict", {"tasks": tasks, "label_config": config(scorer.info.labels)})
    assert answer.status_code == 200 and "root:" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"texts": "one"},
        {"texts": ["x"] * 10_001},
        {"rows": ["one"]},
        {"tasks": [], "label_config": None},
        {"tasks": [], "label_config": "<View>"},
        {"tasks": [], "label_config": "<View/>"},
        {"tasks": [], "label_config": config(["other"])},
        {"tasks": [], "label_config": "<!DOCTYPE a [<!ENTITY b 'c'>]><View>&b;</View>"},
    ],
)
def test_what_cannot_be_answered_is_told(ask, body):
    """A wrong request is one line and status 400, never a failure of the server."""
    answer = ask("/predict", body)
    assert answer.status_code == 400 and list(answer.json()) == ["error"]


def test_other_pages_are_not_answered(ask):
    """A page in the user's browser can send requests here, too, and gets nothing."""
    body = {"texts": [SENTENCE]}
    assert ask("/predict", body, Origin="https://example.org").status_code == 403
    assert ask("/predict", body, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert ask("/health", Host="example.org").status_code == 403


def test_a_webhook_leaves_nothing(ask, tmp_path, monkeypatch):
    """An event is acknowledged; an answer comes in by an import, with its annotator."""
    monkeypatch.chdir(tmp_path)
    body = {"action": "ANNOTATION_CREATED", "annotation": {"result": []}, "task": {"id": 1}}
    assert ask("/webhook", body).json() == {"status": "ok", "action": "ANNOTATION_CREATED"}
    assert list(tmp_path.iterdir()) == []


def test_with_a_token_only_those_who_have_it(backend, visitor):
    """As a bearer's token, or as the password that Label Studio can send."""
    client = visitor(backend_application(backend, "right"), token=None)

    def status(value):
        return client.get("/health", headers={"Authorization": value}).status_code

    def basic(password):
        return "Basic " + base64.b64encode(f"label:{password}".encode()).decode()

    assert client.get("/health").status_code == 401
    assert [status(one) for one in ("Bearer wrong", basic("wrong"), "Basic %", "right")] == [
        401
    ] * 4
    assert [status(one) for one in ("Bearer right", basic("right"))] == [200, 200]


def test_the_shipped_config_is_read_back():
    """The config of an export says what its codebook says, whatever stands in the definitions."""
    labels = (Label(name="for aid", key="1", definition='a <b> & "c" \x01'), Label(name="émigré"))
    (question,) = read_config(config_of(Codebook(question="<Who?>", labels=labels)))
    assert question.values == ("for aid", "émigré")
    assert (question.from_name, question.to_name, question.text_field) == ("stance", "text", "text")


def test_a_config_that_grows_is_refused():
    """Entities are refused before they are read."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><View>&b;</View>'
    with pytest.raises(InputError, match="declares entities"):
        read_config(bomb)
