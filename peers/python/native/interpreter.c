/*
 * The interpreter in the caller's process: started once, found where this library lies, and locked for each call.
 */
#include "interpreter.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

PyObject *make_engine, *echo_bytes;
static PyObject *status_of;
static int32_t started; /* TG_OK, or why the interpreter did not start */
static char not_started[300];
static pthread_once_t start_once = PTHREAD_ONCE_INIT;
static _Thread_local char last_error[300];
static _Thread_local int is_attached;

int32_t fail(int32_t code, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(last_error, sizeof last_error, format, values);
    va_end(values);
    return code;
}

int32_t fail_raised(void) {
    PyObject *type, *raised, *trace;
    PyErr_Fetch(&type, &raised, &trace);
    PyErr_NormalizeException(&type, &raised, &trace);
    int code = -TG_INTERNAL;
    const char *words = "Python raised an error that cannot be told";
    PyObject *told;
    if (status_of) {
        told = PyObject_CallFunctionObjArgs(status_of, raised, NULL);
    } else { /* the peer's modules could not be imported */
        told = Py_BuildValue("(iN)", code, PyObject_Str(raised));
    }
    if (!told || !PyArg_ParseTuple(told, "is", &code, &words)) {
        PyErr_Clear();
    }
    fail(-code, "%s", words);
    Py_XDECREF(told);
    Py_XDECREF(type);
    Py_XDECREF(raised);
    Py_XDECREF(trace);
    return -code;
}

/* The peer's folder: this library is FOLDER/lib/NAME. */
static int folder_of_peer(char *folder, size_t size) {
    Dl_info found;
    if (!dladdr((const void *)&tg_abi, &found) || strlen(found.dli_fname) >= size) {
        return 0;
    }
    strcpy(folder, found.dli_fname);
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(folder, '/');
        if (!slash) {
            return 0;
        }
        *slash = 0;
    }
    return 1;
}

/* Starts it as that of the peer's environment, deaf to what surrounds it. */
static PyStatus initialize(const char *folder) {
    char python[4200];
    snprintf(python, sizeof python, "%s/venv/bin/python", folder);
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.write_bytecode = 0;
    PyStatus status = PyConfig_SetBytesString(&config, &config.program_name, python);
    if (!PyStatus_Exception(status)) {
        status = Py_InitializeFromConfig(&config);
    }
    PyConfig_Clear(&config);
    return status;
}

/* Finds the peer's modules. The lock is held. */
static int import_peer(const char *folder) {
    PyObject *paths = PySys_GetObject("path"); /* borrowed */
    PyObject *path = PyUnicode_DecodeFSDefault(folder);
    PyObject *module = NULL;
    if (paths && path && PyList_Insert(paths, 0, path) == 0) {
        module = PyImport_ImportModule("tollgate_peer.embedded");
    }
    Py_XDECREF(path);
    if (!module) {
        return 0;
    }
    status_of = PyObject_GetAttrString(module, "status_of");
    make_engine = PyObject_GetAttrString(module, "make");
    echo_bytes = PyObject_GetAttrString(module, "echo_bytes");
    Py_DECREF(module);
    return status_of && make_engine && echo_bytes;
}

/* Modules of Python's own that are shared libraries look for it among what the whole process has, and the caller has
 * loaded it for this library alone. */
static int share_libpython(void) {
    Dl_info found;
    return dladdr((const void *)&Py_GetVersion, &found) &&
           dlopen(found.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

static void start(void) {
    char folder[4096];
    started = TG_INTERNAL;
    if (!share_libpython()) {
        snprintf(not_started, sizeof not_started, "libpython cannot be shared with its modules: %s", dlerror());
        return;
    }
    if (!folder_of_peer(folder, sizeof folder)) {
        snprintf(not_started, sizeof not_started, "the folder of this library has no name of its own");
        return;
    }
    /* Another library of the same name may have been loaded in its place. */
    size_t length = strlen(PY_VERSION);
    if (strncmp(Py_GetVersion(), PY_VERSION, length) != 0) {
        snprintf(not_started, sizeof not_started, "built for Python %s, and %.20s was loaded", PY_VERSION,
                 Py_GetVersion());
        return;
    }
    PyStatus status = initialize(folder);
    if (PyStatus_Exception(status)) {
        snprintf(not_started, sizeof not_started, "no interpreter: %s", status.err_msg ? status.err_msg : "it exits");
        return;
    }
    is_attached = 1;
    if (import_peer(folder)) {
        started = TG_OK;
    } else {
        fail_raised();
        memcpy(not_started, last_error, sizeof not_started);
    }
    PyEval_SaveThread();
}

int32_t start_interpreter(void) {
    pthread_once(&start_once, start);
    return started == TG_OK ? TG_OK : fail(started, "%s", not_started);
}

PyGILState_STATE lock(void) {
    /* What Python knows of a thread is made once: to make it anew for each call costs more than the call. */
    if (!is_attached) {
        is_attached = 1;
        PyGILState_Ensure();
        PyEval_SaveThread();
    }
    return PyGILState_Ensure();
}

size_t tg_last_error(char *text, size_t text_cap) {
    size_t length = strlen(last_error);
    if (text && text_cap > 0) {
        memcpy(text, last_error, length < text_cap ? length : text_cap);
    }
    return length;
}
