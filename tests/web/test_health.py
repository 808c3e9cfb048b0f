"""Is it alive, is it ready, and what do refusals look like?"""

import httpx
import pytest

from tests.live import LiveServer


def test_alive_and_ready_on_both_pairs_of_database_and_store(live_server: LiveServer) -> None:
    assert httpx.get(f"{live_server.url}/api/health").json()["status"] == "alive"
    ready = httpx.get(f"{live_server.url}/api/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "database": "ok", "store": "ok"})


def test_every_answer_carries_a_request_id(live_sqlite: LiveServer) -> None:
    ids = {httpx.get(f"{live_sqlite.url}/api/health").headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/no-such-thing", 404, "not_found"),
        ("DELETE", "/api/health", 405, "method_not_allowed"),
        ("POST", "/api/auth/login", 400, "bad_json"),
    ],
)
def test_refusals_are_problem_documents(
    live_sqlite: LiveServer, method: str, path: str, status: int, code: str
) -> None:
    answer = httpx.request(
        method, f"{live_sqlite.url}{path}", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == code
    assert answer.json()["title"].isascii() is False


def test_the_openapi_document_is_public_and_names_the_doors(live_sqlite: LiveServer) -> None:
    document = httpx.get(f"{live_sqlite.url}/api/openapi.json").json()
    assert {"/api/sync/v1/push", "/api/sync/v1/pull", "/api/inspections/{inspection_id}"} <= document["paths"].keys()
    assert document["paths"]["/api/sync/v1/push"]["post"]["requestBody"]["required"] is True
