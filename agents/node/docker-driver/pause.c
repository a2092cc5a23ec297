/*
 * The process that holds a pod's namespaces: it reaps what is orphaned in a shared process namespace, and ends on
 * SIGTERM or SIGINT. No library, so it is some 500 bytes and runs anywhere. As built into pause-image.ts:
 *   cc -Os -nostdlib -static -fno-asynchronous-unwind-tables -fno-stack-protector -s \
 *      -Wl,-n,--build-id=none,-z,noseparate-code -o pause pause.c && strip -R .comment -R .note.gnu.property pause
 */
#if defined(__x86_64__)
enum { RT_SIGPROCMASK = 14, RT_SIGTIMEDWAIT = 128, WAIT4 = 61, EXIT_GROUP = 231 };
static long call(long number, long a, long b, long c, long d) {
  long result;
  register long r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return result;
}
#else /* arm64 */
enum { RT_SIGPROCMASK = 135, RT_SIGTIMEDWAIT = 137, WAIT4 = 260, EXIT_GROUP = 94 };
static long call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c, x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
#endif

enum { SIGINT = 2, SIGTERM = 15, SIGCHLD = 17, ANY_CHILD = -1, NO_HANG = 1, BLOCK = 0, SET_BYTES = 8 };

void _start(void) {
  unsigned long every = ~0UL;
  call(RT_SIGPROCMASK, BLOCK, (long)&every, 0, SET_BYTES);
  for (;;) {
    long signal = call(RT_SIGTIMEDWAIT, (long)&every, 0, 0, SET_BYTES);
    if (signal == SIGCHLD)
      while (call(WAIT4, ANY_CHILD, 0, NO_HANG, 0) > 0);
    else if (signal == SIGTERM || signal == SIGINT)
      call(EXIT_GROUP, 0, 0, 0, 0);
  }
}
