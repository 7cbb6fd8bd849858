/*
 * The words of the last error of each thread: kept by whatever fails, read by tg_last_error. It knows no engine.
 */
#include "error.h"

#include "tollgate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char last_error[200];

int32_t fail(int32_t code, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(last_error, sizeof last_error, format, values);
    va_end(values);
    return code;
}

size_t tg_last_error(char *text, size_t text_cap) {
    size_t length = strlen(last_error);
    if (text && text_cap > 0) {
        memcpy(text, last_error, length < text_cap ? length : text_cap);
    }
    return length;
}
