/* measure: runs a command and says how fast it was and how much memory it took.
 *
 * Usage: measure LABEL BYTES EVENTS COMMAND [ARGUMENT…]
 * The command inherits stdin; its stdout is read and dropped (not /dev/null: grep
 * stops at the first match when it sees that). Prints one row: label, wall seconds, CPU seconds, peak memory
 * in MiB (resident, of the command alone), MB/s (10^6 bytes), events/s. BYTES or EVENTS 0: no such rate. */
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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
  Cost cost = {0};
  if (argc < 5 || !run(argv + 4, &cost)) {
    (void)fprintf(stderr, "measure: usage: measure LABEL BYTES EVENTS COMMAND [ARGUMENT...]\n");
    return 2;
  }
  double bytes = g_ascii_strtod(argv[2], NULL), events = g_ascii_strtod(argv[3], NULL);
  double wall = MAX(cost.wall_s, 1e-6);
  printf("%-36s %8.2f s %8.2f s cpu %8.1f MiB", argv[1], cost.wall_s, cost.cpu_s, cost.peak_mib);
  if (bytes > 0 && !cost.status)
    printf(" %8.0f MB/s", bytes / wall / 1e6);
  if (events > 0 && !cost.status)
    printf(" %9.0f events/s", events / wall);
  if (cost.status)
    printf("  failed with %d", cost.status);
  printf("\n");
  return cost.status ? 1 : 0;
}
