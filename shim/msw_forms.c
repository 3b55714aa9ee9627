/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_forms.c
 * @brief SwiftFormLimits: limits on the size of forms.
 */
#include "msw_directives.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>

#include <string.h>

/* Larger values are treated as errors: an exabyte, or a million of any kind. */
#define MOST_BYTES (APR_INT64_C(1) << 60)
#define MOST_COUNTED 1000000

/* The maximum for an upload's headers, or for a name's nesting. */
#define MOST_HEADER (1 << 20)
#define MOST_NESTING 64

static const struct form_limit {
    const char *name;
    apr_size_t offset;
    apr_off_t most;
    int is_size;
} form_limits[] = {
#define LIMIT(field, most, is_size) \
    { #field, APR_OFFSETOF(msw_form_limits, field), most, is_size }
    LIMIT(body, MOST_BYTES, 1),
    LIMIT(text, MOST_BYTES, 1),
    LIMIT(field, MOST_BYTES, 1),
    LIMIT(header, MOST_HEADER, 1),
    LIMIT(memory, MOST_BYTES, 1),
    LIMIT(fields, MOST_COUNTED, 0),
    LIMIT(parts, MOST_COUNTED, 0),
    LIMIT(nesting, MOST_NESTING, 0),
#undef LIMIT
    { NULL, 0, 0, 0 }
};

static apr_off_t *value_of(msw_form_limits *limits,
                           const struct form_limit *limit)
{
    return (apr_off_t *)((char *)limits + limit->offset);
}

static msw_form_limits *make_limits(apr_pool_t *p)
{
    msw_form_limits *limits = apr_pcalloc(p, sizeof(*limits));
    const struct form_limit *limit;

    for (limit = form_limits; limit->name != NULL; limit++) {
        *value_of(limits, limit) = MSW_UNSET;
    }
    return limits;
}

const msw_form_limits *msw_merge_form_limits(apr_pool_t *p,
                                             const msw_form_limits *outer,
                                             const msw_form_limits *inner)
{
    msw_form_limits *merged = apr_pmemdup(p, outer, sizeof(*merged));
    msw_form_limits *set = (msw_form_limits *)inner;
    const struct form_limit *limit;

    for (limit = form_limits; limit->name != NULL; limit++) {
        if (*value_of(set, limit) != MSW_UNSET) {
            *value_of(merged, limit) = *value_of(set, limit);
        }
    }
    if (inner->directory != NULL) {
        merged->directory = inner->directory;
    }
    return merged;
}

static const char *set_limit(cmd_parms *cmd, msw_form_limits *limits,
                             const struct form_limit *limit,
                             const char *text)
{
    apr_off_t value = msw_parse_number(text, limit->is_size);

    if (value < 0 || value > limit->most) {
        return apr_psprintf(cmd->pool, "SwiftFormLimits: %s=%s is not a "
                            "number%s up to %" APR_OFF_T_FMT, limit->name,
                            text, limit->is_size ? " of bytes, also as 512K, "
                            "256M or 2G," : "", limit->most);
    }
    *value_of(limits, limit) = value;
    return NULL;
}

static const char *set_form_limit(cmd_parms *cmd, msw_form_limits *limits,
                                  const char *word)
{
    const char *value = strchr(word, '=');
    apr_size_t length = value != NULL ? (apr_size_t)(value - word) : 0;
    const struct form_limit *limit;

    for (limit = form_limits; limit->name != NULL; limit++) {
        if (length > 0 && strlen(limit->name) == length
            && strncmp(limit->name, word, length) == 0) {
            return set_limit(cmd, limits, limit, value + 1);
        }
    }
    if (length > 0 && value[1] == '"') {
        return "SwiftFormLimits: quotes belong around the whole word, as in "
               "\"directory=/my uploads\"";
    }
    if (length == 9 && strncmp("directory", word, length) == 0) {
        limits->directory = msw_absolute_path(cmd, value + 1);
        return limits->directory != NULL ? NULL
            : "SwiftFormLimits: directory= takes a path";
    }
    return apr_pstrcat(cmd->pool, "SwiftFormLimits: \"", word, "\" sets no "
                       "limit; it takes body=, text=, field=, header=, "
                       "memory=, fields=, parts=, nesting= and directory=",
                       NULL);
}

/* Later directives in a section add to earlier ones. */
const char *msw_set_form_limits(cmd_parms *cmd, void *config, int argc,
                                char *const argv[])
{
    msw_dir_config *conf = msw_config_of_section(cmd, config);
    msw_form_limits *limits = make_limits(cmd->pool);
    const char *error = NULL;
    int i;

    if (argc == 0) {
        return "SwiftFormLimits takes one limit or more, such as body=10M";
    }
    for (i = 0; i < argc && error == NULL; i++) {
        error = set_form_limit(cmd, limits, argv[i]);
    }
    conf->form_limits = conf->form_limits == NULL ? limits
        : msw_merge_form_limits(cmd->pool, conf->form_limits, limits);
    return error;
}
