/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_hooks.c
 * @brief The trampolines of content, connections and other hooks; those of the
 *        other phases are in msw_phases.c. A trampoline makes one cheap check,
 *        with which most requests return, and then calls the library.
 */
#include "msw_shim.h"

#include <ap_mpm.h>
#include <apr_lib.h>
#include <apr_optional_hooks.h>
#include <http_connection.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_status.h>
#include <mpm_common.h>

APLOG_USE_MODULE(swift);

/* "app.swift", and its copies that editors create under names of their own:
 * app.swift~, #app.swift#, app.swift.orig, app.swift___jb_tmp___. */
static int is_source_name(const char *path)
{
    static const char extension[] = ".swift";
    const char *name = strrchr(path, '/');

    for (name = name ? name + 1 : path; *name; name++) {
        if (strncasecmp(name, extension, sizeof(extension) - 1) == 0
            && !apr_isalnum(name[sizeof(extension) - 1])) {
            return 1;
        }
    }
    return 0;
}

/* Whether the file is the source of a handler, if handlers are configured: it
 * is not content, unless the configuration says so explicitly ("SetHandler
 * default-handler"). */
static int is_handler_source(request_rec *r)
{
    const msw_dir_config *conf = ap_get_module_config(r->per_dir_config,
                                                      &swift_module);

    return conf != NULL && r->filename != NULL
           && (conf->phases != 0 || conf->input_filters != NULL
               || conf->output_filters != NULL)
           && is_source_name(r->filename)
           && strcmp(r->handler, "default-handler") != 0;
}

/* Content; RUN_FIRST: the first module that does not decline sends the
 * response. */
static int content(request_rec *r)
{
    if (strcmp(r->handler, MSW_HANDLER_NAME) == 0) {
        return msw_enter_phase(r, MSW_PHASE_CONTENT);
    }
    if (strcmp(r->handler, MSW_SOURCE_HANDLER_NAME) == 0
        || is_handler_source(r)) {
        return msw_library_entry ? msw_library_entry->refuse_source(r)
                                 : HTTP_FORBIDDEN;
    }
    return DECLINED;
}

/* While mod_status writes its page; RUN_ALL. Optional: without mod_status the
 * hook is never run. */
static int status_page(request_rec *r, int flags)
{
    return msw_library_entry ? msw_library_entry->status_page(r, flags)
                             : DECLINED;
}

static int has_connection_handlers(const conn_rec *c)
{
    const msw_server_config *conf =
        ap_get_module_config(c->base_server->module_config, &swift_module);

    return conf->connection_handlers != NULL && c->master == NULL;
}

/* A new connection, or a parked one that is readable; RUN_FIRST: if all
 * decline, httpd processes it as HTTP. An HTTP/2 stream is not a separate
 * connection. */
static int process_connection(conn_rec *c)
{
    if (!has_connection_handlers(c)) {
        return DECLINED;
    }
    return msw_library_entry ? msw_library_entry->process_connection(c)
                             : HTTP_SERVICE_UNAVAILABLE;
}

/* Before the end of a connection, which may have been parked too long; RUN_ALL.
 * Output is still sent. */
static int pre_close_connection(conn_rec *c)
{
    if (has_connection_handlers(c) && msw_library_entry != NULL) {
        msw_library_entry->close_connection(c);
    }
    return OK;
}

/* In the parent: a child was started, or has ended; RUN_ALL. */
static void child_status(server_rec *s, pid_t pid, ap_generation_t gen,
                         int slot, mpm_child_status state)
{
    if (state == MPM_CHILD_EXITED && msw_library_entry != NULL) {
        msw_library_entry->child_ended(s, pid, slot);
    }
}

#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
/* In a child that is about to end, perhaps in a signal handler; RUN_ALL. */
static void child_stopping(apr_pool_t *pchild, int graceful)
{
    if (msw_library_entry != NULL) {
        msw_library_entry->child_stopping(graceful);
    }
}
#endif

/* httpd is about to send an error document; RUN_ALL. */
static void insert_error_filter(request_rec *r)
{
    if (msw_library_entry != NULL
        && ap_get_module_config(r->request_config, &swift_module) != NULL) {
        msw_library_entry->insert_error_filter(r);
    }
}

void msw_register_request_hooks(apr_pool_t *p)
{
    static const char *const tls[] = { "mod_ssl.c", NULL };

    ap_hook_process_connection(process_connection, tls, NULL,
                               APR_HOOK_MIDDLE);
    ap_hook_pre_close_connection(pre_close_connection, NULL, NULL,
                                 APR_HOOK_MIDDLE);
    msw_register_providers(p);
    ap_hook_insert_error_filter(insert_error_filter, NULL, NULL,
                                APR_HOOK_LAST);
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_status(child_status, NULL, NULL, APR_HOOK_MIDDLE);
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
    ap_hook_child_stopping(child_stopping, NULL, NULL, APR_HOOK_FIRST);
#endif
    APR_OPTIONAL_HOOK(ap, status_hook, status_page, NULL, NULL,
                      APR_HOOK_MIDDLE);
}
