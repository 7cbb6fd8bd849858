/*
 * The contract of fixtures/contract/tollgate.h in plain C11: its functions, its limits and errors, and the engines
 * stub and wrong; the engine catalog is catalog.c, the words of errors are error.c. The definitions are those of
 * fixtures/src/{engine,limits}.rs. It reads no file, keeps no state outside its engines, and starts no thread.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime, nanosleep */

#include "engine.h"
#include "error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S 1000000000u
#define MAX_ID_BYTES 18u /* "product_" and ten digits */

#if UINTPTR_MAX == UINT64_MAX
_Static_assert(sizeof(tg_abi_info) == 36, "tg_abi_info");
_Static_assert(sizeof(tg_request) == 24 && offsetof(tg_request, max_results) == 16, "tg_request");
_Static_assert(sizeof(tg_reply) == 48 && offsetof(tg_reply, ends) == 24, "tg_reply");
_Static_assert(sizeof(tg_limits) == 32 && offsetof(tg_limits, max_user_id_bytes) == 16, "tg_limits");
_Static_assert(sizeof(tg_matrix) == 24, "tg_matrix");
_Static_assert(sizeof(tg_config) == 104 && offsetof(tg_config, limits) == 24, "tg_config");
_Static_assert(offsetof(tg_config, products) == 56 && offsetof(tg_config, users) == 80, "tg_config");
_Static_assert(sizeof(tg_stamps) == 24, "tg_stamps");
#endif

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void pass_service_time(const tg_engine *engine) {
    if (engine->service_kind == TG_SERVICE_SPIN) {
        uint64_t start = now_ns();
        while (now_ns() - start < engine->service_ns) {
        }
        return;
    }
    struct timespec left = {(time_t)(engine->service_ns / NS_PER_S), (long)(engine->service_ns % NS_PER_S)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

/* Makes the ids product_<first> .. product_<first + count - 1>. */
static int32_t number_ids(tg_engine *engine, unsigned first, size_t count) {
    if (count > UINT32_MAX / MAX_ID_BYTES) {
        return fail(TG_TOO_LARGE, "%zu ids do not fit into one text with 32-bit offsets", count);
    }
    engine->names = malloc(count * MAX_ID_BYTES + 1);
    engine->ends = malloc((count + 1) * sizeof *engine->ends);
    if (!engine->names || !engine->ends) {
        return fail(TG_INTERNAL, "no memory for %zu product ids", count);
    }
    uint32_t end = 0;
    engine->ends[0] = 0;
    for (size_t at = 0; at < count; at++) {
        end += (uint32_t)sprintf(engine->names + end, "product_%u", first + (unsigned)at);
        engine->ends[at + 1] = end;
    }
    return TG_OK;
}

/* Answers with the first `count` ids: two copies, whatever the count. */
static int32_t copy_prefix(const tg_engine *engine, size_t count, tg_reply *reply) {
    reply->text_len = engine->ends[count];
    reply->ends_len = count;
    if (reply->text_len > reply->text_cap || count > reply->ends_cap) {
        return TG_BUFFER_TOO_SMALL;
    }
    if (count > 0) { /* the buffers may be NULL otherwise */
        memcpy(reply->text, engine->names, reply->text_len);
        memcpy(reply->ends, engine->ends + 1, count * sizeof *reply->ends);
    }
    return TG_OK;
}

static int32_t check(const tg_limits *limits, const tg_request *request) {
    if (request->max_results < 0) {
        return fail(TG_INVALID_ARGUMENT, "max_results is %d; it must be 0 or more", (int)request->max_results);
    }
    if (request->max_results > limits->max_results) {
        return fail(TG_TOO_LARGE, "max_results is %d; at most %d are given", (int)request->max_results,
                    (int)limits->max_results);
    }
    if (request->user_id_len > limits->max_user_id_bytes) {
        return fail(TG_TOO_LARGE, "user_id has %zu bytes; at most %zu are taken", request->user_id_len,
                    limits->max_user_id_bytes);
    }
    if (!request->user_id && request->user_id_len > 0) {
        return fail(TG_INVALID_ARGUMENT, "user_id is NULL and has a length");
    }
    return TG_OK;
}

static inline int32_t answer(tg_engine *engine, const tg_request *request, tg_reply *reply) {
    int32_t code = check(&engine->limits, request);
    if (code != TG_OK) {
        return code;
    }
    if (engine->service_kind != TG_SERVICE_NONE && request->max_results > 0) {
        pass_service_time(engine);
    }
    if (engine->kind == TG_ENGINE_CATALOG) {
        return catalog_search(engine, request, reply);
    }
    return copy_prefix(engine, (size_t)request->max_results, reply);
}

/* Whatever failed, a NULL beside them too: the lengths of the replies are 0 then. */
static inline int32_t blank_after_failure(int32_t code, tg_reply *replies, size_t items) {
    for (size_t at = 0; code < 0 && replies && at < items; at++) {
        replies[at].text_len = replies[at].ends_len = 0;
    }
    return code;
}

/* ---- The interface ---- */

const tg_abi_info *tg_abi(void) {
    static const tg_abi_info info = {
        .magic = TG_MAGIC,
        .version = TG_ABI_VERSION,
        .sizeof_abi_info = sizeof(tg_abi_info),
        .sizeof_request = sizeof(tg_request),
        .sizeof_reply = sizeof(tg_reply),
        .sizeof_limits = sizeof(tg_limits),
        .sizeof_matrix = sizeof(tg_matrix),
        .sizeof_config = sizeof(tg_config),
        .sizeof_stamps = sizeof(tg_stamps),
    };
    return &info;
}

/* Copies the settings and makes what the kind of engine needs. */
static int32_t fill(tg_engine *engine, const tg_config *config) {
    engine->limits = config->limits;
    engine->kind = config->engine;
    engine->service_kind = config->service_kind;
    engine->service_ns = config->service_ns;
    if (config->limits.max_results < 0) {
        return fail(TG_INVALID_ARGUMENT, "the limit of max_results is %d", (int)config->limits.max_results);
    }
    if (config->service_kind > TG_SERVICE_SPIN) {
        return fail(TG_UNSUPPORTED, "service_kind %u is not known", (unsigned)config->service_kind);
    }
    switch (config->engine) {
    case TG_ENGINE_STUB:
        return number_ids(engine, 0, (size_t)config->limits.max_results);
    case TG_ENGINE_WRONG:
        return number_ids(engine, 1, (size_t)config->limits.max_results);
    case TG_ENGINE_CATALOG: {
        int32_t code = catalog_open(engine, config);
        return code == TG_OK ? number_ids(engine, 0, config->products.rows) : code;
    }
    default:
        return fail(TG_UNSUPPORTED, "engine %u is not known", (unsigned)config->engine);
    }
}

int32_t tg_open(const tg_config *config, tg_engine **engine) {
    if (!engine) {
        return fail(TG_INVALID_ARGUMENT, "tg_open was given NULL");
    }
    *engine = NULL;
    if (!config || config->struct_size != sizeof *config) {
        return fail(TG_UNSUPPORTED, "tg_config is missing or not of %zu bytes", sizeof *config);
    }
    tg_engine *fresh = calloc(1, sizeof *fresh);
    if (!fresh) {
        return fail(TG_INTERNAL, "no memory for an engine");
    }
    int32_t code = fill(fresh, config);
    if (code == TG_OK) {
        *engine = fresh;
    } else {
        tg_close(fresh);
    }
    return code;
}

void tg_close(tg_engine *engine) {
    if (engine) {
        free(engine->names);
        free(engine->ends);
        free(engine->products);
        free(engine->users);
        free(engine->best);
        free(engine);
    }
}

int32_t tg_call(tg_engine *engine, const tg_request *request, tg_reply *reply) {
    if (!engine || !request || !reply) {
        return blank_after_failure(fail(TG_INVALID_ARGUMENT, "tg_call was given NULL"), reply, 1);
    }
    return blank_after_failure(answer(engine, request, reply), reply, 1);
}

int32_t tg_call_stamped(tg_engine *engine, const tg_request *request, tg_reply *reply, tg_stamps *stamps) {
    if (!engine || !request || !reply || !stamps) {
        return blank_after_failure(fail(TG_INVALID_ARGUMENT, "tg_call_stamped was given NULL"), reply, 1);
    }
    uint64_t start = now_ns();
    int32_t code = answer(engine, request, reply);
    if (code == TG_OK) {
        *stamps = (tg_stamps){.compute_ns = now_ns() - start};
    }
    return blank_after_failure(code, reply, 1);
}

static int32_t answer_all(tg_engine *engine, const tg_request *requests, tg_reply *replies, size_t items) {
    if (!engine || (items > 0 && (!requests || !replies))) {
        return fail(TG_INVALID_ARGUMENT, "tg_batch was given NULL");
    }
    if (items > engine->limits.max_items) {
        return fail(TG_TOO_LARGE, "%zu items in one call; at most %zu are taken", items, engine->limits.max_items);
    }
    int32_t all = TG_OK;
    for (size_t at = 0; at < items; at++) {
        int32_t code = answer(engine, &requests[at], &replies[at]);
        if (code < 0) {
            return code;
        }
        all |= code; /* TG_OK or TG_BUFFER_TOO_SMALL */
    }
    return all;
}

int32_t tg_batch(tg_engine *engine, const tg_request *requests, tg_reply *replies, size_t items) {
    return blank_after_failure(answer_all(engine, requests, replies, items), replies, items);
}

int32_t tg_echo(tg_engine *engine, const uint8_t *payload, size_t payload_len, uint8_t *back, size_t back_len) {
    if (!engine || (!payload && payload_len > 0) || (!back && back_len > 0)) {
        return fail(TG_INVALID_ARGUMENT, "tg_echo was given NULL");
    }
    const size_t most = engine->limits.max_message_bytes;
    if (payload_len > most || back_len > most) {
        return fail(TG_TOO_LARGE, "an echo of %zu bytes, %zu back; at most %zu are taken", payload_len, back_len,
                    most);
    }
    if (payload_len == 0 && back_len > 0) {
        memset(back, 0, back_len);
        return TG_OK;
    }
    for (size_t done = 0; done < back_len;) {
        /* What is there already is whole payloads, so each round copies twice as many. */
        size_t take = done == 0 ? payload_len : done;
        take = take < back_len - done ? take : back_len - done;
        memcpy(back + done, done == 0 ? payload : back, take);
        done += take;
    }
    return TG_OK;
}
