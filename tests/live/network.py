"""Hosts on one machine: a network namespace each, joined by a bridge in a namespace of its own."""
import os
import signal
import subprocess


def command(*words: str, check: bool = True) -> str:
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


class Network:
    """10.77.0.0/24, seen by nobody outside."""

    def __init__(self) -> None:
        self.tag = f"galen{os.getpid()}"
        self.hosts: dict[str, str] = {}
        self.switch = f"{self.tag}-switch"
        self._namespace(self.switch)
        command("ip", "-n", self.switch, "link", "add", "bridge0", "type", "bridge")
        command("ip", "-n", self.switch, "link", "set", "bridge0", "up")

    def space(self, host: str) -> str:
        return f"{self.tag}-{host}"

    def inside(self, host: str) -> list[str]:
        """The words that run a command on a host; it keeps its process id."""
        return ["ip", "netns", "exec", self.space(host)]

    def add(self, host: str, address: str) -> None:
        space = self.space(host)
        self._namespace(space)
        self.hosts[host] = address
        command("ip", "-n", self.switch, "link", "add", f"to-{host}", "type", "veth", "peer", "name", "eth0", "netns", space)
        command("ip", "-n", self.switch, "link", "set", f"to-{host}", "master", "bridge0", "up")
        command("ip", "-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        command("ip", "-n", space, "link", "set", "eth0", "up")

    def cut(self, one: list[str], other: list[str]) -> None:
        """Drop every packet between two sets of hosts, silently, as a broken switch does."""
        for here, there in [(a, b) for a in one for b in other] + [(b, a) for a in one for b in other]:
            run = (*self.inside(here), "iptables", "-w", "-A")
            command(*run, "INPUT", "-s", self.hosts[there], "-j", "DROP")
            command(*run, "OUTPUT", "-d", self.hosts[there], "-j", "DROP")

    def heal(self) -> None:
        for host in self.hosts:
            command(*self.inside(host), "iptables", "-w", "-F")

    def link(self, host: str, state: str) -> None:
        """Pull the host's cable ("down") or put it back ("up")."""
        command("ip", "-n", self.switch, "link", "set", f"to-{host}", state)

    def close(self) -> None:
        """End whatever runs in the namespaces, and take them away."""
        for space in [self.space(host) for host in self.hosts] + [self.switch]:
            for pid in command("ip", "netns", "pids", space, check=False).split():
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            command("ip", "netns", "del", space, check=False)

    @staticmethod
    def _namespace(name: str) -> None:
        command("ip", "netns", "add", name)
        command("ip", "-n", name, "link", "set", "lo", "up")
