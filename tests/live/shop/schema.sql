-- The shop that the MariaDB sample was recorded from: tables, rows, users, one procedure.
SET SESSION slow_query_log = 0;
CREATE DATABASE shop CHARACTER SET utf8mb4;
CREATE DATABASE warehouse CHARACTER SET utf8mb4;
USE shop;

CREATE TABLE customers (
  id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(120) NOT NULL, name VARCHAR(120) NOT NULL,
  country CHAR(2) NOT NULL, created_at DATETIME NOT NULL, newsletter TINYINT NOT NULL,
  UNIQUE KEY email (email)) ENGINE=InnoDB;
CREATE TABLE products (
  id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, sku VARCHAR(32) NOT NULL, title VARCHAR(200) NOT NULL,
  description TEXT NOT NULL, category_id INT UNSIGNED NOT NULL, price DECIMAL(10,2) NOT NULL, stock INT NOT NULL,
  UNIQUE KEY sku (sku), KEY category (category_id, price)) ENGINE=InnoDB;
CREATE TABLE orders (
  id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, customer_id INT UNSIGNED NOT NULL, status VARCHAR(16) NOT NULL,
  total DECIMAL(10,2) NOT NULL, created_at DATETIME NOT NULL,
  KEY customer (customer_id, created_at), KEY status_created (status, created_at)) ENGINE=InnoDB;
CREATE TABLE order_items (
  order_id INT UNSIGNED NOT NULL, line INT UNSIGNED NOT NULL, product_id INT UNSIGNED NOT NULL,
  quantity INT NOT NULL, price DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (order_id, line), KEY product (product_id)) ENGINE=InnoDB;
CREATE TABLE carts (
  session_id CHAR(32) NOT NULL, product_id INT UNSIGNED NOT NULL, quantity INT NOT NULL, updated_at DATETIME NOT NULL,
  PRIMARY KEY (session_id, product_id)) ENGINE=InnoDB;
CREATE TABLE sessions (
  id CHAR(32) PRIMARY KEY, customer_id INT UNSIGNED NULL, payload TEXT NOT NULL, seen_at DATETIME NOT NULL,
  KEY seen (seen_at)) ENGINE=InnoDB;
CREATE TABLE reviews (
  id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, product_id INT UNSIGNED NOT NULL, customer_id INT UNSIGNED NOT NULL,
  stars TINYINT NOT NULL, body TEXT NOT NULL, created_at DATETIME NOT NULL,
  KEY product (product_id)) ENGINE=InnoDB;

INSERT INTO customers SELECT seq, CONCAT('user', seq, '@example.com'), CONCAT('Customer ', seq),
  ELT(1 + seq % 7, 'DE', 'FR', 'PL', 'IT', 'ES', 'NL', 'AT'), '2024-01-01' + INTERVAL (seq * 37) % 900 DAY, seq % 3 = 0
  FROM seq_1_to_40000;
INSERT INTO products SELECT seq, CONCAT('SKU-', LPAD(seq, 6, '0')),
  CONCAT(ELT(1 + seq % 8, 'Oak', 'Steel', 'Linen', 'Glass', 'Copper', 'Wool', 'Cork', 'Paper'), ' ',
         ELT(1 + (seq DIV 8) % 7, 'lamp', 'chair', 'kettle', 'blanket', 'shelf', 'notebook', 'mirror'), ' ', seq),
  REPEAT(CONCAT('Made to last, part ', seq, '. '), 12), 1 + seq % 60, 5 + (seq * 7) % 400, (seq * 13) % 500
  FROM seq_1_to_60000;
INSERT INTO orders SELECT seq, 1 + (seq * 7919) % 40000,
  ELT(1 + (seq * 31) % 20, 'paid', 'new', 'packed', 'returned', 'paid', 'shipped', 'shipped', 'shipped', 'shipped', 'shipped',
      'shipped', 'shipped', 'shipped', 'shipped', 'shipped', 'shipped', 'shipped', 'shipped', 'cancelled', 'shipped'),
  10 + (seq * 17) % 900, '2025-11-17' + INTERVAL seq * 140 SECOND FROM seq_1_to_220000;
INSERT INTO order_items SELECT 1 + seq DIV 3, seq % 3, 1 + (seq * 104729) % 60000, 1 + seq % 4, 5 + (seq * 7) % 400
  FROM seq_0_to_650000;
INSERT INTO sessions SELECT MD5(seq), IF(seq % 4, seq, NULL), REPEAT('x', 200), '2026-11-16' + INTERVAL seq SECOND
  FROM seq_1_to_20000;
INSERT INTO reviews SELECT seq, 1 + (seq * 7919) % 60000, 1 + (seq * 31) % 40000, 1 + seq % 5,
  CONCAT('It is ', ELT(1 + seq % 4, 'good', 'fine', 'great', 'not what I hoped for')), '2026-01-01' + INTERVAL seq MINUTE
  FROM seq_1_to_60000;
CREATE TABLE warehouse.stock_moves (
  id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, product_id INT UNSIGNED NOT NULL, delta INT NOT NULL,
  reason VARCHAR(24) NOT NULL, moved_at DATETIME NOT NULL, KEY product (product_id)) ENGINE=InnoDB;
INSERT INTO warehouse.stock_moves SELECT seq, 1 + (seq * 31) % 60000, 1 - CAST(seq % 5 AS SIGNED), 'seed',
  '2026-10-01' + INTERVAL seq * 20 SECOND FROM seq_1_to_200000;

DELIMITER //
CREATE PROCEDURE close_stale_carts(IN hours INT)
BEGIN
  DECLARE closed INT DEFAULT 0;
  SELECT COUNT(*) INTO closed FROM carts WHERE updated_at < NOW() - INTERVAL hours HOUR;
  DELETE FROM carts WHERE updated_at < NOW() - INTERVAL hours HOUR LIMIT 500;
  UPDATE sessions SET payload = '' WHERE seen_at < NOW() - INTERVAL hours HOUR LIMIT 200;
END//
DELIMITER ;
ANALYZE TABLE customers, products, orders, order_items, sessions, reviews;

CREATE USER web@'%', api@'%', worker@'%', report@'%', cron@'%', deploy@'%', backup@'%', dba@'%';
GRANT ALL ON *.* TO web@'%', api@'%', worker@'%', report@'%', cron@'%', deploy@'%', backup@'%', dba@'%';
