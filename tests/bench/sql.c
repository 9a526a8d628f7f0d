#include "sql.h"

enum { US = 1000000 };

void bench_random_init(BenchRandom *random, guint64 seed) {
  random->state = seed * 0x9E3779B97F4A7C15u + 0xD1B54A32D192ED03u;
  if (random->state == 0)
    random->state = 1;
  for (int i = 0; i < 8; i++)
    (void)bench_random_next(random);
}

guint64 bench_random_next(BenchRandom *random) {
  guint64 s = random->state;
  s ^= s >> 12;
  s ^= s << 25;
  s ^= s >> 27;
  random->state = s;
  return s * 0x2545F4914F6CDD1Du;
}

unsigned bench_random_below(BenchRandom *random, unsigned n) {
  return (unsigned)(((bench_random_next(random) >> 32) * n) >> 32);
}

double bench_random_unit(BenchRandom *random) {
  return (double)(bench_random_next(random) >> 11) * 0x1p-53;
}

double bench_random_normal(BenchRandom *random) {
  double sum = -6;
  for (int i = 0; i < 3; i++) {
    guint64 bits = bench_random_next(random);
    for (int k = 0; k < 4; k++, bits >>= 16)
      sum += (double)(bits & 0xFFFF) / 65536;
  }
  return sum;
}

const char bench_forged_literal[] =
    "'ticket closed;\n# Time: 2001-01-01T00:00:00.000000Z\n# User@Host: ghost[ghost] @ nowhere []  Id:     1\n"
    "# Query_time: 9999.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 1\n"
    "SET timestamp=978307200;\nselect ghost from ghosts where id=1'";

static const char *const words[] = {
    "anchor", "bridge", "cedar",  "dune",   "eagle", "fjord",  "grove",  "heron",  "island", "juniper",
    "kelp",   "lagoon", "maple",  "north",  "oxbow", "poplar", "quay",   "reef",   "shoal",  "tundra",
    "upland", "valley", "willow", "zenith", "open",  "closed", "paused", "billed", "void",
};

/* Awkward text between single quotes, as a server logs it: quotes, comment marks, ends of statements, raw line feeds, bytes
 * that are no UTF-8. */
static const char *const tricky_words[] = {
    "it''s",
    "D\\'Arcy",
    "he said \\\"no\\\"",
    "C:\\\\temp\\\\",
    "a;b;c",
    "50% -- maybe",
    "#1 in sales",
    "/* plain text */",
    "gęś, źdźbło, żółć",
    "東京都",
    "🐧 and friends",
    "one\\ntwo",
    "tab\there",
    "(1,2),(3",
    "where x = ''y''",
    "",
    "\\\\",
    "line one\nline two",
    "note\n# Time flies\n",
    "stop;\nselect this",
    "caf\xe9",
    "trailing \\\\''",
    "`quoted`",
    "\"double\"",
    "@@session -- \\'",
};

static bool chance(const BenchSql *x, double share) {
  return share > 0 && bench_random_unit(x->random) < share;
}

/* A count from low up to the longest list allowed or high, skewed towards low. */
static unsigned count_of(const BenchSql *x, unsigned low, unsigned high) {
  double r = bench_random_unit(x->random);
  high = MAX(low + 1, MIN(high, x->max_items));
  return low + (unsigned)((high - low) * r * r * r);
}

static void integer(const BenchSql *x) {
  static const unsigned sizes[] = {100, 1000, 10000, 100000, 1000000, 10000000};
  unsigned n = bench_random_below(x->random, sizes[bench_random_below(x->random, G_N_ELEMENTS(sizes))]);
  if (chance(x, x->tricky / 2)) {
    bench_text(x->out, bench_random_below(x->random, 2) ? "0x" : "-0x");
    bench_text_hex(x->out, n);
    return;
  }
  if (bench_random_below(x->random, 100) == 0)
    bench_text_char(x->out, '-');
  bench_text_u64(x->out, n);
}

static void string(const BenchSql *x) {
  bench_text_char(x->out, '\'');
  if (chance(x, x->tricky)) {
    bench_text(x->out, tricky_words[bench_random_below(x->random, G_N_ELEMENTS(tricky_words))]);
  } else {
    bench_text(x->out, words[bench_random_below(x->random, G_N_ELEMENTS(words))]);
    bench_text_char(x->out, ' ');
    bench_text(x->out, words[bench_random_below(x->random, G_N_ELEMENTS(words))]);
    bench_text_char(x->out, ' ');
    bench_text_u64(x->out, bench_random_below(x->random, 1000000));
  }
  bench_text_char(x->out, '\'');
}

static void moment(const BenchSql *x) {
  bench_text_char(x->out, '\'');
  bench_text_datetime(x->out, x->start_us - (gint64)bench_random_below(x->random, 40000000) * US);
  bench_text_char(x->out, '\'');
}

static void money(const BenchSql *x) {
  bench_text_u64(x->out, bench_random_below(x->random, 900));
  bench_text_char(x->out, '.');
  bench_text_padded(x->out, bench_random_below(x->random, 100), 2, '0');
  if (bench_random_below(x->random, 40) == 0)
    bench_text(x->out, "e-4");
}

static void boolean(const BenchSql *x) {
  static const char *const values[] = {"0", "1", "TRUE", "FALSE"};
  bench_text(x->out, values[bench_random_below(x->random, G_N_ELEMENTS(values))]);
}

static void literal(const BenchSql *x, char kind) {
  switch (kind) {
  case 'i':
    integer(x);
    break;
  case 's':
    string(x);
    break;
  case 'd':
    moment(x);
    break;
  case 'm':
    money(x);
    break;
  default:
    boolean(x);
  }
}

static const char *column(const BenchTable *t, char kind) {
  for (unsigned i = 0; i < BENCH_COLUMNS; i++) {
    if (t->cols[i].kind == kind)
      return t->cols[i].name;
  }
  return t->cols[0].name;
}

/* Joins the strings after x, up to NULL. */
static void G_GNUC_NULL_TERMINATED say(const BenchSql *x, ...) {
  va_list args;
  va_start(args, x);
  for (const char *s = va_arg(args, const char *); s; s = va_arg(args, const char *))
    bench_text(x->out, s);
  va_end(args);
}

static void names(const BenchSql *x, const BenchTable *t) {
  for (unsigned i = 0; i < BENCH_COLUMNS; i++)
    say(x, i ? ", " : "", t->cols[i].name, NULL);
}

static void row(const BenchSql *x, const BenchTable *t) {
  for (unsigned i = 0; i < BENCH_COLUMNS; i++) {
    bench_text(x->out, i ? ", " : "(");
    literal(x, t->cols[i].kind);
  }
  bench_text_char(x->out, ')');
}

static void by_id(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  say(x, "SELECT ", t->cols[0].name, ", ", t->cols[1].name, " FROM ", t->name, " WHERE id = ", NULL);
  integer(x);
}

static void by_id_quoted(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  say(x, "SELECT `", t->name, "`.* FROM `", t->name, "` WHERE `", t->name, "`.`id` = ", NULL);
  integer(x);
  bench_text(x->out, " LIMIT 1");
}

static void traced(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  bench_text(x->out, "/* route=/item,request=");
  bench_text_hex(x->out, bench_random_next(x->random));
  say(x, " */ SELECT id, ", column(t, 'd'), " FROM ", t->name, " WHERE ", t->cols[0].name, " = ", NULL);
  literal(x, t->cols[0].kind);
}

static void page(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  const char *day = column(t, 'd');
  say(x, "SELECT * FROM ", t->name, " WHERE ", day, " BETWEEN ", NULL);
  moment(x);
  bench_text(x->out, " AND ");
  moment(x);
  say(x, " ORDER BY ", day, " DESC LIMIT ", NULL);
  bench_text_u64(x->out, 50 * (guint64)count_of(x, 0, 60));
  bench_text(x->out, ", 50");
}

static void in_list(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  say(x, "SELECT id, ", t->cols[1].name, " FROM ", t->name, " WHERE id IN (", NULL);
  for (unsigned i = 0, n = count_of(x, 1, 400); i < n; i++) {
    if (i)
      bench_text_char(x->out, ',');
    integer(x);
  }
  bench_text_char(x->out, ')');
}

static void in_strings(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  say(x, "SELECT count(*) FROM ", t->name, " WHERE ", column(t, 's'), " IN (", NULL);
  for (unsigned i = 0, n = count_of(x, 1, 60); i < n; i++) {
    if (i)
      bench_text(x->out, ", ");
    string(x);
  }
  say(x, ") AND ", column(t, 'd'), " IS NOT NULL", NULL);
}

static void join(const BenchSql *x, const BenchTable *t, const BenchTable *u) {
  say(x, "SELECT a.id, a.", t->cols[1].name, ", b.", u->cols[1].name, "\n  FROM ", t->name, " AS a\n  JOIN ", u->db,
      ".", u->name, " AS b ON b.id = a.id\n WHERE a.", column(t, 'd'), " > ", NULL);
  moment(x);
  say(x, "\n   AND b.", u->cols[0].name, " = ", NULL);
  literal(x, u->cols[0].kind);
  bench_text(x->out, "\n ORDER BY a.id\n LIMIT ");
  bench_text_u64(x->out, count_of(x, 10, 200));
}

static void grouped(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  const char *day = column(t, 'd');
  say(x, "select ", t->cols[0].name, ", count(*) as hits, max(", day, ") as newest\nfrom ", t->name, "\nwhere ", day,
      " >= ", NULL);
  moment(x);
  say(x, " and ", t->cols[1].name, " <> ", NULL);
  literal(x, t->cols[1].kind);
  say(x, "\ngroup by ", t->cols[0].name, "\nhaving hits > ", NULL);
  integer(x);
  bench_text(x->out, "\norder by hits desc");
}

static void like(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  const char *name = column(t, 's');
  say(x, "SELECT id FROM ", t->name, " WHERE ", name, " LIKE ", NULL);
  string(x);
  say(x, " OR ", name, " = ", NULL);
  string(x);
}

static void insert_one(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  say(x, "INSERT INTO ", t->name, " (", NULL);
  names(x, t);
  bench_text(x->out, ") VALUES ");
  row(x, t);
}

static void insert_many(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  const char *glue = bench_random_below(x->random, 3) ? "," : ",\n";
  say(x, "INSERT IGNORE INTO ", t->name, " (", NULL);
  names(x, t);
  bench_text(x->out, ") VALUES ");
  for (unsigned i = 0, n = count_of(x, 5, 600); i < n; i++) {
    if (i)
      bench_text(x->out, glue);
    row(x, t);
  }
}

static void upsert(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  const char *name = t->cols[1].name;
  say(x, "INSERT INTO ", t->db, ".", t->name, " (id, ", name, ") VALUES (", NULL);
  integer(x);
  bench_text(x->out, ", ");
  literal(x, t->cols[1].kind);
  say(x, ") ON DUPLICATE KEY UPDATE ", name, " = VALUES(", name, ")", NULL);
}

static void update_one(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  say(x, "UPDATE ", t->name, " SET ", NULL);
  for (unsigned i = 1; i < 4; i++) {
    say(x, i > 1 ? ", " : "", t->cols[i].name, " = ", NULL);
    literal(x, t->cols[i].kind);
  }
  bench_text(x->out, " WHERE id = ");
  integer(x);
}

static void prune(const BenchSql *x, const BenchTable *t, G_GNUC_UNUSED const BenchTable *u) {
  say(x, "DELETE FROM ", t->name, " WHERE ", column(t, 'd'), " < ", NULL);
  moment(x);
  bench_text(x->out, " LIMIT ");
  bench_text_u64(x->out, 100 + 100 * (guint64)bench_random_below(x->random, 50));
}

const BenchFamily bench_families[] = {
    {"by-id", by_id, 350, 1, 1, 0, 1, true},
    {"by-id-quoted", by_id_quoted, 420, 1, 1, 0, 1, true},
    {"traced", traced, 1300, 18, 36, 0, 1, true},
    {"page", page, 28000, 50, 8000, 0, 1, true},
    {"in-list", in_list, 3600, 55, 55, 0, 1, true},
    {"in-strings", in_strings, 21000, 1, 7000, 0, 1, true},
    {"join", join, 110000, 90, 28000, 0, 1, true},
    {"grouped", grouped, 760000, 35, 240000, 0, 1, true},
    {"like", like, 430000, 6, 170000, 0, 1, true},
    {"insert-one", insert_one, 900, 0, 0, 1, 1, false},
    {"insert-many", insert_many, 26000, 0, 0, 90, 0.12, false},
    {"upsert", upsert, 1400, 0, 0, 2, 1, false},
    {"update-one", update_one, 1100, 0, 1, 1, 1, false},
    {"prune", prune, 52000, 0, 2600, 1800, 1, false},
};
const unsigned bench_n_families = G_N_ELEMENTS(bench_families);

#define TABLE(db, name, a, ka, b, kb, c, kc, d, kd, e, ke)                                                             \
  {                                                                                                                    \
    db, name, {                                                                                                        \
      {a, ka}, {b, kb}, {c, kc}, {d, kd}, {                                                                            \
        e, ke                                                                                                          \
      }                                                                                                                \
    }                                                                                                                  \
  }

const BenchTable bench_tables[] = {
    TABLE("booking", "trips", "traveller_id", 'i', "origin", 's', "leaves_at", 'd', "fare", 'm', "refundable", 'b'),
    TABLE("booking", "seats", "trip_id", 'i', "label", 's', "held_until", 'd', "surcharge", 'm', "window_side", 'b'),
    TABLE("booking", "travellers", "mail", 's', "country", 's', "joined_at", 'd', "balance", 'm', "blocked", 'b'),
    TABLE("booking", "payments", "trip_id", 'i', "provider", 's', "paid_at", 'd', "amount", 'm', "settled", 'b'),
    TABLE("booking", "vouchers", "token", 's', "percent", 'i', "ends_at", 'd', "worth", 'm', "spent", 'b'),
    TABLE("booking", "stations", "city", 's', "platforms", 'i', "opened_at", 'd', "fee", 'm', "closed", 'b'),
    TABLE("library", "books", "isbn", 's', "title", 's', "printed_at", 'd', "price", 'm', "lendable", 'b'),
    TABLE("library", "copies", "book_id", 'i', "shelf", 's', "bought_at", 'd', "wear", 'm', "lost", 'b'),
    TABLE("library", "loans", "copy_id", 'i', "reader", 's', "due_at", 'd', "fine", 'm', "returned", 'b'),
    TABLE("library", "readers", "card", 's', "town", 's', "since", 'd', "debt", 'm', "student", 'b'),
    TABLE("library", "authors", "name", 's', "born", 'i', "updated_at", 'd', "royalty", 'm', "living", 'b'),
    TABLE("library", "reservations", "book_id", 'i', "reader", 's', "placed_at", 'd', "deposit", 'm', "served", 'b'),
    TABLE("forum", "threads", "starter_id", 'i', "slug", 's', "bumped_at", 'd', "heat", 'm', "locked", 'b'),
    TABLE("forum", "replies", "thread_id", 'i', "body", 's', "posted_at", 'd', "score", 'm', "hidden", 'b'),
    TABLE("forum", "members", "nick", 's', "posts", 'i', "seen_at", 'd', "karma", 'm', "banned", 'b'),
    TABLE("forum", "reports", "reply_id", 'i', "reason", 's', "filed_at", 'd', "weight", 'm', "upheld", 'b'),
    TABLE("forum", "badges", "title", 's', "level", 'i', "given_at", 'd', "rarity", 'm', "secret", 'b'),
    TABLE("forum", "inbox", "member_id", 'i', "subject", 's', "sent_at", 'd', "spam_score", 'm', "unread", 'b'),
    TABLE("metrics", "readings", "sensor", 's', "slot", 'i', "taken_at", 'd', "reading", 'm', "stale", 'b'),
    TABLE("metrics", "sensors", "site", 's', "channel", 'i', "fitted_at", 'd', "scale", 'm', "faulty", 'b'),
    TABLE("metrics", "alarms", "sensor_id", 'i', "message", 's', "raised_at", 'd', "threshold", 'm', "muted", 'b'),
    TABLE("metrics", "rollups", "metric", 's', "samples", 'i', "hour_of", 'd', "average", 'm', "complete", 'b'),
    TABLE("metrics", "shifts", "crew", 's', "size_of", 'i', "begins_at", 'd', "rate", 'm', "night", 'b'),
    TABLE("metrics", "exports", "asked_by", 's', "lines_out", 'i', "ready_at", 'd', "seconds", 'm', "failed", 'b'),
};
const unsigned bench_n_tables = G_N_ELEMENTS(bench_tables);
