"""A cluster of servers in one temporary folder, with its truth, its workload and a monitor of every state change."""
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from load import SCHEMA, Load
from network import Network, command
from server import Server
from truth import Truth
from wire import SqlError

WATCHED = ("cluster_status", "cluster_size", "cluster_conf_id", "cluster_state_uuid", "local_state_comment", "gcomm_uuid")


class Cluster:
    """Use it as a context: whatever happens, nothing of it is left running."""

    def __init__(self, truth: Truth, size: int = 3) -> None:
        self.truth, self.load = truth, Load(truth)
        self.folder = Path(tempfile.mkdtemp(prefix="galen-live-"))
        self.network: Network | None = None
        self.servers: list[Server] = []
        self.extra: dict[str, Path] = {}
        self.mounts: list[Path] = []
        self.over = threading.Event()
        self.watchers: list[threading.Thread] = []
        self.size = size

    def __enter__(self) -> "Cluster":
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        # A second ^C must not leave servers behind.
        handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        self.close()
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def _build(self) -> None:
        self.folder.chmod(0o755)
        # Not /tmp: other servers that start there sweep each other's temporary tables away.
        template, scratch = self.folder / "template", self.folder / "scratch"
        scratch.mkdir()
        shutil.chown(scratch, "mysql", "mysql")
        command("env", f"TMPDIR={scratch}", "nice", "mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={template}", "--skip-test-db",
                "--innodb-log-file-size=8M", "--auth-root-authentication-method=normal")
        self.network = Network()
        for number in range(1, self.size + 1):
            self.servers.append(Server(self.network, self.truth, self.folder / f"node{number}", number, template))
        self.address = "gcomm://" + ",".join(s.address for s in self.servers)
        for server in self.servers:
            server.settings["cluster_address"] = self.address
            self.truth.data["nodes"][server.name] = {"address": server.address, "timezone": "UTC", "clock_offset_s": 0}
            self.watchers.append(threading.Thread(target=self._watch, args=(server,), daemon=True))
        self.truth.data["versions"] = {
            "mariadbd": subprocess.run(["mariadbd", "--version"], capture_output=True, text=True, check=True).stdout.split("Ver ")[1].strip(),
            "galera-4": subprocess.run(["dpkg-query", "-W", "-f=${Version}", "galera-4"], capture_output=True, text=True, check=True).stdout}
        for watcher in self.watchers:
            watcher.start()

    def _watch(self, server: Server) -> None:
        """Write down every change of a server's state, within a fifth of a second."""
        link, last = None, {}
        while not self.over.wait(0.2):
            # Connecting to a process that stands still would leave traces in its log.
            try:
                link = None if server.frozen else link or server.connect(1.0)
            except (OSError, SqlError):
                link = None
            status = server.status(link) if link else {}
            if not status:
                link = None
            now = {key: status.get(key) for key in WATCHED}
            if now != last:
                self.truth.event("monitor", "state", server.name, answers=bool(status), last_committed=status.get("last_committed"), **now)
                last = now

    def bootstrap(self, wait: bool = True, **settings) -> None:
        """The first server makes the cluster, the others join it one by one; then the schema."""
        first, *others = self.servers
        for server in self.servers:
            server.settings.update(settings)
        first.start("--wsrep-new-cluster")
        first.wait_synced()
        first.sql(*SCHEMA)
        for server in others:
            server.start()
            server.wait_synced()

    def cut(self, one: list[Server], other: list[Server]) -> float:
        when = self.truth.event("network", "cut", None, sides=[[s.name for s in one], [s.name for s in other]])
        self.network.cut([s.name for s in one], [s.name for s in other])
        return when

    def heal(self) -> float:
        self.network.heal()
        return self.truth.event("network", "heal")

    def seen(self, server: Server, since: float, seconds: float = 5, **state: str) -> float:
        """When the monitor first saw a server in this state; it may be about to."""
        end = time.monotonic() + seconds
        while True:
            for event in list(self.truth.data["events"]):
                if event["t"] >= since and event["actor"] == "monitor" and event["node"] == server.name and \
                        all(event.get(key) == value for key, value in state.items()):
                    return event["t"]
            if time.monotonic() > end:
                raise LookupError(f"{server.name} was never seen with {state} since {since}")
            time.sleep(0.1)

    def identical(self) -> bool:
        """Whether the tables are the same on every server that runs."""
        sums = {tuple(s.sql("CHECKSUM TABLE shop.orders, shop.stock")) for s in self.servers if s.running()}
        self.truth.fact("identical_at_end", len(sums) == 1)
        return len(sums) == 1

    def shut_down(self) -> None:
        for server in reversed(self.servers):
            if server.running():
                server.stop()

    def capture(self, target: Path) -> None:
        """The logs and the truth, in place of what was there."""
        fresh = target.with_name(target.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        for server in self.servers:
            server.capture(fresh / server.name)
        for name, path in self.extra.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, fresh / name)
        self.truth.write(fresh / "truth.json")
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)

    def close(self) -> None:
        self.over.set()
        for writer in self.load.writers.values():
            writer.over.set()
        if self.network:
            self.network.close()
        for server in self.servers:
            if server.process:
                server.process.wait()
        for watcher in self.watchers:
            if watcher.is_alive():
                watcher.join(3)
        for mount in self.mounts:
            subprocess.run(["umount", "-l", str(mount)], check=False)
        time.sleep(0.1)
        shutil.rmtree(self.folder, ignore_errors=True)
