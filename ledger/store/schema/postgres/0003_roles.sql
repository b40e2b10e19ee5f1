-- Roles: the owner has no login; the writer appends through the function only and reads; read models
-- belong to the projector, which the writer role includes. Roles are cluster-wide, hence the guards.
-- Without the right to make roles, triggers still keep the record append-only; `doctor` says so.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'liggare_owner') THEN
        CREATE ROLE liggare_owner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'liggare_writer') THEN
        CREATE ROLE liggare_writer NOLOGIN;
    END IF;
    EXECUTE format('GRANT liggare_owner, liggare_writer TO %I', current_user);
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO liggare_owner', current_schema);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO liggare_writer', current_schema);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO liggare_writer', current_schema);
    GRANT INSERT ON ledger, head, tile, checkpoint TO liggare_writer;
    GRANT UPDATE (hashes) ON tile TO liggare_writer;
    GRANT DELETE ON sealed TO liggare_writer;
    GRANT INSERT, UPDATE, DELETE ON projection, view_row, view_figure TO liggare_writer;
    REVOKE ALL ON FUNCTION append_group, lock_head FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION append_group, lock_head TO liggare_writer;
    ALTER TABLE ledger OWNER TO liggare_owner;
    ALTER TABLE head OWNER TO liggare_owner;
    ALTER TABLE event OWNER TO liggare_owner;
    ALTER TABLE event_tag OWNER TO liggare_owner;
    ALTER TABLE request OWNER TO liggare_owner;
    ALTER TABLE sealed OWNER TO liggare_owner;
    ALTER TABLE tile OWNER TO liggare_owner;
    ALTER TABLE checkpoint OWNER TO liggare_owner;
    ALTER FUNCTION append_group OWNER TO liggare_owner;
    ALTER FUNCTION lock_head OWNER TO liggare_owner;
    ALTER FUNCTION refuse_change OWNER TO liggare_owner;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'no right to make roles: the record is kept append-only by triggers alone';
END $$;
