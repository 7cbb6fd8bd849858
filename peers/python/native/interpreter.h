/*
 * What interpreter.c has for libpython.c. Not part of the contract.
 */
#ifndef TOLLGATE_INTERPRETER_H
#define TOLLGATE_INTERPRETER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "tollgate.h"

/* Functions of tollgate_peer/embedded.py; there once start_interpreter answers TG_OK. */
extern PyObject *make_engine, *echo_bytes;

/* Starts it, at the first call in the process: a code. */
int32_t start_interpreter(void);

/* Takes the lock for this thread; PyGILState_Release gives it back. */
PyGILState_STATE lock(void);

/* Keeps the words for tg_last_error, and answers the code. */
int32_t fail(int32_t code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for what Python raised. The lock is held. */
int32_t fail_raised(void);

#endif
