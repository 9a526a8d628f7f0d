"""Servers that die, and clusters that lose their quorum or all of their servers."""
import signal
import time

from cluster import Cluster
from scenarios import scenario
from scenarios.steps import names, side


@scenario("kill -9 of two of three: the third is non-primary until they are back. No split brain")
def quorum_loss(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(4)
    killed = c.truth.mark("killed", n2.kill(wait=False))
    n3.kill()
    lost = c.truth.mark("non_primary", n1.wait_non_primary())
    time.sleep(8)
    for server in (n2, n3):
        server.start()
    for server in c.servers:
        server.wait_synced()
    back = c.truth.mark("primary_again", c.seen(n1, lost, cluster_status="Primary"))
    time.sleep(3)
    c.load.end()
    c.identical()
    c.truth.expect(["quorum-loss"], killed, back, ["node1"], ["node2", "node3"], from_latest=lost)
    c.truth.allow("node-crash", "node-loss")


@scenario("kill -9 of all three at once; all are started and find each other by gvwstate.dat")
def kill_all(c: Cluster) -> None:
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(5)
    killed = c.truth.mark("killed")
    for server in c.servers:
        server.kill(wait=False)
    for server in c.servers:
        server.wait_exit()
    time.sleep(6)
    for server in c.servers:
        server.start()
    for server in c.servers:
        server.wait_synced()
    back = c.truth.mark("primary_again", c.seen(c.servers[0], killed + 1, cluster_status="Primary"))
    time.sleep(3)
    c.load.end()
    c.identical()
    c.truth.expect(["cluster-down"], killed, back, names(c.servers))
    c.truth.allow("node-crash", "quorum-loss", "node-loss")


@scenario("kill -9 of all, gvwstate.dat lost: the positions are recovered, the highest node is bootstrapped by hand. Nothing is lost")
def crash_bootstrap(c: Cluster) -> None:
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(5)
    killed = c.truth.mark("killed")
    for server in c.servers:
        server.kill(wait=False)
    for server in c.servers:
        server.wait_exit()
    c.load.end()
    positions = {server.name: server.recover() for server in c.servers}
    c.truth.fact("recovered", positions)
    best = max(c.servers, key=lambda s: int(positions[s.name].split(":")[1]))
    for server in c.servers:
        server.remove("gvwstate.dat")
    time.sleep(4)
    best.allow_bootstrap()
    best.start("--wsrep-new-cluster")
    back = c.truth.mark("primary_again", best.wait_synced())
    for server in c.servers:
        if server is not best:
            server.start()
            server.wait_synced()
    c.load.begin(*c.servers)
    time.sleep(3)
    c.load.end()
    c.identical()
    c.truth.expect(["cluster-down"], killed, back, names(c.servers))
    c.truth.allow("node-crash", "quorum-loss", "node-loss")


@scenario("node3 is stopped; the others go on and are killed; node3, which is stale, is bootstrapped by force: write sets are lost")
def stale_bootstrap(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(3)
    c.load.end(n3)
    stopped = c.truth.mark("node3_stopped", n3.stop())
    common = n3.saved_seqno()
    time.sleep(8)
    c.load.end()
    uuid, last = n1.position()
    c.truth.fact("positions", {"uuid": uuid, "node3": common, "node1": last, "node2": n2.position()[1]})
    time.sleep(1)
    n1.kill(wait=False)
    n2.kill()
    n3.allow_bootstrap()
    n3.start("--wsrep-new-cluster")
    began = c.truth.mark("unsafe_bootstrap", n3.wait_synced())
    c.load.begin(n3, pace=0.2)
    time.sleep(4)
    n1.start()
    n1.wait_exit()
    c.truth.mark("node1_refused")
    for server in (n1, n2):
        server.remove("grastate.dat", "gvwstate.dat", "galera.cache")
        server.start()
        server.wait_synced()
    gone = c.truth.mark("all_rebuilt")
    c.load.end()
    last3 = n3.position()[1]
    c.identical()
    c.truth.expect(["unsafe-bootstrap", "data-loss"], stopped, gone, ["node3"], ["node1", "node2"], from_latest=began,
                   to_earliest=began, common_seqno=common,
                   ranges=[side([n1, n2], uuid, common + 1, last, "discarded-by-sst|aborted"),
                           side([n3], uuid, common + 1, last3, "survivor", True)])
    c.truth.allow("unsafe-bootstrap", "data-loss", "cluster-down", "node-crash", "node-loss", "quorum-loss")


def dies_and_comes_back(c: Cluster, number: int) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(4)
    died = c.truth.mark("died", n2.kill(number))
    time.sleep(9)
    n2.start()
    back = c.truth.mark("back", n2.wait_synced())
    time.sleep(3)
    c.load.end()
    c.identical()
    c.truth.expect(["node-crash"] if number == signal.SIGSEGV else ["node-crash", "node-loss"], died, back, ["node2"])
    c.truth.allow("node-crash", "node-loss")


@scenario("node2 crashes (SIGSEGV) and is started again")
def node_segv(c: Cluster) -> None:
    dies_and_comes_back(c, signal.SIGSEGV)


@scenario("node2 is killed (-9) and is started again")
def node_killed(c: Cluster) -> None:
    dies_and_comes_back(c, signal.SIGKILL)


@scenario("node3 stands still for 25 s (SIGSTOP), is put out and comes back by itself")
def frozen(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2)
    time.sleep(4)
    stopped = c.truth.mark("frozen", n3.kill(signal.SIGSTOP, wait=False))
    time.sleep(25)
    woken = c.truth.mark("woken", n3.kill(signal.SIGCONT, wait=False))
    # For some seconds it still believes in its old component.
    n1.wait(lambda s: s.get("cluster_size") == "3", 60, "three again")
    back = c.truth.mark("back", n3.wait_synced())
    time.sleep(3)
    c.load.end()
    c.identical()
    c.truth.expect(["node-loss"], stopped, back, ["node3"], from_latest=stopped + 8, to_earliest=woken)


@scenario("a row is deleted on node3 alone (wsrep_on=OFF) and changed elsewhere: node3 loses the vote and leaves; SST")
def vote(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2)
    time.sleep(3)
    c.truth.event("operator", "delete behind the cluster's back: stock 190", "node3")
    n3.sql("SET SESSION wsrep_on = OFF", "DELETE FROM shop.stock WHERE id = 190")
    time.sleep(2)
    voted = c.truth.mark("update", c.truth.event("app", "update stock 190", "node1"))
    n1.sql("UPDATE shop.stock SET amount = 7 WHERE id = 190")
    n3.wait(lambda s: s.get("cluster_status") == "Disconnected", 20, "disconnected")
    c.truth.fact("voted_out", n3.status())
    time.sleep(5)
    stopped = n3.stop()
    n3.remove("grastate.dat", "gvwstate.dat")
    n3.start()
    back = c.truth.mark("rebuilt", n3.wait_synced())
    time.sleep(2)
    c.load.end()
    c.identical()
    c.truth.expect(["node-inconsistent"], voted, back, ["node3"], ["node1", "node2"], to_earliest=stopped - 8)
    c.truth.allow("node-loss")
