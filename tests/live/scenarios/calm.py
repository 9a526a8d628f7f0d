"""What is no incident: joins, planned restarts, maintenance."""
import signal
import time

from cluster import Cluster
from scenarios import scenario


@scenario("joins by rsync and mariabackup, a rolling restart with a changed option, a clean end. No incident")
def healthy(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    n3.configure(sst_method="mariabackup")
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(5)
    wanted = c.truth.data["expect"]
    wanted["transfers"] = [{"kind": "SST", "joiner": "node2"}, {"kind": "SST", "joiner": "node3"}]
    for server in (n3, n2, n1):
        c.load.end(server)
        server.stop()
        time.sleep(2)
        wanted["transfers"].append({"kind": "IST", "joiner": server.name})
        if server is n2:
            server.configure(provider_options="gcache.size=16M;evs.suspect_timeout=PT10S")
            wanted["configuration"] = [{"node": "node2", "option": "evs.suspect_timeout", "before": "PT5S", "after": "PT10S"}]
        server.start()
        server.wait_synced()
        c.load.begin(server)
        time.sleep(4)
    c.load.end()
    time.sleep(1)
    c.identical()
    c.shut_down()


@scenario("everything is shut down in order and bootstrapped from the node that left last. No incident")
def planned_shutdown(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(4)
    c.load.end()
    for server in (n3, n2, n1):
        server.stop()
        time.sleep(1)
    time.sleep(5)
    n1.start("--wsrep-new-cluster")
    n1.wait_synced()
    for server in (n2, n3):
        server.start()
        server.wait_synced()
    c.load.begin(*c.servers)
    time.sleep(4)
    c.load.end()
    c.identical()
    c.shut_down()


@scenario("a backup's read lock, a desync, a pause of 3 s: flow control, of which the logs say little. No incident")
def pauses(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2, pace=0.02)
    time.sleep(4)
    c.truth.event("operator", "FLUSH TABLES WITH READ LOCK for 5 s", "node3")
    link = n3.connect(20)
    link.query("FLUSH TABLES WITH READ LOCK")
    time.sleep(5)
    link.query("UNLOCK TABLES")
    link.close()
    c.truth.event("operator", "UNLOCK TABLES", "node3")
    time.sleep(2)
    for value in ("ON", "OFF"):
        c.truth.event("operator", f"wsrep_desync={value}", "node2")
        n2.sql(f"SET GLOBAL wsrep_desync = {value}")
        time.sleep(3)
    n3.kill(signal.SIGSTOP, wait=False)
    time.sleep(3)
    n3.kill(signal.SIGCONT, wait=False)
    time.sleep(4)
    c.load.end()
    c.truth.fact("flow_control_paused_ns", {s.name: s.status().get("flow_control_paused_ns") for s in c.servers})
    c.identical()
    c.shut_down()
    c.truth.allow("flow-control")


@scenario("node2's clock jumps ahead by two minutes while all is well. No incident")
def clock_step(c: Cluster) -> None:
    n2 = c.servers[1]
    clock = c.folder / "clock"
    clock.write_text("+0s\n")
    n2.environment.update(LD_PRELOAD="/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", FAKETIME_TIMESTAMP_FILE=str(clock),
                          FAKETIME_CACHE_DURATION="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
    c.truth.data["nodes"]["node2"].update(clock_offset_s=None, clock_steps=1)
    c.bootstrap()
    c.load.begin(*c.servers)
    for server in (c.servers[2], None, c.servers[2]):
        time.sleep(4)
        if server:
            c.load.end(server)
            server.stop()
            server.start()
            server.wait_synced()
            c.load.begin(server)
        else:
            clock.write_text("+120s\n")
            c.truth.mark("step", c.truth.event("lab", "clock jumps by +120 s", "node2"))
    time.sleep(4)
    c.load.end()
    c.identical()
    c.shut_down()
