/*
 * How a failure gets its words. Not part of the contract.
 */
#ifndef TOLLGATE_ERROR_H
#define TOLLGATE_ERROR_H

#include <stdint.h>

/* Keeps the words for tg_last_error and gives the code back. */
int32_t fail(int32_t code, const char *format, ...);

#endif
