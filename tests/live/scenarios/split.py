"""Split brains of one cluster: two primary components at once, and how they end."""
import time

from cluster import Cluster
from load import QUIET, WRITES
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


def rebuild(c: Cluster, server: Server, *more: str) -> None:
    """Take the server's state away and let it come back by SST."""
    server.remove("grastate.dat", "gvwstate.dat", *more)
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
                                                side([n3, n4], uuid, common + 1, last3, "unknown")])
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


def two_histories(c: Cluster, majority_writes: bool, statements: tuple = WRITES) -> dict:
    """node3 alone and the majority part ways; node3 is then stopped cleanly and its address list restored; facts for expect()."""
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2, n3, statements=statements)
    time.sleep(4)
    cut = time.time()
    went_on, common = isolate(c, n3, [n1, n2])
    c.load.end(*([n3] if majority_writes else c.servers))
    alone = bootstrap_alone(c, n3, 0)
    c.load.begin(n3, pace=0.1 if majority_writes else 0.02, statements=statements)
    time.sleep(8)
    (uuid, last1), (_, last3) = end_of_split(c, n1, n3)
    end = c.truth.mark("second_primary_gone", n3.stop())
    c.heal()
    c.truth.fact("saved_by_node3", n3.saved_seqno())
    n3.configure(cluster_address=c.address)
    return {"begin": max(went_on, alone), "end": end, "exposure_from": cut, "common": common, "uuid": uuid, "last1": last1, "last3": last3}


def expect_split(c: Cluster, facts: dict, fate: str, kinds: list[str] | None = None) -> None:
    """The verdict over the two histories."""
    n1, n2, n3 = c.servers
    first = facts["common"] + 1
    c.truth.expect(kinds or ["split-brain"], facts["begin"], facts["end"], ["node3"], ["node1", "node2"],
                   exposure_from=facts["exposure_from"], common_seqno=facts["common"],
                   ranges=[side([n1, n2], facts["uuid"], first, facts["last1"], "survivor", True),
                           side([n3], facts["uuid"], first, facts["last3"], fate)])
    c.truth.allow("split-brain", "hidden-divergence", "node-loss")


@scenario("a short branch comes back by IST without a word: node3 is Synced and different for good")
def hidden_divergence(c: Cluster) -> None:
    facts = two_histories(c, True, QUIET)
    n1, n2, n3 = c.servers
    c.load.begin(n1, n2, statements=QUIET)
    time.sleep(2)
    n3.start()
    c.truth.mark("merged", n3.wait_synced())
    time.sleep(6)
    c.load.end()
    time.sleep(1)
    c.identical()
    expect_split(c, facts, "merged-by-ist", ["split-brain", "hidden-divergence"])


@scenario("a short branch comes back by IST, which fails on a row that node3 has not: it leaves, and is rebuilt by SST")
def diverged_ist_fails(c: Cluster) -> None:
    facts = two_histories(c, True)
    n1, n2, n3 = c.servers
    c.load.begin(n1, n2)
    time.sleep(2)
    n3.start()
    n3.wait(lambda s: s.get("cluster_status") == "Disconnected", 60, "disconnected")
    c.truth.mark("ist_failed")
    c.truth.fact("state_after_ist", n3.status())
    time.sleep(3)
    n3.stop()
    rebuild(c, n3, "galera.cache")
    c.truth.mark("rebuilt")
    time.sleep(2)
    c.load.end()
    c.identical()
    expect_split(c, facts, "merged-by-ist|aborted|discarded-by-sst", ["split-brain", "hidden-divergence"])
    c.truth.allow("node-inconsistent", "sst-failure")


@scenario("a long branch is refused: node3 has written more than the majority and aborts with 'Reversing history'; SST")
def long_loser(c: Cluster) -> None:
    facts = two_histories(c, False)
    n1, _, n3 = c.servers
    n3.start()
    n3.wait_exit()
    c.truth.mark("refused")
    c.truth.fact("reversing", {"local": facts["last3"], "group": n1.position()[1]})
    rebuild(c, n3, "galera.cache")
    c.identical()
    expect_split(c, facts, "aborted|discarded-by-sst")
    c.truth.allow("data-loss", "node-crash")


@scenario("the same, but node3's galera.cache stays: the full copy ends with 'Unsupported CC action version', the next one works")
def long_loser_cache(c: Cluster) -> None:
    facts = two_histories(c, False)
    n1, _, n3 = c.servers
    n3.start()
    n3.wait_exit()
    c.truth.mark("refused")
    c.truth.fact("reversing", {"local": facts["last3"], "group": n1.position()[1]})
    n3.remove("grastate.dat", "gvwstate.dat")
    n3.start()
    n3.wait(lambda s: s.get("cluster_status") == "Disconnected", 60, "disconnected")
    c.truth.mark("sst_failed")
    time.sleep(2)
    n3.stop()
    rebuild(c, n3, "galera.cache")
    c.truth.mark("rebuilt")
    c.identical()
    expect_split(c, facts, "aborted|discarded-by-sst")
    c.truth.allow("data-loss", "node-crash", "sst-failure")


@scenario("two nodes with pc.ignore_sb=true are cut apart and both go on, writing all the while", size=2)
def ignore_sb(c: Cluster) -> None:
    n1, n2 = c.servers
    c.bootstrap(provider_options="gcache.size=16M;pc.ignore_sb=true")
    c.load.begin(n1, n2)
    time.sleep(4)
    # Nothing is under way at the cut, so that the last common seqno is known. What is written between the cut and the new view is
    # ordered by each side before its new component: the act_id in both logs is higher than what they have in common.
    c.load.end()
    common = min(n1.position()[1], n2.position()[1])
    c.truth.fact("common", {"uuid": n1.position()[0], "seqno": common})
    cut = c.truth.mark("cut", c.cut([n1], [n2]))
    c.load.begin(n1, n2)
    for server in c.servers:
        server.wait(lambda s: s.get("cluster_size") == "1" and s.get("cluster_status") == "Primary", 60, "alone and primary")
    both = max(c.seen(s, cut, cluster_size="1", cluster_status="Primary") for s in c.servers)
    c.truth.mark("both_primary", both)
    time.sleep(8)
    (uuid, last1), (_, last2) = end_of_split(c, n1, n2)
    c.truth.mark("heal", c.heal())
    time.sleep(12)
    c.truth.fact("after_heal", {s.name: s.status() if s.running() else None for s in c.servers})
    end = c.truth.mark("second_primary_gone", n2.stop())
    c.truth.expect(["split-brain"], both, end, ["node1", "node2"], exposure_from=cut, common_seqno=common, in_flight=8,
                   ranges=[side([n1], uuid, common + 1, last1, "unknown", True), side([n2], uuid, common + 1, last2, "unknown")])
    c.truth.allow("node-loss")
