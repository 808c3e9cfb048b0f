"""The browser's verifier draws as the program does: a thousand random instances, byte for byte."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from suicha.draws.errors import DrawInfeasible
from suicha.draws.rules.run import run_draw
from suicha.draws.verifier.verify_draw import canonical, sha256
from tests.draws.instances import a_pool, a_replacement_pool

PROGRAM = Path(__file__).parents[2] / "pwa" / "scripts" / "draw-results.mjs"
NODE = Path(sys.executable).with_name("node")


def _drawn(pool: dict[str, Any], seed: str) -> str:
    try:
        return canonical(run_draw(pool, seed))
    except DrawInfeasible:
        return canonical({"infeasible": True})


def test_the_browser_gives_a_thousand_pools_the_same_result_or_none() -> None:
    pools = [a_pool(number) if number % 10 else a_replacement_pool(number) for number in range(1_000)]
    instances = [(pool, sha256(str(number))) for number, pool in enumerate(pools)]
    lines = "".join(json.dumps({"pool": pool, "seed": seed}, ensure_ascii=False) + "\n" for pool, seed in instances)
    told = subprocess.run([NODE, PROGRAM], input=lines.encode(), capture_output=True, check=True).stdout.decode()
    results = told.splitlines()
    assert len(results) == len(instances)
    differing = [n for n, one in enumerate(instances) if results[n] != _drawn(*one)]
    assert differing == []
