/*
 * The contract of the workload as a C interface: the same question and the same answer as recommendations.proto,
 * without bytes in between. Any language that can call C can be the caller; any that can export C can be the callee.
 *
 * Text      is UTF-8 given as pointer and length in bytes. It is never NUL-terminated and may hold NUL. The caller
 *           guarantees UTF-8; the library guarantees it for answers. A NULL pointer is allowed where the length is 0.
 * Memory    is freed by the side that allocated it. A question is read during the call only. An answer is written
 *           into buffers that the caller owns and reuses. tg_open copies whatever it is given by pointer.
 * Threads   An engine is used by one thread at a time, by any thread. Different engines do not know of each other.
 *           tg_abi, tg_open and tg_last_error may be called at any time from any thread.
 * Failure   Functions answer a code and never end the process, print, raise a signal or unwind through their caller.
 * Versions  A caller calls tg_abi first and nothing else unless magic, version and every size are those it was built
 *           with. The version rises with any change of a struct, of a function's signature or of a meaning. `magic`
 *           and `version` stay the first two fields of tg_abi_info for ever; what follows belongs to the version.
 */
#ifndef TOLLGATE_H
#define TOLLGATE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_MAGIC 0x42414754u /* the bytes "TGAB" on a little endian machine */

#ifndef TG_ABI_VERSION
#define TG_ABI_VERSION 1u
#endif

#ifndef TG_API
#if defined(__GNUC__)
#define TG_API __attribute__((visibility("default")))
#else
#define TG_API
#endif
#endif

/* What a function answers: the table in transports/api/src/status.rs. */
#define TG_OK 0
#define TG_INVALID_ARGUMENT (-1) /* the question makes no sense: negative max_results, NULL with a length */
#define TG_TOO_LARGE (-2)        /* above one of the limits */
#define TG_MALFORMED (-3)        /* bytes that are no message; not used where there are no bytes */
#define TG_DEADLINE (-4)         /* no answer in time; not used by a library that computes in its caller */
#define TG_GONE (-5)             /* what answers is no longer there */
#define TG_INTERNAL (-6)         /* the library failed, for example for want of memory */
#define TG_UNSUPPORTED (-7)      /* the library cannot do that, for example an unknown engine */
/* Not a failure: the answer does not fit. The needed sizes stand in the reply; grow the buffers and call again. */
#define TG_BUFFER_TOO_SMALL 1

/* What answers: see fixtures/src/engine.rs and fixtures/src/catalog.rs for the definitions. */
#define TG_ENGINE_STUB 0u    /* product_0 .. product_{max_results-1}, whoever asks */
#define TG_ENGINE_CATALOG 1u /* the best products of a catalog for this user */
#define TG_ENGINE_WRONG 2u   /* for tests: product_1 .. product_{max_results} */

/* How an engine spends service_ns on each item, on top of its own work. */
#define TG_SERVICE_NONE 0u
#define TG_SERVICE_SLEEP 1u
#define TG_SERVICE_SPIN 2u

/* What a library says of itself. */
typedef struct tg_abi_info {
    uint32_t magic;   /* TG_MAGIC */
    uint32_t version; /* TG_ABI_VERSION */
    uint32_t sizeof_abi_info;
    uint32_t sizeof_request;
    uint32_t sizeof_reply;
    uint32_t sizeof_limits;
    uint32_t sizeof_matrix;
    uint32_t sizeof_config;
    uint32_t sizeof_stamps;
} tg_abi_info;

/* One user's question. */
typedef struct tg_request {
    const char *user_id;
    size_t user_id_len;
    int32_t max_results; /* 0 asks for nothing and is valid */
} tg_request;

/*
 * One answer: the ids one after another without separators, and where each one ends (exclusive byte offsets).
 * The caller sets the buffers and their capacities; every call writes both lengths. After TG_BUFFER_TOO_SMALL they
 * are the needed sizes and the buffers hold nothing of use; after a failure both are 0.
 */
typedef struct tg_reply {
    char *text;
    size_t text_cap; /* bytes */
    size_t text_len;
    uint32_t *ends;
    size_t ends_cap; /* entries */
    size_t ends_len; /* number of ids */
} tg_reply;

/* What a question may be at most. */
typedef struct tg_limits {
    size_t max_items;         /* items in one tg_batch */
    int32_t max_results;      /* ids in one answer */
    size_t max_user_id_bytes; /* bytes of a user id */
    size_t max_message_bytes; /* bytes of a tg_echo, either way */
} tg_limits;

/* rows x columns values, row after row. */
typedef struct tg_matrix {
    const int8_t *values;
    size_t rows;
    size_t columns;
} tg_matrix;

/* What an engine is made from. */
typedef struct tg_config {
    size_t struct_size;    /* sizeof(tg_config) */
    uint32_t engine;       /* TG_ENGINE_.. */
    uint32_t service_kind; /* TG_SERVICE_.. */
    uint64_t service_ns;
    tg_limits limits;
    tg_matrix products; /* TG_ENGINE_CATALOG only: at least one row, 1 to 1,024 columns */
    tg_matrix users;    /* TG_ENGINE_CATALOG only: at least one row, as many columns as products */
} tg_config;

/* How long the library took for its parts of one call, by its own clock. */
typedef struct tg_stamps {
    uint64_t decode_ns; /* 0 where nothing is decoded */
    uint64_t compute_ns;
    uint64_t encode_ns; /* 0 where nothing is encoded */
} tg_stamps;

/* A ready engine with memory of its own. */
typedef struct tg_engine tg_engine;

/* What this library speaks; never NULL, valid for as long as the library is loaded. */
TG_API const tg_abi_info *tg_abi(void);

/* Makes an engine. Writes it to *engine, or NULL there after a failure. Give it back with tg_close. */
TG_API int32_t tg_open(const tg_config *config, tg_engine **engine);

/* Frees an engine. NULL is allowed and does nothing. */
TG_API void tg_close(tg_engine *engine);

/* Answers one question. A negative max_results is refused first, then a large one, then a long user id. */
TG_API int32_t tg_call(tg_engine *engine, const tg_request *request, tg_reply *reply);

/* tg_call that also tells how long it took. *stamps is written after TG_OK only. */
TG_API int32_t tg_call_stamped(tg_engine *engine, const tg_request *request, tg_reply *reply, tg_stamps *stamps);

/*
 * Answers `items` questions in order; replies[i] answers requests[i]. The first failure ends the batch, and the
 * answers are of no use then. TG_BUFFER_TOO_SMALL comes after all items were answered, with the needed sizes in every
 * reply, so that the caller grows once and asks the whole batch again.
 */
TG_API int32_t tg_batch(tg_engine *engine, const tg_request *requests, tg_reply *replies, size_t items);

/*
 * Opaque bytes there, back_len bytes back, without the engine: the payload, repeated as often as needed and then cut
 * (zeros for an empty payload). The two buffers do not overlap.
 */
TG_API int32_t tg_echo(tg_engine *engine, const uint8_t *payload, size_t payload_len, uint8_t *back, size_t back_len);

/*
 * tg_call and tg_batch on bytes: a RecommendationRequest of recommendations.proto in, encoded as protobuf, and the encoded
 * RecommendationResponse out; the ..Batch messages for tg_batch_protobuf. The answer is written to `reply`, whose size is
 * reply_cap bytes, and its length to *reply_len: the needed one after TG_BUFFER_TOO_SMALL, 0 after a failure. Bytes that are
 * no message are TG_MALFORMED. `stamps` may be NULL; otherwise it is written after TG_OK only. Nothing overlaps.
 *
 * A library may leave out both functions: a caller looks for them by name.
 */
TG_API int32_t tg_call_protobuf(tg_engine *engine, const uint8_t *request, size_t request_len, uint8_t *reply,
                                size_t reply_cap, size_t *reply_len, tg_stamps *stamps);
TG_API int32_t tg_batch_protobuf(tg_engine *engine, const uint8_t *requests, size_t requests_len, uint8_t *replies,
                                 size_t replies_cap, size_t *replies_len, tg_stamps *stamps);

/*
 * Words for a person on the last failure of this thread, as far as text_cap allows. Answers their whole length in
 * bytes; 0 when there was no failure.
 */
TG_API size_t tg_last_error(char *text, size_t text_cap);

#ifdef __cplusplus
}
#endif

#endif
