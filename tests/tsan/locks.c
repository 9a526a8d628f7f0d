/* GLib's locks for ThreadSanitizer, which does not see into a library that was built without it: these call GLib's own and
 * tell it what they did. Linked into `make tsan` only. */
#include <dlfcn.h>
#include <glib.h>

void __tsan_acquire(void *address); // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
void __tsan_release(void *address); // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

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
