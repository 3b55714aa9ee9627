/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_sessions_c.c
 * @brief What Benchmarks/sessions/sessions.swift does with the default store,
 *        as a module in C: the handlers sessions-c-none, -count and -read. A
 *        record is a number; it is found by the cookie, locked by a byte of a
 *        file, read, written beside its place and renamed, as mod_swift does.
 *
 *   SessionsDirectory PATH    where locks and records are
 */
#define _GNU_SOURCE
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <apr_strings.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

module AP_MODULE_DECLARE_DATA sessions_c_module;

#define ID_LENGTH 32

static const char *directory;

/* The id of the cookie "id"; NULL where it is none. */
static const char *find_id(request_rec *r)
{
    const char *field = apr_table_get(r->headers_in, "Cookie");
    const char *id = field == NULL ? NULL : strstr(field, "id=");
    size_t length = id == NULL ? 0 : strspn(id + 3, "0123456789abcdef");

    return length == ID_LENGTH ? apr_pstrmemdup(r->pool, id + 3, length)
                               : NULL;
}

static int take_lock(request_rec *r, const char *id)
{
    char digits[17];
    struct flock range = { .l_type = F_WRLCK, .l_len = 1 };
    int file = open(apr_pstrcat(r->pool, directory, "/locks", NULL),
                    O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    apr_cpystrn(digits, id, sizeof(digits));
    range.l_start = (off_t)(strtoull(digits, NULL, 16) >> 2);
    while (fcntl(file, F_OFD_SETLK, &range) != 0) {
        usleep(50);
    }
    return file;
}

static apr_status_t give_back(void *file)
{
    close((int)(apr_uintptr_t)file);
    return APR_SUCCESS;
}

static int load(const char *path, long *number)
{
    char text[4096];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? -1 : pread(file, text, sizeof(text) - 1, 0);

    if (file >= 0) {
        close(file);
    }
    if (count < 0) {
        return 0;
    }
    text[count] = '\0';
    *number = atol(text);
    return 1;
}

static void save(request_rec *r, const char *path, long number)
{
    const char *text = apr_ltoa(r->pool, number);
    const char *draft = apr_pstrcat(r->pool, path, ".new", NULL);
    struct stat info;
    int file;

    /* Only what is still there is replaced. */
    if (stat(path, &info) != 0) {
        return;
    }
    file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (write(file, text, strlen(text)) < 0) {
        number = 0;
    }
    close(file);
    rename(draft, path);
}

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    const char *id, *path;
    long number = 0;

    if (strncmp(r->handler, "sessions-c-", 11) != 0) {
        return DECLINED;
    }
    if (strcmp(r->handler + 11, "none") != 0) {
        int counts = strcmp(r->handler + 11, "count") == 0;

        id = find_id(r);
        if (id == NULL) {
            return HTTP_NOT_FOUND;
        }
        if (counts) {
            int lock = take_lock(r, id);

            apr_pool_cleanup_register(r->pool, (void *)(apr_uintptr_t)lock,
                                      give_back, apr_pool_cleanup_null);
        }
        path = apr_pstrcat(r->pool, directory, "/", id, NULL);
        if (!load(path, &number)) {
            return HTTP_NOT_FOUND;
        }
        if (counts) {
            save(r, path, number + 1);
        }
    }
    ap_set_content_type(r, "text/plain");
    ap_rputs("ok\n", r);
    return OK;
}

static const char *set_directory(cmd_parms *cmd, void *config,
                                 const char *path)
{
    directory = path;
    return NULL;
}

static const command_rec directives[] = {
    AP_INIT_TAKE1("SessionsDirectory", set_directory, NULL, RSRC_CONF, ""),
    { NULL }
};

static void register_hooks(apr_pool_t *p)
{
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA sessions_c_module = {
    STANDARD20_MODULE_STUFF,
    NULL,
    NULL,
    NULL,
    NULL,
    directives,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
