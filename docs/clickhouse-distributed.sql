-- Over the tables of clickhouse.sql, which are in the database galen_local of each shard of the cluster "fleet": on each server
-- that is asked or written to. galen makes its views beside them.
-- clickhouse-client --multiquery --database galen < clickhouse-distributed.sql

CREATE TABLE IF NOT EXISTS galen_input AS galen_local.galen_input ENGINE = Distributed(fleet, galen_local, galen_input, cityHash64(site));
CREATE TABLE IF NOT EXISTS galen_slot AS galen_local.galen_slot ENGINE = Distributed(fleet, galen_local, galen_slot, cityHash64(site));
CREATE TABLE IF NOT EXISTS galen_class AS galen_local.galen_class ENGINE = Distributed(fleet, galen_local, galen_class, cityHash64(id));
CREATE TABLE IF NOT EXISTS galen_class_slot AS galen_local.galen_class_slot ENGINE = Distributed(fleet, galen_local, galen_class_slot, cityHash64(site));
CREATE TABLE IF NOT EXISTS galen_error AS galen_local.galen_error ENGINE = Distributed(fleet, galen_local, galen_error, cityHash64(id));
CREATE TABLE IF NOT EXISTS galen_error_slot AS galen_local.galen_error_slot ENGINE = Distributed(fleet, galen_local, galen_error_slot, cityHash64(site));
CREATE TABLE IF NOT EXISTS galen_incident AS galen_local.galen_incident ENGINE = Distributed(fleet, galen_local, galen_incident, cityHash64(site));
CREATE TABLE IF NOT EXISTS galen_lock AS galen_local.galen_lock ENGINE = Distributed(fleet, galen_local, galen_lock, cityHash64(site));
CREATE TABLE IF NOT EXISTS galen_setting AS galen_local.galen_setting ENGINE = Distributed(fleet, galen_local, galen_setting, cityHash64(site));
