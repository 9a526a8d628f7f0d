#!/usr/bin/python3
"""A working day of a small shop, played against a MariaDB server whose clock runs faster than ours.

Used by record to record samples/mariadb-10.11. The day has quiet and busy hours, a release at 14:30 that
drops an index and brings a new widget, and a repair at 17:20.
Needs python3-pymysql. Usage: workload.py PORT SPEED FIRST_HOUR LAST_HOUR
"""
import math
import random
import subprocess
import sys
import threading
import time

import pymysql

RELEASE, REPAIR = 14.5, 17.33
CATEGORIES, PRODUCTS, CUSTOMERS = 60, 60000, 40000
WORDS = "lamp chair kettle blanket shelf notebook mirror oak steel linen".split()


class Day:
    """The server's clock, computed from ours."""

    def __init__(self, port: int, speed: float, first: float, last: float) -> None:
        self.port, self.speed, self.first, self.last = port, speed, first, last
        self.began = time.monotonic()

    def hour(self) -> float:
        return self.first + (time.monotonic() - self.began) * self.speed / 3600

    def over(self) -> bool:
        return self.hour() >= self.last

    def busy(self) -> float:
        """Share of the peak load: humps around noon and in the afternoon, a higher one in the evening."""
        h = self.hour()
        return 0.2 + sum(height * math.exp(-((h - at) / width) ** 2)
                         for height, at, width in ((0.55, 11.5, 2), (0.7, 15.5, 1.5), (0.8, 19.3, 2)))

    def released(self) -> bool:
        return RELEASE <= self.hour() < REPAIR

    def until(self, hour: float) -> bool:
        while self.hour() < hour and not self.over():
            time.sleep(0.05)
        return not self.over()


class Client:
    """One connection of one program; an error is the server's to log."""

    def __init__(self, day: Day, user: str, address: str, seed: int) -> None:
        self.day, self.rng, self.user, self.address = day, random.Random(seed), user, address
        self.link = self.connect()

    def connect(self) -> pymysql.Connection:
        return pymysql.connect(host="127.0.0.1", port=self.day.port, user=self.user, database="shop",
                               bind_address=self.address, autocommit=True, charset="utf8mb4")

    def run(self, sql: str) -> tuple:
        try:
            with self.link.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        except pymysql.err.MySQLError as error:
            if error.args and error.args[0] in (2006, 2013):
                self.link = self.connect()
            return ()

    def product(self) -> int:
        return 1 + int((PRODUCTS - 1) * self.rng.random() ** 4)

    def session(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"


def show_product(c: Client) -> None:
    p = c.product()
    c.run(f"SELECT id, sku, title, description, price, stock FROM products WHERE id = {p}")
    c.run(f"SELECT r.stars, r.body, c.name FROM reviews r JOIN customers c ON c.id = r.customer_id "
          f"WHERE r.product_id = {p} ORDER BY r.created_at DESC LIMIT 10")
    if c.day.released():
        recommend(c)


def recommend(c: Client) -> None:
    """What the release brings: four products at random, for which all of them are read and sorted."""
    c.run("SELECT p.id, p.title, p.price, (SELECT AVG(r.stars) FROM reviews r WHERE r.product_id = p.id) AS stars\n"
          "  FROM products p WHERE p.stock > 0 ORDER BY RAND() LIMIT 4")


def browse(c: Client) -> None:
    page = int(300 * c.rng.random() ** 5)
    c.run("SELECT SQL_CALC_FOUND_ROWS p.id, p.title, p.price, AVG(r.stars) AS stars\n"
          "  FROM products p LEFT JOIN reviews r ON r.product_id = p.id\n"
          f" WHERE p.category_id = {c.rng.randrange(CATEGORIES) + 1} AND p.price < {c.rng.randrange(20, 400)}\n"
          f" GROUP BY p.id ORDER BY stars DESC LIMIT {page}, 24")
    if c.day.released() and c.rng.random() < 0.5:
        recommend(c)


def search(c: Client) -> None:
    word, other = c.rng.choice(WORDS), c.rng.choice(WORDS)
    c.run(f"SELECT id, title, price FROM products WHERE title LIKE '%{word}%' OR description LIKE '%{other}%' "
          "ORDER BY price LIMIT 40")


def touch_session(c: Client) -> None:
    c.run(f"INSERT INTO sessions (id, customer_id, payload, seen_at) VALUES ('{c.session()}', "
          f"{c.rng.randrange(CUSTOMERS)}, 'cart=open;lang=de', NOW()) ON DUPLICATE KEY UPDATE seen_at = NOW()")


def add_to_cart(c: Client) -> None:
    c.run(f"INSERT INTO carts VALUES ('{c.session()}', {c.product()}, {c.rng.randrange(1, 5)}, NOW()) "
          "ON DUPLICATE KEY UPDATE quantity = quantity + VALUES(quantity), updated_at = NOW()")


def sign_up(c: Client) -> None:
    n = c.rng.randrange(CUSTOMERS * 2)
    c.run(f"INSERT INTO customers (email, name, country, created_at, newsletter) "
          f"VALUES ('user{n}@example.com', 'O\\'Brien {n}', 'DE', NOW(), 1)")


def buy(c: Client) -> None:
    customer, lines = c.rng.randrange(CUSTOMERS), sorted({c.product() for _ in range(c.rng.randrange(1, 6))})
    if c.rng.random() < 0.3:
        c.rng.shuffle(lines)
    c.run("START TRANSACTION")
    for p in lines:
        c.run(f"UPDATE products SET stock = stock - 1 WHERE id = {p} AND stock > 0")
    c.run(f"INSERT INTO orders (customer_id, status, total, created_at) VALUES ({customer}, 'new', "
          f"{c.rng.randrange(500, 90000) / 100}, NOW())")
    rows = ", ".join(f"(LAST_INSERT_ID(), {i}, {p}, 1, 19.90)" for i, p in enumerate(lines))
    c.run(f"INSERT INTO order_items VALUES {rows}")
    c.run("COMMIT")


def my_orders(c: Client) -> None:
    """The N+1 pattern: one query for the orders, one more for each of them."""
    customer = c.rng.randrange(CUSTOMERS)
    found = c.run(f"SELECT id, status, total FROM orders WHERE customer_id = {customer} "
                  "ORDER BY created_at DESC LIMIT 20")
    for row in found:
        c.run("SELECT oi.line, oi.quantity, p.title FROM order_items oi JOIN products p ON p.id = oi.product_id "
              f"WHERE oi.order_id = {row[0]}")


def api_prices(c: Client) -> None:
    ids = ",".join(str(c.product()) for _ in range(c.rng.randrange(3, 60)))
    c.run(f"SELECT id, price, stock FROM products WHERE id IN ({ids})")


def api_orders_page(c: Client) -> None:
    offset = 50 * int(2000 * c.rng.random() ** 2)
    c.run(f"SELECT id, customer_id, status, total FROM orders ORDER BY id LIMIT 50 OFFSET {offset}")


def pick_next(c: Client) -> None:
    """The worker's queue: quick while the index on (status, created_at) is there."""
    found = c.run("SELECT id FROM orders WHERE status = 'new' ORDER BY created_at LIMIT 5")
    for row in found[:2]:
        c.run(f"UPDATE orders SET status = 'packed' WHERE id = {row[0]} AND status = 'new'")
        c.run(f"INSERT INTO warehouse.stock_moves (product_id, delta, reason, moved_at) "
              f"SELECT product_id, -quantity, 'order', NOW() FROM order_items WHERE order_id = {row[0]}")


def book_stock(c: Client) -> None:
    """Several rows in no particular order: what deadlocks are made of."""
    c.run("START TRANSACTION")
    for p in c.rng.sample(range(1, 9), 4):
        c.run(f"UPDATE products SET stock = stock + {c.rng.randrange(1, 9)} WHERE id = {p}")
        time.sleep(0.02)
    c.run("COMMIT")


def turnover(c: Client) -> None:
    c.run("SELECT p.category_id, c.country, COUNT(DISTINCT o.id) AS orders, SUM(oi.quantity * oi.price) AS turnover\n"
          "  FROM orders o\n  JOIN order_items oi ON oi.order_id = o.id\n  JOIN products p ON p.id = oi.product_id\n"
          "  JOIN customers c ON c.id = o.customer_id\n"
          f" WHERE o.created_at >= NOW() - INTERVAL {c.rng.choice((30, 60, 90))} DAY AND o.status <> 'cancelled'\n"
          " GROUP BY p.category_id, c.country WITH ROLLUP")


def best_sellers(c: Client) -> None:
    c.run("select p.id, p.title, p.description, sum(oi.quantity) as sold\nfrom order_items oi "
          "join products p on p.id = oi.product_id\ngroup by p.id, p.title, p.description\norder by sold desc limit 20")


def lost_customers(c: Client) -> None:
    c.run("SELECT country, COUNT(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id "
          f"AND o.created_at > NOW() - INTERVAL {c.rng.randrange(1, 12)} MONTH) GROUP BY country")


def stale_carts(c: Client) -> None:
    c.run("CALL close_stale_carts(6)")


def old_sessions(c: Client) -> None:
    c.run("DELETE FROM sessions WHERE seen_at < NOW() - INTERVAL 2 DAY LIMIT 1000")


# program, address, actions a real minute at peak, ((action, weight), ...)
PROGRAMS = (
    ("web", "127.0.0.11", 62, ((show_product, 9), (browse, 4), (search, 1.2), (touch_session, 6), (add_to_cart, 3),
                               (sign_up, 1), (buy, 1.5), (my_orders, 0.8))),
    ("web", "127.0.0.12", 62, ((show_product, 9), (browse, 4), (search, 1.2), (touch_session, 6), (add_to_cart, 3),
                               (sign_up, 1), (buy, 1.5), (my_orders, 0.8))),
    ("api", "127.0.0.21", 46, ((api_prices, 9), (api_orders_page, 2), (my_orders, 0.4))),
    ("worker", "127.0.0.31", 40, ((pick_next, 7), (book_stock, 1.2))),
    ("worker", "127.0.0.32", 40, ((pick_next, 7), (book_stock, 1.2))),
    ("report", "127.0.0.41", 6, ((turnover, 3), (best_sellers, 1), (lost_customers, 2))),
    ("cron", "127.0.0.51", 6, ((stale_carts, 2), (old_sessions, 1))),
)


def program(day: Day, row: tuple, seed: int) -> None:
    user, address, rate, actions = row
    client = Client(day, user, address, seed)
    names, weights = zip(*actions)
    while not day.over():
        time.sleep(client.rng.expovariate(rate / 60 * day.busy()))
        client.rng.choices(names, weights)[0](client)
        if client.rng.random() < 0.01:
            client.link.close()
            client.link = client.connect()
    client.link.close()


def deployment(day: Day) -> None:
    """14:30: the release. 17:20: the index comes back."""
    if day.until(RELEASE):
        c = Client(day, "deploy", "127.0.0.61", 9)
        c.run("ALTER TABLE orders ADD COLUMN channel VARCHAR(16) NOT NULL DEFAULT 'web' COMMENT 'release 42', ALGORITHM=COPY")
        c.run("ALTER TABLE orders DROP INDEX status_created")
        c.link.close()
    if day.until(REPAIR):
        c = Client(day, "dba", "127.0.0.62", 10)
        c.run("ALTER TABLE orders ADD INDEX status_created (status, created_at)")
        c.link.close()


def hold_rows(day: Day, seconds: float) -> None:
    """A change by hand that keeps its locks: others wait for it, some in vain."""
    holder = Client(day, "dba", "127.0.0.62", 11)
    holder.run("START TRANSACTION")
    holder.run("UPDATE products SET price = price * 1.01 WHERE id <= 4000")
    time.sleep(seconds)
    holder.run("COMMIT")
    holder.link.close()


def count_stock(day: Day, seed: int, rows: tuple[int, int]) -> None:
    c = Client(day, "worker", f"127.0.0.{33 + seed}", seed)
    c.run("START TRANSACTION")
    for p in rows:
        c.run(f"UPDATE products SET stock = {c.rng.randrange(10, 99)} WHERE id = {p}")
        time.sleep(0.2)
    c.run("COMMIT")
    c.link.close()


def deadlock(day: Day) -> None:
    """Two stock counts take the same rows in opposite order."""
    tasks = [threading.Thread(target=count_stock, args=(day, n, rows)) for n, rows in enumerate(((9001, 9002), (9002, 9001)))]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join()


def runaway_query(day: Day) -> None:
    runaway, admin = Client(day, "report", "127.0.0.41", 12), Client(day, "dba", "127.0.0.62", 13)
    sql = "SELECT COUNT(*) FROM order_items a JOIN order_items b ON a.price = b.price AND a.quantity < b.quantity"
    task = threading.Thread(target=runaway.run, args=(sql,))
    task.start()
    time.sleep(2.5)
    admin.run("SHOW FULL PROCESSLIST")
    admin.run(f"KILL QUERY {runaway.link.thread_id()}")
    task.join()
    runaway.link.close()
    admin.link.close()


def accidents(day: Day) -> None:
    if day.until(10.67):
        hold_rows(day, 4)
    if day.until(11.8):
        deadlock(day)
    if day.until(13.5):
        runaway_query(day)
    if day.until(15.9):
        deadlock(day)
    if day.until(18.4):
        hold_rows(day, 2)
    if day.until(19.2):
        deadlock(day)


def upkeep(day: Day) -> None:
    """06:20: the dump. 12:00 and 19:30: the log is rotated."""
    if day.until(6.33):
        subprocess.run(["mariadb-dump", "-h127.0.0.1", f"-P{day.port}", "-ubackup", "--single-transaction", "shop"],
                       stdout=subprocess.DEVNULL, check=False)
    for hour, name in ((12.0, "slow.log.2"), (19.5, "slow.log.1")):
        if day.until(hour):
            admin = Client(day, "dba", "127.0.0.62", 14)
            folder = admin.run("SELECT @@datadir")[0][0]
            subprocess.run(["mv", f"{folder}/slow.log", f"{folder}/{name}"], check=False)
            admin.run("FLUSH SLOW LOGS")
            admin.link.close()


def main() -> int:
    port, speed, first, last = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    day = Day(port, speed, first, last)
    tasks = [threading.Thread(target=program, args=(day, row, n)) for n, row in enumerate(PROGRAMS)]
    tasks += [threading.Thread(target=job, args=(day,)) for job in (deployment, accidents, upkeep)]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
