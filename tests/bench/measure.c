/* measure: runs a command some times over and says how long each run took and how much memory.
 *
 * Usage: measure RUNS COMMAND [ARGUMENT…]
 * The command inherits stdin; its stdout is read and dropped (not /dev/null: grep stops at the first match when it sees
 * that). Prints a line of JSON for each run: wall seconds from fork to exit, CPU seconds, peak memory in MiB (resident, of
 * the command alone), exit status (128 and the signal, if one ended it). */
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUNS_MAX 100000

typedef struct {
  double wall_s, cpu_s, peak_mib;
  int status;
} Cost;

static double seconds(struct timeval t) {
  return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void drain(int fd) {
  char dropped[1 << 16];
  ssize_t n = 1;
  while (n > 0 || (n < 0 && errno == EINTR))
    n = read(fd, dropped, sizeof dropped);
}

static void G_GNUC_NORETURN become(char **command, const int pipe_fds[2]) {
  if (dup2(pipe_fds[1], STDOUT_FILENO) >= 0) {
    (void)close(pipe_fds[0]);
    (void)close(pipe_fds[1]);
    execvp(command[0], command);
  }
  (void)fprintf(stderr, "measure: %s: %s\n", command[0], g_strerror(errno));
  _exit(127);
}

static gboolean run(char **command, Cost *ret_cost) {
  int pipe_fds[2];
  if (pipe(pipe_fds) != 0)
    return FALSE;
  gint64 begun = g_get_monotonic_time();
  pid_t child = fork();
  if (child == 0)
    become(command, pipe_fds);
  (void)close(pipe_fds[1]);
  drain(pipe_fds[0]);
  (void)close(pipe_fds[0]);
  struct rusage usage;
  int status = 0;
  if (child < 0 || wait4(child, &status, 0, &usage) != child)
    return FALSE;
  *ret_cost = (Cost){
      .wall_s = (double)(g_get_monotonic_time() - begun) / 1e6,
      .cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime),
      .peak_mib = (double)usage.ru_maxrss / 1024,
      .status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
  };
  return TRUE;
}

int main(int argc, char **argv) {
  gint64 runs = argc > 2 ? g_ascii_strtoll(argv[1], NULL, 10) : 0;
  if (runs < 1 || runs > RUNS_MAX) {
    (void)fprintf(stderr, "measure: usage: measure RUNS COMMAND [ARGUMENT...]\n");
    return 2;
  }
  for (gint64 i = 0; i < runs; i++) {
    Cost cost = {0};
    if (!run(argv + 2, &cost))
      return 1;
    printf("{\"wall_s\": %.6f, \"cpu_s\": %.6f, \"peak_mib\": %.1f, \"status\": %d}\n", cost.wall_s, cost.cpu_s,
           cost.peak_mib, cost.status);
  }
  return 0;
}
