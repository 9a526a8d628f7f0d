#include "chart_axis.h"

#include "../words.h"

#include <math.h>

#define SECOND G_GINT64_CONSTANT(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define TEXT_SIZE 11.0
#define TICK_SPACING 84.0

typedef enum { FORM_SECOND, FORM_MINUTE, FORM_DAY, FORM_MONTH, FORM_YEAR } Form;

typedef struct {
  gint64 step;  /* µs; months and years: about */
  guint months; /* > 0: a calendar step */
  Form form;
} Step;

static const Step steps[] = {
    {SECOND, 0, FORM_SECOND},         {2 * SECOND, 0, FORM_SECOND},  {5 * SECOND, 0, FORM_SECOND},
    {10 * SECOND, 0, FORM_SECOND},    {15 * SECOND, 0, FORM_SECOND}, {30 * SECOND, 0, FORM_SECOND},
    {MINUTE, 0, FORM_MINUTE},         {2 * MINUTE, 0, FORM_MINUTE},  {5 * MINUTE, 0, FORM_MINUTE},
    {10 * MINUTE, 0, FORM_MINUTE},    {15 * MINUTE, 0, FORM_MINUTE}, {30 * MINUTE, 0, FORM_MINUTE},
    {HOUR, 0, FORM_MINUTE},           {2 * HOUR, 0, FORM_MINUTE},    {3 * HOUR, 0, FORM_MINUTE},
    {6 * HOUR, 0, FORM_MINUTE},       {12 * HOUR, 0, FORM_MINUTE},   {DAY, 0, FORM_DAY},
    {2 * DAY, 0, FORM_DAY},           {7 * DAY, 0, FORM_DAY},        {14 * DAY, 0, FORM_DAY},
    {30 * DAY, 1, FORM_MONTH},        {61 * DAY, 2, FORM_MONTH},     {91 * DAY, 3, FORM_MONTH},
    {182 * DAY, 6, FORM_MONTH},       {365 * DAY, 12, FORM_YEAR},    {730 * DAY, 24, FORM_YEAR},
    {1826 * DAY, 60, FORM_YEAR},      {3652 * DAY, 120, FORM_YEAR},  {36524 * DAY, 1200, FORM_YEAR},
    {365242 * DAY, 12000, FORM_YEAR},
};

/* 1970-01-05 was a Monday: weeks begin there. */
#define FIRST_MONDAY (4 * DAY)

static const char *const forms[] = {"%H:%M:%S", "%H:%M", "%-d %b", "%b", "%Y"};
static const char *const second_forms[] = {"%-d %b", "%a %-d %b", "%Y", "%Y", NULL};

GalenValueAxis galen_axis_values(double max, guint want) {
  if (!(max > 0) || !isfinite(max))
    return (GalenValueAxis){1, 1};
  double raw = max / want;
  double power = pow(10, floor(log10(raw)));
  double digit = raw / power;
  double step = (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10) * power;
  return (GalenValueAxis){step, ceil(max / step - 1e-9) * step};
}

/* English whatever the locale: %b and %a would follow it. */
static char *format_time(GDateTime *time, const char *format) {
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  g_autoptr(GString) out = g_string_new(NULL);
  for (const char *c = format; *c != '\0'; c++) {
    if (g_str_has_prefix(c, "%b")) {
      g_string_append(out, months[g_date_time_get_month(time) - 1]);
      c++;
    } else if (g_str_has_prefix(c, "%a")) {
      g_string_append(out, days[g_date_time_get_day_of_week(time) - 1]);
      c++;
    } else if (g_str_has_prefix(c, "%-d")) {
      g_string_append_printf(out, "%d", g_date_time_get_day_of_month(time));
      c += 2;
    } else if (g_str_has_prefix(c, "%Y")) {
      g_string_append_printf(out, "%d", g_date_time_get_year(time));
      c++;
    } else if (*c == '%') {
      int value = c[1] == 'H'   ? g_date_time_get_hour(time)
                  : c[1] == 'M' ? g_date_time_get_minute(time)
                                : g_date_time_get_second(time);
      g_string_append_printf(out, "%02d", value);
      c++;
    } else {
      g_string_append_c(out, *c);
    }
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static void free_tick(gpointer data) {
  GalenTick *tick = data;
  g_free(tick->label);
  g_free(tick->second);
  g_free(tick);
}

static gint64 floor_to(gint64 value, gint64 step) {
  gint64 rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

/* The wall clock's time as if it were UTC. */
static gboolean wall_of(gint64 time, GTimeZone *zone, gint64 *ret_wall) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(floor_to(time, SECOND) / SECOND);
  g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;
  if (local == NULL)
    return FALSE;
  *ret_wall = time + g_date_time_get_utc_offset(local);
  return TRUE;
}

/* The moment at which the wall clock shows `wall`. NULL outside the calendar. */
static GDateTime *moment_of(gint64 wall, GTimeZone *zone) {
  g_autoptr(GDateTime) parts = g_date_time_new_from_unix_utc(floor_to(wall, SECOND) / SECOND);
  if (parts == NULL)
    return NULL;
  return g_date_time_new(zone, g_date_time_get_year(parts), g_date_time_get_month(parts),
                         g_date_time_get_day_of_month(parts), g_date_time_get_hour(parts),
                         g_date_time_get_minute(parts), g_date_time_get_second(parts));
}

static gint64 micros(GDateTime *time) {
  return g_date_time_to_unix(time) * SECOND;
}

static const Step *choose_step(gint64 length, guint want) {
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
    if (length / steps[i].step <= want)
      return &steps[i];
  return &steps[G_N_ELEMENTS(steps) - 1];
}

/* The tick at or before the wall clock time `wall`, moved on by `n` steps. */
static GDateTime *nth_tick(const Step *step, gint64 wall, guint n, GTimeZone *zone) {
  if (step->months == 0) {
    gint64 base = step->step % (7 * DAY) == 0 ? FIRST_MONDAY : 0;
    return moment_of(floor_to(wall - base, step->step) + base + n * step->step, zone);
  }
  g_autoptr(GDateTime) parts = g_date_time_new_from_unix_utc(floor_to(wall, SECOND) / SECOND);
  if (parts == NULL)
    return NULL;
  gint64 month = (gint64)g_date_time_get_year(parts) * 12 + g_date_time_get_month(parts) - 1;
  month = floor_to(month, step->months) + (gint64)n * step->months;
  return month < 12 || month >= 120000 ? NULL
                                       : g_date_time_new(zone, (int)(month / 12), (int)(month % 12) + 1, 1, 0, 0, 0);
}

GPtrArray *galen_axis_times(gint64 from, gint64 to, GTimeZone *zone, guint want) {
  GPtrArray *ticks = g_ptr_array_new_with_free_func(free_tick);
  gint64 wall = 0;
  gint64 length = 0;
  if (__builtin_sub_overflow(to, from, &length) || length < 0 || !wall_of(from, zone, &wall))
    return ticks;
  const Step *step = choose_step(length, MAX(want, 1));
  g_autofree char *before = NULL;
  gint64 last = G_MININT64;
  for (guint n = 0; n <= want + 2; n++) {
    g_autoptr(GDateTime) time = nth_tick(step, wall, n, zone);
    if (time == NULL || micros(time) > to)
      continue;
    gint64 at = micros(time);
    if (at < from || at <= last) /* the second: a repeated or skipped hour */
      continue;
    GalenTick *tick = g_new0(GalenTick, 1);
    tick->at = last = at;
    tick->label = format_time(time, forms[step->form]);
    const char *second_form = second_forms[step->form];
    g_autofree char *second = second_form != NULL ? format_time(time, second_form) : NULL;
    if (g_strcmp0(second, before) != 0)
      tick->second = g_strdup(second);
    g_free(before);
    before = g_steal_pointer(&second);
    g_ptr_array_add(ticks, tick);
  }
  return ticks;
}

char *galen_axis_number(double value) {
  if (!isfinite(value))
    return g_strdup("–");
  if (fabs(value) >= 1000)
    return galen_words_count(value);
  int digits = value == 0 ? 0 : CLAMP(2 - (int)floor(log10(fabs(value))), 0, 9);
  char format[8], buffer[48];
  g_snprintf(format, sizeof format, "%%.%df", digits);
  g_ascii_formatd(buffer, sizeof buffer, format, value);
  char *dot = strchr(buffer, '.');
  if (dot != NULL) {
    char *end = buffer + strlen(buffer);
    while (end[-1] == '0')
      *--end = '\0';
    if (end[-1] == '.')
      end[-1] = '\0';
  }
  return g_strdup(buffer);
}

char *galen_axis_figure(double value) {
  return value > 0 && value < 0.001 ? g_strdup("<0.001") : galen_axis_number(value);
}

char *galen_axis_duration(double us) {
  char *text = galen_words_duration(us);
  char *dot = strchr(text, '.');
  if (dot == NULL)
    return text;
  char *end = dot + 1 + strspn(dot + 1, "0123456789");
  char *cut = end;
  while (cut[-1] == '0')
    cut--;
  if (cut[-1] == '.')
    cut--;
  memmove(cut, end, strlen(end) + 1);
  return text;
}

char *galen_axis_step(gint64 us) {
  static const struct {
    gint64 unit;
    const char *name;
  } units[] = {{DAY, "d"}, {HOUR, "h"}, {MINUTE, "min"}, {SECOND, "s"}};
  for (guint i = 0; i < G_N_ELEMENTS(units); i++)
    if (us >= units[i].unit && us % units[i].unit == 0)
      return g_strdup_printf("%" G_GINT64_FORMAT " %s", us / units[i].unit, units[i].name);
  return galen_words_duration((double)us);
}

/* Margins are narrow: below 0.001 numbers are told in a power of ten. Caller frees; NULL: in ones. */
static char *factor_of(GalenValueAxis axis, double *ret_factor) {
  static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  int power = (int)floor(log10(axis.step) + 1e-9);
  *ret_factor = 1;
  if (power >= -3 || power < -99)
    return NULL;
  *ret_factor = pow(10, power);
  return g_strconcat("10⁻", power < -9 ? digits[-power / 10] : "", digits[-power % 10], NULL);
}

/* "1 200", "500 k", "2.5 M" */
static char *tick_text(double value, double top) {
  static const struct {
    double size;
    const char *suffix;
  } scales[] = {{1e12, "\u202fT"}, {1e9, "\u202fG"}, {1e6, "\u202fM"}, {1e3, "\u202fk"}};
  for (guint i = 0; top >= 1e5 && value != 0 && i < G_N_ELEMENTS(scales); i++)
    if (top >= scales[i].size) {
      g_autofree char *number = galen_axis_number(value / scales[i].size);
      return g_strconcat(number, scales[i].suffix, NULL);
    }
  return galen_axis_number(value);
}

void galen_axis_draw_values(GalenScene *scene, const GalenPlot *plot, GalenValueAxis axis, const char *unit) {
  guint n = (guint)lrint(fmin(axis.top / axis.step, 20));
  double factor;
  g_autofree char *power = factor_of(axis, &factor);
  for (guint i = 0; i <= n; i++) {
    double y = plot->y + plot->h * (1 - i * axis.step / axis.top);
    if (i > 0)
      galen_scene_line(scene, GALEN_STYLE_GRID, plot->x, y, plot->x + plot->w, y);
  }
  for (guint i = 0; i <= n; i++) {
    double y = plot->y + plot->h * (1 - i * axis.step / axis.top);
    g_autofree char *text = tick_text(i * axis.step / factor, axis.top);
    galen_scene_text(scene, GALEN_STYLE_TICK, plot->x - 6, y + 4, GALEN_ANCHOR_END, text);
  }
  g_autofree char *what = power != NULL ? g_strdup_printf("%s, in %s", unit, power) : g_strdup(unit);
  galen_scene_text(scene, GALEN_STYLE_UNIT, 0, plot->y - 10, GALEN_ANCHOR_START, what);
}

double galen_axis_x(const GalenPlot *plot, gint64 from, gint64 to, gint64 time) {
  if (to <= from)
    return plot->x;
  double part = ((double)time - (double)from) / ((double)to - (double)from);
  return plot->x + plot->w * fmin(fmax(part, 0), 1);
}

void galen_axis_add_span(GArray *spans, GalenSpan span, gint64 from, gint64 to) {
  span = (GalenSpan){MAX(span.from, from), MIN(span.to, to)};
  if (span.from < span.to)
    g_array_append_val(spans, span);
}

void galen_axis_draw_spans(GalenScene *scene, const GalenPlot *plot, gint64 from, gint64 to, const GArray *spans) {
  for (guint i = 0; i < spans->len; i++) {
    const GalenSpan *span = &g_array_index(spans, GalenSpan, i);
    double left = galen_axis_x(plot, from, to, span->from);
    double right = galen_axis_x(plot, from, to, span->to);
    galen_scene_hatch(scene, left, plot->y, fmax(right - left, 1), plot->h);
  }
}

/* Centred below its tick, but within the scene. */
static double text_center(const GalenScene *scene, double x, double width) {
  return fmin(fmax(x, width / 2 + 1), scene->width - width / 2 - 1);
}

void galen_axis_draw_times(GalenScene *scene, const GalenPlot *plot, gint64 from, gint64 to, GTimeZone *zone) {
  double base = plot->y + plot->h;
  galen_scene_line(scene, GALEN_STYLE_AXIS, plot->x, base, plot->x + plot->w, base);
  g_autoptr(GPtrArray) ticks = galen_axis_times(from, to, zone, (guint)fmax(2, plot->w / TICK_SPACING));
  for (guint i = 0; i < ticks->len; i++) {
    const GalenTick *tick = g_ptr_array_index(ticks, i);
    double x = galen_axis_x(plot, from, to, tick->at);
    galen_scene_line(scene, GALEN_STYLE_AXIS, x, base, x, base + 4);
  }
  double free_from = 0, second_free_from = 0;
  for (guint i = 0; i < ticks->len; i++) {
    const GalenTick *tick = g_ptr_array_index(ticks, i);
    double x = galen_axis_x(plot, from, to, tick->at);
    double width = galen_scene_text_width(tick->label, TEXT_SIZE);
    double center = text_center(scene, x, width);
    if (center - width / 2 >= free_from) {
      galen_scene_text(scene, GALEN_STYLE_TICK, center, base + 17, GALEN_ANCHOR_MIDDLE, tick->label);
      free_from = center + width / 2 + 6;
    }
    width = tick->second != NULL ? galen_scene_text_width(tick->second, TEXT_SIZE) : 0;
    center = text_center(scene, x, width);
    if (tick->second != NULL && center - width / 2 >= second_free_from) {
      galen_scene_text(scene, GALEN_STYLE_TICK, center, base + 31, GALEN_ANCHOR_MIDDLE, tick->second);
      second_free_from = center + width / 2 + 6;
    }
  }
}
