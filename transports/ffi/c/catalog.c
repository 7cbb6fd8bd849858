/*
 * The exact top-k product search: best dot products of small integers first, ties by lower index. Its definition,
 * the same in every language, is fixtures/src/catalog.rs. It makes no ids: that is tollgate.c.
 */
#include "engine.h"
#include "error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 1024u /* the limit of the contract: engines that score in float32 stay exact up to here */
/* Rows are padded with zeros to whole vectors, so that the compiler's loop has no rest. */
#define ROW_STEP 8u

/* The matrix as int16 in rows of `width`; NULL when there is no memory. */
static int16_t *widen(const tg_matrix *matrix, size_t width) {
    int16_t *wide = width > SIZE_MAX / sizeof *wide ? NULL : calloc(matrix->rows, width * sizeof *wide);
    for (size_t row = 0; wide && row < matrix->rows; row++) {
        for (size_t column = 0; column < matrix->columns; column++) {
            wide[row * width + column] = matrix->values[row * matrix->columns + column];
        }
    }
    return wide;
}

int32_t catalog_open(tg_engine *engine, const tg_config *config) {
    const tg_matrix *products = &config->products, *users = &config->users;
    if (!products->values || !users->values || products->rows == 0 || users->rows == 0) {
        return fail(TG_INVALID_ARGUMENT, "the catalog engine needs products and users");
    }
    if (products->columns != users->columns) {
        return fail(TG_INVALID_ARGUMENT, "products have %zu columns and users %zu", products->columns,
                    users->columns);
    }
    if (products->columns == 0 || products->columns > MAX_COLUMNS) {
        return fail(TG_INVALID_ARGUMENT, "%zu columns; 1 to %u are taken", products->columns, MAX_COLUMNS);
    }
    size_t most = (size_t)config->limits.max_results;
    most = most < products->rows ? most : products->rows;
    engine->width = (products->columns + ROW_STEP - 1) / ROW_STEP * ROW_STEP;
    engine->product_rows = products->rows;
    engine->user_rows = users->rows;
    engine->products = widen(products, engine->width);
    engine->users = widen(users, engine->width);
    engine->best = calloc(most + 1, sizeof *engine->best); /* never of size 0, for which NULL may be an answer */
    if (!engine->products || !engine->users || !engine->best) {
        return fail(TG_INTERNAL, "no memory for %zu products and %zu users", products->rows, users->rows);
    }
    return TG_OK;
}

/* One number whose descending order is: score descending, then index ascending. */
static uint64_t key_of(int32_t score, size_t index) {
    return (uint64_t)((int64_t)score - INT32_MIN) << 32 | (uint32_t)~(uint32_t)index;
}

static int32_t score_of(uint64_t key) { return (int32_t)((int64_t)(key >> 32) + INT32_MIN); }

static size_t index_of(uint64_t key) { return (uint32_t)~(uint32_t)key; }

static uint64_t fnv1a_64(const char *bytes, size_t length) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t at = 0; at < length; at++) {
        hash = (hash ^ (unsigned char)bytes[at]) * 0x00000100000001b3u;
    }
    return hash;
}

/* Reads decimal digits without leading zeros. */
static bool read_decimal(const char *digits, size_t length, size_t *value) {
    *value = 0;
    for (size_t at = 0; at < length; at++) {
        size_t digit = (size_t)(unsigned char)digits[at] - '0';
        if (digit > 9 || *value > (SIZE_MAX - digit) / 10) {
            return false;
        }
        *value = *value * 10 + digit;
    }
    return length == 1 || (length > 1 && digits[0] != '0');
}

/* user_<n> with n below rows is row n; any other text falls back to its hash. */
static size_t row_of(const tg_request *request, size_t rows) {
    static const char prefix[] = "user_";
    const size_t start = sizeof prefix - 1;
    size_t row;
    if (request->user_id_len > start && memcmp(request->user_id, prefix, start) == 0 &&
        read_decimal(request->user_id + start, request->user_id_len - start, &row) && row < rows) {
        return row;
    }
    return (size_t)(fnv1a_64(request->user_id, request->user_id_len) % rows);
}

static inline int32_t dot(const int16_t *restrict product, const int16_t *restrict user, size_t width) {
    int32_t sum = 0;
    width &= ~(size_t)(ROW_STEP - 1); /* changes nothing: tells the compiler that there is no rest */
    for (size_t at = 0; at < width; at++) {
        sum += (int32_t)product[at] * user[at];
    }
    return sum;
}

/* Moves the key at `at` down until no key below it is smaller: the least key is on top. */
static void sink(uint64_t *heap, size_t length, size_t at) {
    uint64_t key = heap[at];
    for (size_t child; (child = 2 * at + 1) < length; at = child) {
        if (child + 1 < length && heap[child + 1] < heap[child]) {
            child++;
        }
        if (key <= heap[child]) {
            break;
        }
        heap[at] = heap[child];
    }
    heap[at] = key;
}

/* Leaves the keys of the `count` best products in engine->best, best first. count is 1 to product_rows. */
static void find_best(tg_engine *engine, const int16_t *user, size_t count) {
    uint64_t *best = engine->best;
    const int16_t *product = engine->products;
    const size_t width = engine->width;
    size_t row = 0;
    for (; row < count; row++, product += width) {
        best[row] = key_of(dot(product, user, width), row);
    }
    for (size_t at = count / 2; at-- > 0;) {
        sink(best, count, at);
    }
    int32_t bar = score_of(best[0]);
    for (; row < engine->product_rows; row++, product += width) {
        int32_t score = dot(product, user, width);
        if (score > bar) { /* on a tie the earlier product stays */
            best[0] = key_of(score, row);
            sink(best, count, 0);
            bar = score_of(best[0]);
        }
    }
    for (size_t left = count; left-- > 1;) {
        uint64_t least = best[0];
        best[0] = best[left];
        best[left] = least;
        sink(best, left, 0);
    }
}

int32_t catalog_search(tg_engine *engine, const tg_request *request, tg_reply *reply) {
    size_t count = (size_t)request->max_results;
    count = count < engine->product_rows ? count : engine->product_rows;
    size_t length = 0;
    if (count > 0) {
        find_best(engine, engine->users + row_of(request, engine->user_rows) * engine->width, count);
    }
    for (size_t at = 0; at < count; at++) {
        size_t index = index_of(engine->best[at]);
        size_t bytes = engine->ends[index + 1] - engine->ends[index];
        if (at < reply->ends_cap && length + bytes <= reply->text_cap) {
            memcpy(reply->text + length, engine->names + engine->ends[index], bytes);
            reply->ends[at] = (uint32_t)(length + bytes);
        }
        length += bytes;
    }
    reply->text_len = length;
    reply->ends_len = count;
    return length <= reply->text_cap && count <= reply->ends_cap ? TG_OK : TG_BUFFER_TOO_SMALL;
}
