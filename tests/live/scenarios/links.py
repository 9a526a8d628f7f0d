"""Broken networks without a split brain."""
import subprocess
import time

from cluster import Cluster
from scenarios import scenario


@scenario("node3's cable is pulled four times, 8 s each")
def flapping(c: Cluster) -> None:
    n1, n2, n3 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2)
    time.sleep(3)
    began = c.truth.mark("first_down", c.truth.event("network", "link down", "node3"))
    for number in range(4):
        if number:
            c.truth.event("network", "link down", "node3")
        c.network.link("node3", "down")
        time.sleep(8)
        c.network.link("node3", "up")
        c.truth.event("network", "link up", "node3")
        time.sleep(3)
        back = n3.wait_synced()
        time.sleep(2)
    c.truth.mark("back", back)
    c.load.end()
    c.identical()
    c.truth.expect(["flapping"], began, back, ["node3"], from_latest=began + 8)
    c.truth.allow("node-loss")


@scenario("two nodes and an arbitrator; node2 is cut off, the arbitrator keeps node1 primary; node2 comes back", size=2)
def arbitrator(c: Cluster) -> None:
    n1, n2 = c.servers
    c.bootstrap()
    c.network.add("garb", "10.77.0.19")
    log = c.folder / "garbd.log"
    words = [*c.network.inside("garb"), "nice", "garbd", "--group", "shop_prod", "--address", c.address, "--name", "garb", "--log", str(log)]
    garbd = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    c.truth.event("operator", "start garbd", "garb", pid=garbd.pid)
    c.truth.data["nodes"]["garb"] = {"address": "10.77.0.19", "timezone": "UTC", "clock_offset_s": 0}
    c.extra["garb/garbd.log"] = log
    n1.wait(lambda s: s.get("cluster_size") == "3", 30, "three members")
    c.load.begin(n1, n2)
    time.sleep(4)
    cut = c.truth.event("network", "cut", None, sides=[["node2"], ["node1", "garb"]])
    c.truth.mark("cut", cut)
    c.network.cut(["node2"], ["node1", "garb"])
    lost = c.truth.mark("non_primary", n2.wait_non_primary())
    n1.wait(lambda s: s.get("cluster_size") == "2" and s.get("cluster_status") == "Primary", 30, "primary with the arbitrator")
    time.sleep(8)
    c.truth.mark("heal", c.heal())
    back = c.truth.mark("back", n2.wait_synced())
    time.sleep(3)
    c.load.end()
    c.identical()
    garbd.terminate()
    garbd.wait(20)
    c.truth.event("operator", "garbd stopped", "garb")
    time.sleep(1)
    c.truth.expect(["node-loss"], cut, back, ["node2"], from_latest=lost)


@scenario("two nodes without an arbitrator are cut apart: both non-primary, both wait, both come back", size=2)
def two_node_quorum(c: Cluster) -> None:
    n1, n2 = c.servers
    c.bootstrap()
    c.load.begin(n1, n2)
    time.sleep(4)
    cut = c.truth.mark("cut", c.cut([n1], [n2]))
    lost = c.truth.mark("non_primary", max(n1.wait_non_primary(), n2.wait_non_primary()))
    time.sleep(8)
    c.truth.mark("heal", c.heal())
    back = c.truth.mark("back", max(n1.wait_synced(), n2.wait_synced()))
    time.sleep(3)
    c.load.end()
    c.identical()
    c.truth.expect(["quorum-loss"], cut, back, ["node1", "node2"], from_latest=lost)


@scenario("four nodes fall into 2 + 1 + 1: nobody has a majority, nobody is primary, all come back", size=4)
def three_ways(c: Cluster) -> None:
    n1, n2, n3, n4 = c.servers
    c.bootstrap()
    c.load.begin(*c.servers)
    time.sleep(4)
    cut = c.truth.mark("cut", c.cut([n1, n2], [n3, n4]))
    c.cut([n3], [n4])
    lost = c.truth.mark("non_primary", max(server.wait_non_primary() for server in c.servers))
    time.sleep(8)
    c.truth.mark("heal", c.heal())
    back = c.truth.mark("back", max(server.wait_synced() for server in c.servers))
    time.sleep(3)
    c.load.end()
    c.identical()
    c.truth.expect(["quorum-loss"], cut, back, [s.name for s in c.servers], from_latest=lost)
