"""Applications behind a guard, asked without a network."""

import pytest
from starlette.testclient import TestClient

from stance.serving.guard import Guard

PORT = 8123
ADDRESS = f"http://127.0.0.1:{PORT}"
OWN = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="session")
def visitor():
    """A client of an application behind a guard; `enters` follows the address with the token."""

    def client(app, token="t" * 43, enters=True, raises=True):
        guard = Guard(app, PORT, token)
        found = TestClient(guard, base_url=ADDRESS, raise_server_exceptions=raises)
        found.guard = guard
        if token and enters:
            assert found.get(guard.address).status_code == 200
        return found

    return client


@pytest.fixture(scope="session")
def ask():
    """Posts JSON as the page's own script does."""

    def post(client, path, asked=None, headers=OWN, **settings):
        if "content" in settings:
            headers = {"Content-Type": "application/json"} | headers
            return client.post(path, headers=headers, **settings)
        return client.post(path, json={} if asked is None else asked, headers=headers)

    return post
