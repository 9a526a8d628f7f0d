"""A ClickHouse server of a test's own: folder, ports on loopback, users; and things between it and galen that go wrong."""
import http.server
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

CONFIG = """<?xml version="1.0"?>
<yandex>
<logger><level>warning</level><log>{folder}/log</log><errorlog>{folder}/errors</errorlog><size>100M</size><count>1</count></logger>
<http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><interserver_http_port>{inter}</interserver_http_port>
<listen_host>127.0.0.1</listen_host>
<path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><users_config>{folder}/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>100000000</mark_cache_size><uncompressed_cache_size>0</uncompressed_cache_size>
<timezone>{zone}</timezone>
<remote_servers><fleet>{shards}</fleet></remote_servers>
</yandex>
"""
SHARD = "<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>{}</port></replica></shard>"
USERS = """<?xml version="1.0"?>
<yandex><profiles><default><max_memory_usage>2000000000</max_memory_usage></default><readonly><readonly>1</readonly></readonly></profiles>
<users>
<default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
<reader><password>r</password><networks><ip>127.0.0.1</ip></networks><profile>readonly</profile><quota>default</quota></reader>
<writer><password>se:c/r@t?</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></writer>
</users><quotas><default/></quotas></yandex>
"""


def program() -> str | None:
    return shutil.which("clickhouse-server", path="/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin")


def free_ports(n: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()
    return ports


class Server:
    """Ports may be given when others must know them before it is started."""

    def __init__(self, folder: Path, ports: list[int] | None = None, shards: list[int] | None = None, zone: str = "UTC") -> None:
        self.folder, self.process, self.databases = folder, None, 0
        self.http, self.tcp, inter = ports or free_ports(3)
        folder.mkdir(parents=True)
        many = "".join(SHARD.format(port) for port in shards or [self.tcp])
        (folder / "config.xml").write_text(CONFIG.format(folder=folder, http=self.http, tcp=self.tcp, inter=inter, shards=many, zone=zone), encoding="utf-8")
        (folder / "users.xml").write_text(USERS, encoding="utf-8")
        self.start()

    def start(self) -> None:
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen([program(), f"--config-file={self.folder}/config.xml"], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                            cwd=self.folder, start_new_session=True)
        for _ in range(300):
            try:
                if self.ask("SELECT 1") == "1\n":
                    return
            except OSError:
                pass
            assert self.process.poll() is None, (self.folder / "out").read_text(encoding="utf-8")[-500:]
            time.sleep(0.1)
        raise AssertionError("the server does not start")

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def ask(self, sql: str, database: str = "default") -> str:
        address = f"http://127.0.0.1:{self.http}/?database={urllib.parse.quote(database)}"
        try:
            with urllib.request.urlopen(urllib.request.Request(address, data=sql.encode()), timeout=120) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{sql}: {error.read().decode()[:500]}") from None

    def rows(self, sql: str, database: str) -> list[list[str]]:
        return [line.split("\t") for line in self.ask(sql, database).splitlines()]

    def new_database(self) -> str:
        self.databases += 1
        self.ask(f"CREATE DATABASE t{self.databases}")
        return f"t{self.databases}"

    def url(self, database: str, user: str = "", port: int = 0) -> str:
        return f"clickhouse://{user}127.0.0.1:{port or self.http}/{database}"


class Cutter:
    """Stands between: connections are cut for good after so many bytes in one direction, all together."""

    def __init__(self, port: int, up: int = 1 << 60, down: int = 1 << 60) -> None:
        self.target, self.left, self.cut = port, {"up": up, "down": down}, False
        self.sockets: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while not self.cut:
            try:
                near = self.listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.sockets += [near, far]
            threading.Thread(target=self.carry, args=(near, far, "up"), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, "down"), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket, way: str) -> None:
        try:
            while data := source.recv(4096):
                part = data[:self.left[way]]
                self.left[way] -= len(part)
                target.sendall(part)
                if len(part) < len(data):
                    self.close()
                    return
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self) -> None:
        self.cut = True
        for each in [self.listener, *self.sockets]:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()


class Pretender:
    """Answers everything with the same."""

    def __init__(self, status: int, body: bytes) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
