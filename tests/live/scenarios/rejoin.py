"""How a diverged node comes back: silently by IST, by an IST that fails, or not at all."""
import time

from cluster import Cluster
from load import QUIET, WRITES
from scenarios import scenario
from scenarios.steps import bootstrap_alone, end_of_split, isolate, leave, rebuild, side


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
    end = leave(c, n3, last3)
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
    c.truth.data["expect"]["incidents"][0].update(suspects_must=["node3"], suspects_not=["node1"])


@scenario("the same, and node2 is then rebuilt from node3: two nodes are different from node1, and all are Synced")
def tainted_donee(c: Cluster) -> None:
    facts = two_histories(c, True, QUIET)
    n1, n2, n3 = c.servers
    c.load.begin(n1, n2, statements=QUIET)
    time.sleep(2)
    n3.start()
    c.truth.mark("merged", n3.wait_synced())
    time.sleep(2)
    c.load.end(n2)
    n2.stop()
    n2.remove("grastate.dat", "gvwstate.dat", "galera.cache")
    n2.configure(more="wsrep-sst-donor=node3")
    n2.start()
    c.truth.mark("copied", n2.wait_synced())
    time.sleep(3)
    c.load.end()
    time.sleep(1)
    c.identical()
    expect_split(c, facts, "merged-by-ist", ["split-brain", "hidden-divergence"])
    c.truth.data["expect"]["incidents"][0].update(suspects_must=["node2", "node3"], suspects_not=["node1"])


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
