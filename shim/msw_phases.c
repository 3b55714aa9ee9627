/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_phases.c
 * @brief One trampoline for each phase of a request, in the order in which
 *        httpd runs them. Most requests have no handler in most phases: for
 *        them a trampoline checks two words. If the configuration has
 *        handlers only for responses, these hooks are not registered
 *        (docs/decisions/0077).
 */
#include "msw_shim.h"

#include <http_protocol.h>
#include <http_request.h>

int msw_enter_phase(request_rec *r, msw_phase phase)
{
    if (msw_library_entry == NULL) {
        return HTTP_SERVICE_UNAVAILABLE;
    }
    return msw_library_entry->request_phase(r, phase);
}

/* Whether code has added handlers to some phase of the request. */
static int has_added(const request_rec *r)
{
    apr_uintptr_t slot = (apr_uintptr_t)ap_get_module_config(
        r->request_config, &swift_module);

    return (slot & MSW_SLOT_HAS_ADDED) != 0;
}

/* A RUN_ALL phase continues after OK and DECLINED, a RUN_FIRST phase after
 * DECLINED. */
static int run(request_rec *r, msw_phase phase, unsigned int phases)
{
    return msw_is_configured(r, phases) || has_added(r)
        ? msw_enter_phase(r, phase) : DECLINED;
}

/* The request has been read; RUN_ALL. Also for internal redirects. */
static int post_read_request(request_rec *r)
{
    return run(r, MSW_PHASE_POST_READ_REQUEST,
               MSW_BIT(MSW_PHASE_INIT) | MSW_BIT(MSW_PHASE_POST_READ_REQUEST));
}

/* URI to file name; RUN_FIRST. Not for subrequests that name a file. */
static int translate_name(request_rec *r)
{
    return run(r, MSW_PHASE_TRANS, MSW_BIT(MSW_PHASE_TRANS));
}

/* The directory is known; RUN_ALL. Not for subrequests. */
static int header_parser(request_rec *r)
{
    return run(r, MSW_PHASE_HEADER_PARSER,
               MSW_BIT(MSW_PHASE_INIT) | MSW_BIT(MSW_PHASE_HEADER_PARSER));
}

/* Decides whether the client has access; RUN_ALL. */
static int check_access(request_rec *r)
{
    return run(r, MSW_PHASE_ACCESS, MSW_BIT(MSW_PHASE_ACCESS));
}

/* Authenticates the user; RUN_FIRST, and only if a Require needs a user. */
static int check_authn(request_rec *r)
{
    return run(r, MSW_PHASE_AUTHEN, MSW_BIT(MSW_PHASE_AUTHEN));
}

/* Decides whether the user has access; RUN_FIRST, only if a Require needs a
 * user. mod_authz_core is the last of this hook: it evaluates the Require
 * lines. */
static int check_authz(request_rec *r)
{
    return run(r, MSW_PHASE_AUTHZ, MSW_BIT(MSW_PHASE_AUTHZ));
}

/* Determines the content type; RUN_FIRST. */
static int type_checker(request_rec *r)
{
    return run(r, MSW_PHASE_TYPE, MSW_BIT(MSW_PHASE_TYPE));
}

/* The last phase before content; RUN_ALL. */
static int fixups(request_rec *r)
{
    return run(r, MSW_PHASE_FIXUP, MSW_BIT(MSW_PHASE_FIXUP));
}

/* After the response was sent, perhaps on another thread; RUN_ALL. httpd runs
 * this hook for the client's request only, not for the targets of redirects.
 * The cleanup handlers, which run next, are registered here: this phase is
 * never skipped. */
static int log_transaction(request_rec *r)
{
    const request_rec *each;

    if (msw_is_configured(r, MSW_BIT(MSW_PHASE_LOG)
                             | MSW_BIT(MSW_PHASE_CLEANUP))) {
        return msw_enter_phase(r, MSW_PHASE_LOG);
    }
    for (each = r; each != NULL; each = each->next) {
        if (has_added(each)) {
            return msw_enter_phase(r, MSW_PHASE_LOG);
        }
    }
    return DECLINED;
}

/* The modules before which a phase's hook is placed, unless the configuration
 * sets another position. */
static const char *const *before(msw_phase phase, const char *const *modules)
{
    return msw_hook_order(phase) == APR_HOOK_MIDDLE ? modules : NULL;
}

/* Called after the configuration, which may contain SwiftHookOrder, was read,
 * and before it is processed. */
void msw_register_phases(void)
{
    ap_hook_log_transaction(log_transaction, NULL, NULL,
                            msw_hook_order(MSW_PHASE_LOG));
}

/* Registers the phases before the response. Called once, by msw_need_phase.
 *
 * In a RUN_FIRST phase, our hook runs before modules that handle every request;
 * otherwise none of our handlers would run.
 *
 * The access control hooks are PER_CONF, like those of httpd's own modules: if
 * the same configuration applies to a subrequest or redirect, the access check
 * of its main request is valid for it, too. */
void msw_register_early_phases(void)
{
    static const char *const translators[] = {
        "mod_alias.c", "mod_userdir.c", "mod_vhost_alias.c", NULL
    };
    static const char *const authenticators[] = {
        "mod_auth_basic.c", "mod_auth_digest.c", "mod_auth_form.c", NULL
    };
    static const char *const typers[] = {
        "mod_mime.c", "mod_negotiation.c", NULL
    };
    /* Hooks after it are never run. */
    static const char *const requirers[] = { "mod_authz_core.c", NULL };

    ap_hook_post_read_request(post_read_request, NULL, NULL,
                              msw_hook_order(MSW_PHASE_POST_READ_REQUEST));
    ap_hook_translate_name(translate_name, NULL,
                           before(MSW_PHASE_TRANS, translators),
                           msw_hook_order(MSW_PHASE_TRANS));
    ap_hook_header_parser(header_parser, NULL, NULL,
                          msw_hook_order(MSW_PHASE_HEADER_PARSER));
    ap_hook_check_access(check_access, NULL, NULL,
                         msw_hook_order(MSW_PHASE_ACCESS),
                         AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_check_authn(check_authn, NULL,
                        before(MSW_PHASE_AUTHEN, authenticators),
                        msw_hook_order(MSW_PHASE_AUTHEN),
                        AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_check_authz(check_authz, NULL, requirers,
                        msw_hook_order(MSW_PHASE_AUTHZ),
                        AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_type_checker(type_checker, NULL, before(MSW_PHASE_TYPE, typers),
                         msw_hook_order(MSW_PHASE_TYPE));
    ap_hook_fixups(fixups, NULL, NULL, msw_hook_order(MSW_PHASE_FIXUP));
}
