"""One server of the cluster: its files, its process, its state."""
import os
import re
import signal
import shutil
import subprocess
import time
from pathlib import Path

from network import Network
from wire import Connection, SqlError

STATUS = ("cluster_status", "cluster_size", "cluster_conf_id", "cluster_state_uuid", "local_state_comment", "local_state_uuid",
          "last_committed", "gcomm_uuid", "connected", "ready", "flow_control_paused_ns")
STATUS_SQL = "SHOW GLOBAL STATUS WHERE Variable_name IN (" + ", ".join(f"'wsrep_{s}'" for s in STATUS) + ")"
CAPTURED = ("error.log", "slow.log", "my.cnf", "data/grastate.dat", "data/gvwstate.dat")
PROVIDER = "/usr/lib/galera/libgalera_smm.so"
CONFIG = """\
[mysqld]
user=mysql
datadir={folder}/data
socket={folder}/mysqld.sock
pid-file={folder}/mysqld.pid
tmpdir={folder}
bind-address=0.0.0.0
port=3306
server-id={number}
report-host={name}
skip-name-resolve
character-set-server=utf8mb4
default-storage-engine=InnoDB
binlog-format=ROW
innodb-autoinc-lock-mode=2
innodb-buffer-pool-size=16M
innodb-log-file-size=8M
innodb-flush-log-at-trx-commit=2
max-connections=60
performance-schema=OFF
log-error={folder}/error.log
slow-query-log=1
slow-query-log-file={folder}/slow.log
long-query-time=0
log-slow-verbosity=query_plan,explain
wsrep-on=ON
wsrep-provider={provider}
wsrep-cluster-name=shop_prod
wsrep-cluster-address={cluster_address}
wsrep-node-address={address}
wsrep-node-name={name}
wsrep-sst-method={sst_method}
wsrep-slave-threads=2
wsrep-sst-auth={sst_auth}
wsrep-provider-options='{provider_options}'
{more}"""


class Server:
    """A node: `settings` are the blanks of CONFIG, `environment` is TZ, FAKETIME and the like."""

    def __init__(self, network: Network, truth, folder: Path, number: int, template: Path) -> None:
        self.network, self.truth, self.folder, self.template = network, truth, folder, template
        self.name, self.address = f"node{number}", f"10.77.0.{10 + number}"
        self.process: subprocess.Popen | None = None
        self.recoveries, self.frozen = 0, False
        self.environment: dict[str, str] = {}
        self.settings = {"folder": folder, "number": number, "name": self.name, "address": self.address, "provider": PROVIDER,
                         "cluster_address": "gcomm://", "sst_method": "rsync", "sst_auth": "sst:sst-pw",
                         "provider_options": "gcache.size=16M", "more": ""}
        network.add(self.name, self.address)
        folder.mkdir()
        shutil.copytree(template, folder / "data")
        self._own()

    # ------------------------------------------------------------ files

    def configure(self, **settings: str) -> None:
        self.settings.update(settings)
        self.truth.event("operator", "configure", self.name, **settings)

    def wipe(self) -> None:
        """A new, empty data directory, as after a reinstallation."""
        self.truth.event("operator", "wipe datadir", self.name)
        shutil.rmtree(self.folder / "data")
        shutil.copytree(self.template, self.folder / "data")
        self._own()

    def remove(self, *names: str) -> None:
        for name in names:
            (self.folder / "data" / name).unlink(missing_ok=True)
        self.truth.event("operator", f"remove {' '.join(names)}", self.name)

    def rotate(self) -> None:
        """As logrotate does: rename, then have the server open new files."""
        for name in ("error.log", "slow.log"):
            (self.folder / name).rename(self.folder / f"{name}.1")
        self.sql("FLUSH ERROR LOGS", "FLUSH SLOW LOGS")
        self.truth.event("operator", "logs rotated", self.name)

    def grastate(self) -> str:
        try:
            return (self.folder / "data/grastate.dat").read_text()
        except OSError:
            return ""

    def allow_bootstrap(self) -> None:
        before = self.grastate()
        (self.folder / "data/grastate.dat").write_text(before.replace("safe_to_bootstrap: 0", "safe_to_bootstrap: 1"))
        self.truth.event("operator", "edit grastate.dat: safe_to_bootstrap 0 -> 1", self.name, before=before)

    def saved_seqno(self) -> int:
        found = re.search(r"^seqno:\s+(-?\d+)", self.grastate(), re.M)
        return int(found[1]) if found else -1

    def capture(self, target: Path) -> None:
        target.mkdir(parents=True, exist_ok=True)
        for name in CAPTURED:
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, target / Path(name).name)
        for path in [*self.folder.glob("wsrep_recover.*.log"), *self.folder.glob("*.log.1")]:
            shutil.copy(path, target / path.name)
        for path in target.iterdir():
            path.chmod(0o644)

    def _own(self) -> None:
        subprocess.run(["chown", "-R", "mysql:mysql", str(self.folder)], check=True)

    # ---------------------------------------------------------- process

    def _command(self, *options: str) -> list[str]:
        return [*self.network.inside(self.name), "nice", "mariadbd", f"--defaults-file={self.folder}/my.cnf", *options]

    def recover(self) -> str | None:
        """What the service does before every start: find the position, with a log of its own. None when that failed."""
        self.recoveries += 1
        log = self.folder / f"wsrep_recover.{self.recoveries}.log"
        with log.open("wb") as out:
            code = subprocess.run(self._command("--wsrep_recover", "--disable-log-error"), stdout=out, stderr=out, check=False,
                                  env={**os.environ, **self.environment}, start_new_session=True).returncode
        found = re.search(r"Recovered position:\s*(\S+)", log.read_text(errors="replace"))
        position = found[1] if found else None
        self.truth.event("service", "wsrep-recover", self.name, position=position, status=code)
        return position if code == 0 else None

    def start(self, *options: str, recover: bool = True) -> bool:
        """Start the process and do not wait; False when the service would not even have tried."""
        (self.folder / "my.cnf").write_text(CONFIG.format(**self.settings))
        words = list(options)
        if recover:
            position = self.recover()
            if position is None:
                return False
            words.append(f"--wsrep_start_position={position}")
        with (self.folder / "stderr.txt").open("ab") as out:
            self.process = subprocess.Popen(self._command(*words), stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                            env={**os.environ, **self.environment}, start_new_session=True)
        self.truth.event("operator", "start", self.name, options=words, pid=self.process.pid,
                         cluster_address=self.settings["cluster_address"])
        return True

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait_exit(self, seconds: float = 60) -> int:
        code = self.process.wait(seconds)
        self.truth.event("lab", "exited", self.name, status=code, saved_seqno=self.saved_seqno())
        return code

    def stop(self) -> float:
        """A clean shutdown; the moment it was asked for."""
        when = self.truth.event("operator", "shutdown", self.name)
        self.process.send_signal(signal.SIGTERM)
        self.wait_exit()
        return when

    def kill(self, number: int = signal.SIGKILL, wait: bool = True) -> float:
        when = self.truth.event("lab", signal.Signals(number).name, self.name, pid=self.process.pid)
        self.frozen = number == signal.SIGSTOP
        self.process.send_signal(number)
        if wait:
            self.wait_exit()
        return when

    # ------------------------------------------------------------ state

    def connect(self, timeout: float = 5.0, quiet: bool = True) -> Connection:
        link = Connection(f"{self.folder}/mysqld.sock", timeout=timeout)
        if quiet:
            link.query("SET SESSION slow_query_log = 0")
        return link

    def sql(self, *statements: str, timeout: float = 20.0) -> list[tuple]:
        """Run statements on one connection; the rows of the last."""
        link = self.connect(timeout, quiet=False)
        try:
            for statement in statements:
                rows = link.query(statement)
            return rows
        finally:
            link.close()

    def status(self, link: Connection | None = None) -> dict[str, str]:
        """wsrep status without its prefix; {} when the server does not answer."""
        own = link
        try:
            own = own or self.connect()
            return {name[6:]: value for name, value in own.query(STATUS_SQL)}
        except (OSError, SqlError):
            return {}
        finally:
            if own and own is not link:
                own.close()

    def wait(self, what, seconds: float, why: str) -> dict[str, str]:
        """Wait until what(status) holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status = self.status()
            if what(status):
                return status
            if self.process and self.process.poll() is not None:
                raise RuntimeError(f"{self.name} exited with {self.process.returncode} while waiting for {why}")
            time.sleep(0.1)
        raise TimeoutError(f"{self.name}: not {why} in {seconds} s: {self.status()}")

    def wait_synced(self, seconds: float = 120) -> float:
        self.wait(lambda s: s.get("local_state_comment") == "Synced" and s.get("cluster_status") == "Primary", seconds, "synced")
        return self.truth.event("lab", "synced", self.name)

    def wait_non_primary(self, seconds: float = 60) -> float:
        self.wait(lambda s: s.get("cluster_status") == "non-Primary", seconds, "non-primary")
        return self.truth.event("lab", "non-primary", self.name)

    def position(self) -> tuple[str, int]:
        """(cluster state UUID, last committed seqno), once it stands still."""
        last = None
        for _ in range(100):
            status = self.status()
            now = (status.get("local_state_uuid"), int(status.get("last_committed", -2)))
            if now == last:
                return now
            last = now
            time.sleep(0.5)
        raise TimeoutError(f"{self.name}: position does not stand still")
