"""The story on the embedded defaults: SQLite and a folder, as `make demo` starts it."""

from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Cast
from tests.e2e.devices import Device
from tests.e2e.server import ServerProcess
from tests.e2e.story import live_the_story


def test_a_visit_from_the_morning_to_the_recheck(
    server: ServerProcess, cast: Cast, device: Callable[..., Device], tmp_path: Path
) -> None:
    live_the_story(server, cast, device, tmp_path / "pictures")
