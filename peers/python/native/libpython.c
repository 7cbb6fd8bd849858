/*
 * Python's engine behind tollgate.h: a library that holds an interpreter, for callers in other languages. The engine
 * itself is Python (tollgate_peer/embedded.py); here a question becomes Python's objects, and the answer text and
 * offsets again.
 *
 * Each call takes the interpreter's lock and gives it back, so that engines of several threads may be called at once,
 * and take turns. A thread keeps what Python knows of it until the process ends, as does the interpreter.
 */
#include "interpreter.h"

#include <string.h>
#include <time.h>

struct tg_engine {
    PyObject *answer;       /* (user_id, max_results) -> [id, ..] */
    PyObject *answer_batch; /* [(user_id, max_results), ..] -> [[id, ..], ..] */
};

/* ---- Questions and answers; the lock is held ---- */

static PyObject *question_of(const tg_request *request) {
    const char *text = request->user_id ? request->user_id : "";
    PyObject *user_id = PyUnicode_DecodeUTF8(text, (Py_ssize_t)request->user_id_len, NULL);
    PyObject *max_results = PyLong_FromLong(request->max_results);
    PyObject *question = user_id && max_results ? PyTuple_Pack(2, user_id, max_results) : NULL;
    Py_XDECREF(user_id);
    Py_XDECREF(max_results);
    return question;
}

/* Writes the ids as far as they fit, and their whole lengths. */
static int32_t write_ids(PyObject *ids, tg_reply *reply) {
    Py_ssize_t count = PyList_Check(ids) ? PyList_GET_SIZE(ids) : -1;
    if (count < 0) {
        return fail(TG_INTERNAL, "the engine answered no list");
    }
    size_t end = 0;
    for (Py_ssize_t at = 0; at < count; at++) {
        Py_ssize_t length;
        const char *id = PyUnicode_AsUTF8AndSize(PyList_GET_ITEM(ids, at), &length);
        if (!id) {
            return fail_raised();
        }
        if (end + (size_t)length <= reply->text_cap && (size_t)at < reply->ends_cap) {
            memcpy(reply->text + end, id, (size_t)length);
            reply->ends[at] = (uint32_t)(end + (size_t)length);
        }
        end += (size_t)length;
    }
    reply->text_len = end;
    reply->ends_len = (size_t)count;
    return end > reply->text_cap || (size_t)count > reply->ends_cap ? TG_BUFFER_TOO_SMALL : TG_OK;
}

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int32_t answer(tg_engine *engine, const tg_request *request, tg_reply *reply, tg_stamps *stamps) {
    uint64_t start = stamps ? now_ns() : 0;
    PyObject *question = question_of(request);
    uint64_t asked = stamps ? now_ns() : 0;
    PyObject *ids = question ? PyObject_CallFunctionObjArgs(engine->answer, question, NULL) : NULL;
    uint64_t answered = stamps ? now_ns() : 0;
    int32_t code = ids ? write_ids(ids, reply) : fail_raised();
    if (stamps && code == TG_OK) {
        *stamps = (tg_stamps){asked - start, answered - asked, now_ns() - answered};
    }
    Py_XDECREF(question);
    Py_XDECREF(ids);
    return code;
}

static int32_t answer_all(tg_engine *engine, const tg_request *requests, tg_reply *replies, size_t items) {
    PyObject *questions = PyList_New((Py_ssize_t)items);
    for (size_t at = 0; questions && at < items; at++) {
        PyObject *question = question_of(&requests[at]);
        if (!question) {
            Py_CLEAR(questions);
            break;
        }
        PyList_SET_ITEM(questions, (Py_ssize_t)at, question);
    }
    PyObject *all = questions ? PyObject_CallFunctionObjArgs(engine->answer_batch, questions, NULL) : NULL;
    int32_t code = all ? TG_OK : fail_raised();
    if (all && (!PyList_Check(all) || (size_t)PyList_GET_SIZE(all) != items)) {
        code = fail(TG_INTERNAL, "the engine answered no list of %zu answers", items);
    }
    for (size_t at = 0; code >= 0 && at < items; at++) {
        int32_t each = write_ids(PyList_GET_ITEM(all, (Py_ssize_t)at), &replies[at]);
        code = each < 0 ? each : code | each; /* TG_OK or TG_BUFFER_TOO_SMALL */
    }
    Py_XDECREF(questions);
    Py_XDECREF(all);
    return code;
}

/* Whatever failed, a NULL beside them too: the lengths of the replies are 0 then. */
static int32_t blank_after_failure(int32_t code, tg_reply *replies, size_t items) {
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

/* An engine that Python makes of these settings; NULL where it raised. The lock is held. */
static tg_engine *made_of(const tg_config *config) {
    const tg_matrix *each[] = {&config->products, &config->users};
    PyObject *matrices[2] = {NULL, NULL};
    for (int at = 0; at < 2; at++) {
        const char *values = (const char *)each[at]->values;
        matrices[at] = Py_BuildValue("(nny#)", (Py_ssize_t)each[at]->rows, (Py_ssize_t)each[at]->columns,
                                     values ? values : "",
                                     values ? (Py_ssize_t)(each[at]->rows * each[at]->columns) : 0);
    }
    PyObject *made = NULL;
    if (matrices[0] && matrices[1]) {
        const tg_limits *limits = &config->limits;
        made = PyObject_CallFunction(make_engine, "IIKOO(ninn)", config->engine, config->service_kind,
                                     (unsigned long long)config->service_ns, matrices[0], matrices[1],
                                     (Py_ssize_t)limits->max_items, (int)limits->max_results,
                                     (Py_ssize_t)limits->max_user_id_bytes, (Py_ssize_t)limits->max_message_bytes);
    }
    Py_XDECREF(matrices[0]);
    Py_XDECREF(matrices[1]);
    tg_engine *engine = made ? PyMem_RawCalloc(1, sizeof *engine) : NULL;
    if (engine) {
        engine->answer = PyObject_GetAttrString(made, "answer");
        engine->answer_batch = PyObject_GetAttrString(made, "answer_batch");
    }
    Py_XDECREF(made);
    return engine;
}

int32_t tg_open(const tg_config *config, tg_engine **engine) {
    if (!engine) {
        return fail(TG_INVALID_ARGUMENT, "tg_open was given NULL");
    }
    *engine = NULL;
    if (!config || config->struct_size != sizeof *config) {
        return fail(TG_UNSUPPORTED, "tg_config is missing or not of %zu bytes", sizeof *config);
    }
    int32_t code = start_interpreter();
    if (code != TG_OK) {
        return code;
    }
    PyGILState_STATE state = lock();
    *engine = made_of(config);
    code = *engine ? TG_OK : fail_raised();
    PyGILState_Release(state);
    return code;
}

void tg_close(tg_engine *engine) {
    if (engine) {
        PyGILState_STATE state = lock();
        Py_XDECREF(engine->answer);
        Py_XDECREF(engine->answer_batch);
        PyMem_RawFree(engine);
        PyGILState_Release(state);
    }
}

/* One question, whose callee is asked for its durations where `stamps` is not NULL. */
static int32_t call(tg_engine *engine, const tg_request *request, tg_reply *reply, tg_stamps *stamps) {
    if (!request->user_id && request->user_id_len > 0) {
        return fail(TG_INVALID_ARGUMENT, "user_id is NULL and has a length");
    }
    PyGILState_STATE state = lock();
    int32_t code = answer(engine, request, reply, stamps);
    PyGILState_Release(state);
    return code;
}

int32_t tg_call(tg_engine *engine, const tg_request *request, tg_reply *reply) {
    int32_t code = engine && request && reply ? call(engine, request, reply, NULL)
                                              : fail(TG_INVALID_ARGUMENT, "tg_call was given NULL");
    return blank_after_failure(code, reply, 1);
}

int32_t tg_call_stamped(tg_engine *engine, const tg_request *request, tg_reply *reply, tg_stamps *stamps) {
    int32_t code = engine && request && reply && stamps ? call(engine, request, reply, stamps)
                                                        : fail(TG_INVALID_ARGUMENT, "tg_call_stamped was given NULL");
    return blank_after_failure(code, reply, 1);
}

static int32_t batch(tg_engine *engine, const tg_request *requests, tg_reply *replies, size_t items) {
    for (size_t at = 0; at < items; at++) {
        if (!requests[at].user_id && requests[at].user_id_len > 0) {
            return fail(TG_INVALID_ARGUMENT, "user_id is NULL and has a length");
        }
    }
    PyGILState_STATE state = lock();
    int32_t code = answer_all(engine, requests, replies, items);
    PyGILState_Release(state);
    return code;
}

int32_t tg_batch(tg_engine *engine, const tg_request *requests, tg_reply *replies, size_t items) {
    int32_t code = engine && (items == 0 || (requests && replies))
                       ? batch(engine, requests, replies, items)
                       : fail(TG_INVALID_ARGUMENT, "tg_batch was given NULL");
    return blank_after_failure(code, replies, items);
}

int32_t tg_echo(tg_engine *engine, const uint8_t *payload, size_t payload_len, uint8_t *back, size_t back_len) {
    if (!engine || (!payload && payload_len > 0) || (!back && back_len > 0)) {
        return fail(TG_INVALID_ARGUMENT, "tg_echo was given NULL");
    }
    PyGILState_STATE state = lock();
    PyObject *echoed = PyObject_CallFunction(echo_bytes, "y#n", payload ? (const char *)payload : "",
                                             (Py_ssize_t)payload_len, (Py_ssize_t)back_len);
    int32_t code = echoed ? TG_OK : fail_raised();
    if (echoed && (!PyBytes_Check(echoed) || (size_t)PyBytes_GET_SIZE(echoed) != back_len)) {
        code = fail(TG_INTERNAL, "the echo is not of %zu bytes", back_len);
    } else if (echoed && back_len > 0) {
        memcpy(back, PyBytes_AS_STRING(echoed), back_len);
    }
    Py_XDECREF(echoed);
    PyGILState_Release(state);
    return code;
}
