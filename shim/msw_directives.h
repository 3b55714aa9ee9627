/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_directives.h
 * @brief The internal interface between the files that read directives. The
 *        functions are those of the table in msw_directives.c, with httpd's
 *        signatures.
 */
#ifndef MSW_DIRECTIVES_H
#define MSW_DIRECTIVES_H

#include "msw_shim.h"

/* ---- msw_handlers.c ----------------------------------------------------- */

/** The configuration that a directory directive changes; every such directive
 *  calls this. */
msw_dir_config *msw_config_of_section(cmd_parms *cmd, void *config);
/** The configuration that a server directive changes. */
msw_server_config *msw_config_of_server(const cmd_parms *cmd);
/** NULL, or a sentence that says why a namespace cannot have this name. */
const char *msw_check_interpreter(cmd_parms *cmd, const char *name);

const char *msw_set_handlers(cmd_parms *cmd, void *config, const char *args);
const char *msw_set_handler_module(cmd_parms *cmd, void *config,
                                   const char *args);
const char *msw_set_connection_handlers(cmd_parms *cmd, void *config,
                                        const char *args);
const char *msw_set_filter(cmd_parms *cmd, void *config, const char *word,
                           const char *given);
const char *msw_add_import(cmd_parms *cmd, void *config, const char *word,
                           const char *interpreter);

/* ---- msw_settings.c ----------------------------------------------------- */

const char *msw_set_flag(cmd_parms *cmd, void *config, int on);
const char *msw_set_special_flag(cmd_parms *cmd, void *config, int on);
const char *msw_set_server_flag(cmd_parms *cmd, void *config, int on);
const char *msw_set_allow_htaccess(cmd_parms *cmd, void *config, int on);
const char *msw_set_interpreter(cmd_parms *cmd, void *config,
                                const char *name);
const char *msw_set_path(cmd_parms *cmd, void *config, int argc,
                         char *const argv[]);
const char *msw_set_option(cmd_parms *cmd, void *config, const char *args);
const char *msw_set_host_path(cmd_parms *cmd, void *config, const char *path);

const char *msw_set_server_path(cmd_parms *cmd, void *config,
                                const char *path);
const char *msw_set_cache_size(cmd_parms *cmd, void *config, const char *arg);
const char *msw_set_session_store(cmd_parms *cmd, void *config, int argc,
                                  char *const argv[]);
const char *msw_set_build_timeout(cmd_parms *cmd, void *config,
                                  const char *arg);
const char *msw_set_trap_drain(cmd_parms *cmd, void *config, const char *arg);
const char *msw_set_trap_limit(cmd_parms *cmd, void *config,
                               const char *limit, const char *window);
const char *msw_set_timeout(cmd_parms *cmd, void *config, const char *arg);

/** An absolute path without a trailing slash; a relative path is relative to
 *  ServerRoot. NULL if the text is not a path. */
const char *msw_absolute_path(cmd_parms *cmd, const char *path);
/** A number; a number of bytes also as 512K, 256M, 2G; -1 if the text is not
 *  a number. */
apr_off_t msw_parse_number(const char *text, int is_size);

/* ---- msw_forms.c -------------------------------------------------------- */

const char *msw_set_form_limits(cmd_parms *cmd, void *config, int argc,
                                char *const argv[]);

#endif /* MSW_DIRECTIVES_H */
