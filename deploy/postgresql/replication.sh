#!/bin/sh
# Lets a standby follow: a role that may read the log and nothing else.
set -eu
psql --quiet --set ON_ERROR_STOP=1 --set password="$REPLICATION_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'END'
CREATE ROLE replication REPLICATION LOGIN PASSWORD :'password';
ALTER SYSTEM SET max_slot_wal_keep_size = '16GB';
END
echo "host replication replication samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
