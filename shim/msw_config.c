/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_config.c
 * @brief The values that the directives have set, and the rules by which an
 *        inner section overrides an outer one.
 */
#include "msw_shim.h"

#include <apr_strings.h>
#include <http_core.h>

void *msw_create_dir_config(apr_pool_t *p, char *directory)
{
    msw_dir_config *conf = apr_pcalloc(p, sizeof(*conf));

    conf->debug = MSW_UNSET;
    conf->auto_reload = MSW_UNSET;
    conf->enable_debugger = MSW_UNSET;
    conf->interp_per_directory = MSW_UNSET;
    conf->interp_per_directive = MSW_UNSET;
    conf->authoritative = MSW_UNSET;
    conf->log_notes = MSW_UNSET;
    conf->allow_htaccess = MSW_UNSET;
    conf->trap_limit = MSW_UNSET;
    conf->timeout = MSW_UNSET;
    return conf;
}

void msw_update_slow_path(msw_dir_config *conf)
{
    conf->slow_path &= MSW_FROM_HTACCESS;
    if (conf->interpreter != NULL || conf->interp_per_directory == 1
        || conf->interp_per_directive == 1) {
        conf->slow_path |= MSW_NAMES_NAMESPACE;
    }
    if (conf->enable_debugger == 1) {
        conf->slow_path |= MSW_AWAITS_DEBUGGER;
    }
}

static int listed(const apr_array_header_t *handlers, const char *extension)
{
    int i;

    for (i = 0; i < handlers->nelts; i++) {
        const msw_handler *h = APR_ARRAY_IDX(handlers, i, msw_handler *);
        const char *other = h->extension;

        if (extension == other
            || (extension && other && strcmp(extension, other) == 0)) {
            return 1;
        }
    }
    return 0;
}

/* A phase's handlers are replaced extension by extension: an inner list for
 * ".do", or for any file, replaces the outer list for the same. */
static apr_array_header_t *merge_handlers(apr_pool_t *p,
                                          apr_array_header_t *outer,
                                          apr_array_header_t *inner)
{
    apr_array_header_t *merged = apr_array_copy(p, inner);
    int i;

    for (i = 0; i < outer->nelts; i++) {
        msw_handler *h = APR_ARRAY_IDX(outer, i, msw_handler *);

        if (!listed(inner, h->extension)) {
            APR_ARRAY_PUSH(merged, msw_handler *) = h;
        }
    }
    return merged;
}

static void merge_phase(apr_pool_t *p, msw_dir_config *conf,
                        const msw_dir_config *inner, int phase)
{
    unsigned int extended = conf->phases_with_extensions
                            | inner->phases_with_extensions;

    if (conf->handlers[phase] != NULL && (extended & MSW_BIT(phase))) {
        conf->handlers[phase] = merge_handlers(p, conf->handlers[phase],
                                               inner->handlers[phase]);
    }
    else {
        conf->handlers[phase] = inner->handlers[phase];
    }
}

static apr_table_t *merge_tables(apr_pool_t *p, const apr_table_t *outer,
                                 const apr_table_t *inner)
{
    apr_table_t *merged = apr_table_copy(p, outer);

    apr_table_overlap(merged, inner, APR_OVERLAP_TABLES_SET);
    return merged;
}

#define INNER_FLAG(field) \
    if (inner->field != MSW_UNSET) conf->field = inner->field
#define INNER_POINTER(field) \
    if (inner->field != NULL) conf->field = inner->field

void *msw_merge_dir_config(apr_pool_t *p, void *base, void *add)
{
    const msw_dir_config *outer = base, *inner = add;
    msw_dir_config *conf;
    unsigned int phases;

    /* Runs for every request, once for each section: most sections have none
     * of our directives, and in the others only the set fields are merged. */
    if (!inner->is_set) {
        return base;
    }
    if (!outer->is_set) {
        return add;
    }
    conf = apr_pmemdup(p, outer, sizeof(*conf));
    for (phases = inner->phases; phases != 0; phases &= phases - 1) {
        merge_phase(p, conf, inner, __builtin_ctz(phases));
    }
    conf->phases |= inner->phases;
    conf->phases_with_extensions |= inner->phases_with_extensions;
    if (outer->options != NULL && inner->options != NULL) {
        conf->options = merge_tables(p, outer->options, inner->options);
    }
    else {
        INNER_POINTER(options);
    }
    if (outer->input_filters != NULL && inner->input_filters != NULL) {
        conf->input_filters = apr_hash_overlay(p, inner->input_filters,
                                               outer->input_filters);
    }
    else {
        INNER_POINTER(input_filters);
    }
    if (outer->output_filters != NULL && inner->output_filters != NULL) {
        conf->output_filters = apr_hash_overlay(p, inner->output_filters,
                                                outer->output_filters);
    }
    else {
        INNER_POINTER(output_filters);
    }
    INNER_POINTER(path);
    INNER_POINTER(interpreter);
    INNER_FLAG(debug);
    INNER_FLAG(auto_reload);
    INNER_FLAG(enable_debugger);
    INNER_FLAG(interp_per_directory);
    INNER_FLAG(interp_per_directive);
    INNER_FLAG(authoritative);
    INNER_FLAG(log_notes);
    INNER_FLAG(allow_htaccess);
    INNER_FLAG(timeout);
    if (outer->form_limits != NULL && inner->form_limits != NULL) {
        conf->form_limits = msw_merge_form_limits(p, outer->form_limits,
                                                  inner->form_limits);
    }
    else {
        INNER_POINTER(form_limits);
    }
    if (inner->trap_limit != MSW_UNSET) {
        conf->trap_limit = inner->trap_limit;
        conf->trap_limit_seconds = inner->trap_limit_seconds;
    }
    conf->slow_path |= inner->slow_path;
    msw_update_slow_path(conf);
    if (inner->refused != NULL && outer->allow_htaccess != 1) {
        conf->refused = inner->refused;
    }
    return conf;
}

void *msw_create_server_config(apr_pool_t *p, server_rec *s)
{
    msw_server_config *conf = apr_pcalloc(p, sizeof(*conf));

    conf->optimize = MSW_UNSET;
    conf->cache_size = MSW_UNSET;
    conf->build_timeout = MSW_UNSET;
    conf->trap_drain = MSW_UNSET;
    return conf;
}

void *msw_merge_server_config(apr_pool_t *p, void *base, void *add)
{
    const msw_server_config *outer = base, *inner = add;
    msw_server_config *conf = apr_pmemdup(p, outer, sizeof(*conf));

    INNER_POINTER(pre_connection_handlers);
    INNER_POINTER(connection_handlers);
    INNER_POINTER(authn_providers);
    INNER_POINTER(authz_providers);
    conf->imports = inner->imports;
    INNER_POINTER(secret_file);
    INNER_FLAG(optimize);
    INNER_POINTER(cache_dir);
    INNER_POINTER(state_dir);
    INNER_POINTER(session_store);
    INNER_POINTER(compiler);
    INNER_FLAG(cache_size);
    INNER_FLAG(build_timeout);
    INNER_FLAG(trap_drain);
    return conf;
}
