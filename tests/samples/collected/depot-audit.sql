-- Retort audit of PostgreSQL
-- format: 1
-- database: depot
-- server: 15.18 (Debian 15.18-0+deb12u1)
-- setting: default_transaction_read_only=off
-- setting: idle_in_transaction_session_timeout=0ms
-- setting: lock_timeout=0ms
-- setting: max_connections=100
-- setting: search_path="$user", public
-- setting: server_encoding=UTF8
-- setting: statement_timeout=0ms
-- setting: wal_level=replica
CREATE SCHEMA "Odd Names";
CREATE SCHEMA depot;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE TYPE depot.bin_state AS ENUM (
    'free',
    'held',
    'broken',
    'it''s complicated');
CREATE DOMAIN depot.sku AS character varying(40)
	CONSTRAINT sku_check CHECK (((VALUE)::text ~ '^[A-Z]{2}-[0-9]+$'::text));
CREATE TYPE depot.dimensions AS (
	w_mm integer,
	h_mm integer,
	label character varying(20)
);
CREATE TYPE depot.shift_range AS RANGE (
    subtype = time without time zone,
    multirange_type_name = depot.shift_multirange
);
CREATE OR REPLACE FUNCTION depot.touch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $_$
BEGIN
    -- a semicolon; inside, and a fake statement: DROP TABLE depot.bins;
    NEW.updated_at := now();
    IF NEW.note = '--not a comment' THEN
        RAISE NOTICE 'it''s %', $q$quoted $$ inside$q$;
    END IF;
    RETURN NEW;
END;
$_$;
CREATE OR REPLACE FUNCTION depot.add_days(d date, n integer DEFAULT 1)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE
AS $$ SELECT d + n; $$;
CREATE OR REPLACE PROCEDURE depot.sweep(IN keep integer)
 LANGUAGE plpgsql
AS $_$
BEGIN
    EXECUTE 'DELETE FROM depot.bins WHERE id > $1' USING keep;
    COMMIT;
END;
$_$;
CREATE OR REPLACE FUNCTION depot.guard()
 RETURNS event_trigger
 LANGUAGE plpgsql
AS $$ BEGIN RAISE NOTICE 'ddl %', tg_tag; END $$;
CREATE OR REPLACE FUNCTION depot.next_bin(p integer)
 RETURNS bigint
 LANGUAGE sql
BEGIN ATOMIC
 SELECT min(bins.id) AS min
    FROM depot.bins
   WHERE (bins.id > next_bin.p);
 SELECT max(bins.id) AS max
    FROM depot.bins;
END;
CREATE AGGREGATE depot.longest(text) (
    SFUNC = textcat,
    STYPE = text,
    INITCOND = ''
);
CREATE SEQUENCE "Odd Names"."Order_Id_seq"
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE depot.base_doc_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE depot.bins_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE SEQUENCE depot.ticket_no
    START WITH 1000
    INCREMENT BY 1
    NO MINVALUE
    MAXVALUE 999999
    CACHE 10
    CYCLE;
CREATE TABLE depot.sites (
    id integer NOT NULL,
    code character(4) NOT NULL,
    name text COLLATE pg_catalog."C" NOT NULL,
    opened_on date DEFAULT CURRENT_DATE,
    tz text DEFAULT 'Europe/Amsterdam'::text NOT NULL,
    flags bit(4) DEFAULT '0101'::"bit",
    settings jsonb DEFAULT '{"a": [1, 2], "b": "x;y"}'::jsonb,
    created_at timestamp without time zone DEFAULT timezone('utc'::text, now())
);
CREATE TABLE depot.bins (
    id bigint NOT NULL,
    site_id integer NOT NULL,
    label character varying(30) DEFAULT 'unlabelled'::character varying NOT NULL,
    state depot.bin_state DEFAULT 'free'::depot.bin_state NOT NULL,
    size depot.dimensions,
    capacity numeric(12,4) DEFAULT 0.0 NOT NULL,
    used numeric(12,4) DEFAULT 0.0 NOT NULL,
    free_space numeric(12,4) GENERATED ALWAYS AS ((capacity - used)) STORED,
    tags text[] DEFAULT ARRAY['a'::text, 'b,c'::text],
    path text DEFAULT 'C:\depot\in'::text,
    note text,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE depot.bookings (
    site_id integer,
    during tstzrange NOT NULL,
    who text
);
CREATE TABLE depot.movements (
    id bigint NOT NULL,
    bin_id bigint NOT NULL,
    qty integer NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
)
PARTITION BY RANGE (moved_at);
CREATE TABLE depot.movements_2025 (
    id bigint NOT NULL,
    bin_id bigint NOT NULL,
    qty integer NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE depot.movements_2026 (
    id bigint NOT NULL,
    bin_id bigint NOT NULL,
    qty integer NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE depot.movements_rest (
    id bigint NOT NULL,
    bin_id bigint NOT NULL,
    qty integer NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE depot.regions (
    code text NOT NULL,
    v integer
)
PARTITION BY LIST (code);
CREATE TABLE depot.regions_eu (
    code text NOT NULL,
    v integer
);
CREATE TABLE depot.hashed (
    k integer
)
PARTITION BY HASH (k);
CREATE TABLE depot.hashed_0 (
    k integer
);
CREATE TABLE depot.base_doc (
    id integer NOT NULL,
    title text
);
CREATE TABLE depot.invoice_doc (
    amount money DEFAULT 0
)
INHERITS (depot.base_doc);
CREATE UNLOGGED TABLE depot.scratch (
    k text NOT NULL,
    v bytea DEFAULT '\xdeadbeef'::bytea
);
CREATE TABLE "Odd Names"."Order" (
    "Id" integer NOT NULL,
    "user" text,
    "select" integer,
    "has ""quote""" text,
    "dot.ted" text,
    "naïve" text,
    "a;b" text
);
CREATE TABLE public."Account" (
    "Id" character varying(18) NOT NULL,
    "Name" character varying(255),
    "IsDeleted" boolean DEFAULT false
);
CREATE TABLE public."User" (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    "accountId" character varying(18)
);
CREATE TABLE depot.badges (
    id integer NOT NULL,
    code text,
    owner text
);
ALTER TABLE ONLY depot.movements ATTACH PARTITION depot.movements_2025 FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');
ALTER TABLE ONLY depot.movements ATTACH PARTITION depot.movements_2026 FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
ALTER TABLE ONLY depot.movements ATTACH PARTITION depot.movements_rest DEFAULT;
ALTER TABLE ONLY depot.regions ATTACH PARTITION depot.regions_eu FOR VALUES IN ('NL', 'BE', 'D''E');
ALTER TABLE ONLY depot.hashed ATTACH PARTITION depot.hashed_0 FOR VALUES WITH (modulus 2, remainder 0);
ALTER TABLE depot.movements ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME depot.movements_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE depot.sites ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME depot.sites_id_seq
    START WITH 100
    INCREMENT BY 5
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER SEQUENCE "Odd Names"."Order_Id_seq" OWNED BY "Odd Names"."Order"."Id";
ALTER SEQUENCE depot.base_doc_id_seq OWNED BY depot.base_doc.id;
ALTER SEQUENCE depot.bins_id_seq OWNED BY depot.bins.id;
ALTER TABLE ONLY "Odd Names"."Order" ALTER COLUMN "Id" SET DEFAULT nextval('"Odd Names"."Order_Id_seq"'::regclass);
ALTER TABLE ONLY depot.base_doc ALTER COLUMN id SET DEFAULT nextval('depot.base_doc_id_seq'::regclass);
ALTER TABLE ONLY depot.bins ALTER COLUMN id SET DEFAULT nextval('depot.bins_id_seq'::regclass);
ALTER TABLE ONLY depot.invoice_doc ALTER COLUMN id SET DEFAULT nextval('depot.base_doc_id_seq'::regclass);
ALTER TABLE ONLY "Odd Names"."Order" ADD CONSTRAINT "Order_pkey" PRIMARY KEY ("Id");
ALTER TABLE ONLY depot.badges ADD CONSTRAINT badges_code_owner_key UNIQUE NULLS NOT DISTINCT (code, owner);
ALTER TABLE ONLY depot.badges ADD CONSTRAINT badges_pkey PRIMARY KEY (id);
ALTER TABLE ONLY depot.base_doc ADD CONSTRAINT base_doc_pkey PRIMARY KEY (id);
ALTER TABLE ONLY depot.bins ADD CONSTRAINT bins_note_ck CHECK ((length(note) < 500)) NOT VALID;
ALTER TABLE ONLY depot.bins ADD CONSTRAINT bins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY depot.bins ADD CONSTRAINT bins_site_label_key UNIQUE (site_id, label);
ALTER TABLE ONLY depot.bins ADD CONSTRAINT bins_used_ck CHECK (((used <= capacity) AND (used >= (0)::numeric)));
ALTER TABLE ONLY depot.bookings ADD CONSTRAINT bookings_site_id_during_excl EXCLUDE USING gist (site_id WITH =, during WITH &&) WHERE ((who IS NOT NULL));
ALTER TABLE ONLY depot.movements ADD CONSTRAINT movements_pkey PRIMARY KEY (id, moved_at);
ALTER TABLE ONLY depot.movements_2025 ADD CONSTRAINT movements_2025_pkey PRIMARY KEY (id, moved_at);
ALTER TABLE ONLY depot.movements_2026 ADD CONSTRAINT movements_2026_pkey PRIMARY KEY (id, moved_at);
ALTER TABLE ONLY depot.movements_rest ADD CONSTRAINT movements_rest_pkey PRIMARY KEY (id, moved_at);
ALTER TABLE ONLY depot.scratch ADD CONSTRAINT scratch_pkey PRIMARY KEY (k);
ALTER TABLE ONLY depot.sites ADD CONSTRAINT sites_code_key UNIQUE (code);
ALTER TABLE ONLY depot.sites ADD CONSTRAINT sites_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public."Account" ADD CONSTRAINT "Account_pkey" PRIMARY KEY ("Id");
ALTER TABLE ONLY public."User" ADD CONSTRAINT "User_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY depot.bins ADD CONSTRAINT bins_site_id_fkey FOREIGN KEY (site_id) REFERENCES depot.sites(id) ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY depot.bookings ADD CONSTRAINT bookings_site_id_fkey FOREIGN KEY (site_id) REFERENCES depot.sites(id);
ALTER TABLE ONLY depot.movements ADD CONSTRAINT movements_bin_fk FOREIGN KEY (bin_id) REFERENCES depot.bins(id);
ALTER TABLE ONLY public."User" ADD CONSTRAINT "User_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES public."Account"("Id");
CREATE INDEX bins_label_trgm ON depot.bins USING gin (label public.gin_trgm_ops);
CREATE INDEX bins_lower_label ON depot.bins USING btree (lower((label)::text) varchar_pattern_ops, updated_at DESC NULLS LAST) WITH (fillfactor='70') WHERE (state <> 'broken'::depot.bin_state);
CREATE UNIQUE INDEX bins_one_held ON depot.bins USING btree (site_id) INCLUDE (label) WHERE (state = 'held'::depot.bin_state);
CREATE INDEX movements_2025_bin_id_idx ON depot.movements_2025 USING btree (bin_id);
CREATE INDEX movements_2026_bin_id_idx ON depot.movements_2026 USING btree (bin_id);
CREATE INDEX movements_rest_bin_id_idx ON depot.movements_rest USING btree (bin_id);
CREATE INDEX movements_bin ON ONLY depot.movements USING btree (bin_id);
ALTER INDEX depot.movements_bin ATTACH PARTITION depot.movements_2025_bin_id_idx;
ALTER INDEX depot.movements_bin ATTACH PARTITION depot.movements_2026_bin_id_idx;
ALTER INDEX depot.movements_bin ATTACH PARTITION depot.movements_rest_bin_id_idx;
ALTER INDEX depot.movements_pkey ATTACH PARTITION depot.movements_2025_pkey;
ALTER INDEX depot.movements_pkey ATTACH PARTITION depot.movements_2026_pkey;
ALTER INDEX depot.movements_pkey ATTACH PARTITION depot.movements_rest_pkey;
CREATE VIEW depot.bin_load AS
 SELECT s.code,
    b.label,
    round((b.used / NULLIF(b.capacity, (0)::numeric)), 2) AS load
   FROM (depot.bins b
     JOIN depot.sites s ON ((s.id = b.site_id)))
  WHERE (b.state = ANY (ARRAY['free'::depot.bin_state, 'held'::depot.bin_state]));
CREATE MATERIALIZED VIEW depot.site_totals AS
 SELECT bins.site_id,
    count(*) AS n
   FROM depot.bins
  GROUP BY bins.site_id
  WITH NO DATA;
CREATE VIEW depot.bin_invoker WITH (security_invoker='true') AS
 SELECT bins.id,
    bins.label
   FROM depot.bins;
CREATE UNIQUE INDEX site_totals_site ON depot.site_totals USING btree (site_id);
CREATE RULE no_delete AS
    ON DELETE TO depot.sites DO INSTEAD NOTHING;
CREATE TRIGGER bins_touch BEFORE INSERT OR UPDATE OF label, note ON depot.bins FOR EACH ROW WHEN ((new.note IS DISTINCT FROM 'skip'::text)) EXECUTE FUNCTION depot.touch();
ALTER TABLE depot.bins DISABLE TRIGGER bins_touch;
CREATE EVENT TRIGGER depot_guard ON ddl_command_end
         WHEN TAG IN ('DROP TABLE')
   EXECUTE FUNCTION depot.guard();
ALTER TABLE depot.bins ENABLE ROW LEVEL SECURITY;
ALTER TABLE ONLY depot.bins FORCE ROW LEVEL SECURITY;
CREATE POLICY bins_reader ON depot.bins FOR SELECT TO shop_reader USING ((state <> 'broken'::depot.bin_state));
CREATE POLICY bins_writer ON depot.bins USING (true) WITH CHECK ((site_id = (current_setting('app.site'::text, true))::integer));
COMMENT ON TABLE depot.sites IS 'One row per site; the "main" one has code ''MAIN''';
COMMENT ON COLUMN depot.sites.flags IS 'bit 0: open
bit 1: cold; store';
-- not collected: publication depot_pub
-- not collected: publication depot_rows
-- not collected: statistics depot.bins_stat
-- size: "Odd Names"."Order" rows=0 bytes=16384
-- size: depot.badges rows=0 bytes=24576
-- size: depot.base_doc rows=0 bytes=16384
-- size: depot.bins rows=0 bytes=57344
-- size: depot.bookings rows=0 bytes=16384
-- size: depot.hashed_0 rows=0 bytes=0
-- size: depot.invoice_doc rows=0 bytes=8192
-- size: depot.movements_2025 rows=0 bytes=16384
-- size: depot.movements_2026 rows=0 bytes=16384
-- size: depot.movements_rest rows=0 bytes=16384
-- size: depot.regions_eu rows=0 bytes=8192
-- size: depot.scratch rows=0 bytes=32768
-- size: depot.sites rows=0 bytes=24576
-- size: public."Account" rows=0 bytes=8192
-- size: public."User" rows=0 bytes=8192
-- Retort audit complete
