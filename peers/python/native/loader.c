/*
 * The functions of tollgate.h for the module of the lane `cffi`, passed on to a library that is found by its path. A
 * program that knows its library when it is built links with it, and needs none of this.
 */
#define TG_API static
#include "tollgate.h"

#include <dlfcn.h>
#include <stdlib.h>

/* In the order of `names`. */
typedef struct tg_library {
    const tg_abi_info *(*abi)(void);
    int32_t (*open)(const tg_config *config, void **engine);
    void (*close)(void *engine);
    int32_t (*call)(void *engine, const tg_request *request, tg_reply *reply);
    int32_t (*call_stamped)(void *engine, const tg_request *request, tg_reply *reply, tg_stamps *stamps);
    int32_t (*batch)(void *engine, const tg_request *requests, tg_reply *replies, size_t items);
    int32_t (*echo)(void *engine, const uint8_t *payload, size_t payload_len, uint8_t *back, size_t back_len);
    size_t (*last_error)(char *text, size_t text_cap);
} tg_library;

static const char *const names[] = {
    "tg_abi", "tg_open", "tg_close", "tg_call", "tg_call_stamped", "tg_batch", "tg_echo", "tg_last_error",
};
_Static_assert(sizeof(tg_library) == sizeof names, "a name for each function");

/* An engine of a library: here, because the functions of tollgate.h are told of nothing else. */
struct tg_engine {
    const tg_library *library;
    void *engine;
};

#define TG_LOADED 0
#define TG_NOT_LOADED 1      /* *words are the loader's own */
#define TG_FUNCTION_MISSING 2 /* *words are the function's name */

/* Loads a library by a handle of its own, so that functions of two with the same names stay apart; it is never unloaded. */
static int32_t tg_load(const char *path, tg_library **library, const char **words) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void **found = handle ? malloc(sizeof(tg_library)) : NULL;
    if (!found) {
        *words = handle ? "no memory" : dlerror();
        return TG_NOT_LOADED;
    }
    for (size_t at = 0; at < sizeof names / sizeof *names; at++) {
        found[at] = dlsym(handle, names[at]);
        if (!found[at]) {
            *words = names[at];
            return TG_FUNCTION_MISSING;
        }
    }
    *library = (tg_library *)found;
    return TG_LOADED;
}

static const tg_abi_info *tg_abi_of(const tg_library *library) { return library->abi(); }

static int32_t tg_open_in(const tg_library *library, const tg_config *config, tg_engine **engine) {
    tg_engine *made = malloc(sizeof *made);
    if (!made) {
        return TG_INTERNAL;
    }
    made->library = library;
    int32_t code = library->open(config, &made->engine);
    if (code != TG_OK) {
        free(made);
        made = NULL;
    }
    *engine = made;
    return code;
}

static size_t tg_last_error_of(const tg_library *library, char *text, size_t text_cap) {
    return library->last_error(text, text_cap);
}

static void tg_close(tg_engine *engine) {
    if (engine) {
        engine->library->close(engine->engine);
        free(engine);
    }
}

static int32_t tg_call(tg_engine *engine, const tg_request *request, tg_reply *reply) {
    return engine->library->call(engine->engine, request, reply);
}

static int32_t tg_call_stamped(tg_engine *engine, const tg_request *request, tg_reply *reply, tg_stamps *stamps) {
    return engine->library->call_stamped(engine->engine, request, reply, stamps);
}

static int32_t tg_batch(tg_engine *engine, const tg_request *requests, tg_reply *replies, size_t items) {
    return engine->library->batch(engine->engine, requests, replies, items);
}

static int32_t tg_echo(tg_engine *engine, const uint8_t *payload, size_t payload_len, uint8_t *back, size_t back_len) {
    return engine->library->echo(engine->engine, payload, payload_len, back, back_len);
}
