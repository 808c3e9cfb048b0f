"""The same story with what a city runs, PostgreSQL and an S3 store, and a representative who will not sign."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Cast
from tests.e2e.devices import Device
from tests.e2e.server import ServerProcess
from tests.e2e.story import live_the_story
from tests.servers.postgres import PostgresServer
from tests.servers.s3 import S3Server


@pytest.fixture
def server(
    postgres_server: PostgresServer, postgres_template: str, s3_server: S3Server, tmp_path: Path, pwa: Path
) -> Iterator[ServerProcess]:
    folder = tmp_path / "server"
    folder.mkdir()
    with postgres_server.fresh_database(postgres_template) as url:
        environ = {
            "SUICHA_DATABASE_URL": url,
            "SUICHA_S3_ENDPOINT": f"http://{s3_server.endpoint}",
            "SUICHA_S3_ACCESS_KEY": s3_server.access_key,
            "SUICHA_S3_SECRET_KEY": s3_server.secret_key,
            "SUICHA_S3_BUCKET": "test-story",
        }
        with ServerProcess(folder, pwa=pwa, environ=environ) as running:
            yield running


def test_a_visit_whose_representative_refuses_to_sign(
    server: ServerProcess, cast: Cast, device: Callable[..., Device], tmp_path: Path
) -> None:
    live_the_story(server, cast, device, tmp_path / "pictures", refusal="对第 E04 项有异议")
