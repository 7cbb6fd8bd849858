/*
 * The engine: what tollgate.c makes and catalog.c searches. Not part of the contract.
 */
#ifndef TOLLGATE_ENGINE_H
#define TOLLGATE_ENGINE_H

#include "tollgate.h"

struct tg_engine {
    tg_limits limits;
    uint32_t kind;
    uint32_t service_kind;
    uint64_t service_ns;
    char *names;         /* all ids that an answer can hold, as one text */
    uint32_t *ends;      /* id i is names[ends[i]..ends[i + 1]] */
    size_t product_rows; /* from here on: catalog only */
    size_t user_rows;
    size_t width;      /* columns, rounded up to ROW_STEP */
    int16_t *products; /* product_rows x width: int16, because CPUs multiply and add pairs of those at once */
    int16_t *users;    /* user_rows x width */
    uint64_t *best;    /* room for the best of one search */
};

/* Copies products and users into the search layout. Its memory is freed by tg_close, also after a failure. */
int32_t catalog_open(tg_engine *engine, const tg_config *config);

/* Answers a question that is within the limits. */
int32_t catalog_search(tg_engine *engine, const tg_request *request, tg_reply *reply);

#endif
