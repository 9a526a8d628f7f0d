"""Split brains of one cluster: two primary components at once, and how they end."""
import time
from typing import Callable

from cluster import Cluster
from scenarios import scenario
from scenarios.steps import bootstrap_alone, end_of_split, isolate, leave, names, rebuild, side
from server import Server


def story(c: Cluster, during: Callable[[], None] = lambda: None) -> None:
    """node3 is cut off, bootstraps alone, both sides write, the network heals, node3 is rebuilt by SST."""
    n1, n2, n3 = c.servers
    c.load.begin(n1, n2, n3)
    time.sleep(5)
    cut = time.time()
    went_on, common = isolate(c, n3, [n1, n2])
    c.load.end(n3)
    alone = bootstrap_alone(c, n3, 2)
    c.load.begin(n3)
    time.sleep(5)
    during()
    time.sleep(5)
    c.heal()
    time.sleep(6)
    (uuid, last1), (_, last3) = end_of_split(c, n1, n3)
    end = leave(c, n3, last3)
    c.load.begin(n1, n2)
    time.sleep(2)
    rebuild(c, n3)
    time.sleep(2)
    c.load.end()
    time.sleep(1)
    c.identical()
    c.truth.expect(["split-brain"], max(went_on, alone), end, ["node1", "node2", "node3"], exposure_from=cut, common_seqno=common,
                   ranges=[side([n1, n2], uuid, common + 1, last1, "survivor", True),
                           side([n3], uuid, common + 1, last3, "discarded-by-sst")])
    c.truth.allow("node-loss", "start-failure")


@scenario("node3 is cut off, refused twice, bootstrapped with an empty gcomm:// after an edit of grastate.dat; SST at the end")
def empty_gcomm(c: Cluster) -> None:
    c.bootstrap()
    story(c)


@scenario("the same with logs rotated by renaming in the middle of the split")
def rotated(c: Cluster) -> None:
    c.bootstrap()
    story(c, lambda: [server.rotate() for server in c.servers])


@scenario("the same with node3's clock 37 s ahead and every node in a zone of its own")
def shifted_clocks(c: Cluster) -> None:
    zones = ("UTC", "Europe/Berlin", "America/New_York")
    for server, zone in zip(c.servers, zones):
        server.environment["TZ"] = zone
        c.truth.data["nodes"][server.name]["timezone"] = zone
    c.servers[2].environment.update(LD_PRELOAD="/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", FAKETIME="+37s",
                                    FAKETIME_DONT_FAKE_MONOTONIC="1")
    c.truth.data["nodes"]["node3"]["clock_offset_s"] = 37
    c.bootstrap()
    story(c)


@scenario("a 2+2 partition; pc.bootstrap on both halves; both write; the network heals", size=4)
def both_halves(c: Cluster) -> None:
    n1, n2, n3, n4 = c.servers
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(4)
    cut = c.truth.mark("cut", c.cut([n1, n2], [n3, n4]))
    for server in c.servers:
        server.wait_non_primary()
    common = min(s.position()[1] for s in c.servers)
    uuid = n1.position()[0]
    c.truth.fact("common", {"uuid": uuid, "seqno": common})
    began = time.time()
    for server in (n1, n3):
        c.truth.event("operator", "SET GLOBAL wsrep_provider_options='pc.bootstrap=1'", server.name)
        server.sql("SET GLOBAL wsrep_provider_options='pc.bootstrap=1'")
    for server in c.servers:
        server.wait_synced()
    both = max(c.seen(n1, began, cluster_status="Primary"), c.seen(n3, began, cluster_status="Primary"))
    c.truth.mark("both_primary", both)
    time.sleep(10)
    (_, last1), (_, last3) = end_of_split(c, n1, n3)
    heal = c.truth.mark("heal", c.heal())
    finish_halves(c, heal)
    last3 = c.truth.data["facts"].get("last_of_second_half", last3)
    c.truth.expect(["split-brain"], both, c.truth.data["marks"]["split_end"]["t"], names(c.servers), exposure_from=cut,
                   common_seqno=common, ranges=[side([n1, n2], uuid, common + 1, last1, "unknown|survivor", True),
                                                side([n3, n4], uuid, common + 1, last3, "unknown")])
    c.truth.allow("quorum-loss", "node-loss", "coverage-gap")


def finish_halves(c: Cluster, heal: float) -> None:
    """Look on for 20 s: two primary components that meet may abort; otherwise stop the second half by hand."""
    end = time.monotonic() + 20
    while time.monotonic() < end and all(s.running() for s in c.servers):
        time.sleep(0.2)
    gone = [s.name for s in c.servers if not s.running()]
    c.truth.fact("aborted_after_heal", gone)
    time.sleep(8 if gone else 0)
    c.truth.fact("state_after_heal", {s.name: s.status() if s.running() else None for s in c.servers})
    if gone:
        c.truth.mark("split_end", next(e["t"] for e in c.truth.data["events"] if e["t"] >= heal and e["actor"] == "monitor"
                                       and e["node"] in gone and e["cluster_status"] != "Primary"))
        return
    c.servers[3].stop()
    c.truth.fact("last_of_second_half", c.servers[2].position()[1])
    c.truth.mark("split_end", c.servers[2].stop())


def opted_in(c: Cluster, option: str, lonely: Server, others: list[Server]) -> None:
    """Both sides of a cut stay primary because the configuration says so, writing all the while."""
    c.bootstrap(provider_options=f"gcache.size=16M;{option}=true")
    c.load.begin(*c.servers)
    time.sleep(4)
    # Nothing is under way at the cut, so that the last common seqno is known. What is written between the cut and the new view is
    # ordered by each side before its new component: the act_id in both logs is higher than what they have in common.
    c.load.end()
    common = min(s.position()[1] for s in c.servers)
    c.truth.fact("common", {"uuid": lonely.position()[0], "seqno": common})
    cut = c.truth.mark("cut", c.cut([lonely], others))
    c.load.begin(*c.servers)
    sizes = {lonely: "1", others[0]: str(len(others))}
    for server, size in sizes.items():
        server.wait(lambda s, n=size: s.get("cluster_size") == n and s.get("cluster_status") == "Primary", 60, "on its own and primary")
    both = max(c.seen(s, cut, cluster_size=size, cluster_status="Primary") for s, size in sizes.items())
    c.truth.mark("both_primary", both)
    time.sleep(8)
    (uuid, last1), (_, last2) = end_of_split(c, others[0], lonely)
    c.truth.mark("heal", c.heal())
    time.sleep(12)
    c.truth.fact("after_heal", {s.name: s.status() if s.running() else None for s in c.servers})
    end = leave(c, lonely, last2)
    c.truth.expect(["split-brain"], both, end, names(c.servers), exposure_from=cut, common_seqno=common, in_flight=4 * len(c.servers),
                   ranges=[side(others, uuid, common + 1, last1, "unknown|survivor", True),
                           side([lonely], uuid, common + 1, last2, "unknown")])
    c.truth.allow("node-loss", "coverage-gap")


@scenario("two nodes with pc.ignore_sb=true are cut apart and both go on, writing all the while", size=2)
def ignore_sb(c: Cluster) -> None:
    opted_in(c, "pc.ignore_sb", c.servers[1], c.servers[:1])


@scenario("three nodes with pc.ignore_quorum=true: node3 is cut off and stays primary beside the majority")
def ignore_quorum(c: Cluster) -> None:
    opted_in(c, "pc.ignore_quorum", c.servers[2], c.servers[:2])


@scenario("node3 is cut off and made primary by pc.bootstrap at run time, while the majority goes on; SST at the end")
def minority_bootstrap(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(4)
    cut = time.time()
    went_on, common = isolate(c, n3, [n1, n2])
    began = c.truth.event("operator", "SET GLOBAL wsrep_provider_options='pc.bootstrap=1'", "node3")
    n3.sql("SET GLOBAL wsrep_provider_options='pc.bootstrap=1'")
    n3.wait_synced()
    alone = c.truth.mark("second_primary", c.seen(n3, began, cluster_status="Primary"))
    time.sleep(8)
    c.truth.mark("heal", c.heal())
    time.sleep(6)
    (uuid, last1), (_, last3) = end_of_split(c, n1, n3)
    end = leave(c, n3, last3)
    c.load.begin(n1, n2)
    rebuild(c, n3, "galera.cache")
    time.sleep(2)
    c.load.end()
    c.identical()
    c.truth.expect(["split-brain"], max(went_on, alone), end, ["node3"], ["node1", "node2"], exposure_from=cut, common_seqno=common,
                   ranges=[side([n1, n2], uuid, common + 1, last1, "survivor", True),
                           side([n3], uuid, common + 1, last3, "discarded-by-sst")])
    c.truth.allow("node-loss")


@scenario("galera_new_cluster on the wrong node: node3 bootstraps beside the others, which it can reach")
def new_cluster_beside(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2)
    time.sleep(3)
    n3.stop()
    common = n3.saved_seqno()
    n3.allow_bootstrap()
    time.sleep(3)
    began = time.time()
    n3.start("--wsrep-new-cluster")
    n3.wait_synced()
    alone = c.truth.mark("second_primary", c.seen(n3, began, cluster_status="Primary"))
    c.load.begin(n3)
    time.sleep(10)
    running = [s.name for s in c.servers if s.running()]
    c.truth.fact("state", {s.name: s.status() for s in c.servers if s.running()})
    c.truth.fact("running", running)
    (uuid, last1), (_, last3) = end_of_split(c, n1, n3)
    end = leave(c, n3, last3)
    c.load.begin(n1, n2)
    rebuild(c, n3, "galera.cache")
    time.sleep(2)
    c.load.end()
    c.identical()
    c.truth.expect(["split-brain"], alone, end, ["node3"], ["node1", "node2"], common_seqno=common,
                   ranges=[side([n1, n2], uuid, common + 1, last1, "survivor", True),
                           side([n3], uuid, common + 1, last3, "discarded-by-sst")])
