"""Steps that several scenarios share."""
import time

from cluster import Cluster
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


def leave(c: Cluster, server: Server, last: int) -> float:
    """Stop the lesser side for good; its grastate.dat must say what its status said."""
    when = c.truth.mark("second_primary_gone", server.stop())
    if server.saved_seqno() != last:
        raise RuntimeError(f"{server.name} stopped at {server.saved_seqno()}, but its last seqno was {last}")
    return when


def rebuild(c: Cluster, server: Server, *more: str) -> None:
    """Take the server's state away and let it come back by SST."""
    server.remove("grastate.dat", "gvwstate.dat", *more)
    server.configure(cluster_address=c.address)
    server.start()
    server.wait_synced()
