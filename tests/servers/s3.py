"""A throw-away S3 store: one Ceph monitor, one storage daemon in memory and the RADOS gateway.

Ceph RGW is the S3 server that Debian carries. Its three programs need a cluster key ring even here, because
the gateway cannot join a cluster that has authentication switched off; no manager daemon is needed.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from suicha.kit.ids import new_id
from tests.servers.processes import ServerFailed, free_port, listens, run_tool, running, wait_until

ACCESS_KEY, SECRET_KEY = "testkey", "testsecret"
MEMORY_BYTES = 2 << 30

CONFIGURATION = """
[global]
fsid = {cluster}
mon host = [v2:127.0.0.1:{port},v1:127.0.0.1:{port_v1}]
mon initial members = a
mon allow pool size one = true
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = {folder}/keyring
osd objectstore = memstore
memstore device bytes = {memory}
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd crush chooseleaf type = 0
mon data = {folder}/mon
osd data = {folder}/osd
rgw data = {folder}/rgw
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
pid file = {folder}/run/$name.pid
log file = {folder}/log/$name.log
mon cluster log file = {folder}/log/cluster.log
"""


@dataclass(frozen=True)
class S3Server:
    """A running store and the keys of its one user."""

    endpoint: str
    access_key: str
    secret_key: str

    @property
    def url(self) -> str:
        """All of it as one address, for an environment variable."""
        return f"http://{self.access_key}:{self.secret_key}@{self.endpoint}"


@contextlib.contextmanager
def s3_server() -> Iterator[S3Server]:
    """A new store for the length of the block; it takes about twelve seconds to start."""
    if shutil.which("radosgw") is None:
        raise ServerFailed("Ceph RGW is not installed: run tests/servers/install.sh")
    # Ceph puts sockets into this folder, and their names may not exceed 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="suicha-s3-", dir="/tmp"))
    try:
        with _cluster(folder) as ceph, _gateway(folder, ceph) as endpoint:
            user = ["--uid=test", "--display-name=test", f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}"]
            run_tool("radosgw-admin", *ceph, "user", "create", *user)
            yield S3Server(endpoint, ACCESS_KEY, SECRET_KEY)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _cluster(folder: Path) -> Iterator[list[str]]:
    """Monitor and storage daemon; gives the words that tell every Ceph tool where the cluster is."""
    port, cluster = free_port(), new_id()
    ceph = _write_configuration(folder, port, cluster)
    _make_keys(folder / "keyring")
    monitors = folder / "monmap"
    address = f"[v2:127.0.0.1:{port},v1:127.0.0.1:{port + 1}]"
    run_tool("monmaptool", "--create", "--clobber", "--addv", "a", address, "--fsid", cluster, monitors)
    keyring = folder / "keyring"
    run_tool("ceph-mon", *ceph, "--mkfs", "-i", "a", "--monmap", monitors, "--keyring", keyring)
    monitor_log = folder / "log" / "mon.out"
    with running(["ceph-mon", *ceph, "-i", "a", "-f"], log=monitor_log) as monitor:
        disk = new_id()
        wait_until(lambda: _has_disk(ceph, disk), process=monitor, log=monitor_log)
        run_tool("ceph-osd", *ceph, "-i", "0", "--mkfs", "--osd-uuid", disk)
        with running(["ceph-osd", *ceph, "-i", "0", "-f"], log=folder / "log" / "osd.out"):
            run_tool("ceph", *ceph, "osd", "crush", "add", "osd.0", "1.0", "host=localhost", "root=default")
            yield ceph


@contextlib.contextmanager
def _gateway(folder: Path, ceph: list[str]) -> Iterator[str]:
    port, log = free_port(), folder / "log" / "rgw.out"
    # Without tcp_nodelay every small answer waits 40 ms for the client's acknowledgement.
    frontend = f"beast endpoint=127.0.0.1:{port} tcp_nodelay=1"
    with running(["radosgw", *ceph, "-n", "client.rgw.x", "-f", "--rgw-frontends", frontend], log=log) as gateway:
        wait_until(lambda: listens(port), process=gateway, log=log)
        yield f"127.0.0.1:{port}"


def _write_configuration(folder: Path, port: int, cluster: str) -> list[str]:
    for name in ("mon", "osd", "rgw", "run", "log"):
        (folder / name).mkdir()
    path = folder / "ceph.conf"
    path.write_text(
        CONFIGURATION.format(cluster=cluster, port=port, port_v1=port + 1, folder=folder, memory=MEMORY_BYTES)
    )
    return ["-c", str(path)]


def _make_keys(keyring: Path) -> None:
    run_tool("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
    for name in ("client.admin", "osd.0", "client.rgw.x"):
        caps = ["--cap", "mon", "allow *", "--cap", "osd", "allow *"]
        run_tool("ceph-authtool", keyring, "--gen-key", "-n", name, *caps)


def _has_disk(ceph: list[str], disk: str) -> bool:
    """Announce the storage daemon; fails until the monitor has elected itself."""
    with contextlib.suppress(ServerFailed):
        run_tool("ceph", *ceph, "--connect-timeout", "5", "osd", "new", disk)
        return True
    return False
