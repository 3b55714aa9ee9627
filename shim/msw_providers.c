/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_providers.c
 * @brief Swift functions as providers of httpd's access control: names for
 *        AuthBasicProvider, AuthDigestProvider and Require, and the Require
 *        line that names a function itself.
 *
 * httpd does not pass the provider's name when it calls a provider: the
 * request's notes contain the name in the directive, which differs for an
 * <AuthnProviderAlias> or <AuthzProviderAlias>. So each name has its own
 * functions here, which know their number.
 */
#include "msw_directives.h"

#include <ap_provider.h>
#include <apr_strings.h>
#include <http_request.h>
#include <mod_auth.h>

/** The provider for Require lines that name a function. */
#define DIRECT_NAME "swift"

/** AUTHN_PROVIDER_VERSION and AUTHZ_PROVIDER_VERSION. */
#define PROVIDER_VERSION "0"

static const msw_server_config *config_of(const request_rec *r)
{
    return ap_get_module_config(r->server->module_config, &swift_module);
}

static const msw_provider *authn_provider_of(const request_rec *r, int number)
{
    return APR_ARRAY_IDX(config_of(r)->authn_providers, number,
                         msw_provider *);
}

static const msw_provider *authz_provider_of(const request_rec *r, int number)
{
    return APR_ARRAY_IDX(config_of(r)->authz_providers, number,
                         msw_provider *);
}

/* ---- Functions called by httpd ------------------------------------------ */

static authn_status check_password(request_rec *r, int number,
                                   const char *user, const char *password)
{
    if (msw_library_entry == NULL) {
        return AUTH_GENERAL_ERROR;
    }
    return msw_library_entry->check_password(r, authn_provider_of(r, number),
                                             user, password);
}

static authn_status realm_hash(request_rec *r, int number, const char *user,
                               const char *realm, char **hash)
{
    if (msw_library_entry == NULL) {
        return AUTH_GENERAL_ERROR;
    }
    return msw_library_entry->realm_hash(r, authn_provider_of(r, number), user,
                                         realm, hash);
}

static authz_status authorization(request_rec *r, const msw_provider *provider,
                                  const char *arguments)
{
    if (msw_library_entry == NULL) {
        return AUTHZ_GENERAL_ERROR;
    }
    return msw_library_entry->authorization(r, provider, arguments);
}

/* The functions for one number. */
#define FUNCTIONS(number) \
    static authn_status check_password_##number( \
        request_rec *r, const char *user, const char *password) \
    { \
        return check_password(r, number, user, password); \
    } \
    static authn_status realm_hash_##number( \
        request_rec *r, const char *user, const char *realm, char **hash) \
    { \
        return realm_hash(r, number, user, realm, hash); \
    } \
    static authz_status authorization_##number( \
        request_rec *r, const char *line, const void *parsed) \
    { \
        return authorization(r, authz_provider_of(r, number), line); \
    }
#define AUTHN_PROVIDER(number) \
    { check_password_##number, realm_hash_##number },
#define AUTHZ_PROVIDER(number) { authorization_##number, NULL },

#define EACH_NUMBER(DO) \
    DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) \
    DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15) \
    DO(16) DO(17) DO(18) DO(19) DO(20) DO(21) DO(22) DO(23) \
    DO(24) DO(25) DO(26) DO(27) DO(28) DO(29) DO(30) DO(31)

EACH_NUMBER(FUNCTIONS)

static const authn_provider authn_providers[MSW_MOST_PROVIDERS] = {
    EACH_NUMBER(AUTHN_PROVIDER)
};
static const authz_provider authz_providers[MSW_MOST_PROVIDERS] = {
    EACH_NUMBER(AUTHZ_PROVIDER)
};

/* ---- Directives --------------------------------------------------------- */

/* Reads the functions of a provider from the rest of the line. */
static const char *read_functions(cmd_parms *cmd, const char *args, int most,
                                  msw_provider *provider)
{
    const char *name = cmd->cmd->name;
    const char *error, *word;
    msw_handler *handler;

    provider->handlers = apr_array_make(cmd->pool, most, sizeof(handler));
    while (*(word = ap_getword_conf(cmd->pool, &args)) != '\0') {
        if ((error = msw_read_handler(cmd, word, &handler))) {
            return error;
        }
        APR_ARRAY_PUSH(provider->handlers, msw_handler *) = handler;
    }
    if (provider->handlers->nelts == 0 || provider->handlers->nelts > most) {
        return apr_pstrcat(cmd->pool, name, " takes a name and ",
                           most == 1 ? "a function" : "one function or two",
                           "; write ", name, " ", provider->name,
                           " module::function", NULL);
    }
    return NULL;
}

/* "name function ...": adds the provider to the list, if it has a number. The
 * name must not be in use in httpd, whose provider would be replaced. */
static const char *add_provider(cmd_parms *cmd, const char *args, int most,
                                const char *group, const void *functions,
                                apr_array_header_t **list)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    const void *known;
    msw_provider *provider;

    if (error != NULL) {
        return apr_pstrcat(cmd->pool, error, "; a provider's name is the "
                           "whole server's: put it outside of any section",
                           NULL);
    }
    provider = apr_pcalloc(cmd->pool, sizeof(*provider));
    provider->name = ap_getword_conf(cmd->pool, &args);
    if ((error = read_functions(cmd, args, most, provider))) {
        return error;
    }
    known = ap_lookup_provider(group, provider->name, PROVIDER_VERSION);
    if (strcmp(provider->name, DIRECT_NAME) == 0
        || (known != NULL && known != functions)) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, ": there is a provider "
                           "\"", provider->name, "\" already; take another "
                           "name", NULL);
    }
    if (*list == NULL) {
        *list = apr_array_make(cmd->pool, 2, sizeof(provider));
    }
    if ((*list)->nelts == MSW_MOST_PROVIDERS) {
        return apr_psprintf(cmd->pool, "%s: there can be %d of them; let one "
                            "function decide by the arguments, or by "
                            "req.options", cmd->cmd->name, MSW_MOST_PROVIDERS);
    }
    APR_ARRAY_PUSH(*list, msw_provider *) = provider;
    msw_need_phase(MSW_PHASE_AUTHEN);
    return NULL;
}

static void register_last(cmd_parms *cmd, const char *group,
                          const apr_array_header_t *list,
                          const void *functions)
{
    const msw_provider *provider = APR_ARRAY_IDX(list, list->nelts - 1,
                                                 msw_provider *);

    ap_register_auth_provider(cmd->pool, group, provider->name,
                              PROVIDER_VERSION, functions,
                              AP_AUTH_INTERNAL_PER_CONF);
}

/* name handler [handler] */
const char *msw_set_authn_provider(cmd_parms *cmd, void *config,
                                   const char *args)
{
    apr_array_header_t **list = &msw_config_of_server(cmd)->authn_providers;
    const void *functions = &authn_providers[*list ? (*list)->nelts : 0];
    const char *error = add_provider(cmd, args, 2, AUTHN_PROVIDER_GROUP,
                                     functions, list);

    if (error == NULL) {
        register_last(cmd, AUTHN_PROVIDER_GROUP, *list, functions);
    }
    return error;
}

/* name handler */
const char *msw_set_authz_provider(cmd_parms *cmd, void *config,
                                   const char *args)
{
    apr_array_header_t **list = &msw_config_of_server(cmd)->authz_providers;
    const void *functions = &authz_providers[*list ? (*list)->nelts : 0];
    const char *error = add_provider(cmd, args, 1, AUTHZ_PROVIDER_GROUP,
                                     functions, list);

    if (error == NULL) {
        register_last(cmd, AUTHZ_PROVIDER_GROUP, *list, functions);
    }
    return error;
}

/* ---- Require swift module::function arguments --------------------------- */

/** The parsed form of such a line. */
typedef struct {
    msw_provider provider;
    const char *arguments;
} requirement;

static const char *read_requirement(cmd_parms *cmd, const char *line,
                                    const void **parsed)
{
    requirement *read = apr_pcalloc(cmd->pool, sizeof(*read));
    const char *word = ap_getword_conf(cmd->pool, &line);
    const char *error;
    msw_handler *handler;

    if (*word == '\0') {
        return "Require swift names no function; write Require swift "
               "module::function, and arguments for the function";
    }
    if ((error = msw_read_handler(cmd, word, &handler))) {
        return error;
    }
    msw_note_section(cmd);
    read->provider.name = apr_pstrcat(cmd->pool, DIRECT_NAME " ", word, NULL);
    read->provider.handlers = apr_array_make(cmd->pool, 1, sizeof(handler));
    APR_ARRAY_PUSH(read->provider.handlers, msw_handler *) = handler;
    read->arguments = line;
    *parsed = read;
    msw_need_phase(MSW_PHASE_AUTHZ);
    return NULL;
}

static authz_status check_requirement(request_rec *r, const char *line,
                                      const void *parsed)
{
    const requirement *read = parsed;

    return authorization(r, &read->provider, read->arguments);
}

static const authz_provider direct_provider = {
    check_requirement, read_requirement
};

void msw_register_provider_name(apr_pool_t *pconf, const char *name,
                                int is_authn, int number)
{
    const char *group = is_authn ? AUTHN_PROVIDER_GROUP : AUTHZ_PROVIDER_GROUP;

    if (number < MSW_MOST_PROVIDERS && *name != '\0'
        && !ap_lookup_provider(group, name, PROVIDER_VERSION)) {
        ap_register_auth_provider(pconf, group, name, PROVIDER_VERSION,
                                  is_authn
                                      ? (const void *)&authn_providers[number]
                                      : (const void *)&authz_providers[number],
                                  AP_AUTH_INTERNAL_PER_CONF);
    }
}

void msw_register_providers(apr_pool_t *p)
{
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, DIRECT_NAME,
                              PROVIDER_VERSION, &direct_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
}
