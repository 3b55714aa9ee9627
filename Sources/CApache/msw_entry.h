/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_entry.h
 * @brief The interface between the shim and the Swift library: the shim gets
 *        the library's entry points once, and calls no other function of it.
 *
 * No Swift error and no Swift pointer leaves an entry point: each returns the
 * result of its hook.
 */
#ifndef MSW_ENTRY_H
#define MSW_ENTRY_H

#include "msw_config.h"

#include <util_filter.h>

/** In the request's slot of the library: the lowest bit of the address is set
 *  if code has added handlers to the request. */
#define MSW_SLOT_HAS_ADDED 1u

/** Changes with this file, with msw_config.h, and with their meaning. */
#define MSW_ENTRY_ABI 11

typedef struct msw_entry_points {
    /** MSW_ENTRY_ABI of the library. */
    int abi;
    /** The library's ELF build id in lower-case hexadecimal. */
    const char *build_id;

    /** check_config of "httpd -t": warns about directives without effect; a
     *  real start warns in post_config, when its log is open. */
    void (*check_config)(server_rec *s);
    /** test_config of "httpd -t -D DUMP_SWIFT_MODULES": lists the modules that
     *  the sections name on standard output. sections: array of
     *  msw_section. */
    void (*dump_modules)(server_rec *s, const apr_array_header_t *sections);
    /** post_config, second pass of a real start: does the work that only the
     *  parent may do (version components, cache directory). Returns an httpd
     *  status; the reason has been logged. DECLINED: no handler can run in
     *  this server. */
    int (*post_config)(apr_pool_t *pconf, apr_pool_t *ptemp, server_rec *s);
    /** pre_config: whether scripts of other modules may install signal
     *  handlers, so that take_signals is to be called after requests. */
    int (*watches_signals)(void);
    /** child_init. */
    void (*child_init)(apr_pool_t *pchild, server_rec *s);
    /** child_init, after all other modules' (starts: 1), and after a request:
     *  installs the trap guard's signal handlers again. */
    void (*take_signals)(int starts);
    /** child_status, in the parent, when a child has ended; slot: its slot of
     *  the scoreboard, or -1 if another child has taken that over. */
    void (*child_ended)(server_rec *s, pid_t pid, int slot);
    /** child_stopping: perhaps in a signal handler. */
    void (*child_stopping)(int graceful);
    /** Every request phase, by the current hook; never MSW_PHASE_INIT, which
     *  post_read_request and header_parser run. Called only if a handler is
     *  configured or may have been added; returns the result of the hook. */
    int (*request_phase)(request_rec *r, msw_phase phase);
    /** check_password and get_realm_hash of an authn_provider: an authn_status.
     *  The hash is allocated in the request's pool. */
    int (*check_password)(request_rec *r, const msw_provider *provider,
                          const char *user, const char *password);
    int (*realm_hash)(request_rec *r, const msw_provider *provider,
                      const char *user, const char *realm, char **hash);
    /** check_authorization of an authz_provider: an authz_status. */
    int (*authorization)(request_rec *r, const msw_provider *provider,
                         const char *arguments);
    /** The content phase of MSW_SOURCE_HANDLER_NAME: rejects the request. */
    int (*refuse_source)(request_rec *r);
    /** pre_connection of a client's connection whose server has handlers for
     *  it; an HTTP error rejects the connection. */
    int (*pre_connection)(conn_rec *c);
    /** process_connection of a client's connection whose server has connection
     *  handlers. */
    int (*process_connection)(conn_rec *c);
    /** pre_close_connection of a connection for which process_connection was
     *  called. */
    void (*close_connection)(conn_rec *c);
    /** An output filter, and an input filter: the filter's own functions.
     *  name is the name in the directive, in lower case; NULL: code has added
     *  the filter. */
    apr_status_t (*output_filter)(ap_filter_t *f, apr_bucket_brigade *bb,
                                  const char *name);
    apr_status_t (*input_filter)(ap_filter_t *f, apr_bucket_brigade *bb,
                                 ap_input_mode_t mode, apr_read_type_e block,
                                 apr_off_t readbytes, const char *name);
    /** Calls a handler of a request for another module (mod_swift.h). */
    int (*call_handler)(request_rec *r, const char *directive,
                        const char *handler, const char *directory);
    /** The objects that handlers get; borrowed, and valid as long as the
     *  records. NULL if there is none. */
    void *(*request_object)(request_rec *r);
    void *(*connection_object)(conn_rec *c);
    void *(*server_object)(server_rec *s);
    /** Calls a handler that a page of mod_include names; its output is added to
     *  the brigade. 0 if it has failed; the failure was reported. */
    int (*include)(request_rec *r, const char *handler,
                   apr_bucket_brigade *bb);
    /** mod_status's status_hook: a section of its page; flags are
     *  AP_STATUS_*. */
    int (*status_page)(request_rec *r, int flags);
    /** insert_error_filter, of a request that has an object: httpd is about to
     *  send an error document. */
    void (*insert_error_filter)(request_rec *r);
} msw_entry_points;

#endif /* MSW_ENTRY_H */
