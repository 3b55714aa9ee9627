/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_sections.c
 * @brief The sections of the configuration, each merged with the enclosing
 *        ones, for "httpd -t -D DUMP_SWIFT_MODULES": the library lists the
 *        modules that they name.
 */
#include "msw_shim.h"

#include <apr_fnmatch.h>
#include <apr_strings.h>
#include <http_core.h>

typedef ap_conf_vector_t vector;

static const core_dir_config *core_of(const vector *section)
{
    return ap_get_core_module_config(section);
}

/* httpd's order: literal names, the shortest first, then patterns. */
static int is_pattern(const core_dir_config *core)
{
    return core->r != NULL || core->d_is_fnmatch;
}

static int is_within(const char *outer, const char *inner)
{
    size_t length = strlen(outer);

    if (length > 0 && outer[length - 1] == '/') {
        length--;
    }
    return strncmp(outer, inner, length) == 0
           && (inner[length] == '/' || inner[length] == '\0');
}

static int applies(const core_dir_config *core, const char *directory)
{
    if (core->r != NULL) {
        return ap_regexec(core->r, directory, 0, NULL, 0) == 0;
    }
    if (core->d_is_fnmatch) {
        return apr_fnmatch(core->d, directory, APR_FNM_PATHNAME) == 0;
    }
    return core->d != NULL && is_within(core->d, directory);
}

/* The sections that apply to a directory, merged in order. */
static vector *merged_for(apr_pool_t *p, vector *merged,
                          const apr_array_header_t *sections,
                          const char *directory)
{
    size_t length, longest = strlen(directory) + 1;
    int i;

    for (length = 0; length <= longest; length++) {
        for (i = 0; i < sections->nelts; i++) {
            vector *section = APR_ARRAY_IDX(sections, i, vector *);
            const core_dir_config *core = core_of(section);

            if (!is_pattern(core) && core->d != NULL
                && strlen(core->d) == length && applies(core, directory)) {
                merged = ap_merge_per_dir_configs(p, merged, section);
            }
        }
    }
    for (i = 0; i < sections->nelts; i++) {
        vector *section = APR_ARRAY_IDX(sections, i, vector *);

        if (is_pattern(core_of(section))
            && applies(core_of(section), directory)) {
            merged = ap_merge_per_dir_configs(p, merged, section);
        }
    }
    return merged;
}

static void add(apr_array_header_t *all, server_rec *s, const char *directory,
                const vector *merged)
{
    const msw_dir_config *conf = ap_get_module_config(merged,
                                                      &swift_module);
    msw_section *new;

    if (conf == NULL || !conf->is_set) {
        return;
    }
    new = apr_array_push(all);
    new->server = s;
    new->directory = directory;
    new->config = conf;
}

/* Adds a section, and the <Files> and <If> sections in it. */
static void add_with_inner(apr_pool_t *p, apr_array_header_t *all,
                           server_rec *s, const char *directory,
                           vector *merged, const core_dir_config *core)
{
    const apr_array_header_t *lists[2] = { core->sec_file, core->sec_if };
    int list, i;

    add(all, s, directory, merged);
    for (list = 0; list < 2; list++) {
        for (i = 0; lists[list] != NULL && i < lists[list]->nelts; i++) {
            vector *inner = APR_ARRAY_IDX(lists[list], i, vector *);

            add(all, s, directory, ap_merge_per_dir_configs(p, merged, inner));
        }
    }
}

static void add_server(apr_pool_t *p, apr_array_header_t *all, server_rec *s)
{
    const core_server_config *core = ap_get_core_module_config(
        s->module_config);
    vector *base = s->lookup_defaults;
    int i;

    add_with_inner(p, all, s, NULL, base, core_of(base));
    for (i = 0; i < core->sec_dir->nelts; i++) {
        vector *section = APR_ARRAY_IDX(core->sec_dir, i, vector *);
        const core_dir_config *own = core_of(section);

        if (is_pattern(own) || own->d == NULL) {
            add_with_inner(p, all, s, NULL,
                           ap_merge_per_dir_configs(p, base, section), own);
        }
        else {
            add_with_inner(p, all, s, own->d,
                           merged_for(p, base, core->sec_dir, own->d), own);
        }
    }
    for (i = 0; i < core->sec_url->nelts; i++) {
        vector *section = APR_ARRAY_IDX(core->sec_url, i, vector *);

        add_with_inner(p, all, s, NULL,
                       ap_merge_per_dir_configs(p, base, section),
                       core_of(section));
    }
}

apr_array_header_t *msw_sections(apr_pool_t *p, server_rec *main_server)
{
    apr_array_header_t *all = apr_array_make(p, 16, sizeof(msw_section));
    server_rec *s;

    for (s = main_server; s != NULL; s = s->next) {
        add_server(p, all, s);
    }
    return all;
}
