/* The fast way through SQL for sql_state.c: 64 bytes at a time, as long as nothing in them is hard.
 *
 * Quotes toggle: as long as no quote of another kind stands inside a literal, a byte is inside one when an odd number of
 * that kind's quotes stand before it, and a doubled quote toggles twice. So no byte is looked at alone: a block becomes eight
 * masks of 64 bits, one for each kind of byte that matters, and the states of all its bytes come from a few operations on
 * these. Hard are an escape, another kind of quote inside a literal, and the beginning of a comment outside: there the skip
 * stops, and the scan of sql_state.c, which is the reference, goes on byte by byte until it is past them. */
#pragma once

#include "scan.h"
#include "sql_state.h"

/* How many bytes it needs to do anything: a block, and room to tell what its last byte begins. */
#define GALEN_SQL_SKIP_MIN 68

/* A skip advances over [at, end) and returns where it stopped, the state being that before this byte: at a line end that
 * galen_sql_state_scan would stop at (ret_line_end becomes TRUE), at a hard byte, or less than GALEN_SQL_SKIP_MIN bytes before
 * `end`. It begins outside of comments, executable ones too, and does not count `opened`.
 *
 * The skip of a level of scan.h; NULL where there is none. */
GalenSqlSkip galen_sql_skip_at(GalenScanLevel level);
