"""Split brains of one cluster: two primary components at once, and how they end."""
import time

from cluster import Cluster
from scenarios import scenario
from server import Server


def names(servers: list[Server]) -> list[str]:
    return [s.name for s in servers]


def side(servers: list[Server], uuid: str, first: int, last: int, fate: str, lives_on: bool = False) -> dict:
    """A diverged range; a side that lives on may be known only from below or above."""
    return {"nodes": names(servers), "uuid": uuid, "first_seqno": first, "last_seqno": last, "fate": fate, "lives_on": lives_on}


def isolate(c: Cluster, lonely: Server, others: list[Server]) -> tuple[float, int]:
    """Cut one server off; when the others went on without it, and the last seqno it has."""
    cut = c.truth.mark("cut", c.cut([lonely], others))
    lonely.wait_non_primary()
    others[0].wait(lambda s: s.get("cluster_size") == str(len(others)) and s.get("cluster_status") == "Primary", 60, "a majority")
    went_on = c.seen(others[0], cut, cluster_size=str(len(others)), cluster_status="Primary")
    c.truth.mark("majority_alone", went_on)
    uuid, common = lonely.position()
    c.truth.fact("common", {"uuid": uuid, "seqno": common})
    return went_on, common


def bootstrap_alone(c: Cluster, lonely: Server, refusals: int) -> float:
    """The founding story: an empty gcomm://, refused starts, an edited grastate.dat; when it was primary."""
    lonely.stop()
    lonely.configure(cluster_address="gcomm://")
    for _ in range(refusals):
        lonely.start()
        lonely.wait_exit()
    lonely.allow_bootstrap()
    began = time.time()
    lonely.start()
    lonely.wait_synced()
    return c.truth.mark("second_primary", c.seen(lonely, began, cluster_status="Primary"))


def end_of_split(c: Cluster, one: Server, other: Server) -> tuple[tuple[str, int], tuple[str, int]]:
    """Stop all writing; the positions of both sides."""
    c.load.end()
    positions = one.position(), other.position()
    c.truth.fact("positions_at_end", {one.name: positions[0], other.name: positions[1]})
    return positions


def rebuild(c: Cluster, server: Server) -> None:
    """Take the server's state away and let it come back by SST."""
    server.remove("grastate.dat", "gvwstate.dat")
    server.configure(cluster_address=c.address)
    server.start()
    server.wait_synced()


def story(c: Cluster) -> None:
    """node3 is cut off, bootstraps alone, both sides write, the network heals, node3 is rebuilt by SST."""
    n1, n2, n3 = c.servers
    c.load.begin(n1, n2, n3)
    time.sleep(5)
    cut = time.time()
    went_on, common = isolate(c, n3, [n1, n2])
    c.load.end(n3)
    alone = bootstrap_alone(c, n3, 2)
    c.load.begin(n3)
    time.sleep(10)
    c.heal()
    time.sleep(6)
    (uuid, last1), (_, last3) = end_of_split(c, n1, n3)
    end = c.truth.mark("second_primary_gone", n3.stop())
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
                   common_seqno=common, ranges=[side([n1, n2], uuid, common + 1, last1, "unknown", True),
                                                side([n3, n4], uuid, common + 1, last3, "unknown", True)])
    c.truth.allow("quorum-loss", "node-loss", "node-crash", "cluster-down")


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


def two_histories(c: Cluster, seconds: float, majority_writes: bool) -> tuple:
    """node3 alone and the majority part ways; node3 is then stopped cleanly and its address list restored."""
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2, n3)
    time.sleep(4)
    cut = time.time()
    went_on, common = isolate(c, n3, [n1, n2])
    if not majority_writes:
        c.load.end()
    c.load.end(n3)
    alone = bootstrap_alone(c, n3, 0)
    c.load.begin(n3, pace=0.1 if majority_writes else 0.02)
    time.sleep(seconds)
    (uuid, last1), (_, last3) = end_of_split(c, n1, n3)
    end = c.truth.mark("second_primary_gone", n3.stop())
    c.heal()
    c.truth.fact("saved_by_node3", n3.saved_seqno())
    n3.configure(cluster_address=c.address)
    return cut, went_on, common, alone, uuid, last1, last3, end


@scenario("a short branch comes back by IST without a word: node3 stays different though Synced; vote or not comes later")
def hidden_divergence(c: Cluster) -> None:
    cut, went_on, common, alone, uuid, last1, last3, end = two_histories(c, 8, True)
    n1, n2, n3 = c.servers
    c.load.begin(n1, n2)
    time.sleep(2)
    n3.start()
    c.truth.mark("merged", n3.wait_synced())
    time.sleep(6)
    c.load.end()
    time.sleep(1)
    c.identical()
    c.truth.expect(["split-brain", "hidden-divergence"], max(went_on, alone), end, ["node3"], ["node1", "node2"],
                   exposure_from=cut, common_seqno=common,
                   ranges=[side([n1, n2], uuid, common + 1, last1, "survivor", True), side([n3], uuid, common + 1, last3, "merged-by-ist")])
    c.truth.allow("split-brain", "hidden-divergence", "node-loss", "node-inconsistent")


@scenario("a long branch is refused: node3 has written more than the majority and aborts with 'Reversing history'")
def long_loser(c: Cluster) -> None:
    cut, went_on, common, alone, uuid, last1, last3, end = two_histories(c, 8, False)
    n1, n2, n3 = c.servers
    n3.start()
    n3.wait_exit()
    c.truth.mark("refused")
    c.truth.fact("reversing", {"local": last3, "group": n1.position()[1]})
    rebuild(c, n3)
    c.identical()
    c.truth.expect(["split-brain"], max(went_on, alone), end, ["node1", "node2", "node3"], exposure_from=cut, common_seqno=common,
                   ranges=[side([n1, n2], uuid, common + 1, last1, "survivor", True), side([n3], uuid, common + 1, last3, "aborted")])
    c.truth.allow("node-loss", "hidden-divergence", "data-loss", "node-crash")


@scenario("two nodes with pc.ignore_sb=true are cut apart and both go on", size=2)
def ignore_sb(c: Cluster) -> None:
    n1, n2 = c.servers
    c.bootstrap(provider_options="gcache.size=16M;pc.ignore_sb=true")
    c.load.begin(n1, n2)
    time.sleep(4)
    cut = c.truth.mark("cut", c.cut([n1], [n2]))
    for server in c.servers:
        server.wait(lambda s: s.get("cluster_size") == "1" and s.get("cluster_status") == "Primary", 60, "alone and primary")
    both = max(c.seen(s, cut, cluster_size="1", cluster_status="Primary") for s in c.servers)
    c.truth.mark("both_primary", both)
    time.sleep(8)
    (uuid, last1), (_, last2) = end_of_split(c, n1, n2)
    c.truth.mark("heal", c.heal())
    time.sleep(12)
    c.truth.fact("after_heal", {s.name: s.status() if s.running() else None for s in c.servers})
    c.truth.fact("last_written", {"node1": last1, "node2": last2, "uuid": uuid})
    end = c.truth.mark("second_primary_gone", n2.stop() if n2.running() else None)
    c.truth.expect(["split-brain"], both, end, ["node1", "node2"], exposure_from=cut, common_seqno=None,
                   ranges=[side([n1], uuid, 0, last1, "unknown", True), side([n2], uuid, 0, last2, "unknown")])
    c.truth.allow("node-loss", "node-crash")
