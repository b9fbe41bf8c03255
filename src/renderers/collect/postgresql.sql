-- What a PostgreSQL database (12 or later) is made of, for Retort. Read it before you run it: it is one
-- read-only transaction over the catalogue. No row of a table is read, except those of alembic_version.
--
--   psql --no-psqlrc --file retort-collect.sql "$DATABASE_URL" > prod-audit.sql

\set ON_ERROR_STOP on
\set QUIET on
\pset pager off
\pset format unaligned
\pset tuples_only on
\pset footer off
\pset null ''

BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;

SELECT '-- Retort audit of PostgreSQL' || E'\n-- format: 1\n-- database: ' || translate(current_database(), E'\n', ' ')
  || E'\n-- server: ' || current_setting('server_version');
SELECT '-- instance: ' || to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '/' || oid
  FROM pg_catalog.pg_database WHERE datname = current_database();
SELECT '-- setting: ' || name || '=' || replace(setting, E'\n', ' ') || coalesce(unit, '') FROM pg_catalog.pg_settings
 WHERE name IN ('lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', 'search_path',
                'default_transaction_read_only', 'wal_level', 'max_connections', 'server_encoding')
 ORDER BY name;

SET LOCAL statement_timeout = '60s';
SET LOCAL lock_timeout = '2s';
SET LOCAL idle_in_transaction_session_timeout = '5min';
SET LOCAL search_path = '';
SET LOCAL quote_all_identifiers = off;

-- schemas and extensions
SELECT format('CREATE SCHEMA %I;', nspname) FROM pg_catalog.pg_namespace n
 WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
 ORDER BY nspname;
SELECT format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I;', e.extname, n.nspname)
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
 WHERE e.extname <> 'plpgsql' ORDER BY e.extname;

-- types
SELECT format('CREATE TYPE %I.%I AS ENUM (%s);', n.nspname, t.typname,
         (SELECT string_agg(E'\n    ' || quote_literal(enumlabel), ',' ORDER BY enumsortorder) FROM pg_catalog.pg_enum WHERE enumtypid = t.oid))
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'e'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
 ORDER BY 1;
SELECT format(E'CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, pg_catalog.format_type(t.typbasetype, t.typtypmod))
         || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
         || coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0), '')
         || coalesce((SELECT string_agg(format(E'\n\tCONSTRAINT %I %s', c.conname, pg_catalog.pg_get_constraintdef(c.oid)), '' ORDER BY c.conname)
                        FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'), '') || ';'
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'd' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
 ORDER BY t.oid;
SELECT format(E'CREATE TYPE %I.%I AS (%s\n);', n.nspname, c.relname,
         (SELECT string_agg(format(E'\n\t%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), ',' ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'c' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = c.reltype AND d.deptype = 'e')
 ORDER BY c.oid;
SELECT format(E'CREATE TYPE %I.%I AS RANGE (\n    subtype = %s,\n    multirange_type_name = %s\n);', n.nspname, t.typname,
         pg_catalog.format_type(r.rngsubtype, NULL), r.rngmultitypid::regtype)
  FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
 ORDER BY 1;

-- functions and procedures
SELECT CASE WHEN strpos(p.prosrc, '$') = 0 THEN replace(replace(def, '$function$', '$$'), '$procedure$', '$$')
            WHEN strpos(p.prosrc, '$_') = 0 THEN replace(replace(def, '$function$', '$_$'), '$procedure$', '$_$')
            ELSE def END || ';'
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace,
       LATERAL (SELECT rtrim(pg_catalog.pg_get_functiondef(CASE WHEN p.prokind IN ('f', 'p') THEN p.oid END), E'\n ') AS def) AS own
 WHERE p.prokind IN ('f', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
 ORDER BY p.oid;
SELECT format(E'CREATE AGGREGATE %I.%I(%s) (\n    SFUNC = %s,\n    STYPE = %s%s%s\n);', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid),
         a.aggtransfn::regproc, pg_catalog.format_type(a.aggtranstype, NULL), coalesce(E',\n    INITCOND = ' || quote_literal(a.agginitval), ''),
         CASE WHEN a.aggfinalfn <> 0 THEN E',\n    FINALFUNC = ' || a.aggfinalfn::regproc ELSE '' END)
  FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE a.aggkind = 'n' AND a.aggmtransfn = 0 AND a.aggcombinefn = 0 AND a.aggsortop = 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
 ORDER BY 1;

-- sequences that are no identity's
SELECT format(E'CREATE SEQUENCE %I.%I%s\n    START WITH %s\n    INCREMENT BY %s\n    %s\n    %s\n    CACHE %s%s;', n.nspname, c.relname,
         CASE WHEN s.seqtypid = 'bigint'::regtype THEN '' ELSE E'\n    AS ' || s.seqtypid::regtype END,
         s.seqstart, s.seqincrement,
         CASE WHEN s.seqmin = CASE WHEN s.seqincrement > 0 THEN 1 ELSE CASE s.seqtypid WHEN 'smallint'::regtype THEN -32768 WHEN 'integer'::regtype THEN -2147483648 ELSE -9223372036854775808 END END
              THEN 'NO MINVALUE' ELSE 'MINVALUE ' || s.seqmin END,
         CASE WHEN s.seqmax = CASE WHEN s.seqincrement < 0 THEN -1 ELSE CASE s.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 ELSE 9223372036854775807 END END
              THEN 'NO MAXVALUE' ELSE 'MAXVALUE ' || s.seqmax END,
         s.seqcache, CASE WHEN s.seqcycle THEN E'\n    CYCLE' ELSE '' END)
  FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('i', 'e'))
   AND n.nspname !~ '^pg_'
 ORDER BY n.nspname, c.relname;

-- tables with their columns
SELECT format(E'CREATE %sTABLE %I.%I (%s\n)%s%s;', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, n.nspname, c.relname,
         (SELECT string_agg(format(E'\n    %I %s%s%s%s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                   CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0
                        THEN (SELECT format(' COLLATE %I.%I', cn.nspname, co.collname) FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) ELSE '' END,
                   CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ')' || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE '' END ELSE '' END,
                   CASE WHEN a.attgenerated = '' AND strpos(pg_catalog.pg_get_expr(d.adbin, d.adrelid), 'nextval(') <> 1 THEN coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END,
                   CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), ',' ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (a.attislocal OR c.relispartition)),
         coalesce((SELECT E'\nINHERITS (' || string_agg(format('%I.%I', pn.nspname, p.relname), ', ' ORDER BY i.inhseqno) || ')'
                     FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
                    WHERE i.inhrelid = c.oid AND NOT c.relispartition), ''),
         CASE WHEN c.relkind = 'p' THEN E'\nPARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid) ELSE '' END)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY c.oid;
SELECT format('ALTER TABLE ONLY %I.%I ATTACH PARTITION %I.%I %s;', pn.nspname, p.relname, n.nspname, c.relname, pg_catalog.pg_get_expr(c.relpartbound, c.oid))
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
 WHERE c.relispartition AND c.relkind IN ('r', 'p') ORDER BY c.oid;

-- identities, and the columns that sequences belong to
SELECT format(E'ALTER TABLE %I.%I ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (\n    SEQUENCE NAME %I.%I\n    START WITH %s\n    INCREMENT BY %s\n    %s\n    %s\n    CACHE %s%s\n);',
         n.nspname, t.relname, a.attname, CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, sn.nspname, q.relname, s.seqstart, s.seqincrement,
         CASE WHEN s.seqmin = 1 AND s.seqincrement > 0 THEN 'NO MINVALUE' ELSE 'MINVALUE ' || s.seqmin END,
         CASE WHEN s.seqincrement > 0 AND s.seqmax = CASE s.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 ELSE 9223372036854775807 END
              THEN 'NO MAXVALUE' ELSE 'MAXVALUE ' || s.seqmax END,
         s.seqcache, CASE WHEN s.seqcycle THEN E'\n    CYCLE' ELSE '' END)
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
  JOIN pg_catalog.pg_class q ON q.oid = s.seqrelid JOIN pg_catalog.pg_namespace sn ON sn.oid = q.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
 WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i' AND a.attidentity <> ''
 ORDER BY 1;
SELECT format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I;', sn.nspname, q.relname, n.nspname, t.relname, a.attname)
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class q ON q.oid = d.objid AND q.relkind = 'S' JOIN pg_catalog.pg_namespace sn ON sn.oid = q.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
 WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'a'
 ORDER BY 1;
SELECT format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I SET DEFAULT %s;', n.nspname, c.relname, a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid))
  FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_class c ON c.oid = d.adrelid AND c.relkind IN ('r', 'p') JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
 WHERE a.attgenerated = '' AND strpos(pg_catalog.pg_get_expr(d.adbin, d.adrelid), 'nextval(') = 1
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
   AND n.nspname !~ '^pg_'
 ORDER BY n.nspname, c.relname, a.attnum;

-- constraints: keys before the foreign keys that need them
SELECT format('ALTER TABLE ONLY %I.%I ADD CONSTRAINT %I %s;', n.nspname, t.relname, c.conname, pg_catalog.pg_get_constraintdef(c.oid))
  FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class t ON t.oid = c.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND (c.contype IN ('p', 'u', 'x') OR (c.contype = 'c' AND c.conislocal) OR (c.contype = 'f' AND c.conparentid = 0))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')
 ORDER BY c.contype = 'f', n.nspname, t.relname, c.conname;

-- indexes that no constraint made; one that is invalid holds nothing
SELECT CASE WHEN x.indisvalid OR i.relkind = 'I' THEN pg_catalog.pg_get_indexdef(i.oid) || ';'
            ELSE format('-- invalid index: %s', replace(pg_catalog.pg_get_indexdef(i.oid), E'\n', ' ')) END
  FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE t.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND t.relkind <> 'm'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid = i.oid AND c.conrelid = t.oid AND c.contype IN ('p', 'u', 'x'))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')
 ORDER BY i.relkind DESC, n.nspname, i.relname;
SELECT format('ALTER INDEX %I.%I ATTACH PARTITION %I.%I;', pn.nspname, p.relname, n.nspname, c.relname)
  FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
 WHERE c.relkind IN ('i', 'I') ORDER BY 1;

-- views
SELECT CASE c.relkind
         WHEN 'v' THEN format(E'CREATE VIEW %I.%I%s AS\n%s', n.nspname, c.relname,
                coalesce((SELECT ' WITH (' || string_agg(option_name || '=' || quote_literal(option_value), ', ') || ')' FROM pg_catalog.pg_options_to_table(c.reloptions)), ''),
                pg_catalog.pg_get_viewdef(c.oid))
         ELSE format(E'CREATE MATERIALIZED VIEW %I.%I AS\n%s\n  WITH NO DATA;', n.nspname, c.relname, rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')) END
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY c.oid;
SELECT pg_catalog.pg_get_indexdef(i.oid) || ';'
  FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE t.relkind = 'm' AND n.nspname !~ '^pg_' ORDER BY n.nspname, i.relname;

-- rules, triggers, row security and its policies
SELECT pg_catalog.pg_get_ruledef(r.oid) FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class t ON t.oid = r.ev_class
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE r.rulename <> '_RETURN' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY n.nspname, t.relname, r.rulename;
SELECT pg_catalog.pg_get_triggerdef(g.oid) || ';' FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class t ON t.oid = g.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE NOT g.tgisinternal AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_trigger'::regclass AND d.objid = g.oid AND d.deptype IN ('e', 'P', 'S'))
 ORDER BY n.nspname, t.relname, g.tgname;
SELECT format('ALTER TABLE %I.%I DISABLE TRIGGER %I;', n.nspname, t.relname, g.tgname) FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class t ON t.oid = g.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE NOT g.tgisinternal AND g.tgenabled = 'D' AND n.nspname !~ '^pg_' ORDER BY 1;
SELECT format('CREATE EVENT TRIGGER %I ON %s%s%sEXECUTE FUNCTION %s();', e.evtname, e.evtevent,
         coalesce(E'\n         WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ') FROM unnest(e.evttags) AS tag) || ')', ''), E'\n   ', e.evtfoid::regproc)
  FROM pg_catalog.pg_event_trigger e
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e') ORDER BY 1;
SELECT format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY;', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relrowsecurity AND n.nspname !~ '^pg_' ORDER BY 1;
SELECT format('ALTER TABLE ONLY %I.%I FORCE ROW LEVEL SECURITY;', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relforcerowsecurity AND n.nspname !~ '^pg_' ORDER BY 1;
SELECT format('CREATE POLICY %I ON %I.%I%s%s%s%s%s;', p.polname, n.nspname, c.relname, CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END,
         CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE '' END,
         coalesce((SELECT ' TO ' || string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname) FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles)), ''),
         coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', ''), coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''))
  FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ORDER BY 1;

-- comments
SELECT format('COMMENT ON %s %I.%I IS %L;', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END, n.nspname, c.relname, d.description)
  FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_catalog.pg_class'::regclass JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE d.objsubid = 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1;
SELECT format('COMMENT ON COLUMN %I.%I.%I IS %L;', n.nspname, c.relname, a.attname, d.description)
  FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_catalog.pg_class'::regclass JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
 WHERE d.objsubid > 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1;

-- what there is beside these
SELECT format('-- not collected: aggregate or window function %I.%I', n.nspname, p.proname) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE (p.prokind = 'w' OR EXISTS (SELECT FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid AND (a.aggkind <> 'n' OR a.aggmtransfn <> 0 OR a.aggcombinefn <> 0 OR a.aggsortop <> 0)))
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') ORDER BY 1;
SELECT format('-- not collected: foreign table %I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f' ORDER BY 1;
SELECT format('-- not collected: publication %I', pubname) FROM pg_catalog.pg_publication ORDER BY 1;
SELECT format('-- not collected: statistics %I.%I', n.nspname, s.stxname) FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace ORDER BY 1;

-- sizes; how many rows is the server's own estimate, and none where it was never taken
SELECT format('-- size: %s rows=%s bytes=%s', replace(format('%I.%I', n.nspname, c.relname), E'\n', ' '),
         CASE WHEN c.reltuples >= 0 AND (c.reltuples > 0 OR c.relpages = 0) THEN c.reltuples::bigint::text ELSE '' END, pg_catalog.pg_total_relation_size(c.oid))
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1;

-- the rows of alembic_version, where this role may read them
SELECT format('SELECT ''-- Data for Name: alembic_version; Type: TABLE DATA'' UNION ALL SELECT format(''INSERT INTO %I.%I (version_num) VALUES (%%L);'', version_num) FROM %I.%I',
         n.nspname, c.relname, n.nspname, c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relname = 'alembic_version' AND c.relkind IN ('r', 'p') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
   AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
   AND EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'version_num')
 ORDER BY n.nspname
\gexec

SELECT '-- Retort audit complete';
ROLLBACK;
