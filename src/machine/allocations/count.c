/*
 * Counts what a process asks of malloc. Preloaded into the processes of the pass that counts allocations, and into no others
 * (src/machine/allocations/mod.rs): nothing that is timed runs with it.
 *
 * The counts stand in a file that the environment variable names and the process maps, so that whoever started it can read them
 * at any time: TG_COUNTING once somebody counts, then allocations and bytes asked for. realloc counts as an allocation of its
 * new size; nothing is taken off for free.
 */
#define _GNU_SOURCE
#include <stdlib.h>

/* Other C libraries have no names for their functions that stay when these are replaced: there, nobody counts. */
#ifdef __GLIBC__
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define TG_COUNTING UINT64_C(0x544e554f43475431)
#define COUNTED __attribute__((visibility("default")))

/* glibc's own functions under the names that nobody replaces. */
extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t entries, size_t bytes);
extern void *__libc_realloc(void *old, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);

/* Until the file is mapped, and where it cannot be. */
static uint64_t nowhere[3];
static uint64_t *counts = nowhere;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("TOLLGATE_COUNTS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) {
        return;
    }
    void *shared = mmap(NULL, sizeof nowhere, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED) {
        counts = shared;
        counts[0] = TG_COUNTING;
    }
    close(file);
}

static void count(size_t bytes) {
    __atomic_fetch_add(&counts[1], 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&counts[2], bytes, __ATOMIC_RELAXED);
}

COUNTED void *malloc(size_t bytes) {
    count(bytes);
    return __libc_malloc(bytes);
}

COUNTED void *calloc(size_t entries, size_t bytes) {
    count(entries * bytes);
    return __libc_calloc(entries, bytes);
}

COUNTED void *realloc(void *old, size_t bytes) {
    count(bytes);
    return __libc_realloc(old, bytes);
}

COUNTED void *memalign(size_t alignment, size_t bytes) {
    count(bytes);
    return __libc_memalign(alignment, bytes);
}

COUNTED void *aligned_alloc(size_t alignment, size_t bytes) {
    return memalign(alignment, bytes);
}

COUNTED int posix_memalign(void **place, size_t alignment, size_t bytes) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    void *found = memalign(alignment, bytes);
    if (!found) {
        return ENOMEM;
    }
    *place = found;
    return 0;
}
#endif
