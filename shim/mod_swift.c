/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_swift.c
 * @brief The module as httpd sees it: its record, its lifecycle, its hooks.
 *        libModSwift makes all decisions that can be made in Swift.
 *
 *   msw_directives.c the directives
 *   msw_handlers.c   … that name Swift functions
 *   msw_settings.c   … that do not
 *   msw_config.c     the values that they have set, merged
 *   msw_sections.c   the sections, for "httpd -t -D DUMP_SWIFT_MODULES"
 *   msw_phases.c     one trampoline for each phase of a request
 *   msw_hook_order.c the order of hooks, and those that few servers need
 *   msw_providers.c  providers for mod_authn_core and mod_authz_core
 *   msw_include.c    the element #swift in pages of mod_include
 *   msw_optional.c   functions for other modules (mod_swift.h)
 *   msw_hooks.c      the hooks of content and connections
 *   msw_filters.c    the filters, by name
 */
#include "msw_shim.h"

#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <util_mutex.h>

/* ---- Lifecycle ----------------------------------------------------------
 *
 * httpd reads its configuration twice and unloads its modules in between, and
 * again at every restart. The shim and the library are linked -z nodelete, so
 * static data survives here; pointers into pools must not be kept in it.
 */

APLOG_USE_MODULE(swift);

const msw_entry_points *msw_library_entry;

/* After a request, in which a script of another module may have installed
 * signal handlers; RUN_ALL. Only in servers that have such modules. */
static int after_request(request_rec *r)
{
    if (msw_library_entry != NULL) {
        msw_library_entry->take_signals(0);
    }
    return DECLINED;
}

/* After the configuration was read, before it is processed; RUN_ALL. */
static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    msw_read_hook_orders(ptemp);
    msw_register_names(pconf);
    msw_register_phases();
    if (msw_library_entry != NULL && msw_library_entry->watches_signals()) {
        ap_hook_log_transaction(after_request, NULL, NULL,
                                APR_HOOK_REALLY_LAST);
    }
    msw_need_phases_for_htaccess();
    /* Created in post_config, if a session store needs it. */
    ap_mutex_register(pconf, MSW_STORE_MUTEX, NULL, APR_LOCK_DEFAULT, 0);
    return OK;
}

/* After the configuration was processed, before logs are open; RUN_ALL. */
static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *s)
{
    if (ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST
        && msw_library_entry != NULL) {
        msw_library_entry->check_config(s);
    }
    return OK;
}

/* The configuration is only checked ("httpd -t"); RUN_ALL. */
static void test_config(apr_pool_t *pconf, server_rec *s)
{
    if (msw_library_entry != NULL
        && ap_exists_config_define(MSW_DUMP_MODULES)) {
        msw_library_entry->dump_modules(s, msw_sections(pconf, s));
    }
}

/* After check_config, with open logs; RUN_ALL. */
static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *s)
{
    int status;

    /* The first of the two passes of a start does no work. */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK;
    }
    if (msw_library_entry == NULL) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s,
                     "MSW0001: this mod_swift.so and the libModSwift already "
                     "in the process belong to different builds; Swift "
                     "handlers respond with 503 until the server is stopped "
                     "and started again (a graceful restart is not enough)");
        return OK;
    }
    ((msw_server_config *)ap_get_module_config(s->module_config, &swift_module))
        ->has_early_phases = msw_has_early_phases();
    status = msw_library_entry->post_config(pconf, ptemp, s);
    if (status == DECLINED) {
        /* Until the configuration is read again. */
        msw_library_entry = NULL;
        return OK;
    }
    msw_register_include();
    return status;
}

/* In each new child, before it serves requests; RUN_ALL. */
static void child_init(apr_pool_t *pchild, server_rec *s)
{
    if (msw_library_entry != NULL) {
        msw_library_entry->child_init(pchild, s);
    }
}

/* child_init after all other modules, which may have installed signal
 * handlers; RUN_ALL. */
static void child_init_last(apr_pool_t *pchild, server_rec *s)
{
    if (msw_library_entry != NULL) {
        msw_library_entry->take_signals(1);
    }
}

static void register_hooks(apr_pool_t *p)
{
    msw_library_entry = msw_library(MSW_ENTRY_ABI, MSW_BUILD_ID, &swift_module);

    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(test_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init_last, NULL, NULL,
                       APR_HOOK_REALLY_LAST + 100);
    msw_register_request_hooks(p);
    msw_register_optional_functions();
    msw_register_added_filters();
}

/* ---- Record ------------------------------------------------------------- */

module AP_MODULE_DECLARE_DATA swift_module = {
    STANDARD20_MODULE_STUFF,
    msw_create_dir_config,
    msw_merge_dir_config,
    msw_create_server_config,
    msw_merge_server_config,
    msw_directives,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
