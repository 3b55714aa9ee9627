/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_shim.h
 * @brief The internal interface between the files of the shim.
 */
#ifndef MSW_SHIM_H
#define MSW_SHIM_H

#include <httpd.h>
#include <http_config.h>
#include <util_filter.h>

#include "msw_config.h"
#include "msw_entry.h"

extern module AP_MODULE_DECLARE_DATA swift_module;

/** The library's entry points; NULL if the library in the process belongs to
 *  another build than this shim and cannot be called. */
extern const msw_entry_points *msw_library_entry;

/**
 * The one function of libModSwift that the shim links to.
 * @param abi the shim's MSW_ENTRY_ABI
 * @param build_id the build id that the shim was linked against
 * @param record the module's record, whose address must not change
 * @return the entry points, owned by the library; NULL if the builds differ
 */
const msw_entry_points *msw_library(int abi, const char *build_id,
                                    module *record);

/* msw_directives.c */
extern const command_rec msw_directives[];

/* msw_config.c */
void *msw_create_dir_config(apr_pool_t *p, char *directory);
void *msw_merge_dir_config(apr_pool_t *p, void *base, void *add);
void *msw_create_server_config(apr_pool_t *p, server_rec *s);
void *msw_merge_server_config(apr_pool_t *p, void *base, void *add);
/** Updates the flags that make requests use the slower path, after one of
 *  their causes has changed. */
void msw_update_slow_path(msw_dir_config *conf);

/* msw_sections.c */
/** All sections of all servers with any of our directives: array of
 *  msw_section. */
apr_array_header_t *msw_sections(apr_pool_t *p, server_rec *main_server);

/* msw_forms.c */
const msw_form_limits *msw_merge_form_limits(apr_pool_t *p,
                                             const msw_form_limits *outer,
                                             const msw_form_limits *inner);

/* msw_handlers.c */
/**
 * Reads a handler name of a directive.
 * @param handler receives a new one, in the pool of the configuration
 * @return an error message if the name is invalid; otherwise NULL
 */
const char *msw_read_handler(cmd_parms *cmd, const char *word,
                             msw_handler **handler);
/** Called if another module's directive uses Swift in the current section:
 *  records whether it comes from .htaccess. */
void msw_note_section(cmd_parms *cmd);

/* msw_providers.c */
const char *msw_set_authn_provider(cmd_parms *cmd, void *config,
                                   const char *args);
const char *msw_set_authz_provider(cmd_parms *cmd, void *config,
                                   const char *args);
void msw_register_providers(apr_pool_t *p);

/** Registers the name of a provider that a directive will define.
 *  @param number the number of earlier ones of the same kind */
void msw_register_provider_name(apr_pool_t *pconf, const char *name,
                                int is_authn, int number);


/* msw_names.c */
/** For pre_config: registers the names of filters and providers that the
 *  configuration will define. */
void msw_register_names(apr_pool_t *pconf);

/* msw_hooks.c */
void msw_register_request_hooks(apr_pool_t *p);

/* msw_phases.c */
#define MSW_BIT(phase) (1u << (phase))
/** Whether directives have named handlers for one of the phases. Every hook
 *  makes this check first, for every request. */
static inline int msw_is_configured(const request_rec *r, unsigned int phases)
{
    const msw_dir_config *conf = ap_get_module_config(r->per_dir_config,
                                                      &swift_module);

    return (conf->phases & phases) != 0;
}
int msw_enter_phase(request_rec *r, msw_phase phase);
void msw_register_phases(void);
/** For msw_need_phase. */
void msw_register_early_phases(void);

/* msw_optional.c */
void msw_register_optional_functions(void);

/* msw_include.c */
/** For post_config, when mod_include is ready. */
void msw_register_include(void);

/* msw_hook_order.c */
/** The position in httpd's order that the configuration sets for a phase. */
int msw_hook_order(msw_phase phase);
/** For pre_config, before any hook is registered in that order. */
void msw_read_hook_orders(apr_pool_t *ptemp);
/** SwiftHookOrder: phase early|middle|late. */
const char *msw_set_hook_order(cmd_parms *cmd, void *config,
                               const char *args);
/** Registers the hook of a phase for which not all servers have handlers. A
 *  handler may add handlers to any later phase of its request: therefore the
 *  first one for a phase before the response registers all of these. Called
 *  while the configuration is being processed; in .htaccess it has no effect,
 *  because where such files are read, all hooks are already registered. */
void msw_need_phase(msw_phase phase);
/** For pre_config: registers them if .htaccess files may name handlers. */
void msw_need_phases_for_htaccess(void);
/** Whether the phases before the response have hooks. */
int msw_has_early_phases(void);

/* msw_filters.c */
void msw_register_added_filters(void);
/**
 * Registers a name of SwiftInputFilter or SwiftOutputFilter with httpd.
 * Sections may share a name: its function is determined for each request.
 * @param name in lower case; must live as long as the configuration
 * @return NULL, or a message that says why the name cannot be used
 */
const char *msw_register_filter(cmd_parms *cmd, const char *name,
                                int is_input);
/** Registers a name before the configuration is processed, if it is free. */
void msw_register_filter_name(const char *name, int is_input);

#endif /* MSW_SHIM_H */
