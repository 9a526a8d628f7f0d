"""Starts that fail, transfers that fail, disks that are full, a second cluster."""
import os
import signal
import subprocess
import time

from cluster import Cluster
from load import SCHEMA
from network import command
from scenarios import scenario
from scenarios.steps import leave, names, side
from server import Server


@scenario("node3 is wiped and bootstrapped with an empty gcomm://: a second cluster UUID beside the first")
def second_uuid(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(4)
    c.load.end(n3)
    n3.stop()
    common, uuid = n3.saved_seqno(), n1.status()["local_state_uuid"]
    c.truth.fact("common", {"uuid": uuid, "seqno": common})
    n3.wipe()
    n3.configure(cluster_address="gcomm://")
    n3.start("--wsrep-new-cluster")
    n3.wait_synced()
    began = c.truth.mark("second_cluster", c.seen(n3, time.time() - 5, cluster_status="Primary", cluster_size="1"))
    n3.sql("CREATE DATABASE shop", "CREATE TABLE shop.orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, customer INT NOT NULL, "
           "node VARCHAR(16) NOT NULL, note VARCHAR(200) NOT NULL, total DECIMAL(10,2) NOT NULL)",
           "CREATE TABLE shop.stock (id INT PRIMARY KEY, amount INT NOT NULL)")
    c.load.begin(n3)
    time.sleep(10)
    c.load.end()
    (_, last1), (uuid3, last3) = n1.position(), n3.position()
    c.truth.fact("positions_at_end", {"node1": [uuid, last1], "node3": [uuid3, last3]})
    end = leave(c, n3, last3)
    c.load.begin(n1, n2)
    n3.configure(cluster_address=c.address)
    n3.start()
    n3.wait_synced()
    time.sleep(2)
    c.load.end()
    time.sleep(1)
    c.identical()
    c.truth.expect(["split-brain", "cluster-reinitialised"], began, end, ["node3"], ["node1", "node2"], common_seqno=common,
                   common_may_be_null=True, ranges=[side([n1, n2], uuid, common + 1, last1, "survivor", True),
                                                    side([n3], uuid3, 1, last3, "discarded-by-sst")])
    c.truth.allow("split-brain", "cluster-reinitialised")


@scenario("node3 asks for a full copy by mariabackup, and the donors' password is wrong; mended later")
def sst_auth(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    for server in c.servers:
        server.configure(sst_method="mariabackup", sst_auth="sst:wrong")
    n2.settings["sst_method"] = n1.settings["sst_method"] = "rsync"
    n1.start("--wsrep-new-cluster")
    n1.wait_synced()
    n1.sql(*SCHEMA)
    n2.start()
    n2.wait_synced()
    c.load.begin(n1, n2)
    time.sleep(2)
    n3.start()
    began = c.truth.mark("asked")
    n3.wait_exit(120)
    failed = c.truth.mark("failed")
    time.sleep(3)
    for server in (n1, n2):
        server.sql("SET GLOBAL wsrep_sst_auth = 'sst:sst-pw'")
    n3.configure(sst_auth="sst:sst-pw")
    n3.start()
    back = c.truth.mark("joined", n3.wait_synced())
    time.sleep(2)
    c.load.end()
    c.identical()
    c.truth.expect(["sst-failure"], began, back, ["node3"], ["node1", "node2"], from_latest=failed, to_earliest=failed)
    c.truth.allow("start-failure", "node-crash")


def find_scripts(c: Cluster, word: str, *donors: Server) -> tuple[Server, list[int]]:
    """Wait for a transfer's processes on one of these hosts: where, and which; the script has a shell around it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for server in donors:
            pids = command("ip", "netns", "pids", c.network.space(server.name), check=False).split()
            found = [int(pid) for pid in pids if word in words_of(pid) and "mariadbd" not in words_of(pid).split("\0")[0]]
            if len(found) > 1:
                return server, found
        time.sleep(0.01)
    raise TimeoutError(f"no {word} on {names(donors)}")


def words_of(pid: str) -> str:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().decode(errors="replace")
    except OSError:
        return ""


@scenario("the donor's rsync script is killed in the middle of node3's full copy; mended by the next start")
def sst_killed(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2)
    time.sleep(3)
    n3.stop()
    n3.remove("grastate.dat")
    n3.start()
    donor, pids = find_scripts(c, "wsrep_sst_rsync", n1, n2)
    began = c.truth.mark("script_killed", c.truth.event("lab", "SIGKILL of wsrep_sst_rsync", donor.name, pids=pids))
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    n3.wait_exit(120)
    failed = c.truth.mark("failed")
    time.sleep(3)
    n3.remove("grastate.dat")
    n3.start()
    back = c.truth.mark("joined", n3.wait_synced())
    time.sleep(2)
    c.load.end()
    c.identical()
    c.truth.expect(["sst-failure"], began, back, ["node3"], ["node1", "node2"], to_earliest=failed)
    c.truth.allow("start-failure", "node-crash")


def small_disk(c: Cluster, server: Server, size: str) -> None:
    """Put a server's data directory on a small file system in memory."""
    data = server.folder / "data"
    subprocess.run(["mv", str(data), f"{data}.moved"], check=True)
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(data)], check=True)
    c.mounts.append(data)
    subprocess.run(["cp", "-a", f"{data}.moved/.", str(data)], check=True)
    subprocess.run(["chown", "-R", "mysql:mysql", str(server.folder)], check=True)
    c.truth.event("lab", f"datadir on a file system of {size}", server.name)


def fill_disk(c: Cluster, repeat: int) -> None:
    """Write rows of 36 times `repeat` bytes on node1 until node3 has no room for them; make room, rebuild node3."""
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2, pace=0.2)
    n1.sql("CREATE TABLE shop.documents (id BIGINT AUTO_INCREMENT PRIMARY KEY, body LONGTEXT NOT NULL)")
    link, began = n1.connect(60), time.time()
    for number in range(3600000 // repeat):
        link.query(f"INSERT INTO shop.documents (body) SELECT REPEAT(UUID(), {repeat})")
        if number % 20 == 19 and n3.status().get("cluster_status") != "Primary":
            break
    link.close()
    full = c.truth.mark("full")
    time.sleep(8)
    c.truth.fact("state_when_full", {"running": n3.running(), **(n3.status() if n3.running() else {})})
    subprocess.run(["mount", "-o", "remount,size=600m", str(n3.folder / "data")], check=True)
    c.truth.mark("room_made", c.truth.event("operator", "room made on node3's disk", "node3"))
    if n3.running():
        n3.kill(signal.SIGTERM, wait=False)
        try:
            n3.wait_exit(30)
        except subprocess.TimeoutExpired:
            n3.kill()
    n3.remove("grastate.dat", "gvwstate.dat", "galera.cache")
    n3.start()
    back = c.truth.mark("back", n3.wait_synced())
    time.sleep(2)
    c.load.end()
    c.truth.expect(["disk-full"], began, back, ["node3"], ["node1", "node2"], from_latest=full, to_earliest=full)
    c.truth.allow("node-inconsistent", "node-loss", "node-crash", "flow-control", "sst-failure", "corruption", "start-failure")


@scenario("node3's disk is too small for a page of gcache (128 MB by default): it leaves the cluster and ends")
def full_disk_gcache(c: Cluster) -> None:
    small_disk(c, c.servers[2], "110m")
    fill_disk(c, 30000)


@scenario("node3's disk is full while it applies: a small file system under its data directory; room is made later")
def full_disk(c: Cluster) -> None:
    small_disk(c, c.servers[2], "110m")
    fill_disk(c, 1000)


@scenario("node3 does not start: a misspelt option, then a port in use; the third try is right")
def start_failures(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2)
    time.sleep(2)
    n3.stop()
    n3.configure(more="innodb-bufer-pool-size=64M")
    n3.start(recover=False)
    began = c.truth.mark("first_failure")
    n3.wait_exit()
    time.sleep(2)
    n3.start()
    n3.wait_exit()
    n3.configure(more="")
    taken = subprocess.Popen([*c.network.inside("node3"), "nc", "-lk", "3306"], stdin=subprocess.DEVNULL, start_new_session=True)
    c.truth.event("lab", "another program takes port 3306", "node3", pid=taken.pid)
    time.sleep(1)
    n3.start(recover=False)
    n3.wait_exit()
    failed = c.truth.mark("last_failure")
    taken.kill()
    taken.wait()
    time.sleep(2)
    n3.start()
    back = c.truth.mark("joined", n3.wait_synced())
    time.sleep(2)
    c.load.end()
    c.truth.expect(["start-failure"], began, back, ["node3"], to_earliest=failed - 4)
    # An unknown option is found only after the node has joined; the interrupted transfer then ends in signal 6.
    c.truth.allow("node-crash")


@scenario("node3 is restarted by its supervisor every 2 s, nine times, with a provider option that Galera refuses")
def restart_loop(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2)
    time.sleep(2)
    n3.stop()
    n3.configure(provider_options="gcache.size=16M;evs.suspect_timeuot=PT5S")
    began = c.truth.mark("first_failure")
    for _ in range(9):
        n3.start()
        n3.wait_exit()
        failed = time.time()
        time.sleep(2)
    c.truth.mark("last_failure", failed)
    n3.configure(provider_options="gcache.size=16M")
    n3.start()
    back = c.truth.mark("joined", n3.wait_synced())
    time.sleep(2)
    c.load.end()
    c.truth.expect(["restart-loop"], began, back, ["node3"], to_earliest=failed)
    c.truth.allow("start-failure")
    c.truth.fact("nodes", names(c.servers))
