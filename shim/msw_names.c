/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_names.c
 * @brief Names of filters and providers, registered after httpd has read its
 *        configuration and before it processes it, because directives of other
 *        modules may use a name before the directive that defines it.
 */
#include "msw_shim.h"

#include <apr_strings.h>
#include <http_config.h>

static int is_named(const ap_directive_t *directive, const char *name)
{
    return ap_cstr_casecmp(directive->directive, name) == 0;
}

/* "handler [name]". Errors are reported when the directive is processed. */
static void register_filter(apr_pool_t *pconf, const char *args, int is_input)
{
    const char *handler = ap_getword_conf(pconf, &args);
    const char *given = ap_getword_conf(pconf, &args);
    char *name = apr_pstrdup(pconf, *given ? given : handler);

    if (*name != '\0' && *handler != '#') {
        ap_str_tolower(name);
        msw_register_filter_name(name, is_input);
    }
}

static void register_filters(apr_pool_t *pconf, const ap_directive_t *first)
{
    const ap_directive_t *each;

    for (each = first; each != NULL; each = each->next) {
        if (is_named(each, "SwiftInputFilter")) {
            register_filter(pconf, each->args, 1);
        }
        else if (is_named(each, "SwiftOutputFilter")) {
            register_filter(pconf, each->args, 0);
        }
        register_filters(pconf, each->first_child);
    }
}

/* They are outside any section, and are numbered in order. */
static void register_providers(apr_pool_t *pconf, int is_authn,
                               const char *directive)
{
    const ap_directive_t *each;
    int number = 0;

    for (each = ap_conftree; each != NULL; each = each->next) {
        if (is_named(each, directive)) {
            const char *args = each->args;

            msw_register_provider_name(pconf, ap_getword_conf(pconf, &args),
                                       is_authn, number++);
        }
    }
}

void msw_register_names(apr_pool_t *pconf)
{
    register_filters(pconf, ap_conftree);
    register_providers(pconf, 1, "SwiftAuthnProvider");
    register_providers(pconf, 0, "SwiftAuthzProvider");
}
