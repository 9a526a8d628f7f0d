/* GLib's locks for ThreadSanitizer, which does not see into a library that was built without it: these call GLib's own and
 * tell it what they did. Linked into `make tsan` only. */
#include <dlfcn.h>
#include <glib.h>

void __tsan_acquire(void *address); // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
void __tsan_release(void *address); // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

typedef gboolean (*OnceFunc)(volatile void *location);
typedef void (*LeaveFunc)(volatile void *location, gsize result);
typedef void (*MutexFunc)(GMutex *mutex);
typedef void (*CondFunc)(GCond *cond, GMutex *mutex);

void g_mutex_lock(GMutex *mutex) {
  ((MutexFunc)dlsym(RTLD_NEXT, "g_mutex_lock"))(mutex);
  __tsan_acquire(mutex);
}

void g_mutex_unlock(GMutex *mutex) {
  __tsan_release(mutex);
  ((MutexFunc)dlsym(RTLD_NEXT, "g_mutex_unlock"))(mutex);
}

void g_cond_wait(GCond *cond, GMutex *mutex) {
  __tsan_release(mutex);
  ((CondFunc)dlsym(RTLD_NEXT, "g_cond_wait"))(cond, mutex);
  __tsan_acquire(mutex);
}

gboolean(g_once_init_enter)(volatile void *location) {
  gboolean first = ((OnceFunc)dlsym(RTLD_NEXT, "g_once_init_enter"))(location);
  __tsan_acquire((void *)location);
  return first;
}

void(g_once_init_leave)(volatile void *location, gsize result) {
  __tsan_release((void *)location);
  ((LeaveFunc)dlsym(RTLD_NEXT, "g_once_init_leave"))(location, result);
}
