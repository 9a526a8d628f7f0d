/* The processes of GIO, for a mailer. */
#pragma once

#include "../parsers/late.h"

#include <gio/gio.h>

/* clang-format off */
#define GALEN_LATE_PROCESS(F) \
  F(g_cancellable_cancel) \
  F(g_cancellable_new) \
  F(g_subprocess_communicate_async) \
  F(g_subprocess_communicate_finish) \
  F(g_subprocess_force_exit) \
  F(g_subprocess_get_exit_status) \
  F(g_subprocess_get_if_exited) \
  F(g_subprocess_get_term_sig) \
  F(g_subprocess_get_type) \
  F(g_subprocess_launcher_new) \
  F(g_subprocess_launcher_spawnv) \
  F(g_subprocess_launcher_take_stdin_fd) \
  F(g_object_unref) \
  F(g_type_check_instance_cast)
/* clang-format on */

typedef struct {
  GALEN_LATE_PROCESS(GALEN_LATE_POINTER)
} GalenLateProcess;

extern GalenLateProcess galen_late_process;

/* FALSE with error: it cannot be loaded. Before this, none of the functions may be called. */
gboolean galen_late_process_load(GError **error);

#define g_cancellable_cancel galen_late_process.g_cancellable_cancel
#define g_cancellable_new galen_late_process.g_cancellable_new
#define g_subprocess_communicate_async galen_late_process.g_subprocess_communicate_async
#define g_subprocess_communicate_finish galen_late_process.g_subprocess_communicate_finish
#define g_subprocess_force_exit galen_late_process.g_subprocess_force_exit
#define g_subprocess_get_exit_status galen_late_process.g_subprocess_get_exit_status
#define g_subprocess_get_if_exited galen_late_process.g_subprocess_get_if_exited
#define g_subprocess_get_term_sig galen_late_process.g_subprocess_get_term_sig
#define g_subprocess_get_type galen_late_process.g_subprocess_get_type
#define g_subprocess_launcher_new galen_late_process.g_subprocess_launcher_new
#define g_subprocess_launcher_spawnv galen_late_process.g_subprocess_launcher_spawnv
#define g_subprocess_launcher_take_stdin_fd galen_late_process.g_subprocess_launcher_take_stdin_fd
#define g_object_unref galen_late_process.g_object_unref
#define g_type_check_instance_cast galen_late_process.g_type_check_instance_cast
