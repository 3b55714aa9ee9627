/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_hook_order.c
 * @brief The positions of our hooks in httpd's order (SwiftHookOrder), and the
 *        hooks that are registered only if a directive needs them.
 *
 * httpd sorts its hooks once more after the configuration has been processed,
 * so both may be set until then. No data here outlives one reading of the
 * configuration.
 */
#include "msw_shim.h"

#include <apr_strings.h>
#include <http_connection.h>
#include <http_core.h>
#include <http_request.h>

/* ---- Order -------------------------------------------------------------- */

static const struct {
    const char *name;
    msw_phase phase;
} orderable[] = {
    { "PreConnection", MSW_PHASE_PRE_CONNECTION },
    { "PostReadRequest", MSW_PHASE_POST_READ_REQUEST },
    { "Quick", MSW_PHASE_QUICK },
    { "Trans", MSW_PHASE_TRANS },
    { "MapToStorage", MSW_PHASE_MAP_TO_STORAGE },
    { "HeaderParser", MSW_PHASE_HEADER_PARSER },
    { "Access", MSW_PHASE_ACCESS },
    { "Authen", MSW_PHASE_AUTHEN },
    { "Authz", MSW_PHASE_AUTHZ },
    { "Type", MSW_PHASE_TYPE },
    { "Fixup", MSW_PHASE_FIXUP },
    { "Log", MSW_PHASE_LOG },
    { NULL }
};

static const struct {
    const char *name;
    int order;
} orders[] = {
    { "early", APR_HOOK_FIRST - 1 },
    { "middle", APR_HOOK_MIDDLE },
    { "late", APR_HOOK_LAST + 1 },
    { NULL }
};

/* Represents all phases before the response that are registered together. */
#define EARLY_PHASES MSW_PHASE_FIXUP

/* By phase; APR_HOOK_MIDDLE unless a directive sets another order. */
static int chosen[MSW_PHASE_COUNT];

int msw_hook_order(msw_phase phase)
{
    return chosen[phase];
}

/* @return NULL, or an error message. */
static const char *set_order(apr_pool_t *p, const char *args,
                             msw_phase *phase_found)
{
    const char *phase = ap_getword_conf(p, &args);
    const char *order = ap_getword_conf(p, &args);
    const char *names = "";
    int i, j;

    for (i = 0; orderable[i].name; i++) {
        if (ap_cstr_casecmp(orderable[i].name, phase) == 0) {
            break;
        }
        names = apr_pstrcat(p, names, i ? ", " : "", orderable[i].name, NULL);
    }
    if (orderable[i].name == NULL) {
        return apr_pstrcat(p, "SwiftHookOrder: there is no phase \"", phase,
                           "\" whose order can be chosen; there are ", names,
                           NULL);
    }
    for (j = 0; orders[j].name; j++) {
        if (ap_cstr_casecmp(orders[j].name, order) == 0) {
            chosen[orderable[i].phase] = orders[j].order;
            *phase_found = orderable[i].phase;
            return NULL;
        }
    }
    return apr_pstrcat(p, "SwiftHookOrder: \"", order, "\" is not an order; "
                       "write early, middle or late", NULL);
}

/* Hooks are registered before the directives are processed, but after all of
 * them have been read: they are in httpd's tree. Errors are reported when the
 * directive itself is processed. */
void msw_read_hook_orders(apr_pool_t *ptemp)
{
    const ap_directive_t *each;
    msw_phase found;
    int phase;

    for (phase = 0; phase < MSW_PHASE_COUNT; phase++) {
        chosen[phase] = APR_HOOK_MIDDLE;
    }
    for (each = ap_conftree; each != NULL; each = each->next) {
        if (ap_cstr_casecmp(each->directive, "SwiftHookOrder") == 0) {
            set_order(ptemp, each->args, &found);
        }
    }
}

const char *msw_set_hook_order(cmd_parms *cmd, void *config, const char *args)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    msw_phase phase;

    if (error != NULL) {
        return apr_pstrcat(cmd->pool, error, ": the order of hooks holds for "
                           "the whole server", NULL);
    }
    if ((error = set_order(cmd->temp_pool, args, &phase)) == NULL
        && phase != MSW_PHASE_PRE_CONNECTION && phase != MSW_PHASE_LOG) {
        msw_need_phase(EARLY_PHASES);
    }
    return error;
}

/* ---- Hooks that few servers need ---------------------------------------- */

/* Before any other processing of a request; RUN_FIRST. Declines subrequests
 * that are only looked up. */
static int quick_handler(request_rec *r, int lookup)
{
    return !lookup && msw_is_configured(r, MSW_BIT(MSW_PHASE_QUICK))
        ? msw_enter_phase(r, MSW_PHASE_QUICK) : DECLINED;
}

/* Between the file name and its sections; RUN_FIRST. */
static int map_to_storage(request_rec *r)
{
    return msw_is_configured(r, MSW_BIT(MSW_PHASE_MAP_TO_STORAGE))
        ? msw_enter_phase(r, MSW_PHASE_MAP_TO_STORAGE) : DECLINED;
}

/* A new connection; RUN_ALL. Ignores HTTP/2 streams and connections to
 * backends, which are not client connections. */
static int pre_connection(conn_rec *c, void *socket)
{
    const msw_server_config *conf =
        ap_get_module_config(c->base_server->module_config, &swift_module);

    if (conf->pre_connection_handlers == NULL || c->master != NULL
        || c->outgoing) {
        return DECLINED;
    }
    return msw_library_entry ? msw_library_entry->pre_connection(c)
                             : HTTP_SERVICE_UNAVAILABLE;
}

/* The phases that have hooks. httpd clears its hooks with the pool of the
 * configuration. */
static unsigned int *registered_phases(void)
{
    static const char key[] = "mod_swift-hooks";
    unsigned int *phases;

    apr_pool_userdata_get((void **)&phases, key, apr_hook_global_pool);
    if (phases == NULL) {
        phases = apr_pcalloc(apr_hook_global_pool, sizeof(*phases));
        apr_pool_userdata_setn(phases, key, NULL, apr_hook_global_pool);
    }
    return phases;
}

/* A hook that is registered twice would run twice. */
static int is_registered(msw_phase phase)
{
    unsigned int *phases = registered_phases();

    if (*phases & MSW_BIT(phase)) {
        return 1;
    }
    *phases |= MSW_BIT(phase);
    return 0;
}

int msw_has_early_phases(void)
{
    return (*registered_phases() & MSW_BIT(EARLY_PHASES)) != 0;
}

/* Hooks are registered while the configuration is read, by the one thread that
 * reads it; a .htaccess file comes later. */
static int is_serving(void)
{
    return ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_RUN_MPM;
}

static int allows_htaccess(const ap_directive_t *tree)
{
    for (; tree != NULL; tree = tree->next) {
        if ((ap_cstr_casecmp(tree->directive, "AllowOverride") == 0
             || ap_cstr_casecmp(tree->directive, "AllowOverrideList") == 0)
            && ap_cstr_casecmp(tree->args, "None") != 0) {
            return 1;
        }
        if (allows_htaccess(tree->first_child)) {
            return 1;
        }
    }
    return 0;
}

void msw_need_phases_for_htaccess(void)
{
    if (allows_htaccess(ap_conftree)) {
        msw_need_phase(EARLY_PHASES);
    }
}

void msw_need_phase(msw_phase phase)
{
    int order = msw_hook_order(phase);

    if (phase == MSW_PHASE_CONTENT || phase == MSW_PHASE_LOG
        || phase == MSW_PHASE_CLEANUP || is_serving()) {
        return;
    }
    if (phase != MSW_PHASE_PRE_CONNECTION && !is_registered(EARLY_PHASES)) {
        msw_register_early_phases();
    }
    if (phase != MSW_PHASE_QUICK && phase != MSW_PHASE_MAP_TO_STORAGE
        && phase != MSW_PHASE_PRE_CONNECTION) {
        return;
    }
    if (is_registered(phase)) {
        return;
    }
    switch (phase) {
    case MSW_PHASE_QUICK:
        ap_hook_quick_handler(quick_handler, NULL, NULL, order);
        break;
    case MSW_PHASE_MAP_TO_STORAGE:
        ap_hook_map_to_storage(map_to_storage, NULL, NULL, order);
        break;
    default:
        ap_hook_pre_connection(pre_connection, NULL, NULL, order);
    }
}
