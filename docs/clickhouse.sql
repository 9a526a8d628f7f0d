-- The tables of a store of galen in ClickHouse, for servers on which they are made by hand: one database on each shard.
-- clickhouse-client --multiquery --database galen_local < clickhouse.sql

CREATE TABLE IF NOT EXISTS galen_input (site String, id Int64,
    version UInt64, generation UInt64, previous UInt64, removed UInt8,
    dropped_us Int64, query_slots UInt32, error_slots UInt32, path String,
    node String, host String, kind String, state String, events UInt64,
    first_us Int64, last_us Int64, complete UInt8, size UInt64, head_len UInt32,
    head FixedString(16), tail FixedString(16), device UInt64, inode UInt64,
    packed UInt64, mtime_ns Int64, made DateTime DEFAULT now()) ENGINE = ReplacingMergeTree(version)
    ORDER BY (site, id) SETTINGS index_granularity = 1024;

CREATE TABLE IF NOT EXISTS galen_slot (site String, input Int64,
    generation UInt64, kind UInt8, from_us Int64, width_s UInt32,
    day Date, record String, emptied UInt8 DEFAULT 0, made DateTime DEFAULT now())
    ENGINE = ReplacingMergeTree(emptied) PARTITION BY toYYYYMM(day)
    ORDER BY (site, input, generation, kind, from_us, width_s) SETTINGS index_granularity = 32;

CREATE TABLE IF NOT EXISTS galen_class (id FixedString(16), command String,
    label String, fingerprint String, raw String, full_len UInt64,
    made DateTime DEFAULT now()) ENGINE = ReplacingMergeTree ORDER BY id SETTINGS index_granularity = 256;

CREATE TABLE IF NOT EXISTS galen_class_slot (site String, input Int64,
    generation UInt64, class FixedString(16), from_us Int64, width_s UInt32,
    day Date, count UInt64, time_us UInt64, max_us UInt64, rows_examined UInt64,
    `time.bucket` Array(UInt16), `time.count` Array(UInt64), emptied UInt8 DEFAULT 0)
    ENGINE = ReplacingMergeTree(emptied) PARTITION BY toYYYYMM(day)
    ORDER BY (day, site, input, generation, class, from_us, width_s)
    SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS galen_error (id String, rule String,
    severity String, code UInt32, template String) ENGINE = ReplacingMergeTree ORDER BY (id,
    template, severity, rule) SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS galen_error_slot (site String, input Int64,
    generation UInt64, error String, from_us Int64, width_s UInt32,
    day Date, count UInt64, emptied UInt8 DEFAULT 0) ENGINE = ReplacingMergeTree(emptied)
    PARTITION BY toYYYYMM(day) ORDER BY (day, site, input, generation,
    error, from_us, width_s) SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS galen_incident (site String, generation UInt64,
    id String, kind String, severity String, confidence String, title String,
    nodes String, from_us Int64, to_us Int64, ongoing UInt8) ENGINE = ReplacingMergeTree ORDER BY (site,
    generation, id) SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS galen_lock (site String, token UInt64,
    owner String, until DateTime, version UInt64) ENGINE = ReplacingMergeTree(version)
    ORDER BY (site, token) SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS galen_setting (site String, name String,
    value String, version UInt64) ENGINE = ReplacingMergeTree(version)
    ORDER BY (site, name) SETTINGS index_granularity = 8192;
