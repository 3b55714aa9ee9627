/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_swift.c
 * @brief The module as httpd sees it: its record, its life, its hooks. All
 *        that can be decided in Swift is decided in libModSwift.
 *
 *   msw_directives.c the directives
 *   msw_handlers.c   … that name Swift functions
 *   msw_settings.c   … that do not
 *   msw_config.c     what they have set, merged
 *   msw_sections.c   the sections, for "httpd -t -D DUMP_SWIFT_MODULES"
 *   msw_phases.c     one trampoline for each phase of a request
 *   msw_hook_order.c      the order of hooks, and those that few servers need
 *   msw_providers.c  what mod_authn_core and mod_authz_core ask
 *   msw_include.c    the element #swift of mod_include's pages
 *   msw_optional.c   what other modules call (mod_swift.h)
 *   msw_hooks.c      those of content and connections
 *   msw_filters.c    the filters, by name
 */
#include "msw_shim.h"

#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <util_mutex.h>

/* ---- Life ---------------------------------------------------------------
 *
 * httpd reads its configuration twice and unloads its modules in between, and
 * again at every restart. The shim and the library are linked -z nodelete, so
 * what is static here survives; what comes from a pool must not be kept here.
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
    /* Made in post_config, where a store of sessions needs it. */
    ap_mutex_register(pconf, MSW_STORE_MUTEX, NULL, APR_LOCK_DEFAULT, 0);
    return OK;
}

/* After it was processed, before there are logs; RUN_ALL. */
static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *s)
{
    if (ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST
        && msw_library_entry != NULL) {
        msw_library_entry->check_config(s);
    }
    return OK;
}

/* The configuration is only looked at ("httpd -t"); RUN_ALL. */
static void test_config(apr_pool_t *pconf, server_rec *s)
{
    if (msw_library_entry != NULL
        && ap_exists_config_define(MSW_DUMP_MODULES)) {
        msw_library_entry->dump_modules(s, msw_sections(pconf, s));
    }
}

/* Then, with open logs; RUN_ALL. */
static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *s)
{
    int status;

    /* The first of the two passes of a start is a rehearsal. */
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
        /* Until the next reading of the configuration. */
        msw_library_entry = NULL;
        return OK;
    }
    msw_register_include();
    return status;
}

/* In each new child, before it serves; RUN_ALL. */
static void child_init(apr_pool_t *pchild, server_rec *s)
{
    if (msw_library_entry != NULL) {
        msw_library_entry->child_init(pchild, s);
    }
}

/* The same, behind all other modules, which may have installed signal
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
