"""A light workload: one connection per server, small statements, and a count of what was acknowledged."""
import random
import threading
import time

from server import Server
from wire import SqlError

SCHEMA = ("CREATE DATABASE IF NOT EXISTS shop", "CREATE USER IF NOT EXISTS app@localhost", "GRANT ALL ON shop.* TO app@localhost",
          "CREATE TABLE shop.orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, customer INT NOT NULL, node VARCHAR(16) NOT NULL, "
          "note VARCHAR(200) NOT NULL, total DECIMAL(10,2) NOT NULL, KEY customer (customer))",
          "CREATE TABLE shop.stock (id INT PRIMARY KEY, amount INT NOT NULL)",
          "INSERT INTO shop.stock SELECT seq, 1000 FROM shop.seq_1_to_200",
          "CREATE USER IF NOT EXISTS sst@localhost IDENTIFIED BY 'sst-pw'",
          "GRANT RELOAD, PROCESS, LOCK TABLES, REPLICATION CLIENT, BINLOG MONITOR ON *.* TO sst@localhost")
WRITES = ("INSERT INTO shop.orders (customer, node, note, total) VALUES ({n}, '{node}', 'order {i} of {node}', {n}.50)",
          "UPDATE shop.stock SET amount = amount - 1 WHERE id = {item}",
          "INSERT INTO shop.orders (customer, node, note, total) VALUES ({n}, '{node}', 'gift', 9.90)",
          "UPDATE shop.orders SET note = CONCAT('paid by ', {n}) WHERE customer = {n} AND node = '{node}' ORDER BY id LIMIT 1")
READS = ("SELECT o.id, o.total FROM shop.orders o WHERE o.customer = {n}", "SELECT amount FROM shop.stock WHERE id = {item}")


# What a branch changes only in rows of its own makes no later change fail elsewhere.
QUIET = WRITES[1:2]


class Writer(threading.Thread):
    """Writes to one server until stopped; errors are counted by code."""

    def __init__(self, server: Server, pace: float, seed: int, statements: tuple) -> None:
        super().__init__(daemon=True)
        self.server, self.pace, self.random, self.statements = server, pace, random.Random(seed), statements
        self.over = threading.Event()
        self.writes, self.errors, self.last = 0, {}, 0.0

    def run(self) -> None:
        link, count = None, 0
        while not self.over.wait(self.pace * self.random.uniform(0.5, 1.5)):
            try:
                link = link or self.server.connect(3.0, quiet=False)
                count += 1
                self.one(link, count)
            except SqlError as error:
                self.errors[str(error.args[0])] = self.errors.get(str(error.args[0]), 0) + 1
            except OSError:
                link = None
        if link:
            link.close()

    def one(self, link, count: int) -> None:
        # Rows of one server only, so that no two of them meet in certification and every statement is one write set.
        write = self.random.random() < 0.7
        text = self.random.choice(self.statements if write else READS)
        number = int(self.server.name[-1])
        link.query(text.format(n=self.random.randrange(100), i=count, node=self.server.name,
                               item=self.random.randrange(50) + 1 + 50 * (number - 1)))
        if write:
            self.writes, self.last = self.writes + 1, time.time()


class Load:
    """The writers of a scenario, by server."""

    def __init__(self, truth) -> None:
        self.truth, self.writers, self.seed = truth, {}, 0

    def begin(self, *servers: Server, pace: float = 0.05, statements: tuple = WRITES) -> None:
        for server in servers:
            if server.name in self.writers:
                continue
            self.seed += 1
            writer = self.writers[server.name] = Writer(server, pace, self.seed, statements)
            writer.start()
        self.truth.event("workload", "begin", None, nodes=[s.name for s in servers], pace=pace)

    def end(self, *servers: Server) -> dict[str, int]:
        """Stop the writers of these servers (all, if none is named); writes acknowledged by server."""
        done = {}
        chosen = [self.writers.pop(s.name) for s in servers if s.name in self.writers] if servers else list(self.writers.values())
        if not servers:
            self.writers = {}
        for writer in chosen:
            writer.over.set()
        for writer in chosen:
            writer.join(10)
            done[writer.server.name] = writer.writes
            self.truth.event("workload", "end", writer.server.name, writes=writer.writes, errors=writer.errors,
                             last_write=round(writer.last, 6))
        return done
